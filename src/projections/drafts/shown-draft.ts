/** A draft as it is shown: its personal texts opened. The read model keeps them as they came, sealed. */
import { withTextsAt } from '../../events/personal-fields.js';
import { draftStream } from '../../events/streams.js';
import type { PersonalTexts } from '../../personal-data/personal-texts.js';
import type { DraftView } from './draft-view.js';

/** Where a view has personal texts, and of which kind, see personal-text.ts. */
const TEXTS: readonly { path: readonly string[]; name: string }[] = [
  { path: ['prompt'], name: 'prompt' },
  { path: ['explanation'], name: 'explanation' },
  { path: ['clarification', 'question'], name: 'question' },
  { path: ['clarification', 'options', '*'], name: 'option' },
  { path: ['error', 'message'], name: 'error' },
  { path: ['warnings', '*', 'message'], name: 'warning' },
  { path: ['preview', 'warnings', '*', 'message'], name: 'warning' },
];

/** The parts of a view that hold personal texts; the rest of it need not be read to show it. */
export type TextsOfDraft = Pick<
  DraftView,
  'draftId' | 'prompt' | 'explanation' | 'clarification' | 'error' | 'warnings'
> & {
  preview: Pick<NonNullable<DraftView['preview']>, 'warnings'> | null;
};

const withTexts = <Draft extends TextsOfDraft>(
  draft: Draft,
  change: (text: string, name: string) => string,
): Draft =>
  TEXTS.reduce(
    (changed, { path, name }) => withTextsAt(changed, path, (text) => change(text, name)) as Draft,
    draft,
  );

/** Drafts of one workspace, the keys of all of them asked for together. */
export async function shownDrafts<Draft extends TextsOfDraft>(
  texts: PersonalTexts,
  workspaceId: string,
  drafts: readonly Draft[],
): Promise<Draft[]> {
  const stored: string[] = [];
  for (const draft of drafts)
    withTexts(draft, (text) => {
      stored.push(text);
      return text;
    });
  const open = await texts.opener(workspaceId, stored);
  return drafts.map((draft) => {
    const streamId = draftStream(draft.draftId);
    return withTexts(draft, (text, name) => open(text, { streamId, name }));
  });
}
