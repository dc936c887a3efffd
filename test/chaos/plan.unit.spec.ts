import { describe, expect, it } from 'vitest';
import {
  categoryOf,
  catalogueLines,
  groupCount,
  sentenceOf,
  wishesOf,
  workspaceOf,
  type Scale,
  type Wish,
} from './model.js';
import { plannedFaults } from './plan.js';
import { FULL, SHORT } from './sizes.js';

const wishes = (seed: number, scale: Scale): Wish[] =>
  Array.from({ length: scale.users }, (_, user) => {
    const drawn = wishesOf(seed, scale, user);
    return Array.from({ length: scale.drafts / scale.users }, () => drawn.next().value as Wish);
  }).flat();
const SEEDS = Array.from({ length: 50 }, (_, index) => index + 1);

describe.each([
  ['full', FULL],
  ['short', SHORT],
])('a %s run', (_, { scale, faults }) => {
  it('meets the same faults and wishes with the same seed, and others with another', () => {
    expect(plannedFaults(1, scale.drafts, faults)).toEqual(plannedFaults(1, scale.drafts, faults));
    expect(plannedFaults(1, scale.drafts, faults)).not.toEqual(plannedFaults(2, scale.drafts, faults));
    expect(wishes(1, scale)).toEqual(wishes(1, scale));
    expect(wishes(1, scale)).not.toEqual(wishes(2, scale));
  });

  it('has every fault as often as asked, in the midst of its drafts, whatever the seed', () => {
    for (const seed of SEEDS) {
      const plan = plannedFaults(seed, scale.drafts, faults);
      const count = (kind: string) => plan.filter(({ fault }) => fault.kind === kind).length;
      expect([seed, count('kill'), count('rebalance'), count('hold'), count('broker')]).toEqual([
        seed,
        4 * faults.kills,
        2 * faults.rebalances,
        faults.holds,
        faults.brokerStops,
      ]);
      const moments = plan.map(({ afterDrafts }) => afterDrafts);
      expect(moments).toEqual(moments.toSorted((one, other) => one - other));
      expect(moments.filter((moment) => moment <= 0 || moment >= scale.drafts)).toEqual([]);
    }
  });

  it('asks only for changes of groups that its workspace has imported, whatever the seed', () => {
    const imported = Array.from({ length: scale.workspaces }, (_, workspace) => {
      const lines = catalogueLines(scale, workspace).map((line): { category: string } => JSON.parse(line));
      return new Set(lines.map(({ category }) => category));
    });
    for (const seed of SEEDS) {
      const senseless = ({ user, group, amount }: Wish) =>
        amount === 0 || !imported[workspaceOf(scale, user)]!.has(categoryOf(group));
      expect(wishes(seed, scale).filter(senseless)).toEqual([]);
    }
  });

  it('imports every group once, and each has one row per product of a draft', () => {
    const all = Array.from({ length: scale.workspaces }, (_, at) => catalogueLines(scale, at)).flat();
    expect(all).toHaveLength(groupCount(scale) * scale.rows);
    expect(new Set(all).size).toBe(all.length);
  });
});

it('kills each process of each role in the full form', () => {
  const killed = plannedFaults(1, FULL.scale.drafts, FULL.faults).flatMap(({ fault }) =>
    fault.kind === 'kill' ? [`${fault.role}-${fault.member + 1}`] : [],
  );
  expect(new Set(killed).size).toBe(8);
});

it('says in a sentence what it adds to which group', () => {
  const wish = { ordinal: 0, user: 0, group: 4, field: 'price', amount: -3 } as const;
  expect(sentenceOf(wish)).toBe('decrease the price of category Shelf 5 by 3');
  expect(sentenceOf({ ...wish, amount: 2, field: 'stock' })).toBe(
    'increase the stock of category Shelf 5 by 2',
  );
});
