/** Clauses, filter, order and changes put together into one task; or the first problem that stands in the way. */
import { isDeepStrictEqual } from 'node:util';
import type { DataChange, Task } from '../../catalogue/task.js';
import { readAdd } from './add.js';
import { readChanges } from './changes.js';
import { splitChanges, splitClauses, type Clause } from './clauses.js';
import { readConditions } from './conditions.js';
import { readFilter, type Filter } from './filter.js';
import { isKind, type Item, type ItemOf } from './items.js';
import type { VerbName } from './lexicon/meaning.js';
import { ask, refuse, type Reading } from './notes.js';
import { readOrder } from './order.js';

export interface Draft {
  /** Several where the sentence can be meant in several ways. */
  tasks: Task[];
}

const NO_FILTER: Filter = { queries: [], all: false, isEmpty: true, readings: [[]] };

export function readTask(said: readonly Item[], reading: Reading): Draft {
  const items = isPoliteRequest(said) ? said.filter((item) => !isKind(item, 'questionMark')) : said;
  if (isAdd(items)) return { tasks: [readAdd(items, reading)].filter((task) => task !== null) };
  const {
    items: ordered,
    order,
    limit,
  } = readOrder(readConditions(items, reading).map(asDirection), reading);
  const assumed = ordered.some((item) => isKind(item, 'condition') && item.assumed === true);
  if (assumed) reading.warnings.push({ code: 'READING_ASSUMED', message: '' });
  const clauses = withoutWeakVerbs(splitClauses(ordered)).flatMap(splitChanges);
  const verbs = clauses.map((clause) => verbOf(clause, ordered));
  const picked = order && limit !== undefined ? { order, limit } : {};
  if (verbs.every((verb) => verb === null)) return without(ordered, picked, reading);
  if (verbs.every((verb) => verb === 'get' || verb === 'count'))
    return readGet(ordered, verbs.includes('count'), picked, reading);
  if (verbs.some((verb) => verb === 'get' || verb === 'count' || verb === null)) ask(reading, 'twoGroups');
  if (verbs.some((verb) => verb === 'delete')) return readDelete(clauses, verbs, picked, reading);
  return readUpdate(clauses, verbs, picked, reading);
}

/** "Could you have it priced at 79?" asks for it to be done. */
function isPoliteRequest(items: readonly Item[]): boolean {
  return isKind(items[0], 'filler') && /^(?:(?:can|could|would|will) |می ?ت|میش|would)/.test(items[0].text);
}

/** «۳ درصد گرون‌تر»: with no "than", a comparative says which way to go. */
function asDirection(item: Item): Item {
  if (!isKind(item, 'compareAfter') || (item.op !== 'gt' && item.op !== 'lt')) return item;
  const { at, length, text } = item;
  const verb = item.op === 'gt' ? ('increase' as const) : ('decrease' as const);
  return /گر|ارز/.test(text)
    ? { kind: 'direction', verb, field: 'price', at, length, text }
    : { kind: 'direction', verb, at, length, text };
}

type Picked = Partial<Pick<Task, 'order' | 'limit'>>;

