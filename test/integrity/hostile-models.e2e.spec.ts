/**
 * The whole program before a model server that goes wrong in every way we know of, with healthy drafts beside: each
 * draft ends in a right state, in time; nothing is changed; nothing secret is logged; no memory stays behind.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DraftView } from '../../src/projections/drafts/draft-view.js';
import { changes, IPHONE, KEY, modelShop, SILVER, type ModelShop } from '../journeys/models.js';
import { catalogueOf, differencesBetween, PHONES } from '../journeys/shop.js';
import type { ApiClient } from '../support/api-client.js';
import { floods, replies } from '../support/model-server/behaviours.js';
import { HOSTILE } from '../support/model-server/hostile.js';
import type { Behaviour, ReceivedRequest } from '../support/model-server/model-server.js';
import type { Memory } from '../support/measured-main.js';

const HEALTHY_BESIDE = 50;
/** Long enough for healthy answers on a busy machine. */
const TIMEOUT_MS = 3_000;
/** Three time-outs are the most a sentence waits; the rest is the busy machine's. */
const END_MS_MAX = 3 * TIMEOUT_MS + 15_000;

/** The grammar is sure of one and asks back for the other. */
const CLEAR = 'raise the price of black iphone 17 by 10%';
const OPEN = 'iphone 17 black, price of, up 10% make it';
/** Another amount each time, so that every one of them asks the model. */
const healthySentence = (percent: number) => `iphone 17 silver, price of, up ${percent}% make it`;
const HEALTHY = /iphone 17 silver, price of, up (\d+)% make it/;

let shop: ModelShop;
let healthy: ApiClient;
let said = '';
let percent = 1;

/** Healthy sentences are answered rightly whatever the others get. */
const beside =
  (hostile: Behaviour): Behaviour =>
  (response, request) => {
    const amount = HEALTHY.exec(wordsOf(request))?.[1];
    const right = changes({ field: 'price', op: 'increase_percent', value: amount }, IPHONE, SILVER);
    (amount === undefined ? hostile : replies(right))(response, request);
  };
const wordsOf = ({ body }: ReceivedRequest) => body.messages.map(({ content }) => content).join('\n');

async function readHealthy(): Promise<DraftView[]> {
  const drafts = await Promise.all(
    Array.from({ length: HEALTHY_BESIDE }, () => healthy.create(healthySentence(percent++))),
  );
  return Promise.all(drafts.map((draftId) => healthy.parsed(draftId)));
}

beforeAll(async () => {
  shop = await modelShop(
    { LLM_TIMEOUT_MS: String(TIMEOUT_MS), LLM_CONCURRENCY: '16', LOG_LEVEL: 'debug' },
    { entry: 'test/support/measured-main.ts', heard: (text) => (said += text) },
  );
  healthy = (await shop.server.createWorkspace('healthy')).client;
  await healthy.importCatalogue(PHONES);
  // The breaker looks at the last ten seconds: what goes wrong below is never half of what is asked.
  shop.models.always(beside(() => undefined));
  await readHealthy();
});
afterAll(() => shop?.stop());

describe.each(Object.entries(HOSTILE))('a model server that %s', (name, [behaviour, outcomes]) => {
  it('leads nobody astray, and no other draft suffers', async () => {
    const { client: api } = await shop.server.createWorkspace(name);
    await api.importCatalogue(PHONES);
    const before = await catalogueOf(api);
    shop.models.reset();
    shop.models.always(beside(behaviour));
    const startedAt = performance.now();
    const others = readHealthy();
    const [clear, open] = await Promise.all([api.say(CLEAR), api.say(OPEN)]);
    expect(performance.now() - startedAt).toBeLessThan(END_MS_MAX);

    expect(clear).toMatchObject({
      status: 'preview',
      interpreter: { kind: 'rules' },
      parsed: { action: 'update', data: [{ field: 'price', op: 'increase_percent', value: '10' }] },
      preview: { rows: [{ sku: 'IP17-B', after: { price: '1100.00' } }], requires: ['confirmation'] },
    });
    expect(clear.models?.attempts.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(open.status).toBe('clarify');
    for (const { status, interpreter } of await others)
      expect({ status, kind: interpreter?.kind }).toEqual({ status: 'preview', kind: 'llm' });
    expect(differencesBetween(before, await catalogueOf(api))).toEqual([]);
  });
});

describe('what the program writes to its log meanwhile', () => {
  it('has neither the key, nor what users said, nor what models answered', () => {
    expect(said).toContain('"level":"info"');
    for (const secret of [KEY, 'black iphone', 'price of, up', 'Sure! I raised them', 'delete_all'])
      expect(said.includes(secret), secret).toBe(false);
  });
});

describe('ten-megabyte answers', () => {
  it('leave nothing behind in the memory of the process', async () => {
    const { client: api } = await shop.server.createWorkspace('flooded');
    await api.importCatalogue(PHONES);
    shop.models.always((response, request) => floods(10_000_000)(response, request));
    const memory = () => shop.server.running.ask({}) as Promise<Memory>;
    const round = async (of: number) => {
      const drafts = Array.from({ length: 10 }, (_, at) =>
        api.say(`raise the price of black iphone 17 by ${of * 10 + at + 1}%`),
      );
      for (const draft of await Promise.all(drafts))
        expect(draft.models?.attempts.map(({ outcome }) => outcome)).toEqual(['invalid']);
    };
    for (let warmUp = 0; warmUp < 3; warmUp++) await round(warmUp);
    const before = await memory();
    for (let rounds = 3; rounds < 13; rounds++) await round(rounds);
    const after = await memory();
    console.log(`after a hundred answers of ten megabytes: ${JSON.stringify({ before, after })}`);
    // Two of them kept whole would show; the drafts themselves are small.
    expect(after.heapMb + after.externalMb - before.heapMb - before.externalMb).toBeLessThan(15);
    expect(after.residentMb - before.residentMb).toBeLessThan(100);
  });
});
