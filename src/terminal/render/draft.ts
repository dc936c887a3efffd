/** A draft in words: what was understood, how many rows, what to mind. */
import type { Draft } from '../client.js';
import { clean, shown } from '../text/display.js';
import { formatCount, formatTime, plural } from '../text/values.js';

type Preview = NonNullable<Draft['preview']>;

/** Warnings shown one by one; a change of the whole catalogue may carry one for each of its rows. */
export const WARNINGS_SHOWN_MAX = 10;

export function understoodLine({ explanation, interpreter, undoOf }: Draft): string | null {
  if (undoOf && explanation === null) return 'Takes back what was done.';
  if (explanation === null) return null;
  const by =
    interpreter && interpreter.kind !== 'none' ? `  (${interpreter.kind} ${clean(interpreter.version)})` : '';
  return `Understood: ${shown(explanation)}${by}`;
}

/** What a confirmed draft waits for. */
export function heldLine({ draftId, approval, schedule, expiresAt }: Draft): string {
  if (approval?.state === 'requested') {
    const until = expiresAt === null ? '' : ` until ${formatTime(expiresAt)}`;
    return `It waits for a second person${until}: drafthorse approve ${draftId}`;
  }
  if (schedule === null) return 'It waits.';
  return `It will be applied at ${clean(schedule.at)} ${clean(schedule.zone)} (${formatTime(schedule.runAt)} here).`;
}

/** Why a second person is asked, by the confirmation or else by the preview. */
export function approvalLines({ approval, preview }: Draft): string[] {
  const reasons = approval?.reasons ?? preview?.approvalReasons ?? [];
  const judged = approval && approval.state !== 'requested' ? `  [${approval.state}]` : '';
  return reasons.map(({ message }) => `* ${shown(message)}${judged}`);
}

/** What the confirmation made of the preview; null where it took it as it was. */
export function confirmationLine({ confirmation }: Draft): string | null {
  if (!confirmation || confirmation.excluded + confirmation.edited === 0) return null;
  const { excluded, edited } = confirmation;
  return `Confirmed without ${plural(excluded, 'row')}, with ${plural(edited, 'edited row')}.`;
}

export function countsLine({ summary, requires }: Preview): string {
  const { matched, changed, unchanged } = summary;
  const second = requires.includes('second_confirmation') ? '; needs a second confirmation' : '';
  return `${plural(matched, 'row')} found, ${formatCount(changed)} would change, ${formatCount(unchanged)} already so${second}.`;
}

export const answeredLine = ({ summary }: Preview): string => `${plural(summary.matched, 'product')} found.`;

export function warningLines(warnings: Preview['warnings']): string[] {
  const lines = warnings
    .slice(0, WARNINGS_SHOWN_MAX)
    .map(({ code, message }) => `! ${shown(message)}  [${code}]`);
  const more = warnings.length - lines.length;
  return more > 0 ? [...lines, `! … and ${plural(more, 'further warning')}`] : lines;
}

/** `first` and `last`: row numbers on the screen. */
export function moreLine({ last, total }: { last: number; total: number }): string | null {
  return total > last ? `… and ${formatCount(total - last)} more` : null;
}

/** What is being done, in a word for the progress display. */
export function stepOf({ status, parsed }: Draft): string {
  if (status === 'pending') return 'waiting';
  if (status === 'parsing') return parsed ? 'planning' : 'reading';
  return status === 'executing' ? 'writing' : status;
}