/** "add 5 to stock" raises; "add a product …" adds. */
function isAdd(items: readonly Item[]): boolean {
  const at = items.findIndex((item) => isKind(item, 'verb') && item.verb === 'add');
  const opens = items.findIndex((item) => !isKind(item, 'filler'));
  if (registers(items)) return true;
  if (
    at === -1 &&
    isKind(items[opens], 'new', 'product') &&
    items.some((item) => isKind(item, 'new')) &&
    items.some((item) => isKind(item, 'field'))
  )
    return true;
  if (
    at === -1 ||
    items.some(
      (item) =>
        isKind(item, 'verb') &&
        !item.weak &&
        item.verb !== 'add' &&
        !(item.verb === 'set' || item.verb === 'get'),
    )
  )
    return false;
  const hasDirection = items.some((item) => isKind(item, 'direction', 'superlative', 'all'));
  const isNamed = items.some(
    (item) => isKind(item, 'named') || (isKind(item, 'field') && item.field === 'name'),
  );
  const isNew = items.some((item) => isKind(item, 'new'));
  const isCoded =
    items.some((item) => isKind(item, 'field') && item.field === 'sku') &&
    items.some((item) => isKind(item, 'quote') || (isKind(item, 'field') && item.field === 'price'));
  const opening = items.slice(at + 1).find((item) => !isKind(item, 'filler'));
  if (isNamed || isNew || isCoded || (at === opens && isKind(opening, 'product'))) return true;
  const isPersian = /[\u0620-\u06d3]/.test((items[at] as Item).text);
  const hasAmount = items.some((item) => isKind(item, 'number'));
  // «قیمت … رو ۵ هزار تومن اضافه کن» raises; to add a product in Persian one says so.
  if (
    isPersian &&
    hasAmount &&
    !isKind(
      items.find((item) => !isKind(item, 'filler')),
      'product',
    )
  )
    return false;
  const first = items.find(
    (item, index) => (at === 0 ? index > at : true) && !isKind(item, 'filler', 'verb'),
  );
  const increases =
    hasDirection ||
    isKind(first, 'number') ||
    items.some((item) => isKind(item, 'number') && item.unit === 'percent') ||
    items.some((item) => isKind(item, 'prep') && item.prep === 'to') ||
    (isKind(items[0], 'prep') && (items[0] as ItemOf<'prep'>).prep === 'to');
  return !increases;
}

/** «محصول «…» رو با کد …، قیمت … ثبت کن». */
function registers(items: readonly Item[]): boolean {
  const has = (field: string): boolean => items.some((item) => isKind(item, 'field') && item.field === field);
  return (
    items.some((item) => isKind(item, 'verb') && item.verb === 'set' && item.text.startsWith('ثبت')) &&
    items.some((item) => isKind(item, 'quote')) &&
    has('sku') &&
    has('price')
  );
}

/** Verbs that say nothing against a direction beside them. */
const GIVES_WAY: ReadonlySet<VerbName> = new Set(['set', 'change', 'give', 'add', 'remove', 'move']);

/** "make … cheaper" and "give 10 % off" have their direction for a verb. */
function verbOf(clause: Clause, items: readonly Item[]): VerbName | null {
  const direction = clause.items.find((item) => isKind(item, 'direction'));
  const { verb } = clause;
  const gets = verb?.verb === 'get' && /^gets?$/.test(verb.text) && clause.verbAt > 0;
  const amount = clause.items.some((item) => isKind(item, 'number', 'factor'));
  if (verb === null) {
    if (isKind(direction, 'direction') && amount) return direction.verb;
    if (setsPlainly(clause.items)) return 'set';
    if (clause.items.some((item) => isKind(item, 'number') && item.signed && item.unit === 'percent'))
      return 'change';
    if (items.some((item) => isKind(item, 'howMany'))) return 'count';
    if (items.some((item) => isKind(item, 'howMuch'))) return 'get';
    return clause.items.some((item) => isKind(item, 'factor') && /price|قیمت/.test(item.text)) ? 'set' : null;
  }
  if (isKind(direction, 'direction') && (GIVES_WAY.has(verb.verb) || gets)) return direction.verb;
  if (verb.verb === 'move' && amount) return 'set';
  if (verb.verb === 'remove') return removes(clause, amount);
  if (drops(clause, amount)) return 'delete';
  if (
    verb.verb === 'delete' &&
    isKind(
      clause.items.find((item) => !isKind(item, 'filler', 'stop', 'prep')),
      'field',
    ) &&
    !amount
  )
    return 'clear';
  if (verb.verb === 'clear' && !clause.items.some((item) => isKind(item, 'field'))) return 'delete';
  if (verb.verb === 'add')
    return isKind(
      clause.items.find((item) => isKind(item, 'field')),
      'field',
    ) && !amount
      ? 'set'
      : 'increase';
  if (
    verb.verb === 'get' &&
    items.some((item) => isKind(item, 'howMany')) &&
    !items.some((item) => isKind(item, 'howMuch'))
  )
    return 'count';
  return verb.verb;
}

