import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectedTasks, loadCases } from './case.js';
import { CATALOGUE_FOLDERS, loadCatalogue } from './catalogue.js';
import { outcomeOf } from './outcome.js';

const cases = loadCases(join(import.meta.dirname, 'cases'));
const CASES_MIN = 360;

describe('the accuracy cases', () => {
  it('are many, half of them Persian', () => {
    const persian = cases.filter(({ language }) => language === 'fa').length;
    expect(cases.length).toBeGreaterThanOrEqual(CASES_MIN);
    expect(Math.abs(persian / cases.length - 0.5)).toBeLessThan(0.05);
  });

  it('have ids of their own and ask nothing twice of one catalogue', () => {
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
    const asked = cases.map(({ catalogue, prompt, conversation }) =>
      JSON.stringify([catalogue, prompt, conversation]),
    );
    expect(new Set(asked).size).toBe(cases.length);
  });
});

describe.each([...new Set(cases.map(({ catalogue }) => catalogue))])('cases on %s', (name) => {
  const catalogue = loadCatalogue(name);
  it.skipIf(catalogue === null)('expect plans that touch products and that planning accepts', () => {
    const unsound = cases
      .filter((one) => one.catalogue === name && !one.construct.includes('empty'))
      .flatMap((one) =>
        expectedTasks(one.expect).map((task) => ({
          id: one.id,
          prompt: one.prompt,
          outcome: outcomeOf(task, catalogue?.products ?? []),
        })),
      )
      .filter(({ outcome }) => outcome.kind === 'nothing' || outcome.kind === 'refused');
    expect(unsound).toEqual([]);
  });
});

it('says so when a catalogue is not on this machine', () => {
  expect(loadCatalogue('no-such-catalogue')).toBeNull();
  for (const folder of CATALOGUE_FOLDERS.filter((one) => !existsSync(one)))
    console.warn(`${folder} is absent: cases on its catalogues are skipped`);
});
