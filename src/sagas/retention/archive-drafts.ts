/**
 * Drafts whose end was long ago: chosen, stored, put on record, and each told. A run that dies anywhere is finished by the
 * next one: what was chosen is written down, everything after it happens once however often it is done.
 */
import { accept } from '../../commands/decision.js';
import { archiveDraft } from '../../commands/draft/archive-draft.js';
import { ENDED } from '../../commands/draft/draft.decider.js';
import { draftRef } from '../../commands/draft/draft-stream.js';
import { workspaceRef } from '../../commands/workspace/workspace-stream.js';
import { READ_EVENTS_MAX } from '../../event-store/event-store.js';
import { readWorkspaceStream } from '../../event-store/workspace-stream.js';
import type { RecordedEvent } from '../../events/contract.js';
import { derivedId } from '../../events/event-ids.js';
import { upcastEvent } from '../../events/registry.js';
import { draftStream, planStream } from '../../events/streams.js';
import { ArchiveBatches, type Batch } from './archive-batches.js';
import { storeArchive } from './archive-file.js';
import { NotShownYetError, stepOf, type RetentionPorts } from './retention-ports.js';

export const DRAFTS_PER_ARCHIVE_MAX = 500;

interface Chosen {
  draftIds: string[];
  from: string;
  to: string;
}

/** `$2` statuses, `$3` ended before, `$4` rows. A draft was created before it ended: the index by creation bounds what is looked at. */
const SELECT_OLD = `
  SELECT draft_id, view->>'completedAt' AS ended_at FROM drafts
   WHERE workspace_id = $1 AND status = ANY ($2::text[]) AND created_at < $3
     AND (view->>'completedAt')::timestamptz < $3
   ORDER BY created_at, draft_id LIMIT $4`;

/** Archives one batch; false: there was none. Throws NotShownYetError. */
export async function archiveDrafts(ports: RetentionPorts, workspaceId: string): Promise<boolean> {
  const { draftsKeptMs, reads } = ports;
  if (draftsKeptMs === null) return false;
  const endedBefore = new Date(ports.now().getTime() - draftsKeptMs);
  const batches = new ArchiveBatches(reads);
  const batch = await batches.next(workspaceId, 'drafts', () => choose(ports, workspaceId, endedBefore));
  if (!batch) return false;
  await record(ports, workspaceId, batch);
  await tellDrafts(ports, workspaceId, batch);
  await batches.done(workspaceId, 'drafts', batch);
  return true;
}

async function choose({ reads }: RetentionPorts, workspaceId: string, before: Date): Promise<Chosen | null> {
  const rows = await reads
    .scope(workspaceId)
    .query<{ draft_id: string; ended_at: string }>(SELECT_OLD, [[...ENDED], before, DRAFTS_PER_ARCHIVE_MAX]);
  if (rows.length === 0) return null;
  const ends = rows.map(({ ended_at }) => ended_at).toSorted();
  return { draftIds: rows.map(({ draft_id }) => draft_id), from: ends[0]!, to: ends.at(-1)! };
}

/** The file first: an archive that is on record is there. */
async function record(
  { files, log, writer, now }: RetentionPorts,
  workspaceId: string,
  { archiveId, chosen: { draftIds, from, to } }: Batch<Chosen>,
): Promise<void> {
  const events = eventsOf(log, workspaceId, draftIds);
  const stored = await storeArchive(files, { archiveId, workspaceId }, events);
  const archive = { archiveId, from, to, count: draftIds.length, ...stored };
  const step = stepOf(workspaceId, derivedId('archive', archiveId));
  await writer.decide(workspaceRef(workspaceId), step, () =>
    accept({ type: 'DraftsArchived', data: { ...archive, archivedAt: now().toISOString() } }),
  );
}

/** Every event of each draft, followed by the rows of its previews that its own stream has no room for. */
async function* eventsOf(
  log: RetentionPorts['log'],
  workspaceId: string,
  draftIds: readonly string[],
): AsyncGenerator<RecordedEvent> {
  for (const draftId of draftIds) {
    const draft = await whole(log, { streamId: draftStream(draftId), workspaceId });
    yield* draft;
    for (const event of draft.map(upcastEvent)) {
      const hasRows = event.type === 'PreviewBuilt' || event.type === 'Answered';
      if (hasRows && event.data.overflowPlanId !== null)
        yield* await whole(log, { streamId: planStream(event.data.overflowPlanId), workspaceId });
    }
  }
}

async function whole(
  log: RetentionPorts['log'],
  stream: { streamId: string; workspaceId: string },
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (;;) {
    const page = await readWorkspaceStream(log, stream, { fromRevision: events.length });
    events.push(...page);
    if (page.length < READ_EVENTS_MAX) return events;
  }
}

async function tellDrafts(
  { writer, isShown }: RetentionPorts,
  workspaceId: string,
  { archiveId, chosen: { draftIds } }: Batch<Chosen>,
): Promise<void> {
  const told: { streamId: string; position: bigint }[] = [];
  for (const draftId of draftIds) {
    const ref = draftRef(draftId, workspaceId);
    const step = stepOf(workspaceId, derivedId('archive', archiveId, draftId));
    const outcome = await writer.decide(ref, step, (draft, now) => archiveDraft(archiveId, draft, now));
    if (outcome.accepted) told.push({ streamId: ref.streamId, position: outcome.position });
  }
  // The next choice is made from the read model: it must not find these again.
  for (const target of told) if (!(await isShown('drafts', target))) throw new NotShownYetError('drafts');
}
