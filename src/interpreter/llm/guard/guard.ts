/**
 * Nothing a model says is believed: a task must be made of the user's own words. It may arrange them, it may not bring
 * any, and it may not lose one that narrows what was asked. Two directions are checked: every action, field, value,
 * amount and direction of the task is said or is what the workspace calls what was said; and every word that selects
 * or changes something is in the task. Whatever a catalogue, a pasted text or a hostile server talks a model into, it
 * cannot make a plan that goes beyond the sentence. Pure; linear in the sentence times the task.
 */
import type { Task } from '../../../catalogue/task.js';
import type { InterpretRequest } from '../../interpreter.js';
import { checkAction } from './check-action.js';
import { checkChanges } from './check-changes.js';
import { checkCoverage } from './check-coverage.js';
import { checkFilter } from './check-filter.js';
import { checkOf } from './check.js';
import type { Objection } from './objection.js';
import { textsOf, userWords, wordsOfRequest, type UserWords } from './user-words.js';

export type { Objection } from './objection.js';

/**
 * What stands against a task; none: it is grounded. In a conversation the words of all turns count, or those of the
 * last answer alone, which may be a whole new sentence.
 */
export function objectionsTo(task: Task, request: InterpretRequest): Objection[] {
  const texts = textsOf(request);
  const objections = against(task, wordsOfRequest(request));
  if (objections.length === 0 || texts.length === 1) return objections;
  const alone = against(task, userWords(texts.slice(-1), request));
  return alone.length === 0 ? [] : objections;
}

function against(task: Task, words: UserWords): Objection[] {
  const check = checkOf(task, words);
  return [
    ...checkAction(task, words),
    ...checkFilter(check),
    ...checkChanges(check),
    ...checkCoverage(check),
  ];
}
