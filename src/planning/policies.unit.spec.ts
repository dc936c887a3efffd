import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_POLICIES, type ApprovalPolicies } from '../catalogue/policy.js';
import { approvalReasons, asksNobody, PolicyTally, type ChangedRow } from './policies.js';

const policies = (over: Partial<ApprovalPolicies>): ApprovalPolicies => ({ ...NO_POLICIES, ...over });
const price = (from: string | null, to: string | null): ChangedRow => ({
  before: from === null ? null : { price: from },
  after: to === null ? null : { price: to },
});
const asked = (rows: ChangedRow[], over: Partial<ApprovalPolicies>) =>
  approvalReasons(rows, policies(over), 'en').map(({ policy, field }) => field ?? policy);

describe('a policy on rows', () => {
  const rows = (count: number) => Array.from({ length: count }, () => price('1.00', '2.00'));
  it('asks beyond its number, not at it', () => {
    expect(asked(rows(10), { rowsAbove: 10 })).toEqual([]);
    expect(asked(rows(11), { rowsAbove: 10 })).toEqual(['rows']);
    expect(asked(rows(1), { rowsAbove: 0 })).toEqual(['rows']);
  });
});

describe('a policy on prices', () => {
  it.each([
    ['100.00', '120.00', 20, false],
    ['100.00', '120.01', 20, true],
    ['100.00', '79.99', 20, true],
    ['100.00', '80.00', 20, false],
    ['0.03', '0.04', 33.33, true],
    ['0.03', '0.04', 33.34, false],
    ['9999999999999999.99', '9999999999999999.98', 0, true],
    ['5.00', '5.00', 0, false],
    ['0.00', '0.01', 1_000_000, true],
    ['0.00', '0.00', 0, false],
  ])('of %s to %s at %d % asks: %s', (from, to, limit, asks) =>
    expect(asked([price(from, to)], { pricePercentAbove: limit })).toEqual(asks ? ['price_percent'] : []),
  );

  it('knows nothing of prices that come or go with their product', () => {
    expect(asked([price(null, '500.00'), price('500.00', null)], { pricePercentAbove: 0 })).toEqual([]);
  });

  it('names the price that moves most', () => {
    const rows = [price('100.00', '150.00'), price('3.00', '1.00'), price('100.00', '101.00')];
    expect(approvalReasons(rows, policies({ pricePercentAbove: 10 }), 'en')).toMatchObject([
      { limit: 10, rows: 2, percent: '66.67' },
    ]);
    const free = [...rows, price('0.00', '1.00')];
    expect(approvalReasons(free, policies({ pricePercentAbove: 10 }), 'fa')).toMatchObject([
      { rows: 3, percent: null },
    ]);
  });
});

describe('policies on deletions and fields', () => {
  const brand = (before: string | null, after: string | null): ChangedRow => ({
    before: { brand: before },
    after: { brand: after },
  });
  it('ask about any product deleted', () => {
    expect(asked([price('1.00', '2.00')], { deletes: true })).toEqual([]);
    expect(asked([price('1.00', '2.00'), price('1.00', null)], { deletes: true })).toEqual(['delete']);
  });

  it('ask about a field that gets another value, loses it, or comes with a new product', () => {
    expect(asked([brand('A', 'B')], { fields: ['brand'] })).toEqual(['brand']);
    expect(asked([brand('A', null)], { fields: ['brand'] })).toEqual(['brand']);
    expect(asked([{ before: null, after: { brand: 'A' } }], { fields: ['brand'] })).toEqual(['brand']);
    expect(asked([{ before: null, after: { brand: null } }], { fields: ['brand'] })).toEqual([]);
    expect(asked([brand('A', 'B')], { fields: ['color'] })).toEqual([]);
  });
});

describe('policies together', () => {
  const money = fc.integer({ min: 0, max: 500 }).map((cents) => (cents / 100).toFixed(2));
  const values = fc.record({ price: money, brand: fc.constantFrom('A', 'B', null) });
  const row = fc
    .tuple(fc.option(values, { freq: 6 }), fc.option(values, { freq: 6 }))
    .filter(([before, after]) => before !== null || after !== null)
    .map(([before, after]): ChangedRow => ({ before, after }));
  const rows = fc.array(row, { minLength: 1, maxLength: 8 });
  const anyPolicies = fc.record<ApprovalPolicies>({
    rowsAbove: fc.option(fc.integer({ min: 0, max: 8 })),
    pricePercentAbove: fc.option(fc.integer({ min: 0, max: 200 })),
    deletes: fc.boolean(),
    fields: fc.subarray(['brand', 'price']),
  });
  /** Each as if it were the only one. */
  const single = ({ rowsAbove, pricePercentAbove, deletes, fields }: ApprovalPolicies) => [
    policies({ rowsAbove }),
    policies({ pricePercentAbove }),
    policies({ deletes }),
    ...fields.map((field) => policies({ fields: [field] })),
  ];
  const sorted = (reasons: unknown[]) => reasons.map((reason) => JSON.stringify(reason)).toSorted();

  it('ask exactly for what each asks for by itself: none hides another', () =>
    fc.assert(
      fc.property(rows, anyPolicies, (changed, all) => {
        const together = approvalReasons(changed, all, 'en');
        const apart = single(all).flatMap((one) => approvalReasons(changed, one, 'en'));
        expect(sorted(together)).toEqual(sorted(apart));
      }),
    ));

  it('do not depend on the order of rows or of fields', () =>
    fc.assert(
      fc.property(rows, anyPolicies, (changed, all) => {
        const turned = { ...all, fields: all.fields.toReversed() };
        const reasons = approvalReasons(changed.toReversed(), turned, 'en');
        expect(sorted(reasons)).toEqual(sorted(approvalReasons(changed, all, 'en')));
      }),
    ));

  it('ask no less when rows are added, nor when a limit is lowered', () =>
    fc.assert(
      fc.property(rows, rows, anyPolicies, (some, more, all) => {
        const kinds = (of: ChangedRow[], by: ApprovalPolicies) =>
          new Set(approvalReasons(of, by, 'en').map(({ policy, field }) => field ?? policy));
        const fewer = kinds(some, all);
        expect([...kinds([...some, ...more], all)]).toEqual(expect.arrayContaining([...fewer]));
        const stricter = {
          ...all,
          rowsAbove: all.rowsAbove && all.rowsAbove - 1,
          pricePercentAbove: all.pricePercentAbove && all.pricePercentAbove - 1,
        };
        expect([...kinds(some, stricter)]).toEqual(expect.arrayContaining([...fewer]));
      }),
    ));

  it('count row by row what they count at once', () =>
    fc.assert(
      fc.property(rows, anyPolicies, (changed, all) => {
        const tally = new PolicyTally(all);
        for (const one of changed) tally.add(one);
        expect(tally.reasons('en')).toEqual(approvalReasons(changed, all, 'en'));
      }),
    ));

  it('that are none ask nobody', () => {
    expect(asksNobody(NO_POLICIES)).toBe(true);
    fc.assert(fc.property(rows, (changed) => approvalReasons(changed, NO_POLICIES, 'en').length === 0));
  });
});
