/** Does the filter select what the words select, and no more? */
import type { Condition } from '../../../catalogue/task.js';
import { fold } from '../../../text/fold.js';
import { isKind, type Item, type ItemOf } from '../../rules/items.js';
import { PERSIAN_LETTERS } from '../../rules/lex-context.js';
import { boundOf, fieldBefore } from './neighbours.js';
import { isOpenPrice, use, useNumber, type Check } from './check.js';
import { conditionsOf, sourcesOf, type ConditionAt } from './literals.js';
import { numbersEqualTo } from './numbers.js';
import { objection, type Objection } from './objection.js';
import { isField } from './said-fields.js';
import { says } from './user-words.js';

interface Grounded extends ConditionAt {
  sources: readonly Item[];
}

export function checkFilter(check: Check): Objection[] {
  const { task } = check;
  if (task.action === 'add') return [];
  const objections: Objection[] = [];
  const grounded = conditionsOf(task.queries).map((at): Grounded => {
    const sources = groundsOf(at, check, objections);
    use(check, sources);
    return { ...at, sources };
  });
  objections.push(...checkNegations(grounded, check), ...checkAlternatives(grounded, check));
  objections.push(...checkOrder(check));
  if (task.queries.length === 0 && task.limit === undefined) objections.push(...checkEverything(check));
  return objections;
}

function groundsOf(
  { condition, negated }: ConditionAt,
  check: Check,
  objections: Objection[],
): readonly Item[] {
  const { words, fields } = check;
  const { field } = condition;
  if (!isField(field, words)) {
    objections.push(objection('FIELD_NOT_SAID', field));
    return [];
  }
  if (condition.op === 'missing') return groundsOfMissing(condition, negated, check, objections);
  const isNumeric =
    (field === 'price' || field === 'stock' || isComparison(condition.op)) && field !== 'name';
  if (isNumeric) return groundsOfNumber(condition, check, objections);
  const sources = sourcesOf(condition.value, field, words);
  if (sources.length === 0) objections.push(objection('VALUE_NOT_SAID', condition.value));
  else if (!holdsValue(condition, check) && !fields.has(field))
    objections.push(objection('FIELD_NOT_SAID', field));
  return sources;
}

function isComparison(op: Condition['op']): boolean {
  return op === 'gt' || op === 'gte' || op === 'lt' || op === 'lte';
}

/** A name may be anything; other fields are meant where they hold the value. */
function holdsValue({ field, value }: Extract<Condition, { value: string }>, { words }: Check): boolean {
  if (field === 'name' || field === 'sku' || field === 'id') return true;
  const parts = fold(value).split(' ');
  return (
    words.vocabulary.valuesEqual(value, field).length > 0 ||
    words.vocabulary.valuesAt(parts, 0).some((match) => match.field === field) ||
    parts.some((part) => words.vocabulary.valuesAt([part], 0).some((match) => match.field === field)) ||
    (field === 'category' && parts.some((part) => words.vocabulary.categoriesWith(part).length > 0))
  );
}

/** To have a value is implied by naming the field («کتاب» has an author); to lack one must be said. */
function groundsOfMissing(
  { field }: Condition,
  negated: boolean,
  { words, fields }: Check,
  objections: Objection[],
): readonly Item[] {
  if (!fields.has(field)) objections.push(objection('FIELD_NOT_SAID', field));
  if (!negated && !says(words, ...NEGATIONS, 'missing'))
    objections.push(objection('SENSE_NOT_SAID', `${field} missing`));
  return [];
}

function groundsOfNumber(
  condition: Extract<Condition, { value: string }>,
  check: Check,
  objections: Objection[],
): readonly Item[] {
  const { field, op, value } = condition;
  const { fields, numbers, words } = check;
  const equal = numbersEqualTo(value, field, numbers).filter(({ percent }) => !percent);
  const used = useNumber(check, equal);
  if (used.length === 0) objections.push(objection('VALUE_NOT_SAID', value));
  const isFieldValue = op === 'eq' && words.vocabulary.valuesEqual(value, field).length > 0;
  if (!fields.has(field) && !isOpenPrice(field, check) && !isFieldValue)
    objections.push(objection('FIELD_NOT_SAID', field));
  if (isComparison(op) && !equal.some(({ item }) => isBoundSo(item, op, check)))
    objections.push(objection('SENSE_NOT_SAID', `${field} ${op} ${value}`));
  if (equal.length > 0 && equal.every(({ item }) => ![null, field].includes(fieldBefore(item, words))))
    objections.push(objection('FIELD_NOT_SAID', `${field} ${value}`));
  return used;
}

/** What stands beside the number decides; where nothing does, any word of that sense. */
function isBoundSo(item: Item, op: Condition['op'], check: Check): boolean {
  const bound = boundOf(item, check.words);
  if (bound === null || says(check.words, 'not', 'isNot')) return saysComparison(op, check);
  return bound === (op === 'gt' || op === 'gte' ? 'up' : 'down');
}

