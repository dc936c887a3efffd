/** Conditions on numbers: over, under, between, up to, and what a value was before. */
import {
  condition,
  fieldAfter,
  fieldBefore,
  isSmall,
  measureAfter,
  numeric,
  type Pattern,
} from './condition-pattern.js';
import { isKind, type Item, type ItemOf } from './items.js';
import { amountFor } from './money.js';
import { ask, type Reading } from './notes.js';
import { fieldOfConcept } from './synonyms.js';

const comparison: Pattern = (items, at, out, reading) => {
  const compare = items[at];
  if (!isKind(compare, 'compare')) return null;
  let next = at + 1;
  while (isKind(items[next], 'filler', 'is')) next++;
  const number = items[next];
  if (!isKind(number, 'number')) {
    ask(reading, 'relative', compare.text);
    return null;
  }
  const said = fieldBefore(out);
  // «قیمت محصولاتی که کمتر از ده تا مونده»: pieces are of the stock, whatever field is changed.
  const before = said.field === 'price' && number.unit === 'pieces' ? { field: null, takenBack: 0 } : said;
  const after = before.field ? { field: null, taken: 0 } : fieldAfter(items, next + 1);
  const closing = closingAt(items, next + 1, before.field);
  const field = before.field ?? after.field ?? conceptField(compare.field, reading);
  const measure = measureAfter(items, next + 1, field);
  return {
    condition: numeric(compare.op, number, field, reading, compare),
    taken:
      next -
      at +
      1 +
      measure +
      after.taken +
      (measure > 0 ? closingAt(items, next + 2, before.field) : closing),
    takenBack: before.takenBack,
  };
};

function closingAt(items: readonly Item[], at: number, field: string | null): number {
  const item = items[at];
  return field !== null && (isKind(item, 'is') || (isKind(item, 'prep') && item.prep === 'with')) ? 1 : 0;
}

/** "heavier than", "rated below": about a custom field where the workspace has it. */
function conceptField(concept: string | undefined, reading: Reading): string | null {
  if (concept === undefined || concept === 'price' || concept === 'stock') return concept ?? null;
  return fieldOfConcept(concept, reading.vocabulary) ?? concept;
}

/** "50 or more", «از ۵۰۰ هزار تومن بیشتر». */
const comparisonAfter: Pattern = (items, at, out, reading) => {
  const number = items[at];
  const compare = items[at + 1];
  if (!isKind(number, 'number') || !isKind(compare, 'compareAfter') || number.unit === 'percent') return null;
  const last = out.at(-1);
  const from = isKind(last, 'prep') && last.prep === 'from';
  if ((compare.op === 'gt' || compare.op === 'lt') && !from) return null;
  const before = fieldBefore(out, true);
  const closing =
    isKind(items[at + 2], 'is') ||
    (isKind(items[at + 2], 'prep') && (items[at + 2] as ItemOf<'prep'>).prep === 'with')
      ? 1
      : 0;
  return {
    condition: numeric(compare.op, number, before.field, reading, number),
    taken: 2 + closing,
    takenBack: before.takenBack,
  };
};

/** "between 10 and 20", «۱۰۰ تا ۲۰۰ هزار تومان», "10-20". */
const range: Pattern = (items, at, out, reading) => {
  const start = isKind(items[at], 'between') ? at + 1 : at;
  const low = items[start];
  if (!isKind(low, 'number')) return null;
  const link = items[start + 1];
  const linked =
    isKind(link, 'and') ||
    (isKind(link, 'prep') && (link.prep === 'upto' || (link.prep === 'to' && start > at)));
  const glued = isKind(link, 'number') && link.digits && low.digits && isDashed(low, link, reading);
  const high = glued ? link : items[start + 2];
  const opened = start > at || (isKind(link, 'prep') && link.prep === 'upto') || glued;
  if (
    !opened ||
    !(linked || glued) ||
    !isKind(high, 'number') ||
    high.unit === 'percent' ||
    low.unit === 'percent'
  )
    return null;
  const shared =
    low.scale === 1 && high.scale > 1 && low.unit === null
      ? String(Number(low.value) * high.scale)
      : low.value;
  const before = fieldBefore(out, true);
  const end = start + (glued ? 2 : 3);
  const after = before.field ? { field: null, taken: 0 } : fieldAfter(items, end);
  const closing = before.field && isKind(items[end], 'is', 'prep') && isSmall(items[end]) ? 1 : 0;
  const field = before.field ?? after.field ?? (high.unit === 'pieces' ? 'stock' : 'price');
  const unit = low.unit ?? high.unit;
  const from = amountFor(field, { ...low, value: shared, unit }, reading);
  const to = amountFor(field, high, reading);
  const query = {
    all: [
      { field, op: 'gte' as const, value: from },
      { field, op: 'lte' as const, value: to },
    ],
  };
  const assumed = before.field === null && after.field === null && high.unit === null;
  return {
    condition: {
      kind: 'condition',
      query,
      assumed,
      at: low.at,
      length: high.at + high.length - low.at,
      text: low.text,
    },
    taken: end - at + after.taken + closing,
    takenBack: before.takenBack,
  };
};

