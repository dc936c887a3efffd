/** The event store on PostgreSQL: one table, one function to append, statements in `sql/`. */
import type pg from 'pg';
import type { EventMetadata, RecordedEvent } from '../../events/contract.js';
import type { Database } from '../../platform/database/database.js';
import { Combiner } from '../../platform/combining/combiner.js';
import { checkAppend, checkLimit } from '../check-append.js';
import {
  EventStoreError,
  READ_EVENTS_MAX,
  type Append,
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
} from '../event-store.js';
import { togetherResults, togetherValues, type AppendedRow, type Appending } from './append-together.js';
import { toEventStoreError } from './errors.js';
import { LogSignal } from './log-signal.js';
import { receiptValues } from './postgres-receipts.js';
import { STATEMENTS, type StatementName } from './statements.js';

/** Of one page of the log, as stored (compressed): bounds what a page of large change sets takes in memory. */
export const READ_PAGE_BYTES_MAX = 4 * 1024 * 1024;

/** What goes with others; a larger append holds up nobody, has nothing to win, and goes alone. */
const TOGETHER_EVENTS_MAX = 8;
/** Of all that goes together. */
const TOGETHER_CHARS_MAX = 64 * 1024;

/** Kinds whose streams stay short; those of catalogues and large plans do not. */
const SHORT_STREAMS = /^(draft|import|workspace)-/;

interface EventRow {
  position: string;
  stream_id: string;
  revision: number;
  event_id: string;
  workspace_id: string;
  type: string;
  schema_version: number;
  data: unknown;
  metadata: EventMetadata;
  recorded_at: Date;
}

/** The oldest unfinished write transaction of the server; nothing appended after its start is visible yet. */
export interface WatermarkLag {
  ageMs: number;
  /** Null without an open write transaction. `pid` is null for a prepared one. */
  holder: { pid: number | null; database: string; application: string; state: string } | null;
}

export class PostgresEventStore implements EventStore {
  private readonly signal: LogSignal;
  private readonly together = new Combiner<Appending, AppendResult | null>({
    run: (_, appendings) => this.runTogether(appendings),
    weightOf: charsOf,
    weightMax: TOGETHER_CHARS_MAX,
  });

  constructor(private readonly database: Database) {
    this.signal = new LogSignal(database.options.url);
  }

  async append(append: Append): Promise<AppendResult> {
    const data = checkAppend(append);
    const result = (await this.appendTogether(append, data)) ?? (await this.appendAlone(append, data));
    if (result.outcome === 'appended') this.signal.appended(result.lastPosition);
    return result;
  }

  /** The usual append: small, and behind an end that is known. Null: another kind, or not as simple as it looked. */
  private async appendTogether(append: Append, data: string[]): Promise<AppendResult | null> {
    const expected = revisionNumber(append.expectedRevision);
    if (expected === null || data.length > TOGETHER_EVENTS_MAX) return null;
    const appending = { append, data, expected };
    return charsOf(appending) > TOGETHER_CHARS_MAX ? null : this.together.submit('', appending);
  }

  private async runTogether(appendings: Appending[]): Promise<(AppendResult | null)[]> {
    try {
      const [only] = appendings;
      if (only && appendings.length === 1 && only.data.length === 1) return [await this.appendOne(only)];
      const values = togetherValues(appendings);
      return togetherResults(appendings, await this.run<AppendedRow>('append-together', values));
    } catch (error) {
      // Away is away for each of them. Otherwise one of them is to blame, and told so when each is tried alone.
      if (error instanceof EventStoreError && error.code === 'UNAVAILABLE') throw error;
      return appendings.map(() => null);
    }
  }

  private async appendOne({ append, data, expected }: Appending): Promise<AppendResult | null> {
    const { workspaceId, streamId, events, metadata, receipt } = append;
    const { eventId, type, schemaVersion } = events[0]!;
    const [row] = await this.run<Pick<EventRow, 'position'>>(
      receipt ? 'append-event-with-receipt' : 'append-event',
      [
        workspaceId,
        streamId,
        expected,
        eventId,
        type,
        schemaVersion,
        data[0],
        JSON.stringify(metadata),
        ...(receipt ? receiptValues(receipt) : []),
      ],
    );
    if (!row) return null;
    return { outcome: 'appended', lastRevision: expected + 1, lastPosition: BigInt(row.position) };
  }

