/** A task that finds nothing becomes a question, with near names as options. Pure but for the given names. */
import type { Query, Task } from '../../catalogue/task.js';
import type { Language, Option } from '../../interpreter/interpreter.js';
import { texts } from '../texts.js';

export const NEAR_NAMES_MAX = 5;

/** The words of the task's name condition, when there is exactly one; null otherwise. */
export function wordsSought(task: Task): string | null {
  const names = task.queries.flatMap(nameConditions);
  return names.length === 1 ? names[0]!.value : null;
}

export function nothingFound(
  task: Task,
  language: Language,
  nearNames: string[],
): { question: string; options: Option[] } {
  const options = nearNames.map((name) => ({ label: name, task: withName(task, name) }));
  const question = options.length > 0 ? texts.whichOfThese() : texts.sayItOtherwise();
  return { question: question[language], options };
}

type NameCondition = { field: string; op: 'contains' | 'eq'; value: string };

function nameConditions(query: Query): NameCondition[] {
  if ('any' in query) return query.any.flatMap(nameConditions);
  if ('all' in query) return query.all.flatMap(nameConditions);
  if ('not' in query) return [];
  return query.field === 'name' && (query.op === 'contains' || query.op === 'eq')
    ? [query as NameCondition]
    : [];
}

function withName(task: Task, name: string): Task {
  const renamed = (query: Query): Query => {
    if ('any' in query) return { any: query.any.map(renamed) };
    if ('all' in query) return { all: query.all.map(renamed) };
    if ('not' in query) return query;
    return query.field === 'name' ? { field: 'name', op: 'eq', value: name } : query;
  };
  return { ...task, queries: task.queries.map(renamed) };
}
