/** A log with events of every type that was ever released, projected and chained, on a database of its own. */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chainNext } from '../../src/audit-chain/chain-log.js';
import { registerKey, signEnds, unsignedEnds } from '../../src/audit-chain/checkpoints.js';
import { exportPieces } from '../../src/audit-chain/export.js';
import { KeyRing } from '../../src/audit-chain/keys.js';
import { verifyWorkspace, type Verification, type VerifyFrom } from '../../src/audit-chain/verify/verify.js';
import type { Delivery } from '../../src/event-bus/event-bus.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { CATALOGUE_EVENTS } from '../../src/events/catalogue.events.js';
import type { NewEvent } from '../../src/events/contract.js';
import { PLAN_EVENTS } from '../../src/events/draft.events.js';
import { IMPORT_EVENTS } from '../../src/events/import.events.js';
import { upcastEvent } from '../../src/events/registry.js';
import { kindsOf, routeOf, type StreamKind } from '../../src/events/streams.js';
import { WORKSPACE_EVENTS } from '../../src/events/workspace.events.js';
import { auditProjection, TRAIL_TOPICS } from '../../src/projections/audit/audit.projection.js';
import { project } from '../../src/projections/projection.js';
import { testDatabase, type TestDatabase } from './database.js';
import { metadata, wholeLog } from './events.js';
import { until } from './until.js';

const FIXTURES = new URL('../../src/events/fixtures/', import.meta.url);

const KIND_BY_TYPE = new Map<string, StreamKind>([
  ...WORKSPACE_EVENTS.map(({ type }) => [type, 'workspace'] as const),
  ...CATALOGUE_EVENTS.map(({ type }) => [type, 'catalogue'] as const),
  ...IMPORT_EVENTS.map(({ type }) => [type, 'import'] as const),
  ...PLAN_EVENTS.map(({ type }) => [type, 'plan'] as const),
]);

const RELEASED = readdirSync(FIXTURES)
  .toSorted()
  .map((file) => JSON.parse(readFileSync(new URL(file, FIXTURES), 'utf8')) as Omit<NewEvent, 'eventId'>);

export const newKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey;

export class ChainedLog {
  private constructor(
    readonly test: TestDatabase,
    readonly store: PostgresEventStore,
    readonly key: KeyObject,
    /** The server runs by a superuser: whoever the chain is against. */
    readonly keys: KeyRing,
  ) {}

  static async open(): Promise<ChainedLog> {
    const test = await testDatabase();
    const key = newKey();
    await registerKey(test.database, key);
    return new ChainedLog(test, new PostgresEventStore(test.database), key, new KeyRing(key, []));
  }

  get database() {
    return this.test.database;
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.test.drop();
  }

  /** Events of every type, three to an append, into new streams of the workspace. */
  async appendAll(workspaceId: string): Promise<void> {
    const streams = new Map<StreamKind, string>();
    for (const { kind, events } of inAppends()) {
      const streamId = streams.get(kind) ?? `${kind}-${randomUUID()}`;
      streams.set(kind, streamId);
      const append = { workspaceId, streamId, expectedRevision: 'any', metadata: metadata() } as const;
      await this.store.append({
        ...append,
        events: events.map((event) => ({ ...event, eventId: randomUUID() })),
      });
    }
  }

  /** As the audit projection does, up to the end of the log. */
  async projectAll(): Promise<void> {
    const events = await wholeLog(this.store);
    const kinds = kindsOf(TRAIL_TOPICS);
    const deliveries = events
      .filter(({ streamId }) => kinds.some((kind) => streamId.startsWith(`${kind}-`)))
      .map((event): Delivery => ({
        ...routeOf(event.streamId),
        partition: 0,
        headers: {},
        event: upcastEvent(event),
      }));
    await project(this.database, auditProjection, deliveries);
  }

  /** As the follower does. */
  async chainAll(limit = 1_000): Promise<void> {
    await until('everything appended is visible', async () => {
      const { rows } = await this.database.query<{ seen: boolean }>(
        'SELECT coalesce(max(position), 0) < log_watermark() AS seen FROM events',
      );
      return rows[0]?.seen;
    });
    while ((await chainNext(this.database, limit))?.length !== 0);
  }

  async sign(key = this.key): Promise<void> {
    await signEnds(this.database, await unsignedEnds(this.database, null), { key, now: new Date() });
  }

  async verify(workspaceId: string, from: VerifyFrom = 'beginning', keys = this.keys): Promise<Verification> {
    const parts = { database: this.database, keys };
    const answer = await verifyWorkspace(parts, workspaceId, { from, budgetMs: 60_000 });
    if (!answer) throw new Error('no such link to begin behind');
    return answer;
  }

  async export(workspaceId: string): Promise<string> {
    const parts = { database: this.database, keys: this.keys, now: () => new Date() };
    let text = '';
    for await (const piece of exportPieces(parts, workspaceId)) text += piece;
    return text;
  }

  /** What a superuser can do: no trigger stops these statements. */
  async tamper(statement: string, values: unknown[] = []): Promise<number> {
    return this.database.transaction(async (transaction) => {
      await transaction.query("SET LOCAL session_replication_role = 'replica'");
      return (await transaction.query(statement, values)).rowCount ?? 0;
    });
  }

  /** So that the next fault is alone. Call the answer to put everything back. */
  async keep(tables: readonly string[]): Promise<() => Promise<void>> {
    for (const table of tables) {
      await this.database.query(`DROP TABLE IF EXISTS kept_${table}`);
      await this.database.query(`CREATE TABLE kept_${table} AS TABLE ${table}`);
    }
    return async () => {
      for (const table of tables) {
        await this.tamper(`DELETE FROM ${table}`);
        await this.tamper(`INSERT INTO ${table} SELECT * FROM kept_${table}`);
      }
    };
  }
}

function* inAppends(): Generator<{ kind: StreamKind; events: Omit<NewEvent, 'eventId'>[] }> {
  const byKind = Map.groupBy(RELEASED, ({ type }) => KIND_BY_TYPE.get(type) ?? 'draft');
  for (const [kind, events] of byKind)
    for (let first = 0; first < events.length; first += 3)
      yield { kind, events: events.slice(first, first + 3) };
}