function isDashed(low: Item, high: Item, reading: Reading): boolean {
  const end = reading.tokens[low.at]?.end ?? 0;
  const between = reading.prompt.slice(end, reading.tokens[high.at]?.start ?? end);
  const isName =
    isKind(low, 'number') &&
    low.nameWord !== null &&
    isKind(high, 'number') &&
    high.nameWord !== null &&
    high.unit === null;
  return /^\s?[-–]\s?$/.test(between) && !isName;
}

/** "up to $60", «تا یک میلیون تومان»: a limit on which products, where the verb cannot be meant. */
const limit: Pattern = (items, at, out, reading) => {
  const lead = items[at];
  const number = items[at + 1];
  if (
    !isKind(lead, 'prep') ||
    lead.prep !== 'upto' ||
    !isKind(number, 'number') ||
    number.unit === 'percent' ||
    number.unit === 'times'
  )
    return null;
  const verbs = items.filter((item) => isKind(item, 'verb'));
  const reads = verbs.every((verb) => verb.verb === 'get' || verb.verb === 'count' || verb.verb === 'delete');
  const describes =
    isKind(items[at + 2], 'object') ||
    items.some(
      (item, other) =>
        other !== at + 1 &&
        isKind(item, 'number') &&
        (item.unit === 'percent' || isAmountLead(items[other - 1])),
    );
  const persianTail = items.slice(at + 2).some((item) => isKind(item, 'object'));
  if (!reads && !describes && !persianTail) return null;
  const before = fieldBefore(out);
  const prep = isKind(out.at(-1), 'prep') && !before.field ? 1 : 0;
  return {
    condition: numeric('lte', number, before.field, reading, lead),
    taken: 2,
    takenBack: before.field ? before.takenBack : prep,
  };
};

function isAmountLead(item: Item | undefined): boolean {
  return isKind(item, 'prep') && (item.prep === 'by' || item.prep === 'to');
}

/** "from 99 to 60": what it is now, and what it becomes. */
const formerValue: Pattern = (items, at, out) => {
  const [from, number, to, next] = [items[at], items[at + 1], items[at + 2], items[at + 3]];
  const isFormer =
    isKind(from, 'prep') &&
    from.prep === 'from' &&
    isKind(number, 'number') &&
    isKind(to, 'prep') &&
    to.prep === 'to' &&
    isKind(next, 'number');
  if (!isFormer || number.unit === 'percent') return null;
  const named = out.findLast((item) => isKind(item, 'field'));
  const isMoney = [number.unit, next.unit].some(
    (unit) => unit === 'toman' || unit === 'rial' || unit === 'money',
  );
  const field = isKind(named, 'field') ? named.field : isMoney ? 'price' : null;
  if (field === null) return null;
  const value =
    number.scale === 1 && next.scale > 1 ? String(Number(number.value) * next.scale) : number.value;
  return {
    condition: condition({ field, op: 'eq', value }, from, number),
    taken: 2,
    takenBack: 0,
  };
};

export const NUMBER_PATTERNS: readonly Pattern[] = [formerValue, range, limit, comparison, comparisonAfter];
