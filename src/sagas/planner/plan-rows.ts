/** Where the rows of a preview live: the first in its event, the rest in events of a stream of their own. */
import type { StreamWriter, CommandContext } from '../../commands/stream-writer.js';
import { PLAN_ROWS_PER_EVENT_MAX, type PlanEvent, type PlanRow } from '../../events/draft.events.js';
import { derivedId } from '../../events/event-ids.js';
import { upcastEvent } from '../../events/registry.js';
import { planStream } from '../../events/streams.js';
import { READ_EVENTS_MAX, type EventStore } from '../../event-store/event-store.js';
import { readWorkspaceStream } from '../../event-store/workspace-stream.js';

export interface FrozenRows {
  rows: PlanRow[];
  overflowPlanId: string | null;
}

/**
 * Freezes rows beyond the first event. The plan's id derives from draft and hash: the same plan is written once,
 * however often it is built, and another one never mixes with it.
 */
export async function freezeRows(
  writer: StreamWriter,
  plan: { draftId: string; hash: string; rows: PlanRow[] },
  context: CommandContext,
): Promise<FrozenRows> {
  const [first = [], ...rest] = chunksOf(plan.rows);
  if (rest.length === 0) return { rows: first, overflowPlanId: null };
  const overflowPlanId = derivedId('plan', plan.draftId, plan.hash);
  const events = rest.map((rows, index): PlanEvent => ({
    type: 'PlanRowsFrozen',
    data: { draftId: plan.draftId, chunk: index + 1, rows },
  }));
  const command = { ...context, commandId: derivedId('freeze', overflowPlanId) };
  // One append, so that a plan is there whole or not at all; "conflict" cannot be, as only this command writes here.
  const appended = await writer.append(planStream(overflowPlanId), events, command, 'none');
  if (appended.outcome === 'conflict') throw new Error(`plan ${overflowPlanId} was written by somebody else`);
  return { rows: first, overflowPlanId };
}

/** All rows of a sealed preview, in their order. */
export async function frozenRows(
  store: EventStore,
  workspaceId: string,
  preview: FrozenRows,
): Promise<PlanRow[]> {
  const rows = [...preview.rows];
  if (preview.overflowPlanId === null) return rows;
  const plan = { streamId: planStream(preview.overflowPlanId), workspaceId };
  for (let fromRevision = 0; ; fromRevision += READ_EVENTS_MAX) {
    const events = await readWorkspaceStream(store, plan, { fromRevision });
    for (const event of events.map(upcastEvent))
      if (event.type === 'PlanRowsFrozen') rows.push(...event.data.rows);
    if (events.length < READ_EVENTS_MAX) return rows;
  }
}

function chunksOf(rows: PlanRow[]): PlanRow[][] {
  const count = Math.ceil(rows.length / PLAN_ROWS_PER_EVENT_MAX);
  return Array.from({ length: count }, (_, index) =>
    rows.slice(index * PLAN_ROWS_PER_EVENT_MAX, (index + 1) * PLAN_ROWS_PER_EVENT_MAX),
  );
}
