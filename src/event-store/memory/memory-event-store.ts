/** The event store in memory, for unit tests: the same answers as PostgreSQL's, nothing kept. */
import type { RecordedEvent } from '../../events/contract.js';
import { checkAppend, checkLimit } from '../check-append.js';
import { MemoryReceipts } from './memory-receipts.js';
import {
  EventStoreError,
  READ_EVENTS_MAX,
  type Append,
  type AppendResult,
  type EventStore,
} from '../event-store.js';

/** Positions have gaps here too, so that nobody comes to count on position + 1. */
const ORDINAL_BITS = 20n;
/** Half a surrogate pair survives in JSON text only as an escape; U+0000 always does. */
const NOT_STORABLE = /\\u(0000|d[89a-f])/i;

export class MemoryEventStore implements EventStore {
  private readonly log: RecordedEvent[] = [];
  private readonly streams = new Map<string, RecordedEvent[]>();
  private readonly byId = new Map<string, RecordedEvent>();
  private readonly listeners = new Set<(position: bigint | null) => void>();
  private appends = 0n;

  /** `now`: the clock of `recordedAt`. `receipts`: where those go that come along with appends. */
  constructor(
    private readonly now: () => Date = () => new Date(),
    readonly receipts = new MemoryReceipts(now),
  ) {}

  append(append: Append): Promise<AppendResult> {
    try {
      return Promise.resolve(this.appendNow(append));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  private appendNow(append: Append): AppendResult {
    const data = checkAppend(append);
    if (data.some((json) => NOT_STORABLE.test(json.replaceAll('\\\\', ''))))
      throw new EventStoreError('EVENT_NOT_STORABLE', 'U+0000 or half a surrogate pair in event data', false);
    const { streamId, expectedRevision, events } = append;

    const known = events.flatMap(({ eventId }) => this.byId.get(eventId.toLowerCase()) ?? []);
    if (known.length > 0) return repeat(append, known);

    const stream = this.streams.get(streamId) ?? [];
    const actualRevision = stream.length - 1;
    const expected = expectedRevision === 'none' ? -1 : expectedRevision;
    if (expected !== 'any' && expected !== actualRevision) return { outcome: 'conflict', actualRevision };

    this.appends += 1n;
    const recordedAt = this.now().toISOString();
    const recorded = events.map((event, ordinal): RecordedEvent => ({
      eventId: event.eventId.toLowerCase(),
      workspaceId: append.workspaceId,
      streamId,
      revision: stream.length + ordinal,
      position: (this.appends << ORDINAL_BITS) + BigInt(ordinal),
      type: event.type,
      schemaVersion: event.schemaVersion,
      data: JSON.parse(data[ordinal]!) as unknown,
      metadata: JSON.parse(JSON.stringify(append.metadata)) as RecordedEvent['metadata'],
      recordedAt,
    }));
    this.streams.set(streamId, stream);
    for (const event of recorded) {
      stream.push(event);
      this.log.push(event);
      this.byId.set(event.eventId, event);
    }
    const last = recorded.at(-1)!;
    if (append.receipt) this.receipts.put(append.receipt, last.position);
    // Like the real one: after the append, not inside it.
    queueMicrotask(() => this.listeners.forEach((listener) => listener(last.position)));
    return { outcome: 'appended', lastRevision: last.revision, lastPosition: last.position };
  }

  async readStream(
    streamId: string,
    { fromRevision = 0, limit = READ_EVENTS_MAX }: { fromRevision?: number; limit?: number } = {},
  ): Promise<RecordedEvent[]> {
    const first = Math.max(fromRevision, 0);
    return structuredClone((this.streams.get(streamId) ?? []).slice(first, first + checkLimit(limit)));
  }

  async streamEnd(streamId: string, upTo?: bigint): Promise<Pick<RecordedEvent, 'revision' | 'position'>> {
    const last = this.streams
      .get(streamId)
      ?.findLast(({ position }) => upTo === undefined || position <= upTo);
    return { revision: last?.revision ?? -1, position: last?.position ?? 0n };
  }

  async readAll({ after, limit, kinds }: Parameters<EventStore['readAll']>[0]): Promise<RecordedEvent[]> {
    const isWanted = ({ streamId }: RecordedEvent) =>
      kinds === undefined || kinds.some((kind) => streamId.startsWith(`${kind}-`));
    const behind = this.log.slice(firstAfter(this.log, after)).filter(isWanted);
    return structuredClone(behind.slice(0, checkLimit(limit)));
  }

  headPosition(): Promise<bigint> {
    return Promise.resolve(((this.appends + 1n) << ORDINAL_BITS) - 1n);
  }

  findEvent(eventId: string): Promise<Pick<RecordedEvent, 'streamId' | 'revision' | 'position'> | null> {
    const event = this.byId.get(eventId.toLowerCase());
    if (!event) return Promise.resolve(null);
    return Promise.resolve({ streamId: event.streamId, revision: event.revision, position: event.position });
  }

  eventAt(position: bigint): Promise<Pick<RecordedEvent, 'streamId' | 'workspaceId'> | null> {
    const event = this.log[firstAfter(this.log, position - 1n)];
    if (event?.position !== position) return Promise.resolve(null);
    return Promise.resolve({ streamId: event.streamId, workspaceId: event.workspaceId });
  }

  onAppend(listener: (position: bigint | null) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): Promise<void> {
    this.listeners.clear();
    return Promise.resolve();
  }
}

function repeat({ events, streamId }: Append, known: RecordedEvent[]): AppendResult {
  if (known.length < events.length || known.some((event) => event.streamId !== streamId))
    throw new EventStoreError(
      'EVENT_ID_REUSED',
      `${known.length} of ${events.length} event ids are known already, or stand in another stream than ${streamId}`,
      false,
    );
  const last = known.reduce((one, other) => (one.revision > other.revision ? one : other));
  return { outcome: 'duplicate', lastRevision: last.revision, lastPosition: last.position };
}

/** Index of the first event behind `after` (binary search). */
function firstAfter(log: RecordedEvent[], after: bigint): number {
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (log[middle]!.position > after) high = middle;
    else low = middle + 1;
  }
  return low;
}
