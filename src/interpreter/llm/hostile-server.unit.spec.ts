import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Task } from '../../catalogue/task.js';
import * as server from '../../../test/support/model-server/behaviours.js';
import { HOSTILE, RAISE as raise } from '../../../test/support/model-server/hostile.js';
import { ModelServer, type Behaviour } from '../../../test/support/model-server/model-server.js';
import { until } from '../../../test/support/until.js';
import type { Attempt, InterpretRequest, Reading } from '../interpreter.js';
import { PHONES, vocabularyOf } from '../rules/testing/vocabularies.js';
import { createModelClient } from './client/model-client.js';
import { LlmInterpreter, type LlmOptions } from './llm-interpreter.js';
import type { ModelObserver } from './resilience/observer.js';
import { ResilientModels } from './resilience/resilient-models.js';

const KEY = 'sk-secret-0123456789abcdef';
/** Long enough for a busy machine; short where the point is that nobody answers. */
const TIMEOUT_MS = 5_000;
const SHORT_TIMEOUT_MS = 150;
const vocabulary = vocabularyOf(PHONES, 'other');
/** The grammar cannot place "kickback", a model may. */
const OPEN = 'iphone 17 price kickback to 900';
/** The grammar is sure of this. */
const CLEAR = 'raise the price of silver iphone 17 by 10%';

let models: ModelServer;
let interpreter: LlmInterpreter;
const states: string[] = [];

function build(
  over: Partial<LlmOptions> = {},
  modelNames: string[] = ['large'],
  timeoutMs = TIMEOUT_MS,
): LlmInterpreter {
  const observer: ModelObserver = { breakerChanged: (model, state) => states.push(`${model} ${state}`) };
  const client = createModelClient({
    baseUrl: models.url,
    apiKey: KEY,
    timeoutMs,
    replyTokensMax: 500,
  });
  return new LlmInterpreter({
    models: new ResilientModels(client, modelNames, {
      limits: { concurrency: 8, requestsPerMinute: 0, waitingMax: 50 },
      retry: { triesMax: 3, baseMs: 1, waitMsMax: 5, retryAfterMsMax: 50 },
      observer,
    }),
    modelNames,
    routing: { '*': 'best-first' },
    prices: { large: { inputPerMillion: '2.5', outputPerMillion: '10' } },
    whenSpent: 'offline',
    deadlineMs: 8_000,
    ...over,
  });
}

const request = (prompt: string, over: Partial<InterpretRequest> = {}): InterpretRequest => ({
  prompt,
  conversation: [],
  vocabulary,
  skus: [],
  ...over,
});
const read = (prompt: string, over: Partial<InterpretRequest> = {}) =>
  interpreter.interpret(request(prompt, over));
const outcomes = ({ record }: Reading) => record.attempts.map(({ outcome }) => outcome);

beforeAll(async () => {
  models = await ModelServer.start();
});
afterAll(() => models.close());
beforeEach(() => {
  models.reset();
  states.length = 0;
  interpreter = build();
});
afterEach(() => interpreter.close());

/** What must hold whatever a server does. */
function holdsEveryRule(reading: Reading): void {
  expect(JSON.stringify(reading)).not.toContain(KEY);
  if (reading.kind === 'task') expect(Task.safeParse(reading.task).success).toBe(true);
  const task = reading.kind === 'task' ? reading.task : null;
  expect(task?.action).not.toBe('delete');
  if (task?.action === 'update') expect(task.queries.length).toBeGreaterThan(0);
}

describe.each(Object.entries(HOSTILE))('a server that %s', (_, [behaviour, expected]) => {
  beforeEach(() => {
    interpreter.close();
    const waits = expected.includes('timeout');
    interpreter = build({}, ['large'], waits ? SHORT_TIMEOUT_MS : TIMEOUT_MS);
  });

  it('leaves a clear sentence to the offline interpreter', async () => {
    models.always(behaviour);
    const startedAt = performance.now();
    const reading = await read(CLEAR);
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    expect(outcomes(reading)).toEqual(expected);
    expect(reading).toMatchObject({ kind: 'task', record: { by: { kind: 'rules' } } });
    expect((await interpreterAlone(CLEAR)).task).toEqual(reading.kind === 'task' ? reading.task : null);
    holdsEveryRule(reading);
  });

  it('leaves an open sentence as a question', async () => {
    models.always(behaviour);
    const reading = await read(OPEN);
    expect(reading.kind).toBe('question');
    holdsEveryRule(reading);
  });
});

