/**
 * Read models that keep one JSON view per stream: fold the stream's events onto the view it has. Two statements
 * per batch, however many events it holds.
 */
import type { Delivery } from '../event-bus/event-bus.js';
import type { ReadEvent } from '../events/registry.js';
import { parseStreamId, type StreamKind } from '../events/streams.js';
import type { Prepared, Queryable } from '../platform/database/database.js';

export interface ViewRow<View> {
  workspaceId: string;
  id: string;
  revision: number;
  view: View;
}

export interface ViewTable<View, Event> {
  streamKind: StreamKind;
  /**
   * Rows of the given places: `$1` workspaces, `$2` ids (uuid[] both) → `id, workspace_id, revision, view`. By the whole key:
   * an id alone is looked for in every workspace's part of the index.
   */
  select: Prepared;
  /** Inserts or replaces rows: `$1` a JSON array of ViewRow, each as `stored` makes it where there is that. */
  upsert: Prepared;
  evolve(view: View | null, event: Event, recordedAt: string): View;
  /** What of a row goes into columns of its own. */
  stored?(row: ViewRow<View>): object;
}

/** Applies every event of the table's stream kind among the deliveries. */
export async function applyToViews<View, Event>(
  table: ViewTable<View, Event>,
  transaction: Queryable,
  deliveries: readonly Delivery[],
): Promise<void> {
  const events = deliveries.flatMap(({ event }) => {
    const { kind, id } = parseStreamId(event.streamId);
    return kind === table.streamKind ? [{ id, event }] : [];
  });
  if (events.length === 0) return;
  const workspaceOf = new Map(events.map(({ id, event }) => [id, event.workspaceId]));
  const { rows } = await transaction.query<{
    id: string;
    workspace_id: string;
    revision: number;
    view: View;
  }>(table.select, [[...workspaceOf.values()], [...workspaceOf.keys()]]);
  const views = new Map<string, ViewRow<View>>();
  for (const { id, workspace_id: workspaceId, revision, view } of rows)
    views.set(id, { id, workspaceId, revision, view });
  for (const { id, event } of events) views.set(id, next(table, id, event, views.get(id)));
  const changed = [...views.values()];
  await transaction.query(table.upsert, [
    JSON.stringify(table.stored ? changed.map((row) => table.stored!(row)) : changed),
  ]);
}

function next<View, Event>(
  table: ViewTable<View, Event>,
  id: string,
  event: ReadEvent,
  row: ViewRow<View> | undefined,
): ViewRow<View> {
  // A view that skips an event of its stream would be wrong for good: stop rather than go on.
  if (event.revision !== (row?.revision ?? -1) + 1)
    throw new Error(`${event.streamId}: revision ${event.revision} after ${row?.revision ?? 'none'}`);
  const view = table.evolve(row?.view ?? null, event as Event, event.recordedAt);
  return { id, workspaceId: event.workspaceId, revision: event.revision, view };
}