  private async appendAlone(append: Append, data: string[]): Promise<AppendResult> {
    const { workspaceId, streamId, expectedRevision, events, metadata, receipt } = append;
    const [row] = await this.run<AppendRow>(receipt ? 'append-with-receipt' : 'append-events', [
      workspaceId,
      streamId,
      revisionNumber(expectedRevision),
      events.map(({ eventId }) => eventId),
      events.map(({ type }) => type),
      events.map(({ schemaVersion }) => schemaVersion),
      `[${data.join(',')}]`,
      JSON.stringify(metadata),
      ...(receipt ? receiptValues(receipt) : []),
    ]);
    if (!row) throw new Error('append_events answered nothing');
    if (row.last_position === null) return { outcome: 'conflict', actualRevision: row.last_revision };
    return { outcome: row.outcome, lastRevision: row.last_revision, lastPosition: BigInt(row.last_position) };
  }

  async readStream(
    streamId: string,
    { fromRevision = 0, limit = READ_EVENTS_MAX }: { fromRevision?: number; limit?: number } = {},
  ): Promise<RecordedEvent[]> {
    const statement = SHORT_STREAMS.test(streamId) ? 'read-short-stream' : 'read-stream';
    const rows = await this.run<EventRow>(statement, [streamId, fromRevision, checkLimit(limit)]);
    return rows.map(toEvent);
  }

  async streamEnd(streamId: string, upTo?: bigint): Promise<Pick<RecordedEvent, 'revision' | 'position'>> {
    type End = Pick<EventRow, 'revision' | 'position'>;
    const [row] =
      upTo === undefined
        ? await this.run<End>('stream-end', [streamId])
        : await this.run<End>('stream-end-up-to', [streamId, upTo]);
    return { revision: row?.revision ?? -1, position: BigInt(row?.position ?? 0) };
  }

  async readAll({ after, limit, kinds }: Parameters<EventStore['readAll']>[0]): Promise<RecordedEvent[]> {
    const values = [after, checkLimit(limit), READ_PAGE_BYTES_MAX, kinds ?? null];
    return (await this.run<EventRow>('read-all', values)).map(toEvent);
  }

  async headPosition(): Promise<bigint> {
    const [row] = await this.run<{ position: string }>('head-position', []);
    return BigInt(row?.position ?? 0);
  }

  async findEvent(
    eventId: string,
  ): Promise<Pick<RecordedEvent, 'streamId' | 'revision' | 'position'> | null> {
    const [row] = await this.run<Pick<EventRow, 'stream_id' | 'revision' | 'position'>>('find-event', [
      eventId,
    ]);
    return row ? { streamId: row.stream_id, revision: row.revision, position: BigInt(row.position) } : null;
  }

  async eventAt(position: bigint): Promise<Pick<RecordedEvent, 'streamId' | 'workspaceId'> | null> {
    const [row] = await this.run<Pick<EventRow, 'stream_id' | 'workspace_id'>>('event-at', [position]);
    return row ? { streamId: row.stream_id, workspaceId: row.workspace_id } : null;
  }

  /** For the metric: a client that stopped inside a write transaction stalls every reader of the log. */
  async watermarkLag(): Promise<WatermarkLag> {
    const [row] = await this.run<LagRow>('watermark-lag', []);
    if (!row) return { ageMs: 0, holder: null };
    const { age_ms, ...holder } = row;
    return { ageMs: Number(age_ms ?? 0), holder };
  }

  onAppend(listener: (position: bigint | null) => void): () => void {
    return this.signal.subscribe(listener);
  }

  /** Ends the signal's connection; the pool is its owner's. */
  close(): Promise<void> {
    return this.signal.close();
  }

  private async run<Row extends pg.QueryResultRow>(name: StatementName, values: unknown[]): Promise<Row[]> {
    try {
      return (await this.database.query<Row>(STATEMENTS[name], values)).rows;
    } catch (error) {
      throw toEventStoreError(error);
    }
  }
}

type AppendRow =
  | { outcome: 'appended' | 'duplicate'; last_revision: number; last_position: string }
  | { outcome: 'conflict'; last_revision: number; last_position: null };

interface LagRow {
  pid: number | null;
  database: string;
  application: string;
  state: string;
  age_ms: string | null;
}

/** Of what is written: data, and about as much for the rest of a row. */
const CHARS_BESIDE_DATA = 500;
const charsOf = ({ data }: Pick<Appending, 'data'>): number =>
  data.reduce((sum, { length }) => sum + length + CHARS_BESIDE_DATA, 0);

function revisionNumber(expected: ExpectedRevision): number | null {
  if (expected === 'any') return null;
  return expected === 'none' ? -1 : expected;
}

function toEvent(row: EventRow): RecordedEvent {
  return {
    eventId: row.event_id,
    workspaceId: row.workspace_id,
    streamId: row.stream_id,
    revision: row.revision,
    position: BigInt(row.position),
    type: row.type,
    schemaVersion: row.schema_version,
    data: row.data,
    metadata: row.metadata,
    recordedAt: row.recorded_at.toISOString(),
  };
}