/** No verb, still clear: "MH09: price 45, stock 3", "gloves should be 19.90", "the chair is now $459". */
function setsPlainly(items: readonly Item[]): boolean {
  const amounts = items.flatMap((item, at) =>
    isKind(item, 'number') && item.unit !== 'percent' && item.unit !== 'times' ? [at] : [],
  );
  const isLed = (at: number): boolean => {
    let lead = at - 1;
    while (isKind(items[lead], 'filler')) lead--;
    const before = items[lead];
    return (
      isKind(before, 'field') ||
      (isKind(before, 'prep') && before.prep === 'to') ||
      (isKind(before, 'is') &&
        (isKind(items[lead - 1], 'field') ||
          (items[at] as ItemOf<'number'>).unit === 'money' ||
          items.slice(0, lead).some((item) => isKind(item, 'field'))))
    );
  };
  const isNewPrice = items.some(
    (item, at) => isKind(item, 'filler') && item.text === 'new' && isKind(items[at - 1], 'field'),
  );
  return (
    amounts.length > 0 &&
    (isNewPrice || amounts.some(isLed)) &&
    !items.some((item) => isKind(item, 'howMuch', 'howMany', 'questionMark'))
  );
}

/** "drop the red hoodies" takes them out; "drop the price" lowers it, by an amount that is asked for. */
function drops({ verb, items }: Clause, amount: boolean): boolean {
  return (
    verb?.verb === 'decrease' &&
    /^drop$/.test(verb.text) &&
    !amount &&
    !items.some((item) => isKind(item, 'field', 'direction')) &&
    items.some((item) => isKind(item, 'name', 'value', 'sku', 'id', 'quote', 'condition'))
  );
}

/** "remove 5 from stock" lowers, "remove the brand of …" clears, "remove hoodies" deletes. */
function removes(clause: Clause, amount: boolean): VerbName {
  const field = clause.items.find((item) => isKind(item, 'field'));
  if (
    amount &&
    (isKind(field, 'field') || clause.items.some((item) => isKind(item, 'prep') && item.prep === 'from'))
  )
    return 'decrease';
  return isKind(field, 'field') ? 'clear' : 'delete';
}

/** «۱۰ درصد تخفیف … کن» closes twice; the weak verb has nothing of its own to say. */
function withoutWeakVerbs(clauses: readonly Clause[]): Clause[] {
  return clauses.filter(
    (clause) =>
      !(
        clause.verb?.weak &&
        clauses.length > 1 &&
        clause.items.every((item) => isKind(item, 'stop', 'filler', 'object', 'is', 'and', 'comma'))
      ),
  );
}

function without(items: readonly Item[], picked: Picked, reading: Reading): Draft {
  const filter = readFilter(
    items.filter((item) => !isKind(item, 'field', 'number')),
    reading,
  );
  const hasChange = items.some((item) => isKind(item, 'number', 'field', 'factor', 'direction'));
  const isAsked =
    items.some((item) => isKind(item, 'questionMark')) ||
    isKind(
      items.find((item) => !isKind(item, 'filler')),
      'product',
    );
  if (
    !items.some((item) => isKind(item, 'number', 'factor', 'direction')) &&
    (isAsked ||
      picked.order ||
      items.some((item) => isKind(item, 'condition')) ||
      items.some((item) => isKind(item, 'field'))) &&
    !(filter.isEmpty && !picked.order && !filter.all)
  )
    return readGet(
      items,
      items.some((item) => isKind(item, 'field') && item.text === 'تعداد'),
      picked,
      reading,
    );
  if (filter.isEmpty && !hasChange && !filter.all) {
    refuse(reading, 'NOT_A_CATALOGUE_TASK', 'notCatalogue');
    return { tasks: [] };
  }
  const known = items.some(
    (item) =>
      isKind(item, 'value', 'condition', 'sku', 'field', 'product', 'all') ||
      (isKind(item, 'name') && item.known),
  );
  if (!known) refuse(reading, 'NOT_A_CATALOGUE_TASK', 'notCatalogue');
  ask(reading, hasChange ? 'direction' : 'whatToDo', '');
  return { tasks: [] };
}

