/** A program that asks models, and the model server it asks. */
import { replies, says } from '../support/model-server/behaviours.js';
import { ModelServer, type Behaviour, type ReceivedRequest } from '../support/model-server/model-server.js';
import { TestServer, type Environment, type ServerOptions } from '../support/server.js';

export const KEY = 'sk-secret-0123456789abcdef';

export interface ModelShop {
  models: ModelServer;
  server: TestServer;
  stop(): Promise<void>;
}

/** `large` is preferred and asked first. Prices make a reply of 1,000 and 50 tokens cost 0.003. */
export async function modelShop(
  environment: Environment = {},
  options: Omit<ServerOptions, 'environment'> = {},
): Promise<ModelShop> {
  const models = await ModelServer.start();
  const server = await TestServer.start({
    ...options,
    environment: {
      LLM_BASE_URL: models.url,
      LLM_API_KEY: KEY,
      LLM_MODELS: 'large',
      LLM_ROUTING: 'best-first',
      LLM_PRICES: JSON.stringify({ large: { inputPerMillion: '2.5', outputPerMillion: '10' } }),
      LLM_TIMEOUT_MS: '60000',
      ...environment,
    },
  }).catch(async (error: unknown) => {
    await models.close();
    throw error;
  });
  return {
    models,
    server,
    async stop() {
      await server.stop();
      await models.close();
    },
  };
}

type Condition = { field: string; op: string; value: string };
const only = (...conditions: Condition[]) => conditions.map((condition) => ({ any: [condition] }));

export const IPHONE: Condition = { field: 'name', op: 'contains', value: 'iphone 17' };
export const SILVER: Condition = { field: 'color', op: 'eq', value: 'silver' };

/** A right answer: this change of the products that meet all conditions. */
export const changes = (data: object, ...conditions: Condition[]): Record<string, unknown> => ({
  kind: 'task',
  action: 'update',
  queries: only(...conditions),
  data: [data],
});

export const RAISED = changes({ field: 'price', op: 'increase_percent', value: '10' }, IPHONE, SILVER);
/** The grammar is sure of this; it asks for RAISED. */
export const CLEAR = 'raise the price of silver iphone 17 by 10%';
export const CLEAR_FA = 'قیمت گلکسی مشکی را ۱۰ درصد کم کن';
/** The grammar cannot follow these; RAISED and LOWERED_FA are what they ask for. */
export const OPEN = 'iphone 17 silver, price of, up 10% make it';
export const OPEN_FA = '۱۰ درصد، قیمت، کاهش، گلکسی مشکی';
export const LOWERED_FA = changes(
  { field: 'price', op: 'decrease_percent', value: '10' },
  { field: 'name', op: 'contains', value: 'گلکسی مشکی' },
);

/** Answers by what the user said. */
export const byWords =
  (answers: Record<string, Behaviour>, otherwise: Behaviour = says('no')): Behaviour =>
  (response, request) => {
    const found = Object.keys(answers).find((words) => userSaid(request, words));
    (found === undefined ? otherwise : (answers[found] as Behaviour))(response, request);
  };

const userSaid = ({ body }: ReceivedRequest, words: string): boolean =>
  body.messages.some(
    ({ role, content }) => role === 'user' && content.includes(JSON.stringify(words).slice(1, -1)),
  );

export const reads = (answers: Record<string, Record<string, unknown>>): Behaviour =>
  byWords(Object.fromEntries(Object.entries(answers).map(([words, reply]) => [words, replies(reply)])));
