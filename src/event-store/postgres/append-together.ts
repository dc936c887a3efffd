/** Appends of many writers as one statement (`sql/append-together.sql`). */
import type { Append, AppendResult } from '../event-store.js';
import { receiptFields } from './postgres-receipts.js';

/** An append with a known end, and the data of its events as JSON. */
export interface Appending {
  append: Append;
  data: string[];
  /** -1: the stream must not exist. */
  expected: number;
}

export interface AppendedRow {
  append: number;
  last_position: string;
}

/** What the statement takes. Of two appends to one stream the second is left out: it has to see the first. */
export function togetherValues(appendings: readonly Appending[]): [events: string, receipts: string] {
  const streams = new Set<string>();
  const events: string[] = [];
  const receipts: string[] = [];
  appendings.forEach(({ append, data, expected }, index) => {
    if (streams.has(append.streamId)) return;
    streams.add(append.streamId);
    events.push(...eventRows(append, data, expected, index));
    if (append.receipt) receipts.push(JSON.stringify({ append: index, ...receiptFields(append.receipt) }));
  });
  return [`[${events.join(',')}]`, `[${receipts.join(',')}]`];
}

/** Data and metadata go in as they are: they are JSON already, and the larger part. */
function eventRows(
  { workspaceId, streamId, events, metadata }: Append,
  data: string[],
  expected: number,
  append: number,
): string[] {
  const common = JSON.stringify({ append, stream_id: streamId, workspace_id: workspaceId, expected }).slice(
    1,
    -1,
  );
  const meta = JSON.stringify(metadata);
  return events.map(({ eventId, type, schemaVersion }, ordinal) => {
    const own = JSON.stringify({ ordinal, event_id: eventId, type, schema_version: schemaVersion }).slice(
      1,
      -1,
    );
    return `{${common},${own},"data":${data[ordinal]!},"metadata":${meta}}`;
  });
}

/** One result per append, in order; null: not carried out, and not said why. */
export function togetherResults(
  appendings: readonly Appending[],
  rows: readonly AppendedRow[],
): (AppendResult | null)[] {
  const positions = new Map(rows.map(({ append, last_position }) => [append, BigInt(last_position)]));
  return appendings.map(({ expected, data }, index) => {
    const lastPosition = positions.get(index);
    if (lastPosition === undefined) return null;
    return { outcome: 'appended', lastRevision: expected + data.length, lastPosition };
  });
}
