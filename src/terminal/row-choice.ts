/** Which rows somebody means by `1,3-5 IP17-256GB-SLV`. */
import type { PlanRow } from './client.js';

export type RowChoice = { chosen: PlanRow[] } | { notFound: string };

/** Numbers as shown (from 1), ranges of them, or skus; separated by commas or spaces. Persian digits count. */
export function chooseRows(text: string, rows: readonly PlanRow[]): RowChoice {
  const chosen = new Set<PlanRow>();
  for (const word of text.split(/[\s,،]+/u).filter((part) => part !== '')) {
    const found = bySku(word, rows) ?? byNumber(word, rows);
    if (!found) return { notFound: word };
    for (const row of found) chosen.add(row);
  }
  return { chosen: [...chosen] };
}

/** Before the numbers: a sku may look like one. */
function bySku(word: string, rows: readonly PlanRow[]): PlanRow[] | null {
  const found = rows.filter(({ sku }) => sku.toLowerCase() === word.toLowerCase());
  return found.length > 0 ? found : null;
}

function byNumber(word: string, rows: readonly PlanRow[]): PlanRow[] | null {
  const match = /^(\d{1,9})(?:[-–](\d{1,9}))?$/u.exec(latinDigits(word));
  if (!match) return null;
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  return from >= 1 && from <= to && to <= rows.length ? rows.slice(from - 1, to) : null;
}

/** Persian and Arabic digits to 0-9. */
export const latinDigits = (text: string): string =>
  text.replace(/[۰-۹٠-٩]/gu, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf));
