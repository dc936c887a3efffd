/** `show <draftId>`: everything about one draft. */
import type { Context } from './context.js';
import { isHeld } from '../follow.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import {
  approvalLines,
  confirmationLine,
  countsLine,
  heldLine,
  moreLine,
  understoodLine,
  warningLines,
} from '../render/draft.js';
import { eventLines } from '../render/events.js';
import { previewLines } from '../render/preview.js';
import { shown } from '../text/display.js';
import { formatTime } from '../text/values.js';

export async function showDraft({ client, screen, json }: Context, draftId: string): Promise<ExitCode> {
  const [draft, events] = await Promise.all([client.draft(draftId), client.draftEvents(draftId)]);
  if (json) {
    screen.line(JSON.stringify({ ...draft, events }, null, 2));
    return EXIT.done;
  }
  const { preview, error, clarification } = draft;
  screen.heading(shown(draft.prompt));
  screen.line(`Status: ${draft.status}, since ${formatTime(draft.updatedAt)}`);
  const understood = understoodLine(draft);
  if (understood !== null) screen.line(understood);
  if (error) screen.line(`Failed: ${shown(error.message)}  [${error.code}]`);
  if (clarification) screen.line(`Asks: ${shown(clarification.question)}`);
  if (preview) {
    const asked = draft.parsed?.action === 'get';
    screen.line(countsLine(preview));
    for (const line of warningLines(preview.warnings)) screen.line(line);
    for (const line of approvalLines(draft)) screen.line(line);
    const confirmed = confirmationLine(draft);
    if (confirmed !== null) screen.line(confirmed);
    if (isHeld(draft)) screen.line(heldLine(draft));
    screen.line();
    for (const line of previewLines({
      rows: preview.rows,
      firstNumber: 1,
      asked,
      columnsMax: screen.columns,
    }))
      screen.line(line);
    const total = asked ? preview.rows.length : preview.summary.changed;
    const more = moreLine({ last: preview.rows.length, total });
    if (more !== null) screen.line(more);
  }
  screen.line();
  for (const line of eventLines(events, screen.columns)) screen.line(line);
  return EXIT.done;
}
