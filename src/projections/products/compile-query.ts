/**
 * A task's filter and order as SQL over `products p` and `product_terms t`: what `matches` and `inOrder` of
 * planning say, held to them by a property test. Everything that comes from outside is a bound value, field
 * names included; every condition is true or false, never null, so that negation means negation.
 */
import { isCoreField, STOCK_MAX } from '../../catalogue/product.js';
import type { Condition, Query, Task } from '../../catalogue/task.js';
import { numberOf } from '../../planning/field-text.js';
import { Decimal } from '../../planning/values.js';
import { words } from '../../text/fold.js';
import { valuePrefix, valueTerm, wordTerm } from './terms.js';

/** Values bound to a statement, from `$2` on: `$1` is the workspace. */
export class Bindings {
  readonly values: unknown[] = [];

  /** The placeholder of a newly bound value. */
  bind(
    value: unknown,
    type: 'text' | 'text[]' | 'uuid' | 'uuid[]' | 'numeric' | 'int' | 'timestamptz',
  ): string {
    this.values.push(bindable(value));
    return `$${this.values.length + 1}::${type}`;
  }
}

/** PostgreSQL's text has no NUL: a value with one equals nothing that is stored, and must not break the statement. */
export function bindable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\ufffd');
  return Array.isArray(value) ? value.map(bindable) : value;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const COMPARISON = { eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
type NumberOp = keyof typeof COMPARISON;

/** All of `queries`, as one boolean expression. */
export function compileQueries(queries: readonly Query[], bindings: Bindings): string {
  // Terms that are all required are one lookup in the index, however many conditions ask for them.
  const { terms, rest } = required(queries);
  const conditions = rest.map((query) => compileQuery(query, bindings));
  if (terms.length > 0) conditions.unshift(hasTerms(terms, bindings));
  return conditions.length === 0 ? 'TRUE' : `(${conditions.join(' AND ')})`;
}

function compileQuery(query: Query, bindings: Bindings): string {
  if ('any' in query) return compileAny(query.any, bindings);
  if ('all' in query) return compileQueries(query.all, bindings);
  if ('not' in query) return `(NOT ${compileQuery(query.not, bindings)})`;
  const terms = termsOf(query);
  if (terms) return terms.length === 0 ? 'FALSE' : hasTerms(terms, bindings);
  return compileCondition(query, bindings);
}

/** Alternatives of one term each are one lookup in the index. */
function compileAny(parts: readonly Query[], bindings: Bindings): string {
  const asTerms = parts.map((part) => ('field' in part ? termsOf(part) : null));
  if (parts.length > 1 && asTerms.every((terms) => terms?.length === 1))
    return `t.terms && ${bindings.bind(asTerms.flat(), 'text[]')}`;
  return `(${parts.map((part) => compileQuery(part, bindings)).join(' OR ')})`;
}

function required(queries: readonly Query[]): { terms: string[]; rest: Query[] } {
  const flat = queries.flatMap((query) => ('all' in query ? query.all : [query]));
  const asTerms = flat.map((query) => ('field' in query ? termsOf(query) : null));
  return {
    terms: [...new Set(asTerms.flatMap((terms) => terms ?? []))],
    rest: flat.filter((_, index) => asTerms[index] === null || asTerms[index]?.length === 0),
  };
}

/** The terms that a product must have; none at all: nothing matches. Null when terms cannot tell. */
function termsOf(condition: Condition): string[] | null {
  const { field } = condition;
  if (field === 'id' || field === 'price' || field === 'stock') return null;
  if (condition.op === 'eq') return [valueTerm(field, condition.value)];
  if (condition.op === 'contains') return words(condition.value).map((word) => wordTerm(field, word));
  return null;
}

function hasTerms(terms: readonly string[], bindings: Bindings): string {
  return `t.terms @> ${bindings.bind(terms, 'text[]')}`;
}

function compileCondition(condition: Condition, bindings: Bindings): string {
  const { field } = condition;
  if (field === 'id') return compileId(condition, bindings);
  if (condition.op === 'missing')
    return field === 'price' || field === 'stock' ? 'FALSE' : `NOT ${hasValue(field, bindings)}`;
  const number = numberOf(condition.value);
  if (number === null) return 'FALSE';
  const op: NumberOp = condition.op === 'contains' ? 'eq' : condition.op;
  if (field === 'price') return `p.price ${COMPARISON[op]} ${bindings.bind(number, 'numeric')}`;
  if (field === 'stock') return compileStock(op, new Decimal(number), bindings);
  return `coalesce((t.numbers ->> ${bindings.bind(field, 'text')})::numeric ${COMPARISON[op]} ${bindings.bind(number, 'numeric')}, FALSE)`;
}

function compileId(condition: Condition, bindings: Bindings): string {
  if (condition.op !== 'eq' && condition.op !== 'contains') return 'FALSE';
  const id = condition.value.trim().toLowerCase();
  return UUID.test(id) ? `p.product_id = ${bindings.bind(id, 'uuid')}` : 'FALSE';
}

/** Whole bounds: a comparison with a decimal would turn the column into one, and pass its index by. */
function compileStock(op: NumberOp, bound: Decimal, bindings: Bindings): string {
  if (op === 'eq' && !bound.isInteger()) return 'FALSE';
  const whole = op === 'gt' || op === 'lte' ? bound.floor() : bound.ceil();
  const inRange = Decimal.max(-1, Decimal.min(whole, STOCK_MAX));
  if (op === 'eq' && !inRange.eq(whole)) return 'FALSE';
  if (whole.gt(STOCK_MAX)) return op === 'lt' || op === 'lte' ? 'TRUE' : 'FALSE';
  return `p.stock ${COMPARISON[op]} ${bindings.bind(inRange.toNumber(), 'int')}`;
}

/** Whether a text field has a value: exactly then there is a term that starts with its value prefix. */
function hasValue(field: string, bindings: Bindings): string {
  return `EXISTS (SELECT FROM unnest(t.terms) AS term WHERE starts_with(term, ${bindings.bind(valuePrefix(field), 'text')}))`;
}

/** `ORDER BY` without the words. By sku where no order is asked; ties by sku, then id. */
export function compileOrder(order: Task['order'], bindings: Bindings): string {
  const ties = 'p.sku, p.product_id';
  if (!order) return ties;
  const direction = order.direction === 'asc' ? 'ASC' : 'DESC';
  const { field } = order;
  if (field === 'id') return `p.product_id ${direction}`;
  if (field === 'price' || field === 'stock') return `p.${field} ${direction}, ${ties}`;
  if (field === 'name') return `t.folded_name COLLATE "C" ${direction}, ${ties}`;
  const hasOne = hasValue(field, bindings);
  if (isCoreField(field))
    return `${hasOne} DESC, (CASE WHEN ${hasOne} THEN p.${field} END) COLLATE "C" ${direction}, ${ties}`;
  const number = `(t.numbers ->> ${bindings.bind(field, 'text')})::numeric`;
  const text = `p.fields ->> ${bindings.bind(field, 'text')}`;
  const ranked = `(CASE WHEN ${number} IS NULL AND ${hasOne} THEN ${text} END) COLLATE "C"`;
  // Numbers, then text, then nothing. Inside a rank either all are null or none is.
  return `${hasOne} DESC, ${number} IS NULL, ${number} ${direction}, ${ranked} ${direction}, ${ties}`;
}

/** Joins the terms where an expression reads them: the planner does not leave an unneeded join out by itself. */
export function joinTerms(...expressions: string[]): string {
  return expressions.some((expression) => /\bt\./.test(expression))
    ? 'JOIN product_terms t ON t.workspace_id = $1 AND t.product_id = p.product_id'
    : '';
}