function readGet(items: readonly Item[], isCount: boolean, picked: Picked, reading: Reading): Draft {
  const select: string[] = [];
  const rest = items.flatMap((item): Item[] => {
    if (isKind(item, 'field') && item.known && !(isCount && item.text.startsWith('تعداد')))
      select.push(item.field);
    if (isKind(item, 'field') && !item.known) ask(reading, 'unknownField', item.text);
    // A gap stays where the field was: its neighbours do not become neighbours.
    if (isKind(item, 'field')) return [{ kind: 'stop', at: item.at, length: item.length, text: item.text }];
    return isKind(item, 'verb', 'howMany', 'howMuch', 'new') ? [] : [item];
  });
  const filter = readFilter(dropDangling(rest), reading);
  if (isCount && picked.order) ask(reading, 'order', '');
  const counted = select.filter((field) => field === 'stock' || field === 'price');
  if (
    isCount &&
    counted.length > 0 &&
    !items.some((item) => isKind(item, 'howMany') && /how many|چند/.test(item.text) && item.text !== 'چند')
  )
    ask(reading, 'whichReading', '');
  const namesProducts = items.some((item) => isKind(item, 'product', 'all', 'howMany', 'field', 'new'));
  if (filter.isEmpty && !picked.order && !namesProducts)
    refuse(reading, 'NOT_A_CATALOGUE_TASK', 'notCatalogue');
  const howMuch = items.find((item) => isKind(item, 'howMuch'));
  if (isKind(howMuch, 'howMuch') && select.length === 0 && !isCount) select.push(howMuch.field ?? 'price');
  const asked = [...new Set(select)].filter((field) => field !== 'name' || select.length === 1);
  const tasks = filter.readings.map((queries): Task => {
    const base = { entity: 'product' as const, action: 'get' as const, queries, data: [], ...picked };
    if (isCount) return { ...base, count: true };
    return asked.length > 0 ? { ...base, select: asked } : base;
  });
  if (filter.isEmpty && !picked.order && asked.length > 0 && !items.some((item) => isKind(item, 'product')))
    ask(reading, 'whichProducts', '');
  return { tasks };
}

function dropDangling(items: readonly Item[]): Item[] {
  return items.filter((item, at) => {
    if (!isKind(item, 'and', 'comma', 'or')) return true;
    const idle = (other: Item): boolean =>
      isKind(
        other,
        'filler',
        'prep',
        'object',
        'is',
        'stop',
        'product',
        'and',
        'comma',
        'all',
        'questionMark',
      );
    return (
      items.slice(0, at).some((other) => !idle(other)) && items.slice(at + 1).some((other) => !idle(other))
    );
  });
}

function readDelete(
  clauses: readonly Clause[],
  verbs: readonly (VerbName | null)[],
  picked: Picked,
  reading: Reading,
): Draft {
  if (verbs.some((verb) => verb !== 'delete')) ask(reading, 'twoGroups');
  const filter = unify(
    clauses.map((clause) => readFilter(clause.items, reading)),
    reading,
  );
  if (
    clauses.some((clause) =>
      clause.items.some((item) => isKind(item, 'number', 'factor') && !isKind(item, 'number')),
    )
  )
    ask(reading, 'leftover', '');
  if (filter.queries.length === 0 && !picked.order && reading.problems.length === 0)
    refuse(reading, 'DELETE_WITHOUT_FILTER', 'deleteAll');
  const alone = clauses.length === 1 && clauses[0] ? fieldOfValueAlone(clauses[0]) : null;
  if (alone !== null) {
    const { queries } = filter;
    return {
      tasks: [
        { entity: 'product', action: 'delete', queries, data: [] },
        { entity: 'product', action: 'update', queries, data: [{ field: alone, op: 'clear' }] },
      ],
    };
  }
  return {
    tasks: filter.readings.map((queries) => ({
      entity: 'product',
      action: 'delete',
      queries,
      data: [],
      ...picked,
    })),
  };
}

/** "delete color black": the products, or only their colour? */
function fieldOfValueAlone({ items }: Clause): string | null {
  const said = items.filter((item) => !isKind(item, 'filler', 'stop', 'object', 'prep'));
  const only = said.length === 1 ? said[0] : undefined;
  if (!isKind(only, 'condition') || !('op' in only.query) || only.query.op !== 'eq') return null;
  return ['sku', 'id', 'stock', 'price', 'name'].includes(only.query.field) ? null : only.query.field;
}

