/** A draft in words: what was understood, how many rows, what to mind. */
import type { Draft } from '../client.js';
import { clean, shown } from '../text/display.js';
import { formatCount, plural } from '../text/values.js';

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
