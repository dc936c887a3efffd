/**
 * The oldest change sets, in the order of the catalogue's stream: read models keep what lies behind one revision of it. As
 * with drafts, a run that dies anywhere is finished by the next one.
 */
import { accept } from '../../commands/decision.js';
import { workspaceRef } from '../../commands/workspace/workspace-stream.js';
import { READ_EVENTS_MAX } from '../../event-store/event-store.js';
import { readWorkspaceStream } from '../../event-store/workspace-stream.js';
import { CHANGES_PER_EVENT_MAX } from '../../events/catalogue.events.js';
import type { RecordedEvent } from '../../events/contract.js';
import { derivedId } from '../../events/event-ids.js';
import { catalogueStream, workspaceStream } from '../../events/streams.js';
import { ArchiveBatches, type Batch } from './archive-batches.js';
import { storeArchive } from './archive-file.js';
import { NotShownYetError, stepOf, type RetentionPorts } from './retention-ports.js';

export const CHANGE_SETS_PER_ARCHIVE_MAX = 1_000;
/** Read models drop an archive's rows in one transaction, which should not be long; a larger change set goes alone. */
export const CHANGES_PER_ARCHIVE_MAX = 10_000;

interface Chosen {
  fromRevision: number;
  toRevision: number;
  count: number;
  from: string;
  to: string;
}

interface OldRow {
  revision: number;
  total: number;
  is_whole: boolean;
  changed_at: Date;
}

/** `$2` rows. */
const SELECT_OLDEST = `
  SELECT revision, total, added + updated + deleted = total AS is_whole, changed_at FROM change_sets
   WHERE workspace_id = $1 ORDER BY revision LIMIT $2`;

/** Archives one batch; false: there was none. Throws NotShownYetError. */
export async function archiveChangeSets(ports: RetentionPorts, workspaceId: string): Promise<boolean> {
  const { changeSetsKeptMs, reads } = ports;
  if (changeSetsKeptMs === null) return false;
  const before = new Date(ports.now().getTime() - changeSetsKeptMs);
  const batches = new ArchiveBatches(reads);
  const batch = await batches.next(workspaceId, 'change_sets', () => choose(ports, workspaceId, before));
  if (!batch) return false;
  const position = await record(ports, workspaceId, batch);
  const target = { streamId: workspaceStream(workspaceId), position };
  if (!(await ports.isShown('change_sets', target))) throw new NotShownYetError('change_sets');
  await batches.done(workspaceId, 'change_sets', batch);
  return true;
}

async function choose({ reads }: RetentionPorts, workspaceId: string, before: Date): Promise<Chosen | null> {
  const oldest = await reads
    .scope(workspaceId)
    .query<OldRow & object>(SELECT_OLDEST, [CHANGE_SETS_PER_ARCHIVE_MAX]);
  const end = oldest.findIndex((row) => row.changed_at >= before || !row.is_whole);
  const old = withinBounds(end < 0 ? oldest : oldest.slice(0, end));
  const [first, last] = [old[0], old.at(-1)];
  if (!first || !last) return null;
  const times = old.map(({ changed_at }) => changed_at.toISOString()).toSorted();
  return {
    fromRevision: first.revision,
    toRevision: last.revision + Math.ceil(last.total / CHANGES_PER_EVENT_MAX) - 1,
    count: old.length,
    from: times[0]!,
    to: times.at(-1)!,
  };
}

function withinBounds(rows: readonly OldRow[]): readonly OldRow[] {
  let changes = 0;
  const end = rows.findIndex(({ total }, index) => (changes += total) > CHANGES_PER_ARCHIVE_MAX && index > 0);
  return end < 0 ? rows : rows.slice(0, end);
}

/** The file first: an archive that is on record is there. Answers where that stands in the log. */
async function record(
  { files, log, writer, now }: RetentionPorts,
  workspaceId: string,
  { archiveId, chosen: { fromRevision, toRevision, count, from, to } }: Batch<Chosen>,
): Promise<bigint> {
  const events = eventsOf(log, workspaceId, fromRevision, toRevision);
  const stored = await storeArchive(files, { archiveId, workspaceId }, events);
  const archive = { archiveId, from, to, count, toRevision, ...stored };
  const step = stepOf(workspaceId, derivedId('archive', archiveId));
  const outcome = await writer.decide(workspaceRef(workspaceId), step, () =>
    accept({ type: 'ChangeSetsArchived', data: { ...archive, archivedAt: now().toISOString() } }),
  );
  if (!outcome.accepted) throw new Error('nothing refuses to put an archive on record');
  return outcome.position;
}

async function* eventsOf(
  log: RetentionPorts['log'],
  workspaceId: string,
  fromRevision: number,
  toRevision: number,
): AsyncGenerator<RecordedEvent> {
  const stream = { streamId: catalogueStream(workspaceId), workspaceId };
  for (let next = fromRevision; next <= toRevision;) {
    const page = await readWorkspaceStream(log, stream, {
      fromRevision: next,
      limit: Math.min(EVENTS_AT_ONCE, READ_EVENTS_MAX, toRevision - next + 1),
    });
    if (page.length === 0) throw new Error(`${stream.streamId} ends before revision ${toRevision}`);
    yield* page;
    next += page.length;
  }
}

/** An event holds up to 500 changes. */
const EVENTS_AT_ONCE = 50;
