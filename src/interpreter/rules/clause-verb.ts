/** What a clause does to its products: its verb, read together with directions, fields and amounts beside it. */
import type { Clause } from './clauses.js';
import { isKind, type Item, type ItemOf } from './items.js';
import type { VerbName } from './lexicon/meaning.js';

/** Verbs that say nothing against a direction beside them. */
const GIVES_WAY: ReadonlySet<VerbName> = new Set(['set', 'change', 'give', 'add', 'remove', 'move']);

/** "make … cheaper" and "give 10 % off" have their direction for a verb. */
export function verbOf(clause: Clause, items: readonly Item[]): VerbName | null {
  const direction = clause.items.find((item) => isKind(item, 'direction'));
  const { verb } = clause;
  const gets =
    verb?.verb === 'get' &&
    /^gets?$/.test(verb.text) &&
    (clause.verbAt > 0 || clause.items.some((item) => isKind(item, 'number') && item.unit !== null));
  const amount = clause.items.some((item) => isKind(item, 'number', 'factor'));
  if (verb === null) {
    if (isKind(direction, 'direction') && amount) return direction.verb;
    if (items.some((item) => isKind(item, 'field') && item.text === 'in stock') && amount) return 'set';
    if (setsPlainly(clause.items) || costsTimes(clause.items)) return 'set';
    if (clause.items.some((item) => isKind(item, 'number') && item.signed && item.unit === 'percent'))
      return 'change';
    if (items.some((item) => isKind(item, 'howMany'))) return 'count';
    if (items.some((item) => isKind(item, 'howMuch'))) return 'get';
    return clause.items.some((item) => isKind(item, 'factor') && /price|قیمت|as many$/.test(item.text))
      ? 'set'
      : null;
  }
  // "set prices to whole dollars"; to take away "5 more" says neither.
  if (GIVES_WAY.has(verb.verb) && clause.items.some((item) => isKind(item, 'nearest'))) return 'round';
  if (verb.verb === 'remove' && isKind(direction, 'direction') && direction.verb === 'increase')
    return 'decrease';
  if (handsOver(clause, amount)) return 'get';
  if (isKind(direction, 'direction') && (GIVES_WAY.has(verb.verb) || gets)) return direction.verb;
  if (verb.verb === 'move' && amount) return 'set';
  if (verb.verb === 'remove') return removes(clause, amount);
  if (drops(clause, amount) || getsOut(clause)) return 'delete';
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

/** «کفش‌های زیر یک میلیون رو بده»: with nothing between the products and the verb, they are to be shown. */
function handsOver({ verb, verbAt, items }: Clause, amount: boolean): boolean {
  return (
    /^(?:بده|بدید|بدین)$/.test(verb?.text ?? '') &&
    verb?.weak === true &&
    !amount &&
    isKind(items[verbAt - 1], 'object') &&
    items.slice(verbAt).every((item) => isKind(item, 'stop', 'filler', 'questionMark'))
  );
}

/** "laptops should cost twice as much". */
function costsTimes(items: readonly Item[]): boolean {
  return items.some(
    (item, at) =>
      item.text.endsWith('cost') &&
      isKind(item, 'prep') &&
      (isKind(items[at + 1], 'factor') ||
        items.slice(at + 1, at + 2).some((next) => isKind(next, 'number') && next.unit === 'times')),
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

/** "get the laptops out of the catalogue". */
function getsOut({ verb, items }: Clause): boolean {
  return (
    /^get$/.test(verb?.text ?? '') &&
    items.some(
      (item, at) =>
        isKind(item, 'prep') &&
        item.text === 'out of' &&
        items
          .slice(at + 1)
          .every((other) => isKind(other, 'filler', 'stop') || /^(?:cat|sto|sh|list)/.test(other.text)),
    )
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
export function withoutWeakVerbs(clauses: readonly Clause[]): Clause[] {
  return clauses.filter(
    (clause) =>
      !(
        clause.verb?.weak &&
        clauses.length > 1 &&
        clause.items.every((item) => isKind(item, 'stop', 'filler', 'object', 'is', 'and', 'comma'))
      ),
  );
}