/** Over needs a word for more, under a word for less; a range, a state ("in stock") and a negation fit both. */
function saysComparison(op: Condition['op'], { words }: Check): boolean {
  const up = op === 'gt' || op === 'gte';
  return words.items.some((item, at) => {
    if (isKind(item, 'compare', 'compareAfter')) return (item.op === 'gt' || item.op === 'gte') === up;
    // «یک تا سه میلیون»: "up to" between two numbers bounds both ways.
    if (isKind(item, 'prep') && item.prep === 'upto') return !up || isKind(words.items[at - 1], 'number');
    if (isKind(item, 'prep')) return up && item.prep === 'from';
    if (isKind(item, 'direction')) return (item.verb === 'increase') === up;
    if (isKind(item, 'state')) return item.inStock === up;
    return isKind(item, 'between', 'not', 'isNot');
  });
}

const NEGATIONS = ['not', 'isNot', 'hasNot', 'except', 'without'] as const;
function checkNegations(grounded: readonly Grounded[], { words, task }: Check): Objection[] {
  const negations = words.items.filter((item) => isKind(item, ...NEGATIONS));
  const negated = grounded.filter((one) => one.negated && one.condition.op !== 'missing');
  const wrong = negated.filter((one) => !negations.some((item) => reaches(item, one)));
  const saysNo = negations.length > 0;
  const expressed =
    negated.length > 0 ||
    grounded.some(({ condition, negated: isPresent }) => condition.op === 'missing' && !isPresent) ||
    grounded.some(({ condition }) => 'value' in condition && condition.value === '0') ||
    (negations.every((item) => isKind(item, 'not', 'isNot')) &&
      grounded.some(({ condition }) => isComparison(condition.op))) ||
    task.data.some(({ op }) => op === 'clear');
  return [
    ...wrong.map(({ condition }) => objection('SENSE_NOT_SAID', `not ${condition.field}`)),
    ...(saysNo && !expressed ? [objection('WORDS_LEFT_OUT', negations[0]?.text ?? '')] : []),
  ];
}

/** Negations stand before what they negate, but for the verbs of Persian: «… نیست», «… ندارد». */
function reaches(negation: Item, { sources }: Grounded): boolean {
  const trails =
    isKind(negation, 'isNot') || (isKind(negation, 'hasNot') && PERSIAN_LETTERS.test(negation.text));
  return trails || sources.some((source) => source.at > negation.at);
}

/** Alternatives come from one word that means several things, or from words with "or", "and" or a comma between. */
function checkAlternatives(grounded: readonly Grounded[], check: Check): Objection[] {
  const groups = Map.groupBy(
    grounded.filter(({ alternativeOf }) => alternativeOf !== null),
    ({ alternativeOf }) => alternativeOf,
  );
  return [...groups.values()].flatMap((group) => {
    const isSaid = group.every((one, at) => at === 0 || isAlternative(group[at - 1] as Grounded, one, check));
    return isSaid ? [] : [objection('ALTERNATIVE_NOT_SAID', group.map(textOf).join(' | '))];
  });
}

function isAlternative(one: Grounded, other: Grounded, { words }: Check): boolean {
  const ops = [one.condition.op, other.condition.op];
  if (ops.every((op) => op === 'missing')) return one.negated === other.negated;
  // Nouns («کتاب») stand for fields their products have, and for what the workspace calls them.
  if (ops.includes('missing')) return says(words, 'or') || says(words, 'condition');
  if (ops.some(isComparison) && !says(words, 'or')) return false;
  if (one.sources.some((source) => other.sources.includes(source))) return true;
  const places = [...one.sources, ...other.sources].map(({ at }) => at);
  const [from, to] = [Math.min(...places), Math.max(...places)];
  const isBetween = words.items.some(
    (item) => item.at > from && item.at < to && isKind(item, 'or', 'and', 'comma'),
  );
  // "not red and not blue" leaves out both; "either not" would leave out nothing.
  if (one.negated && other.negated) return !isBetween;
  return isBetween;
}

function textOf({ condition }: Grounded): string {
  return 'value' in condition ? condition.value : condition.field;
}

function checkOrder(check: Check): Objection[] {
  const { task, words, numbers } = check;
  const superlatives = words.items.filter((item) => isKind(item, 'superlative'));
  use(check, superlatives);
  const { order, limit } = task;
  if (!order)
    return superlatives.length > 0 ? [objection('WORDS_LEFT_OUT', superlatives[0]?.text ?? '')] : [];
  if (task.action === 'get' && limit === undefined) return [];
  const fits = superlatives.some((item: ItemOf<'superlative'>) => item.direction === order.direction);
  const counts = useNumber(check, limit === undefined ? [] : numbersEqualTo(String(limit), null, numbers));
  const isSaid = fits || (superlatives.length === 0 && task.action === 'get');
  return [
    ...(isSaid ? [] : [objection('SENSE_NOT_SAID', `${order.field} ${order.direction}`)]),
    ...(superlatives.length > 0 && limit === undefined && task.action !== 'get'
      ? [objection('WORDS_LEFT_OUT', superlatives[0]?.text ?? '')]
      : []),
    ...(limit === undefined || limit === 1 || counts.length > 0
      ? []
      : [objection('VALUE_NOT_SAID', String(limit))]),
  ];
}

function checkEverything({ task, words }: Check): Objection[] {
  if (task.action === 'delete') return [objection('EVERYTHING_NOT_SAID', 'delete')];
  const isSaid =
    task.action === 'get' ? says(words, 'all', 'product', 'howMany') : says(words, 'all', 'product');
  return isSaid ? [] : [objection('EVERYTHING_NOT_SAID', task.action)];
}
