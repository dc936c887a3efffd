/** A model's text → what it says, or the exact place where it is wrong, in words a model can act on. */
import type { z } from 'zod';
import { Task, type Condition, type DataChange, type Query } from '../../../catalogue/task.js';
import { foldLetters } from '../../../text/fold.js';
import { jsonIn } from './json-in-text.js';
import { Reply, type ReplyChange, type ReplyCondition } from './reply-schema.js';

export type Said =
  | { kind: 'task'; task: Task }
  /** Texts are the model's: see `model-text.ts` before anyone reads them. */
  | { kind: 'question'; message: string; options: string[] }
  | { kind: 'refusal'; message: string };

export type ParsedReply = { ok: true; said: Said } | { ok: false; problems: string[] };

const PROBLEMS_MAX = 5;
const PLAIN_DECIMAL = /^\d{1,20}(\.\d{1,10})?$/;

/** Never throws; `problems` are like "data[0].value: expected string". */
export function parseReply(text: string): ParsedReply {
  const json = jsonIn(text);
  if (!json.ok) return wrong([json.problem]);
  const reply = Reply.safeParse(json.value);
  if (!reply.success) return wrong(reply.error.issues.map(problemOf));
  const { kind, message, options } = reply.data;
  if (kind === 'question')
    return message.trim() === ''
      ? wrong(['message: a question needs its text'])
      : { ok: true, said: { kind, message, options } };
  if (kind === 'refusal') return { ok: true, said: { kind, message } };
  return taskOf(reply.data);
}

function taskOf(reply: Reply): ParsedReply {
  const problems = [...reply.queries.flatMap(queryProblems), ...reply.data.flatMap(changeProblems)];
  if (reply.action === 'none') problems.push('action: a task needs one of add, update, get, delete');
  if (!Number.isInteger(reply.limit) || reply.limit < 0)
    problems.push('limit: expected a whole number, 0 for none');
  if (reply.limit > 0 && reply.order_field === '') problems.push('order_field: a limit needs an order');
  if (problems.length > 0) return wrong(problems);
  const { order_field: field, order_direction: direction } = reply;
  const isGet = reply.action === 'get';
  const task = Task.safeParse({
    entity: 'product',
    action: reply.action,
    queries: reply.queries.map(({ any }) => queryOf(any)),
    data: reply.data.map(changeOf),
    ...(field === '' ? {} : { order: { field, direction: direction === 'desc' ? 'desc' : 'asc' } }),
    ...(reply.limit > 0 ? { limit: reply.limit } : {}),
    ...(isGet && reply.select.length > 0 ? { select: reply.select } : {}),
    ...(isGet && reply.count ? { count: true } : {}),
  });
  return task.success
    ? { ok: true, said: { kind: 'task', task: task.data } }
    : wrong(task.error.issues.map(problemOf));
}

function queryProblems({ any }: { any: ReplyCondition[] }, at: number): string[] {
  const place = (index: number, key: string): string => `queries[${at}].any[${index}].${key}`;
  return [
    ...(any.length === 0 ? [`queries[${at}].any: expected at least one condition`] : []),
    ...any.flatMap(({ field, op, value }, index) => [
      ...(field === '' ? [`${place(index, 'field')}: expected the name of a field`] : []),
      ...(isNumeric(op) && !PLAIN_DECIMAL.test(digits(value))
        ? [`${place(index, 'value')}: expected a plain decimal number, got ${shown(value)}`]
        : []),
      ...(needsValue(op) && value.trim() === '' ? [`${place(index, 'value')}: expected a value`] : []),
    ]),
  ];
}

function changeProblems({ field, op, value }: ReplyChange, at: number): string[] {
  const isAmount = op !== 'set' && op !== 'clear';
  return [
    ...(field === '' ? [`data[${at}].field: expected the name of a field`] : []),
    ...(isAmount && !PLAIN_DECIMAL.test(digits(value))
      ? [`data[${at}].value: expected a plain decimal number, got ${shown(value)}`]
      : []),
  ];
}

function queryOf(any: readonly ReplyCondition[]): Query {
  const conditions = any.map(conditionOf);
  return conditions.length === 1 ? (conditions[0] as Query) : { any: conditions };
}

function conditionOf({ field, op, value }: ReplyCondition): Query {
  switch (op) {
    case 'missing':
      return { field, op };
    case 'present':
      return { not: { field, op: 'missing' } };
    case 'not_eq':
    case 'not_contains':
      return { not: { field, op: op === 'not_eq' ? 'eq' : 'contains', value } };
    default:
      return { field, op, value: isNumeric(op) ? digits(value) : value } satisfies Condition;
  }
}

function changeOf({ field, op, value }: ReplyChange): DataChange {
  if (op === 'clear') return { field, op };
  if (op === 'set')
    return { field, op, value: field === 'price' || field === 'stock' ? digits(value) : value };
  return { field, op, value: digits(value) };
}

function isNumeric(op: ReplyCondition['op']): boolean {
  return op === 'gt' || op === 'gte' || op === 'lt' || op === 'lte';
}

function needsValue(op: ReplyCondition['op']): boolean {
  return op !== 'missing' && op !== 'present';
}

/** "۱۲٬۵۰۰" and "12,500" are plain numbers in other clothes. */
function digits(value: string): string {
  return foldLetters(value).trim();
}

function problemOf({ path, message }: z.core.$ZodIssue): string {
  const place = path
    .map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${String(part)}`))
    .join('');
  return `${place === '' ? 'reply' : place}: ${message}`;
}

function shown(value: string): string {
  return JSON.stringify(value.slice(0, 40));
}

function wrong(problems: string[]): ParsedReply {
  return { ok: false, problems: problems.slice(0, PROBLEMS_MAX) };
}
