/** What is found once everything was put right again and has come to rest. */
import { reconcile } from '../../src/event-bus/reconciler/reconcile.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import type { Database } from '../../src/platform/database/database.js';
import { atRest } from '../integrity/at-rest.js';
import { findings } from '../integrity/findings.js';
import {
  shortened,
  unexplainedOutcomes,
  wrongDrafts,
  wrongProducts,
  wrongRecords,
  type LoggedDraft,
} from './checks.js';
import type { Attempt, ExpectedProduct, Scale, Wish } from './model.js';
import { allRecords } from './records.js';
import type { Stage } from './stage.js';

const REST_MS_MAX = 180_000;

export interface Played {
  scale: Scale;
  wishes: readonly Wish[];
  attempts: readonly Attempt[];
}

export interface Verdict {
  findings: string[];
  events: number;
  records: number;
  /** Records that came again: harmless to whoever skips what they have had. */
  repeats: number;
  restMs: number;
}

export async function verdictOf(stage: Stage, played: Played): Promise<Verdict> {
  const { database } = stage;
  const startedAt = performance.now();
  const restless = await atRest(database, REST_MS_MAX).then(
    () => [],
    (error: unknown) => [(error as Error).message],
  );
  const restMs = performance.now() - startedAt;
  const log = await loggedEvents(database);
  const topics = await allRecords(stage.broker.brokers);
  const order = wrongRecords(topics.records, log);
  return {
    events: log.size,
    records: topics.records.length,
    repeats: order.repeats,
    restMs,
    findings: [
      restless,
      unexplainedOutcomes(played.wishes, played.attempts),
      wrongProducts(played.scale, played.attempts, await shownProducts(database)),
      wrongDrafts(played.scale, played.attempts, await loggedDrafts(database)),
      order.findings,
      [...topics.deadLetters].map(([topic, count]) => `${topic} holds ${count} records`),
      await notReconciled(stage),
      await notAtRest(database),
      (await Promise.all(stage.all.map((member) => member.unready()))).filter((why) => why !== null),
    ].flatMap(shortened),
  };
}

async function notAtRest(database: Database): Promise<string[]> {
  const store = new PostgresEventStore(database);
  try {
    return await findings({ database, store });
  } finally {
    await store.close();
  }
}

async function notReconciled({ database, connection }: Stage): Promise<string[]> {
  const store = new PostgresEventStore(database);
  try {
    const { differences } = await reconcile({ connection, store, database, from: null, to: null });
    return differences.map(
      ({ kind, topic, partition, position, offset }) =>
        `reconciler: ${kind} in ${topic}/${partition}, position ${position}, offset ${offset}`,
    );
  } finally {
    await store.close();
  }
}

async function loggedEvents(database: Database): Promise<Set<string>> {
  const { rows } = await database.query<{ event_id: string }>('SELECT event_id FROM events');
  return new Set(rows.map(({ event_id }) => event_id));
}

async function shownProducts(database: Database): Promise<ExpectedProduct[]> {
  const { rows } = await database.query<ExpectedProduct>(
    'SELECT sku, price::text AS price, stock::integer AS stock, version::integer AS version FROM products WHERE NOT deleted',
  );
  return rows;
}

const LOGGED_DRAFTS = `
  SELECT substr(d.stream_id, 7) AS "draftId", coalesce(c.sets, 0) AS "changeSets", coalesce(c.rows, 0) AS rows
    FROM events d
    LEFT JOIN (SELECT data->'origin'->>'draftId' AS draft_id, count(DISTINCT data->>'changeSetId')::integer AS sets,
                      sum(jsonb_array_length(data->'changes'))::integer AS rows
                 FROM events WHERE type = 'ProductsChanged' GROUP BY 1) c ON c.draft_id = substr(d.stream_id, 7)
   WHERE d.type = 'DraftCreated'`;

async function loggedDrafts(database: Database): Promise<LoggedDraft[]> {
  return (await database.query<LoggedDraft>(LOGGED_DRAFTS)).rows;
}
