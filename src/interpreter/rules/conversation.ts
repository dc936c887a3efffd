/** What an answer means beside the question it answers. */
import type { Task } from '../../catalogue/task.js';
import { fold } from '../../text/fold.js';
import type { Option, Turn } from '../interpreter.js';

const ORDINALS: readonly (readonly string[])[] = [
  [
    '1',
    'one',
    'first',
    'the first',
    'first one',
    'the first one',
    'option 1',
    'اول',
    'اولی',
    'یک',
    'یکی',
    'گزینه اول',
    'گزینه ۱',
    'اولین',
    'همون اولی',
  ],
  [
    '2',
    'two',
    'second',
    'the second',
    'second one',
    'the second one',
    'option 2',
    'دوم',
    'دومی',
    'دو',
    'گزینه دوم',
    'گزینه ۲',
    'دومین',
  ],
  [
    '3',
    'three',
    'third',
    'the third',
    'third one',
    'the third one',
    'option 3',
    'سوم',
    'سومی',
    'سه',
    'گزینه سوم',
    'گزینه ۳',
    'سومین',
  ],
  [
    '4',
    'four',
    'fourth',
    'the fourth',
    'fourth one',
    'the fourth one',
    'option 4',
    'چهارم',
    'چهارمی',
    'چهار',
    'گزینه چهارم',
    'گزینه ۴',
  ],
  [
    '5',
    'five',
    'fifth',
    'the fifth',
    'fifth one',
    'the fifth one',
    'option 5',
    'پنجم',
    'پنجمی',
    'پنج',
    'گزینه پنجم',
    'گزینه ۵',
  ],
  ['6', 'six', 'sixth', 'the sixth', 'sixth one', 'option 6', 'ششم', 'ششمی', 'شش', 'گزینه ششم', 'گزینه ۶'],
  ['7', 'seven', 'seventh', 'the seventh', 'option 7', 'هفتم', 'هفتمی', 'هفت', 'گزینه هفتم'],
  ['8', 'eight', 'eighth', 'the eighth', 'option 8', 'هشتم', 'هشتمی', 'هشت', 'گزینه هشتم'],
];
const ORDINAL_OF: ReadonlyMap<string, number> = new Map(
  ORDINALS.flatMap((spellings, order) => spellings.map((spelling) => [fold(spelling), order] as const)),
);
const LAST: ReadonlySet<string> = new Set(
  ['last', 'the last', 'the last one', 'last one', 'آخری', 'آخر'].map(fold),
);

/** The option an answer chooses: its label, its place in the list, or words that occur in one label only. */
export function chosenOption(turn: Turn): Option | null {
  const answer = fold(turn.answer);
  const { options } = turn;
  // Brackets tell labels apart that fold to the same words.
  const same = options.find((option) => option.label.trim() === turn.answer.trim());
  if (same) return same;
  const exact = options.filter((option) => fold(option.label) === answer);
  if (exact.length === 1) return exact[0] ?? null;
  const order = LAST.has(answer) ? options.length - 1 : ORDINAL_OF.get(answer);
  if (order !== undefined) return options[order] ?? null;
  if (answer === '') return null;
  const containing = options.filter((option) => ` ${fold(option.label)} `.includes(` ${answer} `));
  return containing.length === 1 ? (containing[0] ?? null) : null;
}

export function taskOfChoice(option: Option | null): Task | null {
  return option?.task ?? null;
}
