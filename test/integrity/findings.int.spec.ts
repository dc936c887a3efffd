/** The checkers find what they are for: each is shown a sound shop, and then one with a planted fault. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Product } from '../../src/catalogue/product.js';
import type { Delivery } from '../../src/event-bus/event-bus.js';
import type { DomainEvent } from '../../src/events/registry.js';
import { readEvent, contractOf } from '../../src/events/registry.js';
import { catalogueStream, draftStream, routeOf } from '../../src/events/streams.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { JobQueue } from '../../src/platform/jobs/job-queue.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { ALL_PROJECTIONS } from '../../src/projections/all.js';
import { project } from '../../src/projections/projection.js';
import { added, updated } from '../support/catalogue-log.js';
import { until } from '../support/until.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import {
  confirmed,
  CHANGE_SET_ID,
  DRAFT_ID,
  draftCreated,
  executed,
  executionQueued,
  executionStarted,
  parsed,
  parsingStarted,
  previewBuilt,
  USER_ID,
  WORKSPACE_ID,
} from '../support/draft-events.js';
import { metadata, wholeLog } from '../support/events.js';
import { findings } from './findings.js';

const AT = '2026-01-01T00:00:00.000Z';
const product: Product = {
  productId: '0197a000-0000-7000-8000-00000000aaaa',
  sku: 'A-1',
  name: 'Lamp',
  price: '10.00',
  stock: 5,
  category: 'Lamps',
  brand: null,
  fields: { color: 'red' },
  version: 1,
};
const CATALOGUE = catalogueStream(WORKSPACE_ID);
const DRAFT = draftStream(DRAFT_ID);
const raise = updated(product, { price: '10.00' }, { price: '11.00' });

let data: TestDatabase;
let store: PostgresEventStore;
beforeEach(async () => {
  data = await testDatabase();
  store = new PostgresEventStore(data.database);
  await soundShop();
});

afterEach(async () => {
  await store.close();
  await data.drop();
});

/** One import and one executed draft, projected whole. */
async function soundShop() {
  const jobs = await JobQueue.open({
    url: data.url,
    concurrency: { quick: 1, outside: 1, voice: 1 },
    durableCommits: false,
    logger: createLogger({ level: 'silent' }),
  });
  await jobs.close();
  await append(
    CATALOGUE,
    changes(randomUUID(), { kind: 'import', importId: randomUUID() }, [added(product)]),
  );
  await append(
    DRAFT,
    draftCreated(),
    parsingStarted(),
    parsed(),
    previewBuilt(),
    confirmed(),
    executionQueued(),
    executionStarted(),
  );
  await append(CATALOGUE, changes(CHANGE_SET_ID, { kind: 'draft', draftId: DRAFT_ID }, [raise]));
  await append(DRAFT, executed());
  await projectAll();
}

type Changes = Extract<DomainEvent, { type: 'ProductsChanged' }>;
function changes(
  changeSetId: string,
  origin: Changes['data']['origin'],
  list: Changes['data']['changes'],
  chunks = 1,
): Changes {
  const data = { changeSetId, origin, userId: USER_ID, chunk: 1, chunks, total: list.length, changes: list };
  return { type: 'ProductsChanged', data: { ...data, changedAt: AT } };
}

async function append(streamId: string, ...events: DomainEvent[]) {
  const result = await store.append({
    workspaceId: WORKSPACE_ID,
    streamId,
    expectedRevision: 'any',
    events: events.map(({ type, data: facts }) => ({
      eventId: randomUUID(),
      type,
      schemaVersion: contractOf(type).version,
      data: facts,
    })),
    metadata: metadata(),
  });
  expect(result.outcome).toBe('appended');
}

async function projectAll() {
  const deliveries = (await wholeLog(store)).map((recorded): Delivery => {
    const { topic, key } = routeOf(recorded.streamId);
    return { topic, key, partition: 0, headers: {}, event: readEvent(recorded) };
  });
  for (const projection of ALL_PROJECTIONS) {
    const wanted = deliveries.filter(({ topic }) => projection.topics.includes(topic));
    if (wanted.length > 0) await project(data.database, projection, wanted);
  }
}

const found = () => findings({ database: data.database, store });
const run = (statement: string) => data.database.query(statement);

