/** The catalogue's read models against a model in memory, over random histories. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as arbitrary from '../../test/support/arbitrary-catalogue.js';
import { added, CatalogueLog, logOf } from '../../test/support/catalogue-log.js';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { withChanges } from '../catalogue/difference.js';
import type { Product, ProductChange } from '../catalogue/product.js';
import type { Task } from '../catalogue/task.js';
import type { Delivery } from '../event-bus/event-bus.js';
import { rowsToChanges } from '../planning/changes.js';
import { buildInverse, type CurrentProduct } from '../planning/inverse.js';
import { buildPlan } from '../planning/plan.js';
import { words } from '../text/fold.js';
import { listProductsAsOf, productAsOf } from './change-sets/as-of.js';
import { changeSetsProjection } from './change-sets/change-sets.projection.js';
import { changeSetChanges, productHistory } from './change-sets/change-sets.queries.js';
import type { ProductView } from './products/product-row.js';
import { productsById } from './products/products.queries.js';
import { productsProjection } from './products/products.projection.js';
import { project } from './projection.js';
import { rebuild } from './rebuild.js';
import { VOCABULARY_VALUE_CHARS_MAX, vocabularyProjection } from './vocabulary/vocabulary.projection.js';
import { loadVocabulary } from './vocabulary/vocabulary.queries.js';

const PROJECTIONS = [productsProjection, changeSetsProjection, vocabularyProjection];

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.drop());

type Catalogue = Map<string, CurrentProduct>;
type Step = { kind: 'task'; task: Task } | { kind: 'undo'; of: number };

const scenario = fc.record({
  products: fc
    .array(arbitrary.catalogue(8), { minLength: 1, maxLength: 1 })
    .map(([products]) => (products ?? []).map((product) => ({ ...product, version: 1 }))),
  steps: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('task' as const), task: arbitrary.task }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('undo' as const), of: fc.nat({ max: 5 }) }) },
    ),
    { minLength: 1, maxLength: 6 },
  ),
  batchSize: fc.integer({ min: 1, max: 4 }),
});

let positionAfter = 0n;

/** The history of a scenario: its log, and the catalogue after each change set. */
function play({ products, steps }: { products: Product[]; steps: Step[] }) {
  const log = new CatalogueLog(randomUUID(), { positionAfter });
  positionAfter += 1_000n;
  const moments: { time: string; catalogue: Catalogue; changeSetId: string; changes: ProductChange[] }[] = [];
  const append = (before: Catalogue, changes: ProductChange[]) => {
    if (changes.length === 0) return;
    const changeSetId = randomUUID();
    const time = new Date(Date.UTC(2026, 0, 1, moments.length)).toISOString();
    log.changeSet(changes, { changeSetId, changedAt: time });
    moments.push({ time, catalogue: applied(before, changes), changeSetId, changes });
  };
  append(new Map(), products.map(added));
  for (const step of steps) {
    const now = moments.at(-1)?.catalogue ?? new Map<string, CurrentProduct>();
    append(
      now,
      step.kind === 'task' ? changesOf(step.task, now) : inverseOf(moments[step.of]?.changes ?? [], now),
    );
  }
  return { log, moments };
}

function changesOf(task: Task, catalogue: Catalogue): ProductChange[] {
  const plan = buildPlan({
    task,
    language: 'en',
    products: living(catalogue),
    knownFields: new Set(arbitrary.CUSTOM_KEYS),
  });
  return plan.kind === 'plan' ? rowsToChanges(plan.rows) : [];
}

function inverseOf(changes: ProductChange[], catalogue: Catalogue): ProductChange[] {
  const skuOwners = new Map(living(catalogue).map(({ sku, productId }) => [sku, productId]));
  return rowsToChanges(
    buildInverse({ changes, current: [...catalogue.values()], skuOwners, language: 'en' }).rows,
  );
}

function applied(catalogue: Catalogue, changes: ProductChange[]): Catalogue {
  const next = new Map(catalogue);
  for (const { productId, baseVersion, op, after } of changes) {
    const now = next.get(productId);
    const blank = { sku: '', name: '', price: '0.00', stock: 0, category: null, brand: null, fields: {} };
    const values = withChanges(op === 'add' || !now ? blank : now, after ?? {});
    next.set(productId, { ...values, productId, version: baseVersion + 1, deleted: op === 'delete' });
  }
  return next;
}

const living = (catalogue: Catalogue): Product[] =>
  [...catalogue.values()]
    .filter(({ deleted }) => !deleted)
    .map((product) => {
      const { deleted: _, ...values } = product;
      return values;
    });

