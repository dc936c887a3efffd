import { describe, expect, it } from 'vitest';
import type { CatalogueSnapshot } from '../../catalogue/catalogue-reader.js';
import type { ProductChange } from '../../catalogue/product.js';
import { CHANGES_PER_EVENT_MAX } from '../../events/catalogue.events.js';
import { outcomeOf } from '../../../test/support/decider-spec.js';
import {
  CHANGES_PER_CHANGE_SET_MAX,
  changeProducts,
  MISMATCHES_LISTED_MAX,
  type ChangeProducts,
} from './change-products.js';

const NOW = '2026-03-01T10:00:00.000Z';
const idOf = (index: number) => `0197a000-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;
const [A, B, C] = [idOf(1), idOf(2), idOf(3)];
const all = { name: 'n', price: '1.00', stock: 0, category: null, brand: null };

const add = (productId: string, sku: string, baseVersion = 0): ProductChange => ({
  productId,
  baseVersion,
  op: 'add',
  before: null,
  after: { ...all, sku },
});
const update = (
  productId: string,
  baseVersion: number,
  over: Partial<ProductChange> = {},
): ProductChange => ({
  productId,
  baseVersion,
  op: 'update',
  before: { stock: 0 },
  after: { stock: 1 },
  ...over,
});
const rename = (productId: string, baseVersion: number, from: string, to: string) =>
  update(productId, baseVersion, { before: { sku: from }, after: { sku: to } });
const remove = (productId: string, baseVersion: number, sku: string): ProductChange => ({
  productId,
  baseVersion,
  op: 'delete',
  before: { ...all, sku },
  after: null,
});

/** Products by id: `[version, sku]`, or a bare version for the tombstone of a deleted one. */
function catalogue(products: Record<string, [version: number, sku: string] | number>): CatalogueSnapshot {
  const entries = Object.entries(products);
  return {
    revision: 7,
    versions: new Map(
      entries.map(([id, held]) => {
        const deleted = typeof held === 'number';
        return [id, { version: deleted ? held : held[0], deleted }];
      }),
    ),
    skuOwners: new Map(entries.flatMap(([id, held]) => (typeof held === 'number' ? [] : [[held[1], id]]))),
  };
}

const command = (...changes: ProductChange[]): ChangeProducts => ({
  changeSetId: idOf(0xc1),
  origin: { kind: 'manual' },
  userId: idOf(0xb1),
  changes,
});
const given = (products: Parameters<typeof catalogue>[0]) => ({
  when: (...changes: ProductChange[]) =>
    outcomeOf(changeProducts(command(...changes), catalogue(products), NOW)),
});
const changed = (...changes: ProductChange[]) => ({
  type: 'ProductsChanged' as const,
  data: { ...command(...changes), chunk: 1, chunks: 1, total: changes.length, changedAt: NOW },
});
const mismatch = (productId: string, expectedVersion: number, actualVersion: number | null) => ({
  code: 'VERSION_MISMATCH' as const,
  mismatches: [{ productId, expectedVersion, actualVersion }],
});

describe('a change set', () => {
  it('adds, changes and deletes in one event, in the order it was given', () => {
    const changes = [add(A, 'NEW'), update(B, 4), remove(C, 2, 'OLD')];
    given({ [B]: [4, 'B'], [C]: [2, 'OLD'] })
      .when(...changes)
      .thenEvents(changed(...changes));
  });

  it('is refused whole for one product that moved', () =>
    given({ [A]: [1, 'A'], [B]: [5, 'B'] })
      .when(update(A, 1), update(B, 4))
      .thenRefused(mismatch(B, 4, 5)));

  it(`names the first ${MISMATCHES_LISTED_MAX} products that moved`, () => {
    const changes = Array.from({ length: MISMATCHES_LISTED_MAX + 1 }, (_, i) => update(idOf(i), 1));
    const decided = changeProducts(command(...changes), catalogue({}), NOW);
    expect(decided).toMatchObject({ refusal: { code: 'VERSION_MISMATCH' } });
    const { refusal } = decided as Extract<typeof decided, { accepted: false }>;
    expect('mismatches' in refusal && refusal.mismatches).toHaveLength(MISMATCHES_LISTED_MAX);
  });

  it('says first that products moved, then that a sku is taken', () =>
    given({ [A]: [2, 'A'], [B]: [1, 'B'] })
      .when(update(A, 1), add(C, 'B'))
      .thenRefused(mismatch(A, 1, 2)));

  it('that changes one product twice is a bug, not a refusal', () =>
    expect(() =>
      changeProducts(command(update(A, 1), update(A, 1)), catalogue({ [A]: [1, 'A'] }), NOW),
    ).toThrow(/one product twice/));

  it('without changes is a bug, not a refusal', () =>
    expect(() => changeProducts(command(), catalogue({}), NOW)).toThrow(/has 1 to/));
});

describe('a version', () => {
  it('is refused when the product went on', () =>
    given({ [A]: [3, 'A'] })
      .when(update(A, 2))
      .thenRefused(mismatch(A, 2, 3)));

  it('is refused when the read is ahead of what the catalogue holds', () =>
    given({ [A]: [3, 'A'] })
      .when(update(A, 4))
      .thenRefused(mismatch(A, 4, 3)));

  it.each([
    ['changed', update(A, 3)],
    ['deleted again', remove(A, 3, 'A')],
  ])('is refused when a deleted product is %s', (_what, change) =>
    given({ [A]: 3 })
      .when(change)
      .thenRefused(mismatch(A, 3, null)),
  );

  it('is refused when a product that never was is changed', () =>
    given({})
      .when(update(A, 1))
      .thenRefused(mismatch(A, 1, null)));

  it('is refused when a product that never was is added as if it had been', () =>
    given({})
      .when(add(A, 'A', 3))
      .thenRefused(mismatch(A, 3, null)));

  it('is refused when a living product is added', () =>
    given({ [A]: [1, 'A'] })
      .when(add(A, 'A', 1))
      .thenRefused(mismatch(A, 1, 1)));

  it('of a tombstone is what a deleted product is added again from', () =>
    given({ [A]: 3 })
      .when(add(A, 'A', 3))
      .thenEvents(changed(add(A, 'A', 3))));

  it.each([0, 2, 4])('other than the tombstone’s adds no deleted product again: %i', (baseVersion) =>
    given({ [A]: 3 })
      .when(add(A, 'A', baseVersion))
      .thenRefused(mismatch(A, baseVersion, null)),
  );
});

describe('a sku', () => {
  it('belongs to one living product', () =>
    given({ [A]: [1, 'TAKEN'] })
      .when(add(B, 'TAKEN'))
      .thenRefused({ code: 'SKU_TAKEN', sku: 'TAKEN', productId: A }));

  it('cannot be taken by a change either', () =>
    given({ [A]: [1, 'TAKEN'], [B]: [1, 'B'] })
      .when(rename(B, 1, 'B', 'TAKEN'))
      .thenRefused({ code: 'SKU_TAKEN', sku: 'TAKEN', productId: A }));

  it('cannot be given to two products at once', () =>
    given({})
      .when(add(A, 'SAME'), add(B, 'SAME'))
      .thenRefused({ code: 'SKU_TAKEN', sku: 'SAME', productId: A }));

  it('may be told again to the product that has it', () =>
    given({ [A]: [1, 'A'] })
      .when(rename(A, 1, 'A', 'A'))
      .thenEvents(changed(rename(A, 1, 'A', 'A'))));

  it.each([
    ['deletes its owner', [remove(A, 1, 'FREED'), add(B, 'FREED')]],
    ['deletes its owner later in the list', [add(B, 'FREED'), remove(A, 1, 'FREED')]],
    ['renames its owner', [add(B, 'FREED'), rename(A, 1, 'FREED', 'OTHER')]],
  ])('is free when the same change set %s', (_what, changes) =>
    given({ [A]: [1, 'FREED'] })
      .when(...changes)
      .thenEvents(changed(...changes)),
  );

  it('may be swapped between two products', () =>
    given({ [A]: [1, 'X'], [B]: [1, 'Y'] })
      .when(rename(A, 1, 'X', 'Y'), rename(B, 1, 'Y', 'X'))
      .thenEvents(changed(rename(A, 1, 'X', 'Y'), rename(B, 1, 'Y', 'X'))));

  it('stays taken when its owner changes in something else', () =>
    given({ [A]: [1, 'TAKEN'] })
      .when(update(A, 1), add(B, 'TAKEN'))
      .thenRefused({ code: 'SKU_TAKEN', sku: 'TAKEN', productId: A }));

  it('is free when its owner was deleted before', () =>
    given({ [A]: 3 })
      .when(add(B, 'A'))
      .thenEvents(changed(add(B, 'A'))));
});

describe('a large change set', () => {
  const chunksOf = (count: number) => {
    const changes = Array.from({ length: count }, (_, i) => add(idOf(i), `S${i}`));
    const decided = changeProducts(command(...changes), catalogue({}), NOW);
    if (!decided.accepted) throw new Error(decided.refusal.code);
    expect(decided.events.flatMap(({ data }) => data.changes)).toEqual(changes);
    return decided.events.map(({ data }) => [data.chunk, data.chunks, data.total, data.changes.length]);
  };

  it('is one event up to its bound', () =>
    expect(chunksOf(CHANGES_PER_EVENT_MAX)).toEqual([[1, 1, CHANGES_PER_EVENT_MAX, CHANGES_PER_EVENT_MAX]]));

  it('is two beyond it, each knowing the whole', () =>
    expect(chunksOf(CHANGES_PER_EVENT_MAX + 1)).toEqual([
      [1, 2, CHANGES_PER_EVENT_MAX + 1, CHANGES_PER_EVENT_MAX],
      [2, 2, CHANGES_PER_EVENT_MAX + 1, 1],
    ]));

  it('has as many changes as the events of one append may hold, and no more', () => {
    expect(CHANGES_PER_CHANGE_SET_MAX).toBe(500 * 1_000);
    // One change repeated: beyond the bound its number is refused, at the bound only that it is the same one.
    const same = update(A, 1);
    const sameChange = (count: number) => () =>
      changeProducts(
        { ...command(), changes: Array.from({ length: count }, () => same) },
        catalogue({}),
        NOW,
      );
    expect(sameChange(CHANGES_PER_CHANGE_SET_MAX)).toThrow(/one product twice/);
    expect(sameChange(CHANGES_PER_CHANGE_SET_MAX + 1)).toThrow(/has 1 to 500000 changes, not 500001/);
  });
});
