/** Remarks on rows, joined into few: a preview of 50,000 rows says once what is true of many of them. */
import type { Warning } from '../catalogue/task.js';
import type { Language } from '../events/draft.events.js';
import { texts } from './texts.js';

export class WarningTally {
  private readonly byKind = new Map<string, { first: Warning; count: number }>();

  constructor(private readonly language: Language) {}

  /** A remark on one row; those of one code and field are one, and only the first is put into words. */
  add({ code, field }: Pick<Warning, 'code' | 'field'>, inWords: () => Warning): void {
    const kind = `${code} ${field ?? ''}`;
    const joined = this.byKind.get(kind);
    if (joined) joined.count += 1;
    else this.byKind.set(kind, { first: inWords(), count: 1 });
  }

  /** In order of first appearance, at most `max`; a remark on several rows says on how many and names none. */
  warnings(max: number): Warning[] {
    return [...this.byKind.values()].slice(0, max).map(({ first, count }) => {
      if (count === 1) return first;
      const { productId: _, ...joined } = first;
      return { ...joined, message: texts.onRows(first.message, count)[this.language] };
    });
  }
}

/** The first `max` warnings; when some had to go, the last one kept says how many. */
export function bounded(warnings: readonly Warning[], max: number, language: Language): Warning[] {
  if (warnings.length <= max) return [...warnings];
  const kept = warnings.slice(0, max);
  const last = kept.at(-1);
  if (last)
    kept[max - 1] = { ...last, message: texts.andMore(last.message, warnings.length - max)[language] };
  return kept;
}