describe('findings', () => {
  it('are none in a sound shop', async () => {
    expect(await found()).toEqual([]);
  });

  it.each<{ fault: string; plant: () => Promise<unknown>; finding: RegExp }>([
    {
      fault: 'a change set that was applied twice',
      plant: () => append(CATALOGUE, changes(CHANGE_SET_ID, { kind: 'draft', draftId: DRAFT_ID }, [raise])),
      finding: /change set .* comes again/,
    },
    {
      fault: 'a change that was applied again under another change set',
      plant: () =>
        append(
          CATALOGUE,
          changes(randomUUID(), { kind: 'draft', draftId: DRAFT_ID }, [{ ...raise, baseVersion: 2 }]),
        ),
      finding: /has 2 change sets/,
    },
    {
      fault: 'a change from a version that was not the current one',
      plant: () => append(CATALOGUE, changes(randomUUID(), { kind: 'manual' }, [raise])),
      finding: /update from version 1, but it is at 2/,
    },
    {
      fault: 'a change from a value that was not the current one',
      plant: () =>
        append(CATALOGUE, changes(randomUUID(), { kind: 'manual' }, [{ ...raise, baseVersion: 2 }])),
      finding: /price was 11.00, not 10.00/,
    },
    {
      fault: 'half a change set',
      plant: () =>
        append(
          CATALOGUE,
          changes(
            randomUUID(),
            { kind: 'manual' },
            [{ ...raise, baseVersion: 2, before: { price: '11.00' }, after: { price: '12.00' } }],
            2,
          ),
        ),
      finding: /ends after chunk 1 of 2/,
    },
    {
      fault: 'a draft that was executed without a change of the catalogue',
      plant: () =>
        run(
          `ALTER TABLE events DISABLE TRIGGER ALL; UPDATE events SET data = jsonb_set(data, '{origin}', '{"kind":"manual"}') WHERE data->'origin'->>'kind' = 'draft'`,
        ),
      finding: /has 0 change sets and was executed/,
    },
    {
      fault: 'a change of the catalogue whose draft does not know of it',
      plant: () => run(`ALTER TABLE events DISABLE TRIGGER ALL; DELETE FROM events WHERE type = 'Executed'`),
      finding: /has 1 change sets and was not executed/,
    },
    {
      fault: 'a draft that was left on its way',
      plant: () => append(draftStream(randomUUID()), draftCreated()),
      finding: /was left after DraftCreated/,
    },
    {
      fault: 'a history against the laws of drafts',
      plant: () => append(DRAFT, executed()),
      finding: /executed twice/,
    },
    {
      fault: 'a gap in a stream',
      plant: () =>
        run(`ALTER TABLE events DISABLE TRIGGER ALL; DELETE FROM events WHERE type = 'ParsingStarted'`),
      finding: /revision 2 where 1 was due/,
    },
    {
      fault: 'a lost product',
      plant: () => run('DELETE FROM products'),
      finding: /products lacks .*A-1/,
    },
    {
      fault: 'a product with another price',
      plant: () => run(`UPDATE products SET price = 12`),
      finding: /products has .*12\.00/,
    },
    {
      fault: 'a product with another version',
      plant: () => run(`UPDATE products SET version = 3`),
      finding: /products lacks/,
    },
    {
      fault: 'a lost line of history',
      plant: () => run(`DELETE FROM product_history WHERE version = 2`),
      finding: /product_history lacks/,
    },
    {
      fault: 'a change set that nothing tells of',
      plant: () => run(`UPDATE change_sets SET change_set_id = gen_random_uuid() WHERE origin = 'draft'`),
      finding: /change_sets has/,
    },
    {
      fault: 'a draft shown in another status',
      plant: () => run(`UPDATE drafts SET view = view || '{"status": "queued"}'`),
      finding: /drafts: 1 rows only live, 1 only in a rebuild/,
    },
    {
      fault: 'a lost line of the audit trail',
      plant: () => run(`DELETE FROM audit_trail WHERE type = 'Confirmed'`),
      finding: /audit_trail: 0 rows only live, 1 only in a rebuild/,
    },
    {
      fault: 'a word of the vocabulary that no product has',
      plant: () =>
        run(`INSERT INTO vocabulary_words VALUES ('${WORKSPACE_ID}', 'brand', 'brand', 'Acme', 1)`),
      finding: /vocabulary_words: 1 rows only live/,
    },
    {
      fault: 'a product that is not found by its words',
      plant: () => run('DELETE FROM product_terms'),
      finding: /product_terms: 0 rows only live, 1 only in a rebuild/,
    },
    {
      fault: 'an event among the dead letters',
      plant: () =>
        run(`INSERT INTO dead_letters (id, group_name, topic, partition, key, position, workspace_id, headers, event, reason, error_class, error_message, attempts)
             VALUES (gen_random_uuid(), 'projection.drafts', 'drafthorse.drafts', 0, 'k', 1, gen_random_uuid(), '{}', '{"type": "Parsed"}', 'failed', 'Error', 'boom', 8)`),
      finding: /dead letter of projection.drafts failed Parsed boom/,
    },
    {
      fault: 'a job that was not done',
      plant: () => run(`SELECT graphile_worker.add_job('apply-changes', '{}')`),
      finding: /job apply-changes/,
    },
    {
      fault: 'an upload that nobody reads any more',
      plant: () =>
        run(
          `INSERT INTO file_chunks (upload_id, ordinal, workspace_id, content) VALUES (gen_random_uuid(), 0, gen_random_uuid(), 'x')`,
        ),
      finding: /chunks of no file/,
    },
  ])('tell of $fault', async ({ plant, finding }) => {
    await plant();
    // A planted event is in the log at once and visible in it once no other write of the server is open.
    let told: string[] = [];
    const isTold = async () => (told = await found()).some((line) => finding.test(line));
    await until('it is told', isTold).catch(() => undefined);
    expect(told).toContainEqual(expect.stringMatching(finding));
  });
});