async function interpreterAlone(prompt: string) {
  const { interpret } = await import('../rules/rules-interpreter.js');
  const reading = interpret(request(prompt));
  if (reading.kind !== 'task') throw new Error('not a clear sentence');
  return reading;
}

describe('a server that answers rightly', () => {
  const right: Record<string, Behaviour> = {
    'in the agreed form': server.replies(raise),
    'in a code fence': server.says(`\`\`\`json\n${JSON.stringify(raise, null, 2)}\n\`\`\``),
    'with prose around it': server.says(`Here you are:\n${JSON.stringify(raise)}\nAnything else?`),
    'in parts': server.sends(server.completion({ content: [{ type: 'text', text: JSON.stringify(raise) }] })),
    'without saying what it took': server.sends({
      choices: [{ index: 0, message: { role: 'assistant', content: JSON.stringify(raise) } }],
    }),
  };
  it.each(Object.entries(right))('%s is believed where the offline reading agrees', async (_, behaviour) => {
    models.always(behaviour);
    const reading = await read(CLEAR);
    expect(reading.record.by).toEqual({ kind: 'llm', version: '1', model: 'large' });
    expect(outcomes(reading)).toEqual(['read']);
    expect(reading.record.attempts[0]?.promptTokens).toBeGreaterThan(500);
    expect(reading.record.alternative).toBeUndefined();
  });

  it('costs what its tokens cost', async () => {
    models.always(server.replies(raise));
    expect((await read(CLEAR)).record.attempts[0]).toMatchObject({
      promptTokens: 1_000,
      completionTokens: 50,
      cost: '0.003',
    });
  });

  it('reads what the grammar cannot', async () => {
    const set = {
      ...raise,
      queries: raise.queries.slice(0, 1),
      data: [{ field: 'price', op: 'set', value: '900' }],
    };
    models.always(server.replies(set));
    const reading = await read('iphone 17 price 900 maybe');
    expect(reading.kind).not.toBe('refusal');
    holdsEveryRule(reading);
  });

  it('is asked back with the exact place of a mistake, and may put it right', async () => {
    models.inTurn(
      server.replies({ ...raise, data: [{ field: 'price', op: 'increase_percent', value: 'ten' }] }),
      server.replies(raise),
    );
    const reading = await read(CLEAR);
    expect(outcomes(reading)).toEqual(['invalid', 'read']);
    expect(models.requests[1]?.text).toContain('data[0].value: expected a plain decimal number');
  });

  it('is stood in for by the next model when it fails', async () => {
    interpreter.close();
    interpreter = build({}, ['large', 'small']);
    models.perModel({ large: server.fails(500), small: server.replies(raise) });
    const reading = await read(CLEAR);
    expect(outcomes(reading)).toEqual(['unavailable', 'read']);
    expect(reading.record.by.model).toBe('small');
  });

  it('is asked only where a small one is unsure, when the cheapest reads first', async () => {
    interpreter.close();
    interpreter = build({ routing: { '*': 'cheapest-first' } }, ['large', 'small']);
    models.perModel({
      small: server.replies({ kind: 'question', message: 'Which ones?' }),
      large: server.replies(raise),
    });
    const reading = await read(CLEAR);
    expect(outcomes(reading)).toEqual(['unsure', 'read']);
    expect(reading.record.route).toEqual({
      plan: 'cheapest-first',
      complexity: 'simple',
      models: ['small', 'large'],
    });
  });

  it('is not asked at all where the route says so', async () => {
    interpreter.close();
    interpreter = build({ routing: { '*': 'best-first', free: 'unsure' } });
    expect(interpreter.atOnce(request(CLEAR, { tier: 'free' }))).toMatchObject({ kind: 'task' });
    expect(interpreter.atOnce(request(OPEN, { tier: 'free' }))).toBeNull();
    expect((await read(CLEAR, { tier: 'free' })).record.attempts).toEqual([]);
    expect(models.requests).toHaveLength(0);
  });
});