/** Batches with every delivery repeated: once in the same batch, once later. */
function repeated(deliveries: Delivery[], batchSize: number): Delivery[][] {
  const batches: Delivery[][] = [];
  for (let start = 0; start < deliveries.length; start += batchSize) {
    const batch = deliveries.slice(start, start + batchSize);
    batches.push([...batch, ...batch], batch);
  }
  return batches;
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

function withoutTimes(view: ProductView): Product {
  const { createdAt: _, updatedAt: __, ...product } = view;
  return product;
}

const played = (check: (history: ReturnType<typeof play>) => Promise<void>, numRuns: number) =>
  fc.assert(
    fc.asyncProperty(scenario, async (drawn) => {
      const history = play(drawn);
      for (const batch of repeated(history.log.deliveries, drawn.batchSize))
        for (const projection of PROJECTIONS) await project(test.database, projection, batch);
      await check(history);
    }),
    { numRuns },
  );

describe('after any history, delivered twice', () => {
  it('products are what the changes make of them, deleted ones with their last version', () =>
    played(async ({ log, moments }) => {
      const catalogue = moments.at(-1)?.catalogue ?? new Map<string, CurrentProduct>();
      const found = await productsById(test.database.scope(log.workspaceId), [...catalogue.keys()]);
      const expected = [...catalogue.values()].sort((left, right) =>
        left.productId < right.productId ? -1 : 1,
      );
      expect(found).toEqual(expected);
    }, 40));

  it('the catalogue as of every moment is what it was', () =>
    played(async ({ log, moments }) => {
      const scope = test.database.scope(log.workspaceId);
      for (const { time, catalogue } of moments) {
        const { items } = await listProductsAsOf(scope, { time, queries: [], limit: 100 });
        const expected = living(catalogue).sort((left, right) => (left.productId < right.productId ? -1 : 1));
        expect(items.map(withoutTimes)).toEqual(expected);
        for (const product of expected)
          expect(await productAsOf(scope, product.productId, time)).toMatchObject(product);
      }
      expect(
        (await listProductsAsOf(scope, { time: '2025-12-31T23:59:59Z', queries: [], limit: 9 })).items,
      ).toEqual([]);
    }, 40));

  it('a change set gives back exactly its changes, and a history every one of its product', () =>
    played(async ({ log, moments }) => {
      const scope = test.database.scope(log.workspaceId);
      for (const { changeSetId, changes } of moments)
        expect(await all(changeSetChanges(scope, changeSetId))).toEqual(changes);
      const [productId] = moments[0]?.catalogue.keys() ?? [];
      if (productId === undefined) return;
      const { items } = await productHistory(scope, productId, { limit: 100 });
      const own = moments
        .flatMap(({ changes }) => changes)
        .filter((change) => change.productId === productId);
      expect(items.map(({ op }) => op)).toEqual(own.map(({ op }) => op).toReversed());
    }, 30));

  it('the vocabulary counts what living products carry', () =>
    played(async ({ log, moments }) => {
      const { data } = await loadVocabulary(test.database.scope(log.workspaceId));
      const products = living(moments.at(-1)?.catalogue ?? new Map());
      const count = (values: (string | null | undefined)[]) => {
        const counts = new Map<string, number>();
        for (const value of values)
          if (value && value.trim() !== '' && value.length <= VOCABULARY_VALUE_CHARS_MAX)
            counts.set(value, (counts.get(value) ?? 0) + 1);
        return counts;
      };
      const loaded = (values: { value: string; count: number }[]) =>
        new Map(values.map((entry) => [entry.value, entry.count]));
      expect(loaded(data.categories)).toEqual(count(products.map(({ category }) => category)));
      expect(loaded(data.brands)).toEqual(count(products.map(({ brand }) => brand)));
      expect(loaded(data.nameWords)).toEqual(count(products.flatMap(({ name }) => words(name))));
      for (const key of arbitrary.CUSTOM_KEYS)
        expect(loaded(data.fields.find((field) => field.key === key)?.values ?? [])).toEqual(
          count(products.map(({ fields }) => fields[key])),
        );
    }, 40));

  it('a rebuild from the log comes to the same rows, however it was cut into batches', async () => {
    const deliveries: Delivery[] = [];
    const fresh = await testDatabase();
    try {
      for (const { products, steps } of fc.sample(scenario, { numRuns: 10, seed: 7 })) {
        const { log } = play({ products, steps });
        for (const delivery of log.deliveries)
          for (const projection of PROJECTIONS) await project(fresh.database, projection, [delivery]);
        deliveries.push(...log.deliveries);
      }
      for (const projection of PROJECTIONS) {
        const report = await rebuild({
          database: fresh.database,
          ...logOf(deliveries),
          projection,
          switchOver: 'never',
        });
        expect(report).toMatchObject({ switched: false, events: deliveries.length });
        expect(report.differences.map(({ onlyLive, onlyRebuilt }) => [onlyLive, onlyRebuilt])).toEqual(
          projection.tables.map(() => [0, 0]),
        );
      }
    } finally {
      await fresh.drop();
    }
  });
});
