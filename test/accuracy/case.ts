/**
 * The accuracy cases: sentences a shop owner would write beside what he would rightly expect. Data, one case
 * per line, so that every interpreter is held to the same corpus.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Task } from '../../src/catalogue/task.js';
import { PROMPT_CHARS_MAX, REFUSAL_CODES } from '../../src/interpreter/interpreter.js';

/**
 * What counts as right.
 * - `task`: a task with the same plan. `anyOf`: with one of these plans.
 * - `question`: a question back, or a task with the plan of (one of) `orTask`.
 * - `refusal`: a refusal with this code, or any when `true`; with `orQuestion` a question is as good.
 */
export const Expectation = z.union([
  z.strictObject({ task: Task }),
  z.strictObject({ anyOf: z.array(Task).min(2) }),
  z.strictObject({ question: z.literal(true), orTask: z.union([Task, z.array(Task).min(1)]).optional() }),
  z.strictObject({
    refusal: z.union([z.enum(REFUSAL_CODES), z.literal(true)]),
    orQuestion: z.literal(true).optional(),
  }),
]);
export type Expectation = z.infer<typeof Expectation>;

export const AccuracyCase = z.strictObject({
  id: z.string().min(1),
  language: z.enum(['en', 'fa']),
  /** Name of the catalogue's file without `.ndjson`. */
  catalogue: z.string().min(1),
  /** The workspace's unit of price; unknown when absent. */
  currency: z.enum(['toman', 'rial', 'other']).optional(),
  /** What the sentence is made of; the report groups by these. */
  construct: z.array(z.string().min(1)).min(1),
  prompt: z.string().min(1).max(PROMPT_CHARS_MAX),
  conversation: z
    .array(
      z.strictObject({
        question: z.string(),
        options: z.array(z.strictObject({ label: z.string(), task: Task.nullable() })),
        answer: z.string(),
      }),
    )
    .default([]),
  expect: Expectation,
});
export type AccuracyCase = z.infer<typeof AccuracyCase>;

/** The tasks that would be right, none where only a question or a refusal is. */
export function expectedTasks(expectation: Expectation): Task[] {
  if ('task' in expectation) return [expectation.task];
  if ('anyOf' in expectation) return expectation.anyOf;
  if ('question' in expectation) return [expectation.orTask ?? []].flat();
  return [];
}

/** All cases of a folder's `*.jsonl`, by file name. Throws with file and line at the first that is malformed. */
export function loadCases(folder: string): AccuracyCase[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .toSorted();
  return files.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (line.trim() === '' ? [] : [parseCase(line, `${file}:${index + 1}`)])),
  );
}

function parseCase(line: string, place: string): AccuracyCase {
  try {
    return AccuracyCase.parse(JSON.parse(line));
  } catch (cause) {
    throw new Error(`${place}: not an accuracy case`, { cause });
  }
}
