/**
 * The event store port: streams to append to with an expected revision, and one log to read in order.
 * Implementations: `postgres/` (default), `memory/` (unit tests). All pass the suite in
 * `test/contracts/event-store.contract.ts`.
 */
import type { EventMetadata, NewEvent, RecordedEvent } from '../events/contract.js';
import type { StreamKind } from '../events/streams.js';
import type { Receipt } from './receipts.js';

export const EVENTS_PER_APPEND_MAX = 1_000;
export const READ_EVENTS_MAX = 1_000;

/** The revision of the stream's last event, as `streamRevision` answers it (-1: absent, as `none`); `none`: the stream must not exist; `any`: unchecked. */
export type ExpectedRevision = number | 'none' | 'any';

export interface Append {
  workspaceId: string;
  streamId: string;
  expectedRevision: ExpectedRevision;
  /** 1 to EVENTS_PER_APPEND_MAX events with different ids, visible all together or not at all. */
  events: NewEvent[];
  metadata: EventMetadata;
  /** The answer to the request behind it: stored with the events, when they are `appended`. */
  receipt?: Receipt | undefined;
}

/**
 * - `appended`: stored now.
 * - `duplicate`: these event ids were stored before in this stream; the first result is repeated and nothing written.
 * - `conflict`: the stream is at `actualRevision` (-1 when absent); nothing written.
 */
export type AppendResult =
  | { outcome: 'appended' | 'duplicate'; lastRevision: number; lastPosition: bigint }
  | { outcome: 'conflict'; actualRevision: number };

export interface EventStore {
  /**
   * Idempotent by event id: the ids are looked up before the revision is checked. An append of which only
   * some ids are known, or whose ids stand in another stream, is a caller's mistake and throws EVENT_ID_REUSED.
   */
  append(append: Append): Promise<AppendResult>;

  /**
   * Events of one stream from `fromRevision` on (inclusive, default 0), at most `limit`
   * (default and maximum READ_EVENTS_MAX), oldest first. Sees every finished append at once.
   */
  readStream(streamId: string, options?: { fromRevision?: number; limit?: number }): Promise<RecordedEvent[]>;

  /**
   * Where the stream ends: its last event, or its last one up to and including position `upTo`. Revision -1 at
   * position 0 when there is none. Sees every finished append at once.
   */
  streamEnd(streamId: string, upTo?: bigint): Promise<Pick<RecordedEvent, 'revision' | 'position'>>;

  /**
   * The log after `after` (exclusive; 0n is before everything), oldest first, at most `limit` (maximum
   * READ_EVENTS_MAX). Shows only what no unfinished append can still slip in front of, so a reader that resumes
   * after the last position it saw never misses an event. A page of large events is cut before `limit`: only an
   * empty page means that the end was reached. `kinds`: only streams of these kinds; the others are passed over
   * without their data being read.
   */
  readAll(options: {
    after: bigint;
    limit: number;
    kinds?: readonly StreamKind[] | undefined;
  }): Promise<RecordedEvent[]>;

  /**
   * Where a reader that wants "from now on" may start: every event appended after this call, and every one
   * whose append was in flight during it, lies after this position.
   */
  headPosition(): Promise<bigint>;

  /** Where an event with this id was stored; null when it was not. Sees every finished append at once. */
  findEvent(eventId: string): Promise<Pick<RecordedEvent, 'streamId' | 'revision' | 'position'> | null>;

  /** The event at exactly this position, visible or not yet visible to readAll; null when none. */
  eventAt(position: bigint): Promise<Pick<RecordedEvent, 'streamId' | 'workspaceId'> | null>;

  /**
   * Calls `listener` soon after appends by any process, with the last appended position where it is known. A hint,
   * not a promise: calls may be merged or lost, and readAll may show the event only a little later, so a
   * reader also polls. Returns the unsubscribe function.
   */
  onAppend(listener: (position: bigint | null) => void): () => void;

  close(): Promise<void>;
}

/** Token under which the composition root provides the store. */
export const EVENT_STORE = Symbol('EventStore');

/**
 * `EVENT_NOT_STORABLE`: data that JSON or PostgreSQL's jsonb cannot hold (undefined, U+0000, half a surrogate pair).
 */
export type EventStoreErrorCode =
  'EVENT_ID_REUSED' | 'APPEND_TOO_LARGE' | 'EVENT_NOT_STORABLE' | 'UNAVAILABLE' | 'LOG_IMMUTABLE';

/** A caller's mistake or a fault of the store; `retryable` when the same append may succeed later. */
export class EventStoreError extends Error {
  constructor(
    readonly code: EventStoreErrorCode,
    message: string,
    readonly retryable: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'EventStoreError';
  }
}
