/**
 * What stands when two readers have read a sentence. The offline interpreter accounts for every word and asks where it
 * cannot; where it is sure, its reading stands, whatever a model says. So a model decides only what the grammar leaves
 * open, and a hostile one gains nothing on the sentences that are read most. Pure.
 */
import type { Query, Task } from '../../catalogue/task.js';
import { fold } from '../../text/fold.js';
import {
  type Interpretation,
  type InterpretRequest,
  type ReadBy,
  type ReadingRecord,
} from '../interpreter.js';
import { chosenOption, taskOfChoice } from '../rules/conversation.js';
import { explain } from '../rules/explain.js';
import { refusalText } from '../rules/texts.js';
import type { Objection } from './guard/objection.js';
import { isContent } from './guard/literals.js';
import type { UserWords } from './guard/user-words.js';
import { shownText } from './task-parser/model-text.js';
import type { Said } from './task-parser/parse-reply.js';
import { llmText } from './texts.js';

/** A reading and whose it is. */
export interface Decided {
  interpretation: Interpretation;
  by: ReadBy;
  alternative?: NonNullable<ReadingRecord['alternative']>;
}

/** Refusals that no other reading of the same words could lift. */
const FINAL_REFUSALS: ReadonlySet<string> = new Set(['DELETE_WITHOUT_FILTER', 'INVALID_VALUE']);

/** Is there nothing left for a model to say? A chosen option is the user's own decision. */
export function isSettled(offline: Interpretation, { conversation }: InterpretRequest): boolean {
  const turn = conversation.at(-1);
  if (turn && taskOfChoice(chosenOption(turn))) return true;
  return offline.kind === 'refusal' && FINAL_REFUSALS.has(offline.code);
}

/** A task that the guard has nothing against. */
export function decideGrounded(task: Task, by: ReadBy, offline: Interpretation, offlineBy: ReadBy): Decided {
  const { language } = offline;
  const explanation = explain(task, language);
  if (offline.kind !== 'task')
    return { interpretation: { kind: 'task', language, task, explanation, warnings: [] }, by };
  if (canonical(task) === canonical(offline.task)) return { interpretation: offline, by };
  return { interpretation: offline, by: offlineBy, alternative: { task, explanation, by } };
}

/** No grounded task: what the model said that can be of use, else what the offline interpreter says. */
export function decideUnsure(
  said: Said | null,
  objections: readonly Objection[],
  by: ReadBy,
  offline: Interpretation,
  offlineBy: ReadBy,
  words: UserWords,
): Decided {
  const { language } = offline;
  const own: Decided = { interpretation: offline, by: offlineBy };
  if (offline.kind === 'task' || said === null) return own;
  if (said.kind === 'task') {
    const unknown = objections.filter(({ code }) => code === 'UNKNOWN_WORDS_LEFT_OUT');
    if (unknown.length === 0 || unknown.length < objections.length) return own;
    const question = llmText('unknownWords', language, unknown.map(({ about }) => about).join(' … '));
    const options = [{ label: explain(said.task, language), task: said.task }];
    return { interpretation: { kind: 'question', language, question, options }, by };
  }
  if (said.kind === 'question') {
    const question = shownText(said.message);
    if (question === null) return own;
    const labels = said.options.flatMap((option) => shownText(option) ?? []);
    const options = [...new Set(labels)].map((label) => ({ label, task: null }));
    return { interpretation: { kind: 'question', language, question, options }, by };
  }
  if (words.items.some(isContent)) return own;
  const message = refusalText('notCatalogue', '', language);
  return { interpretation: { kind: 'refusal', language, code: 'NOT_A_CATALOGUE_TASK', message }, by };
}

/** Order of conditions and of alternatives means nothing, nor does how a text folds. */
export function canonical(task: Task): string {
  return JSON.stringify({
    ...task,
    queries: task.queries.map(canonicalQuery).toSorted(),
    data: task.data.map((change) => JSON.stringify(change)).toSorted(),
  });
}

function canonicalQuery(query: Query): string {
  if ('any' in query) return joined('any', query.any);
  if ('all' in query) return joined('all', query.all);
  if ('not' in query) return `not(${canonicalQuery(query.not)})`;
  return JSON.stringify({ ...query, ...('value' in query ? { value: fold(query.value) } : {}) });
}

function joined(kind: string, queries: readonly Query[]): string {
  const members = queries.map(canonicalQuery).toSorted();
  return members.length === 1 ? (members[0] ?? '') : `${kind}(${members.join()})`;
}
