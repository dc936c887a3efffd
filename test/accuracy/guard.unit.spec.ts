/** The guard against the accuracy cases: how many right tasks it lets pass, and how many wrong ones. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/catalogue/task.js';
import { objectionsTo } from '../../src/interpreter/llm/guard/guard.js';
import type { InterpretRequest } from '../../src/interpreter/interpreter.js';
import { expectedTasks, loadCases, type AccuracyCase } from './case.js';
import { loadCatalogue, type Catalogue } from './catalogue.js';
import { mutantsOf } from './mutants.js';
import { isExpectedOutcome, outcomeOf } from './outcome.js';

const RIGHT_SHARE_MIN = 0.95;
const WRONG_SHARE_MAX = 0.01;
/** No one of these may ever pass. */
const NEVER = [
  'deletes everything',
  'reprices everything',
  'has no limit',
  'takes the other end',
  'another bound',
  'a value of its own',
  'ten times as much',
  'down for up',
  'renames on the way',
  'gives it away on the way',
];
const TIMEOUT_MS = 120_000;

const catalogues = new Map<string, Catalogue | null>();
const judged = loadCases(join(import.meta.dirname, 'cases')).flatMap((one) => {
  if (!catalogues.has(one.catalogue)) catalogues.set(one.catalogue, loadCatalogue(one.catalogue));
  const catalogue = catalogues.get(one.catalogue);
  const isClear = 'task' in one.expect || 'anyOf' in one.expect;
  return catalogue && isClear ? [{ one, catalogue, request: requestOf(one, catalogue) }] : [];
});

function requestOf({ prompt, conversation, currency }: AccuracyCase, catalogue: Catalogue): InterpretRequest {
  const said = [prompt, ...conversation.map(({ answer }) => answer)].join(' ');
  const vocabulary = catalogue.vocabulary(currency ?? null);
  return { prompt, conversation, vocabulary, skus: catalogue.skusIn(said) };
}

describe('the guard', () => {
  it(
    `lets at least ${RIGHT_SHARE_MIN * 100} % of the right tasks pass`,
    () => {
      const stopped = judged.flatMap(({ one, request }) => {
        const objections = expectedTasks(one.expect).map((task) => objectionsTo(task, request));
        return objections.some((each) => each.length === 0)
          ? []
          : [`${one.prompt} ${JSON.stringify(objections[0])}`];
      });
      expect(1 - stopped.length / judged.length, stopped.join('\n')).toBeGreaterThanOrEqual(RIGHT_SHARE_MIN);
    },
    TIMEOUT_MS,
  );

  it(
    `lets at most ${WRONG_SHARE_MAX * 100} % of the wrong ones pass, and none that does what nobody said`,
    () => {
      let wrong = 0;
      const passed: { kind: string; text: string }[] = [];
      for (const { one, catalogue, request } of judged) {
        const expected = expectedTasks(one.expect).map((task) => outcomeOf(task, catalogue.products));
        const doesElse = (task: Task): boolean => {
          const outcome = outcomeOf(task, catalogue.products);
          if (outcome.kind === 'nothing' || outcome.kind === 'refused') return false;
          return !expected.some((right) => isExpectedOutcome(outcome, right));
        };
        for (const { kind, task } of mutantsOf(expectedTasks(one.expect)[0] as Task)) {
          if (!doesElse(task)) continue;
          wrong++;
          if (objectionsTo(task, request).length === 0)
            passed.push({ kind, text: `${kind}: ${one.prompt} ${JSON.stringify(task)}` });
        }
      }
      expect(wrong).toBeGreaterThan(1_000);
      expect(passed.filter(({ kind }) => NEVER.includes(kind))).toEqual([]);
      expect(passed.length / wrong, passed.map(({ text }) => text).join('\n')).toBeLessThanOrEqual(
        WRONG_SHARE_MAX,
      );
    },
    TIMEOUT_MS,
  );
});
