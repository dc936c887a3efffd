/** `approve <draftId>`, `reject <draftId> <reason>`: a second person's word on a confirmed change. */
import type { Draft } from '../client.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { isHeld, untilSettled } from '../follow.js';
import { heldLine } from '../render/draft.js';
import type { Context } from './context.js';
import { showDraft } from './show-draft.js';

/** Shows the change with what was left out and edited, and asks, unless `--yes` was said beforehand. */
export async function approveDraft(
  context: Context,
  draftId: string,
  { yes }: { yes: boolean },
): Promise<ExitCode> {
  const { client, screen, json, signal } = context;
  const draft = await client.draft(draftId);
  if (!json) await showDraft(context, draftId);
  const planHash = draft.approval?.planHash ?? draft.preview?.planHash ?? '';
  if (!yes) {
    const reply = json ? null : await screen.ask('Agree to exactly this? (y/n): ');
    if (reply === null) return EXIT.answerNeeded;
    if (!/^\s*(y|yes|بله)\s*$/i.test(reply)) return EXIT.notConfirmed;
  }
  await client.approve(draftId, planHash);
  // What is shown may be a moment older than the approval.
  const held = (seen: Draft) => isHeld(seen) && seen.approval?.state === 'approved';
  const settled = await untilSettled(client, draftId, { signal, held });
  if (json) screen.line(JSON.stringify(settled, null, 2));
  else screen.line(isHeld(settled) ? heldLine(settled) : `The draft is ${settled.status}.`);
  return settled.status === 'failed' ? EXIT.refused : EXIT.done;
}

export async function rejectDraft(
  { client, screen, json }: Context,
  draftId: string,
  reason: string,
): Promise<ExitCode> {
  await client.reject(draftId, reason);
  if (json) screen.line(JSON.stringify(await client.draft(draftId), null, 2));
  else screen.line('Rejected; nothing was changed.');
  return EXIT.done;
}