function readUpdate(
  clauses: readonly Clause[],
  verbs: readonly (VerbName | null)[],
  picked: Picked,
  reading: Reading,
): Draft {
  const read = clauses.flatMap((clause, order) =>
    verbs[order] ? [readChanges(clause, verbs[order] as VerbName, reading)] : [],
  );
  for (const [order, clause] of clauses.entries()) checkDirections(clause, verbs[order] ?? null, reading);
  const filter = unify(
    read.map(({ rest }) => readFilter(rest, reading)),
    reading,
  );
  const data = read.flatMap(({ changes }) => changes);
  const unknown = data.filter(({ field }) => !isKnownField(field, reading));
  if (data.length > 0 && unknown.length === data.length)
    refuse(reading, 'FIELD_UNKNOWN', 'fieldUnknown', unknown.map(({ field }) => field).join(', '));
  if (changesTwice(data)) ask(reading, 'twoGroups');
  if (
    filter.isEmpty &&
    !picked.order &&
    !clauses.some((clause) => clause.items.some((item) => isKind(item, 'product')))
  ) {
    if (reading.problems.length === 0 && !isWhole(clauses)) ask(reading, 'whichProducts');
  }
  if (isBrandAlone(filter, data, clauses)) ask(reading, 'whichProducts');
  if (data.length === 0) return { tasks: [] };
  return {
    tasks: filter.readings.map((queries) => ({
      entity: 'product',
      action: 'update',
      queries,
      data,
      ...picked,
    })),
  };
}

/** "raise prices by 5 %": plural without a group is everything; "raise the price by 5 %" leaves open of what. */
function isWhole(clauses: readonly Clause[]): boolean {
  return clauses.some((clause) =>
    clause.items.some(
      (item) =>
        isKind(item, 'field') &&
        /^(?:prices|stocks|قیمتها|موجودیها|قیمتهارو|قیمتهای|quantities)$/.test(item.text),
    ),
  );
}

/** "increase … 10 % off", "round up": a direction must agree with its verb. */
function checkDirections(clause: Clause, verb: VerbName | null, reading: Reading): void {
  const directions = clause.items.flatMap((item) => (isKind(item, 'direction') ? [item.verb] : []));
  if (directions.length === 0) return;
  if (verb === 'round' && new Set(directions).size === 1) ask(reading, 'rounding', clause.verb?.text ?? '');
  else if ((verb === 'increase' || verb === 'decrease') && directions.some((direction) => direction !== verb))
    ask(reading, 'direction', '');
}

/** "set apple to 2.49": one price for a whole brand is hardly meant; a fruit may be. */
function isBrandAlone(filter: Filter, data: readonly DataChange[], clauses: readonly Clause[]): boolean {
  const only = filter.queries.length === 1 ? filter.queries[0] : undefined;
  const isBrand = only !== undefined && 'op' in only && only.field === 'brand' && only.op === 'eq';
  const isOnePrice = data.some((change) => change.op === 'set' && change.field === 'price');
  return (
    isBrand &&
    isOnePrice &&
    !clauses.some((clause) => clause.items.some((item) => isKind(item, 'product', 'all', 'condition')))
  );
}

/** One field, two new values: which? Rounding what was just changed is fine. */
function changesTwice(data: readonly DataChange[]): boolean {
  return data.some(
    (change, at) =>
      change.op !== 'round_to' && data.slice(0, at).some((earlier) => earlier.field === change.field),
  );
}

function isKnownField(field: string, reading: Reading): boolean {
  return (
    ['price', 'stock', 'name', 'sku', 'id', 'category', 'brand'].includes(field) ||
    reading.vocabulary.hasField(field)
  );
}

/** All clauses must be about the same products; a clause that names none is about the others' products. */
function unify(filters: readonly Filter[], reading: Reading): Filter {
  const said = filters.filter((filter) => !filter.isEmpty);
  const first = said[0] ?? filters[0] ?? NO_FILTER;
  if (said.some((filter) => !isDeepStrictEqual(filter.queries, first.queries))) ask(reading, 'twoGroups');
  return first;
}
