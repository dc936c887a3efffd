/** Judges one interpretation against what the case expects. Pure. */
import type { Product } from '../../src/catalogue/product.js';
import { Task } from '../../src/catalogue/task.js';
import type { Interpretation } from '../../src/interpreter/interpreter.js';
import { expectedTasks, type Expectation } from './case.js';
import { isExpectedOutcome, outcomeOf } from './outcome.js';

/** The first three are right. `silentWrong` alone could hurt: a preview of something that was not asked for. */
export const VERDICTS = [
  /** A task with an expected plan. */
  'exact',
  /** A question where one was expected or is as good. */
  'asked',
  /** A refusal where one was expected, by the interpreter or by planning. */
  'refused',
  /** A question where the sentence is clear, or where it had to be refused. */
  'overAsked',
  /** A refusal where a task or a question was expected, or with another code than expected. */
  'overRefused',
  /** A task that matches no product although products were meant; the user is asked for a better name. */
  'foundNothing',
  /** A task with another plan, or a task where only a question or a refusal is right. */
  'silentWrong',
  /** The interpreter threw, or broke the task schema. */
  'failed',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export const RIGHT: ReadonlySet<Verdict> = new Set<Verdict>(['exact', 'asked', 'refused']);

export function judge(
  expectation: Expectation,
  interpretation: Interpretation,
  products: readonly Product[],
): Verdict {
  if (interpretation.kind === 'question') return mayAsk(expectation) ? 'asked' : 'overAsked';
  if (interpretation.kind === 'refusal')
    return isExpectedRefusal(expectation, interpretation.code) ? 'refused' : 'overRefused';
  const task = Task.safeParse(interpretation.task);
  return task.success ? judgeTask(expectation, task.data, products) : 'failed';
}

function judgeTask(expectation: Expectation, task: Task, products: readonly Product[]): Verdict {
  const outcome = outcomeOf(task, products);
  const isExpected = expectedTasks(expectation).some((expected) =>
    isExpectedOutcome(outcome, outcomeOf(expected, products)),
  );
  if (isExpected) return 'exact';
  if (outcome.kind === 'refused')
    return isExpectedRefusal(expectation, outcome.code) ? 'refused' : 'overRefused';
  return outcome.kind === 'nothing' ? 'foundNothing' : 'silentWrong';
}

function mayAsk(expectation: Expectation): boolean {
  return 'question' in expectation || ('refusal' in expectation && expectation.orQuestion === true);
}

function isExpectedRefusal(expectation: Expectation, code: string): boolean {
  return 'refusal' in expectation && (expectation.refusal === true || expectation.refusal === code);
}
