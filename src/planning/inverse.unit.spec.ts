import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as arbitrary from '../../test/support/arbitrary-catalogue.js';
import { flatten, withChanges } from '../catalogue/difference.js';
import type { Product, ProductChange, ProductValues } from '../catalogue/product.js';
import { rowsToChanges } from './changes.js';
import { applyConfirmation } from './confirmation.js';
import { buildInverse, type CurrentProduct } from './inverse.js';
import { buildPlan } from './plan.js';

const BLANK: ProductValues = {
  sku: '-',
  name: '-',
  price: '0.00',
  stock: 0,
  category: null,
  brand: null,
  fields: {},
};
const phone: CurrentProduct = {
  productId: arbitrary.productIdOf(1),
  version: 4,
  sku: 'IP17',
  name: 'iPhone',
  price: '900.00',
  stock: 5,
  category: null,
  brand: null,
  fields: { color: 'silver' },
  deleted: false,
};
const lowered: ProductChange = {
  productId: phone.productId,
  baseVersion: 3,
  op: 'update',
  before: { price: '1000.00', color: 'gray' },
  after: { price: '900.00', color: 'silver' },
};
const added: ProductChange = {
  productId: phone.productId,
  baseVersion: 0,
  op: 'add',
  before: null,
  after: flatten(phone),
};
const deleted: ProductChange = {
  productId: phone.productId,
  baseVersion: 3,
  op: 'delete',
  before: flatten(phone),
  after: null,
};
const undo = (change: ProductChange, now: CurrentProduct, skuOwners = new Map<string, string>()) =>
  buildInverse({ changes: [change], current: [now], skuOwners, language: 'en' });

describe('taking back an update', () => {
  it('restores the old values at the present version', () =>
    expect(undo(lowered, phone)).toMatchObject({
      rows: [{ version: 4, before: lowered.after, after: lowered.before }],
      summary: { matched: 1, changed: 1, unchanged: 0 },
      warnings: [],
      requires: ['confirmation'],
    }));
  it('leaves alone what somebody changed since, and restores the rest', () =>
    expect(undo(lowered, { ...phone, price: '850.00', version: 5 })).toMatchObject({
      rows: [{ version: 5, before: { color: 'silver' }, after: { color: 'gray' } }],
      warnings: [{ code: 'UNDO_CONFLICT', field: 'price', productId: phone.productId }],
    }));
  it('says so in the language of the prompt that made the change', () => {
    const { warnings } = buildInverse({
      changes: [lowered],
      current: [{ ...phone, price: '850.00' }],
      skuOwners: new Map(),
      language: 'fa',
    });
    expect(warnings[0]?.message).toContain('پس از آن تغییر کرده است');
  });
  it('has nothing to do where the old values are back already', () =>
    expect(undo(lowered, { ...phone, price: '1000.00', fields: { color: 'gray' } })).toMatchObject({
      rows: [],
      warnings: [],
      requires: [],
    }));
  it('reports a product that was deleted since', () =>
    expect(undo(lowered, { ...phone, deleted: true })).toMatchObject({
      rows: [],
      warnings: [{ code: 'UNDO_CONFLICT' }],
    }));
});

describe('taking back an add', () => {
  it('deletes the product as it is', () =>
    expect(undo(added, phone).rows).toMatchObject([{ version: 4, before: flatten(phone), after: null }]));
  it('keeps a product that was changed since', () =>
    expect(undo(added, { ...phone, stock: 4 })).toMatchObject({
      rows: [],
      warnings: [{ code: 'UNDO_CONFLICT' }],
    }));
  it('has nothing to do where it is gone already', () =>
    expect(undo(added, { ...phone, deleted: true })).toMatchObject({ rows: [], warnings: [] }));
});

