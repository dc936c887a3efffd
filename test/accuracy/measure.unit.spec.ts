import { describe, expect, it } from 'vitest';
import { Task } from '../../src/catalogue/task.js';
import type { Interpreter } from '../../src/interpreter/interpreter.js';
import { measure, tally, tallyBy } from './accuracy.js';
import { AccuracyCase } from './case.js';
import { loadCatalogue, vocabularyOf } from './catalogue.js';
import { reportOf } from './report.js';

const raise = Task.parse({
  entity: 'product',
  action: 'update',
  data: [{ field: 'price', op: 'increase_percent', value: '5' }],
});
const caseOf = (over: Partial<AccuracyCase>) =>
  AccuracyCase.parse({
    id: 'en-1',
    language: 'en',
    catalogue: 'persian',
    construct: ['percent'],
    prompt: 'raise everything by 5 percent',
    expect: { task: raise },
    ...over,
  });
const always = (task: Task): Interpreter => ({
  kind: 'rules',
  version: 'planted',
  atOnce: () => null,
  interpret: () =>
    Promise.resolve({
      kind: 'task',
      language: 'en',
      task,
      explanation: '',
      warnings: [],
      record: { by: { kind: 'rules', version: 'planted' }, attempts: [] },
    }),
});

describe('measure', () => {
  it('counts a planted wrong reading as silently wrong', async () => {
    const lower = Task.parse({ ...raise, data: [{ field: 'price', op: 'decrease_percent', value: '5' }] });
    const { scored } = await measure(always(lower), [caseOf({})]);
    expect(tally(scored)).toMatchObject({ total: 1, right: 0, silentWrong: 1 });
    expect(reportOf({ scored, missingCatalogues: [] }, true)).toContain('en-1 [silent wrong]');
  });

  it('counts an interpreter that throws as failed, and goes on', async () => {
    const throws: Interpreter = { ...always(raise), interpret: () => Promise.reject(new Error('no')) };
    const { scored } = await measure(throws, [caseOf({}), caseOf({ id: 'en-2' })]);
    expect(tally(scored)).toMatchObject({ total: 2, right: 0, failed: 2 });
  });

  it('leaves out cases whose catalogue is absent, and says which', async () => {
    const { scored, missingCatalogues } = await measure(always(raise), [
      caseOf({}),
      caseOf({ catalogue: 'none' }),
    ]);
    expect(tally(scored)).toMatchObject({ total: 1, right: 1 });
    expect(missingCatalogues).toEqual(['none']);
  });

  it('hands over the codes a sentence names, as the catalogue writes them', async () => {
    const seen: string[][] = [];
    const listens: Interpreter = {
      ...always(raise),
      interpret: (request) => {
        seen.push(request.skus);
        return always(raise).interpret(request);
      },
    };
    await measure(listens, [caseOf({ prompt: 'raise mob-101 and NOPE-1 by 5%' })]);
    expect(seen).toEqual([['MOB-101']]);
  });

  it('groups by every construct a case has', async () => {
    const { scored } = await measure(always(raise), [caseOf({ construct: ['percent', 'all'] }), caseOf({})]);
    expect(tallyBy(scored, ({ construct }) => construct).map(([group, { total }]) => [group, total])).toEqual(
      [
        ['percent', 2],
        ['all', 1],
      ],
    );
  });
});

describe('vocabularyOf', () => {
  const vocabulary = vocabularyOf(loadCatalogue('persian')?.products ?? []);
  it('counts values, most frequent first', () =>
    expect(vocabulary.categories[0]).toEqual({ value: 'موبایل', count: 30 }));
  it('knows the custom fields by their keys', () =>
    expect(vocabulary.fields.map(({ key }) => key)).toEqual(
      ['رنگ', 'سایز', 'جنس', 'گارانتی', 'حافظه', 'وزن', 'حجم'].toSorted(),
    ));
  it('folds the words of names', () =>
    expect(
      vocabulary.nameWords.find(({ value }) => value === 'ایفون' || value === 'آیفون')?.count,
    ).toBeGreaterThan(10));
});
