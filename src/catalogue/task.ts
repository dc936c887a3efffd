/**
 * The task: what a sentence asks for, before any product is looked at. Interpreters produce it,
 * planning turns it into rows. It is the whole of what a model may say: nothing outside this schema
 * is believed.
 */
import { z } from 'zod';
import { DecimalString, FIELD_VALUE_CHARS_MAX } from './product.js';

export const QUERY_DEPTH_MAX = 6;
export const QUERY_NODES_MAX = 100;
export const TASK_LIMIT_MAX = 100_000;

/** A core column (`sku`, `name`, `price`, `stock`, `category`, `brand`), `id`, or a custom field's key. */
const FieldName = z.string().min(1).max(64);
const Text = z.string().min(1).max(FIELD_VALUE_CHARS_MAX);

/**
 * One condition.
 * - `eq`: the field's folded text equals the folded value; on `price`, `stock` and number-like values, numerically.
 * - `contains`: every word of the folded value is a whole word of the folded field, in any order.
 * - `gt`, `gte`, `lt`, `lte`: numeric; a product whose field is absent or not a number never matches.
 * - `missing`: the product has no value (or an empty one) in the field.
 */
export type Condition =
  | { field: string; op: 'eq' | 'contains' | 'gt' | 'gte' | 'lt' | 'lte'; value: string }
  | { field: string; op: 'missing' };

/** A condition or a combination. The members of a task's `queries` are all required. */
export type Query = Condition | { any: Query[] } | { all: Query[] } | { not: Query };

const TextCondition = z.strictObject({ field: FieldName, op: z.enum(['eq', 'contains']), value: Text });
const NumberCondition = z.strictObject({
  field: FieldName,
  op: z.enum(['gt', 'gte', 'lt', 'lte']),
  value: DecimalString,
});
const MissingCondition = z.strictObject({ field: FieldName, op: z.literal('missing') });

export const Query: z.ZodType<Query> = z.lazy(() =>
  z.union([
    TextCondition,
    NumberCondition,
    MissingCondition,
    z.strictObject({ any: z.array(Query).min(1).max(QUERY_NODES_MAX) }),
    z.strictObject({ all: z.array(Query).min(1).max(QUERY_NODES_MAX) }),
    z.strictObject({ not: Query }),
  ]),
);

/**
 * One change of one field.
 * - `set`: the new value. `clear`: remove the value (custom fields, category, brand).
 * - `increase_percent`, `decrease_percent`: by a percentage, `"10"` is 10 %.
 * - `increase_by`, `decrease_by`: by an amount in the field's own unit.
 * - `multiply_by`, `divide_by`: `"2"` doubles; `divide_by "3"` leaves a third.
 * - `round_to`: to the nearest multiple of the value, halves up; `"1000"`.
 */
export const DataChange = z.union([
  z.strictObject({ field: FieldName, op: z.literal('set'), value: z.string().max(FIELD_VALUE_CHARS_MAX) }),
  z.strictObject({ field: FieldName, op: z.literal('clear') }),
  z.strictObject({
    field: FieldName,
    op: z.enum([
      'increase_percent',
      'decrease_percent',
      'increase_by',
      'decrease_by',
      'multiply_by',
      'divide_by',
      'round_to',
    ]),
    value: DecimalString,
  }),
]);
export type DataChange = z.infer<typeof DataChange>;

/**
 * `queries` select products (empty: all of them), `order` + `limit` keep the first N of those
 * ("the five cheapest"), `data` says what to do with them. `add` has no queries and one `set` per value.
 * `get` has no data; `select` names the asked fields, `count` says that only the number is asked.
 */
export const Task = z
  .strictObject({
    entity: z.literal('product'),
    action: z.enum(['add', 'update', 'get', 'delete']),
    // Asked before the schema recurses: a reply nested thousands deep would end in a stack overflow, not in issues.
    queries: z
      .preprocess((queries, context) => {
        if (!nestsDeeper(queries, QUERY_LEVELS_MAX)) return queries;
        context.addIssue({ code: 'custom', message: TOO_COMPLEX });
        return z.NEVER;
      }, z.array(Query).max(QUERY_NODES_MAX))
      .default([]),
    data: z.array(DataChange).max(50).default([]),
    order: z.strictObject({ field: FieldName, direction: z.enum(['asc', 'desc']) }).optional(),
    limit: z.int().min(1).max(TASK_LIMIT_MAX).optional(),
    select: z.array(FieldName).max(20).optional(),
    count: z.literal(true).optional(),
  })
  .superRefine((task, context) => {
    const problem = taskProblem(task);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  });
export type Task = z.infer<typeof Task>;

function taskProblem(task: {
  action: string;
  queries: Query[];
  data: DataChange[];
  limit?: number | undefined;
  order?: unknown;
  select?: unknown;
  count?: unknown;
}): string | null {
  const { nodes, depth } = measure({ all: task.queries });
  if (nodes > QUERY_NODES_MAX + 1 || depth > QUERY_DEPTH_MAX + 1) return TOO_COMPLEX;
  if ((task.action === 'update' || task.action === 'add') && task.data.length === 0)
    return `${task.action} needs data`;
  if ((task.action === 'delete' || task.action === 'get') && task.data.length > 0)
    return `${task.action} takes no data`;
  if (task.action === 'add' && (task.queries.length > 0 || task.data.some((change) => change.op !== 'set')))
    return 'add takes values only';
  if (task.limit !== undefined && task.order === undefined) return 'a limit needs an order';
  if (task.action !== 'get' && (task.select !== undefined || task.count !== undefined))
    return 'only get takes select or count';
  return null;
}

/** Objects and arrays a filter within QUERY_DEPTH_MAX consists of: the list, two per combination, the condition. */
const QUERY_LEVELS_MAX = 2 * QUERY_DEPTH_MAX;
const TOO_COMPLEX = 'the filter is too complex';

function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => nestsDeeper(inner, levels - 1));
}

function measure(query: Query): { nodes: number; depth: number } {
  const children =
    'any' in query ? query.any : 'all' in query ? query.all : 'not' in query ? [query.not] : [];
  const measured = children.map(measure);
  return {
    nodes: 1 + measured.reduce((sum, child) => sum + child.nodes, 0),
    depth: 1 + Math.max(0, ...measured.map((child) => child.depth)),
  };
}

/** A remark that travels with a reading or a preview, shown to the user before confirming. */
export const Warning = z.strictObject({
  code: z.enum([
    'FIELD_UNKNOWN',
    'TYPO_CORRECTED',
    'NAME_APPROXIMATE',
    'UNIT_CONVERTED',
    'PRICE_ROUNDED',
    'STOCK_ROUNDED',
    'NOT_A_NUMBER',
    'LARGE_CHANGE',
    'ALL_PRODUCTS',
    'UNDO_CONFLICT',
    'PLAN_CHANGED',
    'READING_ASSUMED',
    'READ_OFFLINE',
    'READINGS_DIFFER',
  ]),
  field: z.string().optional(),
  productId: z.string().optional(),
  message: z.string(),
});
export type Warning = z.infer<typeof Warning>;