describe('taking back a delete', () => {
  it('brings the product back under its id, after its tombstone', () =>
    expect(undo(deleted, { ...phone, deleted: true }).rows).toMatchObject([
      { version: 4, sku: 'IP17', before: null, after: flatten(phone) },
    ]));
  it('reports that another product has the sku now', () =>
    expect(
      undo(deleted, { ...phone, deleted: true }, new Map([['IP17', arbitrary.productIdOf(9)]])),
    ).toMatchObject({
      rows: [],
      warnings: [{ code: 'UNDO_CONFLICT', field: 'sku' }],
    }));
  it('takes a sku back from a product that this very undo removes, removal first', () => {
    const heir: CurrentProduct = { ...phone, productId: arbitrary.productIdOf(2) };
    const plan = buildInverse({
      changes: [deleted, { ...added, productId: heir.productId }],
      current: [{ ...phone, deleted: true }, heir],
      skuOwners: new Map([['IP17', heir.productId]]),
      language: 'en',
    });
    expect(plan.rows.map(({ productId, after }) => [productId, after === null])).toEqual([
      [heir.productId, true],
      [phone.productId, false],
    ]);
  });
});

it('names at most a bounded number of conflicts and counts the rest', () => {
  const changes = Array.from({ length: 100 }, (_, n) => ({
    ...lowered,
    productId: arbitrary.productIdOf(n),
  }));
  const current = changes.map(({ productId }) => ({
    ...phone,
    productId,
    price: '1.00',
    fields: { color: 'gray' },
  }));
  const { warnings } = buildInverse({ changes, current, skuOwners: new Map(), language: 'en' });
  expect(warnings).toHaveLength(20);
  expect(warnings.at(-1)?.message).toContain('80 more');
});

describe('every change set', () => {
  const scenario = fc.record({
    task: arbitrary.task,
    products: arbitrary.catalogue(10),
    excluded: fc.array(fc.nat({ max: 9 }), { maxLength: 4 }),
  });
  const knownFields = new Set<string>(arbitrary.CUSTOM_KEYS);

  it('is restored to the last field by its undo, and redone by the undo of that; excluded rows are never touched', () =>
    fc.assert(
      fc.property(scenario, ({ task, products, excluded }) => {
        const plan = buildPlan({ task, language: 'en', products, knownFields });
        if (plan.kind === 'refusal') return;
        const exclude = plan.rows
          .filter((_, index) => excluded.includes(index))
          .map(({ productId }) => productId);
        const confirmed = applyConfirmation({
          rows: plan.rows,
          exclude,
          edits: [],
          knownFields,
          language: 'en',
        });
        if (confirmed.kind === 'refusal') return;
        const start = new Map(products.map((product) => [product.productId, { ...product, deleted: false }]));
        const changes = rowsToChanges(confirmed.rows);
        const applied = appliedTo(start, changes);
        for (const productId of exclude) expect(applied.get(productId)).toEqual(start.get(productId));

        const undone = rowsToChanges(inverse(changes, applied));
        const back = appliedTo(applied, undone);
        expect(valuesOf(back)).toEqual(valuesOf(start));

        expect(valuesOf(appliedTo(back, rowsToChanges(inverse(undone, back))))).toEqual(valuesOf(applied));
      }),
      { numRuns: 500 },
    ));
});

function inverse(changes: ProductChange[], current: Map<string, CurrentProduct>) {
  const owners = [...current.values()]
    .filter((product) => !product.deleted)
    .map(({ sku, productId }): [string, string] => [sku, productId]);
  return buildInverse({ changes, current: [...current.values()], skuOwners: new Map(owners), language: 'en' })
    .rows;
}

/** The catalogue after a change set, as the write side would have it: versions are checked and grow by one. */
function appliedTo(
  catalogue: Map<string, CurrentProduct>,
  changes: ProductChange[],
): Map<string, CurrentProduct> {
  const next = new Map(catalogue);
  for (const { productId, baseVersion, op, after } of changes) {
    const product = next.get(productId);
    expect(product?.version ?? 0).toBe(baseVersion);
    expect(product !== undefined && !product.deleted).toBe(op !== 'add');
    const values =
      op === 'delete'
        ? (product ?? BLANK)
        : withChanges(op === 'add' ? BLANK : (product ?? BLANK), after ?? {});
    next.set(productId, {
      ...values,
      productId,
      version: baseVersion + 1,
      deleted: op === 'delete',
    } as CurrentProduct);
  }
  return next;
}

function valuesOf(catalogue: Map<string, CurrentProduct>) {
  return [...catalogue.values()]
    .filter(({ deleted }) => !deleted)
    .map((product: Product) => [product.productId, flatten(product)]);
}