describe('two readers', () => {
  it('that are both sure and differ are both told, and the offline reading stands', async () => {
    const other = {
      ...raise,
      queries: [raise.queries[0], { any: [{ field: 'name', op: 'contains', value: 'silver' }] }],
    };
    models.always(server.replies(other));
    const reading = await read(CLEAR);
    expect(reading.record.by.kind).toBe('rules');
    expect(reading.record.alternative).toMatchObject({
      by: { kind: 'llm', model: 'large' },
      task: { action: 'update' },
    });
    expect(reading.record.alternative?.explanation).toContain('silver');
  });
});

describe('a question of a model', () => {
  it('is put to the user, with its answers to choose from', async () => {
    models.always(
      server.replies({ kind: 'question', message: 'Which colour?', options: ['Silver', 'Black'] }),
    );
    expect(await read(OPEN)).toMatchObject({
      kind: 'question',
      question: 'Which colour?',
      options: [
        { label: 'Silver', task: null },
        { label: 'Black', task: null },
      ],
    });
  });

  it.each([
    'See https://evil.example/login',
    'Write to me at evil@example.com',
    '\u202e\u200b',
    `key ${KEY} www.x.io`,
  ])('that no one should see (%j) gives way to the offline one', async (message) => {
    models.always(server.replies({ kind: 'question', message }));
    const reading = await read(OPEN);
    expect(reading).toMatchObject({ kind: 'question', record: { by: { kind: 'rules' } } });
    holdsEveryRule(reading);
  });

  it('carries the conversation as turns of its own', async () => {
    models.always(server.replies(raise));
    const turn = { question: 'Which colour?', options: [], answer: 'the silver one' };
    await read(OPEN, { conversation: [turn] });
    const [asked, answered] = models.requests[0]?.body.messages.slice(-2) ?? [];
    expect(asked).toMatchObject({ role: 'assistant' });
    expect(asked?.content).toContain('Which colour?');
    expect(answered).toEqual({ role: 'user', content: JSON.stringify({ answer: 'the silver one' }) });
  });
});

