/**
 * What a model may answer. Flatter than our `Task`, because every server takes this much of JSON Schema: no unions, no
 * references, no recursion, no nulls, every property required. A filter is "all of these, each any of those", which
 * together with negated operators says whatever a task can say.
 */
import { z } from 'zod';

export const REPLY_KINDS = ['task', 'question', 'refusal'] as const;
export const CONDITION_OPS = [
  'eq',
  'not_eq',
  'contains',
  'not_contains',
  'gt',
  'gte',
  'lt',
  'lte',
  'missing',
  'present',
] as const;
export const CHANGE_OPS = [
  'set',
  'clear',
  'increase_percent',
  'decrease_percent',
  'increase_by',
  'decrease_by',
  'multiply_by',
  'divide_by',
  'round_to',
] as const;

/** Texts are bounded here, not in the schema servers see: few of them know `maxLength`. */
const QUERIES_MAX = 30;
const ALTERNATIVES_MAX = 50;
const CHANGES_MAX = 20;
const OPTIONS_MAX = 5;
const FIELD_CHARS_MAX = 64;
const VALUE_CHARS_MAX = 2_000;
const MESSAGE_CHARS_MAX = 2_000;

const text = (charsMax: number) =>
  z.string().refine((value) => value.length <= charsMax, `at most ${charsMax} characters`);

const list = <Item extends z.ZodType>(item: Item, lengthMax: number) =>
  z
    .array(item)
    .refine((items) => items.length <= lengthMax, `at most ${lengthMax} items`)
    .default([]);

export const ReplyCondition = z.strictObject({
  field: text(FIELD_CHARS_MAX),
  op: z.enum(CONDITION_OPS),
  value: text(VALUE_CHARS_MAX).default(''),
});
export type ReplyCondition = z.infer<typeof ReplyCondition>;

const ReplyChange = z.strictObject({
  field: text(FIELD_CHARS_MAX),
  op: z.enum(CHANGE_OPS),
  value: text(VALUE_CHARS_MAX).default(''),
});
export type ReplyChange = z.infer<typeof ReplyChange>;

/** Where a kind of answer has no use for a property, it is empty: `""`, `[]`, `0`, `false`, `"none"`. */
export const Reply = z.strictObject({
  kind: z.enum(REPLY_KINDS),
  action: z.enum(['add', 'update', 'get', 'delete', 'none']).default('none'),
  queries: list(z.strictObject({ any: list(ReplyCondition, ALTERNATIVES_MAX) }), QUERIES_MAX),
  data: list(ReplyChange, CHANGES_MAX),
  order_field: text(FIELD_CHARS_MAX).default(''),
  order_direction: z.enum(['asc', 'desc', 'none']).default('none'),
  /** 0: no limit. */
  limit: z.number().default(0),
  select: list(text(FIELD_CHARS_MAX), CHANGES_MAX),
  count: z.boolean().default(false),
  message: text(MESSAGE_CHARS_MAX).default(''),
  options: list(text(MESSAGE_CHARS_MAX), OPTIONS_MAX),
});
export type Reply = z.infer<typeof Reply>;

/** The same as JSON Schema, for servers with structured outputs. */
export function replyJsonSchema(): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(Reply, {
    io: 'output',
    // Strict structured outputs refuse defaults: to them every property is required.
    override: ({ jsonSchema }) => delete jsonSchema.default,
  });
  return schema;
}
