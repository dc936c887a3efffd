import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { productIdOf } from '../../../test/support/arbitrary-catalogue.js';
import { added, CatalogueLog, removed, updated } from '../../../test/support/catalogue-log.js';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import type { Product, ProductChange } from '../../catalogue/product.js';
import type { Delivery } from '../../event-bus/event-bus.js';
import { VALUES_PER_FIELD_MAX } from '../../interpreter/vocabulary.js';
import { project } from '../projection.js';
import { vocabularyProjection } from './vocabulary.projection.js';
import { loadKnownFields, loadVocabulary, vocabularyVersion } from './vocabulary.queries.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.drop());

let positionAfter = 0n;
function workspace() {
  positionAfter += 100_000n;
  const log = new CatalogueLog(randomUUID(), { positionAfter });
  const scope = test.database.scope(log.workspaceId);
  return {
    scope,
    change: (...changes: ProductChange[]) =>
      project(test.database, vocabularyProjection, log.changeSet(changes)),
    define: (revision: number, keys: string[]) =>
      project(test.database, vocabularyProjection, [fieldsDefined(log, revision, keys)]),
    version: () => vocabularyVersion(scope),
  };
}

function fieldsDefined(log: CatalogueLog, revision: number, keys: string[]): Delivery {
  positionAfter += 1n;
  const event = {
    eventId: randomUUID(),
    workspaceId: log.workspaceId,
    streamId: `workspace-${log.workspaceId}`,
    revision,
    position: positionAfter,
    type: 'CustomFieldsDefined' as const,
    schemaVersion: 1,
    data: { keys, definedAt: '2026-01-01T00:00:00.000Z' },
    metadata: { userId: null, commandId: randomUUID(), correlationId: 'x', causationId: null },
    recordedAt: '2026-01-01T00:00:00.000Z',
  };
  return { topic: 'drafthorse.workspaces', partition: 0, key: log.workspaceId, headers: {}, event };
}

const phone = (number: number, over: Partial<Product> = {}): Product => ({
  productId: productIdOf(number),
  version: 1,
  sku: `P-${number}`,
  name: 'گوشی آیفون ۱۷',
  price: '1.00',
  stock: 1,
  category: 'Phones',
  brand: null,
  fields: { رنگ: 'نقره‌ای' },
  ...over,
});

describe('a workspace’s vocabulary', () => {
  it('has its values as written, its name words folded, the most used first', async () => {
    const { scope, change } = workspace();
    await change(
      added(phone(1)),
      added(phone(2, { fields: { رنگ: 'مشکی' } })),
      added(phone(3, { brand: 'Apple', name: 'گوشی' })),
    );
    expect((await loadVocabulary(scope)).data).toEqual({
      currency: null,
      categories: [{ value: 'Phones', count: 3 }],
      brands: [{ value: 'Apple', count: 1 }],
      fields: [
        {
          key: 'رنگ',
          values: [
            { value: 'نقره‌ای', count: 2 },
            { value: 'مشکی', count: 1 },
          ],
        },
      ],
      nameWords: [
        { value: 'گوشی', count: 3 },
        { value: '17', count: 2 },
        { value: 'ایفون', count: 2 },
      ],
      nameOnlyPairs: [],
    });
  });
  it('gets another version when words come or go, and only then', async () => {
    const { change, version } = workspace();
    expect(await version()).toBe('-1.-1');
    await change(added(phone(1)));
    const first = await version();
    await change(added(phone(2)));
    await change(updated(phone(2), { price: '1.00' }, { price: '2.00' }));
    expect(await version()).toBe(first);
    await change(updated(phone(2, { version: 2 }), { name: phone(2).name }, { name: 'گوشی آیفون ۱۷ پرو' }));
    const second = await version();
    expect(second).not.toBe(first);
    await change(removed(phone(2, { version: 3, name: 'گوشی آیفون ۱۷ پرو' })));
    expect(await version()).not.toBe(second);
  });
  it('forgets what no product carries any more', async () => {
    const { scope, change } = workspace();
    await change(added(phone(1)));
    await change(removed(phone(1)));
    expect((await loadVocabulary(scope)).data).toMatchObject({ categories: [], fields: [], nameWords: [] });
  });
  it('knows defined fields before any product carries them, and those that products carry', async () => {
    const { scope, change, define, version } = workspace();
    await define(0, ['warranty', 'size']);
    const first = await version();
    await define(1, ['size']);
    expect(await version()).toBe(first);
    await change(added(phone(1)));
    expect([...(await loadKnownFields(scope))].sort()).toEqual(['size', 'warranty', 'رنگ'].sort());
    expect((await loadVocabulary(scope)).data.fields).toContainEqual({ key: 'warranty', values: [] });
  });
  it('leaves out values nobody says in a sentence', async () => {
    const { scope, change } = workspace();
    await change(added(phone(1, { fields: { note: 'x'.repeat(101), size: ' ', code: 'y'.repeat(100) } })));
    expect((await loadVocabulary(scope)).data.fields.map(({ key }) => key)).toEqual(['code']);
  });
  it('is bounded per field', async () => {
    const { scope, change } = workspace();
    for (let start = 0; start < VALUES_PER_FIELD_MAX + 1; start += 500)
      await change(
        ...Array.from({ length: 500 }, (_, n) =>
          added(phone(start + n, { fields: { code: String(start + n) } })),
        ),
      );
    const [field] = (await loadVocabulary(scope)).data.fields;
    expect(field?.values).toHaveLength(VALUES_PER_FIELD_MAX);
  });
  it('stops when events say that fewer than no products use a word', async () => {
    const { change } = workspace();
    await expect(change(removed(phone(1)))).rejects.toThrow('fewer than no products');
  });
});
