import { describe, expect, it } from 'vitest';
import type { Weakness } from '../../scripts/audit/ask-registry.js';
import {
  Acceptance,
  deprecations,
  faultsIn,
  graveWeaknesses,
  type Finding,
  type Project,
} from '../../scripts/audit/findings.js';

const ADVISORY = 'https://example.org/advisories/1';
const SERVED = 'node_modules/b/node_modules/@a/served';
const TOOL = 'node_modules/tool';
const lockfile = {
  packages: {
    '': {},
    [SERVED]: { version: '1.2.0', deprecated: 'use b' },
    [TOOL]: { version: '2.0.0', dev: true, deprecated: 'use c' },
  },
};
const product: Project = { name: '.', lockfile };
const tools: Project = { name: 'bench/peers', lockfile };

const weakness = (severity: Weakness['severity'], over: Partial<Weakness> = {}): Weakness => ({
  name: '@a/served',
  title: 'Says too much',
  url: ADVISORY,
  severity,
  range: '<1.3.0',
  paths: [SERVED],
  fix: { name: 'b', version: '3.0.0' },
  ...over,
});

describe('a weakness', () => {
  it.each<[Weakness['severity'], string, Project, string, number]>([
    ['low', 'what users run', product, SERVED, 0],
    ['moderate', 'what users run', product, SERVED, 1],
    ['moderate', 'what only developers run', product, TOOL, 0],
    ['high', 'what only developers run', product, TOOL, 1],
    ['moderate', 'a program beside the product', tools, SERVED, 0],
    ['critical', 'a program beside the product', tools, SERVED, 1],
  ])('that is %s, in %s (%#)', (severity, _, project, place, faults) => {
    expect(graveWeaknesses(project, [weakness(severity, { paths: [place] })])).toHaveLength(faults);
  });

  it('is told with its versions, its advisory, where it is and what mends it', () => {
    expect(graveWeaknesses(tools, [weakness('high')]).map(({ line }) => line)).toEqual([
      `@a/served <1.3.0: high, Says too much (${ADVISORY}); fixed by b@3.0.0; here 1.2.0 in bench/peers/${SERVED}`,
    ]);
  });

  it.each<[Weakness['fix'], string]>([
    [true, 'fixed by npm update'],
    [false, 'no fix is known'],
  ])('says when the remedy is another one (%s)', (fix, remedy) => {
    expect(graveWeaknesses(product, [weakness('high', { fix })])[0]!.line).toContain(remedy);
  });
});

describe('a package that its makers gave up', () => {
  it('is told of when users run it', () => {
    expect(deprecations(product)).toEqual([
      {
        package: '@a/served',
        advisory: 'deprecated',
        line: `@a/served: given up by its makers, use b; here 1.2.0 in ${SERVED}`,
      },
    ]);
    expect(deprecations(tools)).toEqual([]);
  });
});

const found: Finding = { package: 'served', advisory: ADVISORY, line: 'served is weak' };
const givenUp: Finding = { package: 'served', advisory: 'deprecated', line: 'served is given up' };
const accepted = (over: Partial<Acceptance> = {}): Acceptance => ({
  package: 'served',
  advisory: ADVISORY,
  reason: 'What it says is public.',
  until: '2026-11-25',
  ...over,
});
const on = (today: string, allAnswered = true) => ({ today, allAnswered });

describe('what is accepted', () => {
  it('is no fault until the end of its last day, and one from then on', () => {
    expect(faultsIn([found], [accepted()], on('2026-11-25'))).toEqual([]);
    expect(faultsIn([found], [accepted()], on('2026-11-26'))).toEqual([
      `served: accepted until 2026-11-25 only (${ADVISORY})`,
    ]);
  });

  it('is of one package and one advisory', () => {
    const others = [accepted({ package: 'tool' }), accepted({ advisory: `${ADVISORY}0` })];
    expect(faultsIn([found, givenUp], [accepted(), ...others], on('2026-11-25'))).toEqual([
      'served is given up',
      `tool: accepted, and not found any more (${ADVISORY})`,
      `served: accepted, and not found any more (${ADVISORY}0)`,
    ]);
  });

  it('is looked for as long as the answer would say: a weakness at the registry, a package given up in the lockfile', () => {
    const both = [accepted(), accepted({ advisory: 'deprecated' })];
    expect(faultsIn([givenUp], both, on('2026-11-25', false))).toEqual([]);
    expect(faultsIn([], both, on('2026-11-25', false))).toEqual([
      'served: accepted, and not found any more (deprecated)',
    ]);
  });

  it.each<[string, object]>([
    ['a reason', { reason: '' }],
    ['a last day', { until: 'never' }],
    ['an advisory', { advisory: 'all' }],
    ['nothing else', { severity: 'high' }],
  ])('has %s', (_, over) => {
    expect(Acceptance.safeParse(accepted()).success).toBe(true);
    expect(Acceptance.safeParse({ ...accepted(), ...over }).success).toBe(false);
  });
});
