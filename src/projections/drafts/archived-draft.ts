/** What the read model keeps of a draft that is archived: that it was there, and where it is. Pure. */
import type { DraftEvent } from '../../events/draft.events.js';
import { evolveDraftView, type DraftView } from './draft-view.js';

export interface ArchivedDraft {
  status: 'archived';
  draftId: string;
  userId: string;
  createdAt: string;
  archiveId: string;
}

export type StoredDraft = DraftView | ArchivedDraft;

export const isArchived = (draft: StoredDraft): draft is ArchivedDraft => draft.status === 'archived';

/** The draft was there and is in an archive now. */
export class DraftArchivedError extends Error {
  readonly code = 'DRAFT_ARCHIVED';
  constructor(
    readonly draftId: string,
    readonly archiveId: string,
  ) {
    super(`draft ${draftId} is in archive ${archiveId}`);
    this.name = 'DraftArchivedError';
  }
}

/** `draft` is null for the first event of a draft and only then. What follows on an archived one changes nothing here. */
export function evolveStoredDraft(
  draft: StoredDraft | null,
  event: DraftEvent,
  recordedAt: string,
): StoredDraft {
  if (draft && isArchived(draft)) return draft;
  if (event.type !== 'DraftArchived') return evolveDraftView(draft, event, recordedAt);
  if (!draft) throw new Error(`a draft's first event is DraftCreated, not ${event.type}`);
  const { draftId, userId, createdAt } = draft;
  return { status: 'archived', draftId, userId, createdAt, archiveId: event.data.archiveId };
}
