/** The rows of a preview beside the rest of the draft: stored once, where the rest changes with every event. Pure. */
import type { PlanRow } from '../../events/draft.events.js';
import { isArchived, type StoredDraft } from './archived-draft.js';
import type { DraftView } from './draft-view.js';

/** A draft as it is stored: its view lacks the rows of its preview. */
export interface DraftRow<View extends StoredDraft> {
  view: View;
  previewRows: PlanRow[] | null;
}

/** `previewRows` is absent where the view has none: no preview, or one whose rows are stored already. */
export function withoutRows(view: StoredDraft): { view: object; previewRows?: PlanRow[] } {
  if (isArchived(view) || !view.preview?.rows) return { view };
  const { rows: previewRows, ...preview } = view.preview;
  return { view: { ...view, preview }, previewRows };
}

/** As it is stored → as it was. A draft that is listed is not archived. */
export function withRows<View extends StoredDraft>({ view, previewRows }: DraftRow<View>): View {
  if (isArchived(view) || !(view as DraftView).preview) return view;
  const { preview } = view as DraftView;
  return { ...view, preview: { ...preview, rows: previewRows ?? [] } };
}
