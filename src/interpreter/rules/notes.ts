/**
 * What comes up while a sentence is read. Reading goes on after a problem, so that the first one found in reading
 * order is reported and no function needs a second way out.
 */
import type { Query, Task, Warning } from '../../catalogue/task.js';
import type { Language, RefusalCode } from '../interpreter.js';
import type { Vocabulary } from '../vocabulary.js';
import type { Correction, Item } from './items.js';
import type { Token } from './tokens.js';

export type QuestionKey =
  | 'amount'
  | 'newValue'
  | 'whatToDo'
  | 'whichWord'
  | 'whichField'
  | 'percentTo'
  | 'upTo'
  | 'direction'
  | 'directionOpen'
  | 'unknownWord'
  | 'leftover'
  | 'twoGroups'
  | 'whichReading'
  | 'time'
  | 'condition'
  | 'relative'
  | 'rounding'
  | 'vague'
  | 'negated'
  | 'order'
  | 'unitRial'
  | 'foreignUnit'
  | 'howMany'
  | 'thousands'
  | 'missingForAdd'
  | 'stockAmount'
  | 'again'
  | 'unknownField'
  | 'whichProducts'
  | 'notANumber'
  | 'startsWith';
export type RefusalKey =
  | 'notCatalogue'
  | 'deleteAll'
  | 'negative'
  | 'tooMuch'
  | 'notWhole'
  | 'notNumeric'
  | 'notText'
  | 'fieldUnknown'
  | 'cannotClear'
  | 'tooLong';

export type Problem =
  | {
      kind: 'question';
      key: QuestionKey;
      about: string;
      options?: { label: string; task: Task | null }[];
      fields?: { queries?: Query[][] };
    }
  | { kind: 'refusal'; code: RefusalCode; key: RefusalKey; about: string };

export interface Reading {
  prompt: string;
  tokens: readonly Token[];
  vocabulary: Vocabulary;
  language: Language;
  corrections: Correction[];
  warnings: Warning[];
  problems: Problem[];
}

export function ask(
  reading: Reading,
  key: QuestionKey,
  about = '',
  options: { label: string; task: Task | null }[] = [],
): void {
  reading.problems.push({ kind: 'question', key, about, options });
}

export function refuse(reading: Reading, code: RefusalCode, key: RefusalKey, about = ''): void {
  reading.problems.push({ kind: 'refusal', code, key, about });
}

/** The user's own words for some items, as typed. */
export function rawText(reading: Reading, items: readonly Item[]): string {
  const first = items[0];
  const last = items.at(-1);
  if (!first || !last) return '';
  const from = reading.tokens[first.at]?.start ?? 0;
  const to = Math.max(...items.map((item) => reading.tokens[item.at + item.length - 1]?.end ?? from));
  return reading.prompt.slice(from, to).trim();
}