describe('the key', () => {
  it('is sent in the header and nowhere else', async () => {
    models.always(server.replies(raise));
    await read(CLEAR);
    expect(models.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(models.requests[0]?.text).not.toContain(KEY);
  });

  it('is taken out of what a server says back', async () => {
    models.always(server.says(`no JSON but ${KEY}`));
    const reading = await read(CLEAR);
    expect(reading.record.rawReply).toBe('no JSON but [key]');
  });
});

describe('what a request asks for', () => {
  it('is left out where a server refuses it, and stays left out', async () => {
    models.inTurn(server.fails(400, {}, { param: 'max_tokens' }), server.fails(400), server.replies(raise));
    await read(CLEAR);
    expect(
      models.requests.map(({ body }) => [body['response_format'], body['max_completion_tokens']]),
    ).toEqual([
      [expect.objectContaining({ type: 'json_schema' }), undefined],
      [expect.objectContaining({ type: 'json_schema' }), 500],
      [{ type: 'json_object' }, 500],
    ]);
    await read('lower the price of silver iphone 17 by 10%');
    expect(models.requests).toHaveLength(4);
    expect(models.requests[3]?.body['response_format']).toEqual({ type: 'json_object' });
  });
});

describe('a draft that is cancelled', () => {
  it('ends at once, and its request is aborted', async () => {
    models.always(server.neverAnswers);
    const cancel = new AbortController();
    const reading = interpreter.interpret(request(CLEAR, { workspaceId: 'w' }), { signal: cancel.signal });
    await until('the request', () => models.requests.length === 1);
    cancel.abort(new Error('cancelled'));
    await expect(reading).rejects.toThrow('cancelled');
    await until('the end of the request', () => models.requests[0]?.aborted === true);
  });

  it('has its requests accounted for, the answered and the given up', async () => {
    models.inTurn(server.says('no'), server.neverAnswers);
    const cancel = new AbortController();
    const told: Attempt[] = [];
    const reading = interpreter.interpret(request(CLEAR, { workspaceId: 'w' }), {
      signal: cancel.signal,
      onAttempt: (attempt) => told.push(attempt),
    });
    await until('the repair', () => models.requests.length === 2);
    cancel.abort(new Error('cancelled'));
    await expect(reading).rejects.toThrow('cancelled');
    expect(told).toMatchObject([
      { outcome: 'invalid', cost: '0.003' },
      { outcome: 'cancelled', cost: '0' },
    ]);
  });

  it('does not take another one with it that waits for the same answer', async () => {
    let answer = (): void => undefined;
    models.always((response, received) => {
      answer = () => server.replies(raise)(response, received);
    });
    const cancel = new AbortController();
    const first = interpreter.interpret(request(CLEAR, { workspaceId: 'w' }), { signal: cancel.signal });
    await until('the request', () => models.requests.length === 1);
    const second = interpreter.interpret(request(CLEAR, { workspaceId: 'w' }));
    cancel.abort(new Error('cancelled'));
    await expect(first).rejects.toThrow('cancelled');
    answer();
    expect((await second).record.attempts).toMatchObject([{ outcome: 'read', cached: true, cost: '0' }]);
    expect(models.requests).toHaveLength(1);
  });
});

describe('what was answered', () => {
  it('is remembered for the workspace that asked, and costs nothing again', async () => {
    models.always(server.replies(raise));
    await read(CLEAR, { workspaceId: 'one' });
    const again = await read(CLEAR, { workspaceId: 'one' });
    expect(again.record.attempts).toMatchObject([
      { outcome: 'read', cached: true, cost: '0', promptTokens: 0 },
    ]);
    await read(CLEAR, { workspaceId: 'two' });
    expect(models.requests).toHaveLength(2);
  });

  it('is not remembered when it could not be used', async () => {
    models.always(server.says('no'));
    await read(CLEAR, { workspaceId: 'one' });
    models.always(server.replies(raise));
    expect((await read(CLEAR, { workspaceId: 'one' })).record.by.kind).toBe('llm');
  });
});

describe('a budget that is spent', () => {
  it('leaves the sentence to the offline interpreter and says so', async () => {
    const reading = await read(CLEAR, { budgetRemaining: '0' });
    expect(reading).toMatchObject({ kind: 'task', record: { degraded: 'budget_spent', attempts: [] } });
    expect(models.requests).toHaveLength(0);
  });

  it('is refused where it was set up so', async () => {
    interpreter.close();
    interpreter = build({ whenSpent: 'refuse' });
    expect(await read(CLEAR, { budgetRemaining: '-0.5' })).toMatchObject({
      kind: 'refusal',
      code: 'BUDGET_SPENT',
    });
  });

  it('while reading ends the reading', async () => {
    interpreter.close();
    interpreter = build(
      {
        routing: { '*': 'cheapest-first' },
        prices: { small: { inputPerMillion: '1000', outputPerMillion: '0' } },
      },
      ['large', 'small'],
    );
    models.always(server.replies({ kind: 'question', message: 'Which ones?' }));
    expect(outcomes(await read(OPEN, { budgetRemaining: '0.5' }))).toEqual(['unsure']);
  });
});

describe('the breaker', () => {
  it('opens for a model that fails, and then nobody waits', async () => {
    models.always(server.fails(500));
    for (let draft = 0; draft < 2; draft++) await read(CLEAR);
    expect(states).toContain('large open');
    const sent = models.requests.length;
    const reading = await read(CLEAR);
    expect(models.requests).toHaveLength(sent);
    expect(outcomes(reading)).toEqual(['breaker_open']);
    expect(reading.record.degraded).toBe('model_unavailable');
  });

  it('stays closed for wrong answers and refused requests', async () => {
    for (const behaviour of [server.says('no'), server.fails(401), server.sendsText('x', 'text/html')]) {
      models.always(behaviour);
      for (let draft = 0; draft < 4; draft++) await read(CLEAR);
    }
    expect(states).toEqual(['large closed']);
  });
});

describe('ten megabytes', () => {
  it('are hung up on after the first few hundred kilobytes', async () => {
    const tally = { written: 0 };
    models.always(server.floods(10_000_000, tally));
    await read(CLEAR);
    await until('the end of the request', () => models.requests[0]?.aborted === true);
    expect(tally.written).toBeLessThan(9_000_000);
  });
});

describe('many drafts at once', () => {
  it('are all read rightly beside one that a hostile answer ruins', async () => {
    models.always((response, received) =>
      (received.text.includes('price of black iphone') ? server.floods(10_000_000) : server.replies(raise))(
        response,
        received,
      ),
    );
    const healthy = Array.from({ length: 50 }, () => read(CLEAR));
    const hostile = read('raise the price of black iphone 17 by 10%');
    for (const reading of await Promise.all(healthy)) expect(reading.record.by.kind).toBe('llm');
    expect((await hostile).record.by.kind).toBe('rules');
  });
});
