/** Tells amounts from numbers that belong to names, and by from to. */
import { isKind, type Item, type ItemOf } from './items.js';
import type { Reading } from './notes.js';
import { isMeasure } from './terms.js';

/** How an amount is joined to its sentence: by it, to it, at most it, or just standing there. */
export type Role = 'by' | 'to' | 'upto' | 'bare' | 'compared';

export interface Amount {
  item: ItemOf<'number'> | ItemOf<'factor'>;
  role: Role;
  /** Index in the clause; `from`: of its first small word ("by", «به»). */
  at: number;
  from: number;
}

/**
 * Amounts of a clause in order. A bare number beside a name word belongs to the name when the catalogue has it in
 * names or another number is the amount: "lower iphone 17 by 10 %", never "iphone by 17".
 */
export function amountsOf(items: readonly Item[], reading: Reading): Amount[] {
  const all = items.flatMap((item, at) => (isKind(item, 'number', 'factor') ? [amountAt(items, at)] : []));
  const clear = all.filter((amount) => isClearAmount(amount));
  const last = clear.at(-1);
  return all.filter((amount) => {
    if (isKind(items[amount.at + 1], 'name') && isMeasure(items[amount.at + 1])) return false;
    // «شکلات تلخ ۷۰ درصد رو ۱۰ درصد گرون کن»: only the last one is the amount when all its words occur in names.
    if (isClearAmount(amount))
      return amount === last || amount.role !== 'bare' || !isSpelledInNames(items, amount, reading);
    return !belongsToName(items, amount, clear.length > 0);
  });
}

function amountAt(items: readonly Item[], at: number): Amount {
  const item = items[at] as ItemOf<'number'> | ItemOf<'factor'>;
  let before = at - 1;
  while (isKind(items[before], 'filler', 'is') || isKind(items[before], 'nearest')) before--;
  const lead = items[before];
  if (
    isKind(lead, 'prep') &&
    (lead.prep === 'by' ||
      lead.prep === 'to' ||
      lead.prep === 'upto' ||
      (lead.prep === 'for' && before === at - 1 && isKind(item, 'number') && item.unit !== 'percent'))
  ) {
    const doubled = isKind(items[before - 1], 'prep') && lead.prep === 'by' ? 1 : 0;
    return { item, role: lead.prep === 'for' ? 'to' : lead.prep, at, from: before - doubled };
  }
  if (isKind(lead, 'compare')) return { item, role: 'compared', at, from: before };
  if (isKind(item, 'factor') && /^(?:to|به) /.test(item.text)) return { item, role: 'to', at, from: at };
  if (isKind(items[before], 'prep') && before === at - 1 && (items[before] as ItemOf<'prep'>).prep === 'with')
    return { item, role: 'bare', at, from: before };
  return { item, role: 'bare', at, from: at };
}

function isClearAmount({ item, role }: Amount): boolean {
  return (
    item.kind === 'factor' ||
    role !== 'bare' ||
    (item.unit !== null && item.unit !== 'pieces') ||
    item.signed ||
    item.unit === 'pieces'
  );
}

function isSpelledInNames(items: readonly Item[], { item, at }: Amount, reading: Reading): boolean {
  const words = reading.tokens
    .slice(item.at, item.at + item.length)
    .map(({ text }) => text)
    .filter((word) => !/^[%٪$]$/.test(word));
  return isKind(items[at - 1], 'name', 'value') && words.every((word) => reading.vocabulary.names.has(word));
}

function belongsToName(items: readonly Item[], { item, at }: Amount, hasClearAmount: boolean): boolean {
  if (item.kind !== 'number') return false;
  if (isMeasure(items[at + 1])) return true;
  const afterNameNumber =
    isKind(items[at - 1], 'number') && (items[at - 1] as ItemOf<'number'>).nameWord !== null;
  const beside =
    isKind(items[at - 1], 'name', 'value') ||
    afterNameNumber ||
    (isKind(items[at + 1], 'name') && item.nameWord !== null) ||
    (isTitle(item) && isChangedHere(items, at, hasClearAmount));
  if (
    item.nameWord !== null &&
    (beside || (isKind(items[at + 1], 'number') && (items[at + 1] as ItemOf<'number'>).nameWord !== null))
  )
    return true;
  return (
    item.digits &&
    hasClearAmount &&
    (beside || isKind(items[at - 1], 'number') || isKind(items[at - 1], 'condition'))
  );
}

/** A number of its own ("1984"); shorter ones are sizes and models that many names have. */
const TITLE_CHARS_MIN = 3;

function isTitle({ nameWord }: ItemOf<'number'>): boolean {
  return nameWord !== null && nameWord.length >= TITLE_CHARS_MIN;
}

/** «قیمت ۱۹۸۴ رو ۳۰۰ هزار تومن کن», «به موجودی ۱۹۸۴ ده تا اضافه کن»: a product of that name, its amount follows. */
function isChangedHere(items: readonly Item[], at: number, hasClearAmount: boolean): boolean {
  const next = items[at + 1];
  if (isKind(next, 'object')) return items.slice(at + 2).some((item) => isKind(item, 'number', 'factor'));
  if (!hasClearAmount) return false;
  const lead = items[at - 1];
  return (
    (isKind(next, 'number') && isKind(lead, 'field')) ||
    // "set the stock of 1984 to 20", "raise 1984 by 10 %", «۱۹۸۴ بشه ۳۱۰ هزار تومن».
    (isKind(lead, 'prep') && lead.prep === 'of') ||
    (isKind(lead, 'stop') && isKind(next, 'prep') && (next.prep === 'by' || next.prep === 'to')) ||
    (isKind(next, 'stop') && isKind(items[at + 2], 'number', 'prep')) ||
    (isKind(next, 'and', 'or') && isKind(items[at + 2], 'name'))
  );
}
