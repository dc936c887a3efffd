import { describe, expect, it } from 'vitest';
import { productIdOf } from '../../test/support/arbitrary-catalogue.js';
import type { PlanRow } from '../events/draft.events.js';
import { applyConfirmation, type ConfirmationInput } from './confirmation.js';

const update = (number: number): PlanRow => ({
  productId: productIdOf(number),
  sku: `SKU-${number}`,
  name: 'iPhone',
  version: 2,
  before: { price: '1000.00', color: 'gray' },
  after: { price: '900.00', color: 'silver' },
});
const rows = [update(1), update(2)];
const added: PlanRow = {
  productId: productIdOf(3),
  sku: 'MUG',
  name: 'Mug',
  version: 0,
  before: null,
  after: { sku: 'MUG', name: 'Mug', price: '1.00', stock: 0, category: null, brand: null },
};
const deleted: PlanRow = { ...added, version: 1, before: added.after, after: null };
const confirm = (over: Partial<ConfirmationInput>) =>
  applyConfirmation({
    rows,
    exclude: [],
    edits: [],
    knownFields: new Set(['color']),
    language: 'en',
    ...over,
  });
const edit = (after: Record<string, string | number | null>, productId = productIdOf(1)) => [
  { productId, after },
];

describe('applyConfirmation', () => {
  it('applies the sealed rows as they are', () => expect(confirm({})).toEqual({ kind: 'rows', rows }));
  it('never applies an excluded row', () =>
    expect(confirm({ exclude: [productIdOf(1)] })).toEqual({ kind: 'rows', rows: [rows[1]] }));
  it('puts edited values in place of planned ones, in canonical form', () =>
    expect(confirm({ edits: edit({ price: '850.5' }) })).toMatchObject({
      rows: [{ before: rows[0]?.before, after: { price: '850.50', color: 'silver' } }, rows[1]],
    }));
  it('takes a field out that is edited back to what it was', () =>
    expect(confirm({ edits: edit({ price: '1000' }) })).toMatchObject({
      rows: [{ before: { color: 'gray' }, after: { color: 'silver' } }, {}],
    }));
  it('leaves out a row of which nothing remains', () =>
    expect(confirm({ edits: edit({ price: '1000.00', color: 'gray' }) })).toEqual({
      kind: 'rows',
      rows: [rows[1]],
    }));
  it('lets any field of a new product be edited', () =>
    expect(
      confirm({ rows: [added], edits: edit({ name: 'Cup', color: 'blue' }, added.productId) }),
    ).toMatchObject({
      rows: [{ name: 'Cup', after: { name: 'Cup', color: 'blue', sku: 'MUG' } }],
    }));

  it.each<[string, Partial<ConfirmationInput>, string]>([
    ['an excluded row the plan does not have', { exclude: [productIdOf(7)] }, 'ROW_UNKNOWN'],
    ['an edited row the plan does not have', { edits: edit({ price: '1' }, productIdOf(7)) }, 'ROW_UNKNOWN'],
    [
      'a row both excluded and edited',
      { exclude: [productIdOf(1)], edits: edit({ price: '1' }) },
      'ROW_UNKNOWN',
    ],
    ['a row edited twice', { edits: [...edit({ price: '1' }), ...edit({ price: '2' })] }, 'INVALID_VALUE'],
    ['a price below zero', { edits: edit({ price: '-1' }) }, 'INVALID_VALUE'],
    ['a price with three decimals', { edits: edit({ price: '1.001' }) }, 'INVALID_VALUE'],
    ['a field the plan does not change', { edits: edit({ stock: 1 }) }, 'INVALID_VALUE'],
    ['a field the workspace does not have', { edits: edit({ flavour: 'mint' }) }, 'FIELD_UNKNOWN'],
    [
      'values for a product that goes',
      { rows: [deleted], edits: edit({ price: '1' }, deleted.productId) },
      'INVALID_VALUE',
    ],
    [
      'a sku another product has',
      { rows: [added], edits: edit({ sku: 'X' }, added.productId), takenSkus: new Set(['X']) },
      'SKU_TAKEN',
    ],
    ['nothing left', { exclude: rows.map(({ productId }) => productId) }, 'NOTHING_TO_APPLY'],
  ])('refuses %s', (_what, over, code) => expect(confirm(over)).toMatchObject({ kind: 'refusal', code }));
});
