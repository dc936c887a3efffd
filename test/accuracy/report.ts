/** The accuracy report as text. */
import Table from 'cli-table3';
import { tally, tallyBy, type Accuracy, type Scored, type Tally } from './accuracy.js';
import { expenseOf, expenseText } from './expense.js';
import { expectedTasks } from './case.js';
import { RIGHT, VERDICTS, type Verdict } from './score.js';

const HEADINGS: Record<Verdict, string> = {
  exact: 'exact',
  asked: 'asked',
  refused: 'refused',
  overAsked: 'over-asked',
  overRefused: 'over-refused',
  foundNothing: 'found nothing',
  silentWrong: 'silent wrong',
  failed: 'failed',
};

const LINES = ['top', 'bottom', 'left', 'right', 'mid'];
const JOINTS = LINES.flatMap((line) => ['-mid', '-left', '-right'].map((end) => line + end));
const NO_LINES = { ...Object.fromEntries([...LINES, ...JOINTS].map((name) => [name, ''])), middle: ' ' };

export function reportOf({ scored, missingCatalogues }: Accuracy, showsFailures: boolean): string {
  const table = new Table({
    head: ['', 'cases', 'right', ...VERDICTS.map((verdict) => HEADINGS[verdict])],
    style: { head: [], border: [] },
    chars: NO_LINES,
    colAligns: ['left', ...Array.from({ length: VERDICTS.length + 2 }, () => 'right' as const)],
  });
  const group = (title: string, rows: [string, Tally][]) => {
    table.push([{ colSpan: VERDICTS.length + 3, content: `\n${title}` }]);
    for (const [name, counts] of rows) table.push(rowOf(name, counts));
  };
  group('by language', [
    ...tallyBy(scored, ({ language }) => [language]),
    ['all', tally(scored)] as [string, Tally],
  ]);
  group(
    'by catalogue',
    tallyBy(scored, ({ catalogue }) => [catalogue]),
  );
  group(
    'by construct',
    tallyBy(scored, ({ construct }) => construct),
  );
  return [
    table.toString(),
    ...missingCatalogues.map(
      (name) => `The catalogue “${name}” is not on this machine; its cases were skipped.`,
    ),
    ...(asksModels(scored) ? expenses(scored) : []),
    ...(showsFailures ? failuresOf(scored) : []),
  ].join('\n');
}

function asksModels(scored: readonly Scored[]): boolean {
  return scored.some(({ interpretation }) => interpretation?.record.route !== undefined);
}

function expenses(scored: readonly Scored[]): string[] {
  const byLanguage = Map.groupBy(scored, (one) => one.case.language);
  return [...byLanguage].map(([language, own]) => expenseText(language, expenseOf(own)));
}

export function failuresOf(scored: readonly Scored[]): string[] {
  return scored
    .filter(({ verdict }) => !RIGHT.has(verdict))
    .map((one) =>
      [
        `\n${one.case.id} [${HEADINGS[one.verdict]}] ${one.case.prompt}`,
        `  expected ${expectationText(one)}`,
        `  got      ${one.problem ?? answerText(one)}`,
      ].join('\n'),
    );
}

function rowOf(name: string, counts: Tally): string[] {
  const right = counts.total === 0 ? '' : `${((100 * counts.right) / counts.total).toFixed(1)} %`;
  return [name, String(counts.total), right, ...VERDICTS.map((verdict) => String(counts[verdict] || ''))];
}

function expectationText({ case: { expect } }: Scored): string {
  const tasks = expectedTasks(expect).map((task) => JSON.stringify(task));
  if ('refusal' in expect)
    return `refusal ${expect.refusal === true ? '' : expect.refusal}${expect.orQuestion ? ' or a question' : ''}`;
  return ['question' in expect ? 'a question' : '', ...tasks].filter(Boolean).join('\n        or ');
}

function answerText({ interpretation }: Scored): string {
  if (interpretation === null) return 'nothing';
  if (interpretation.kind === 'task') return JSON.stringify(interpretation.task);
  return interpretation.kind === 'question'
    ? `question: ${interpretation.question}`
    : `refusal ${interpretation.code}: ${interpretation.message}`;
}
