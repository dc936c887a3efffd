/** Catalogues of real shops, where they lie beside the repository: imported whole, changed by sentence, exported. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Decimal } from 'decimal.js';
import type { ProductFields } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { catalogueOf, differencesBetween } from './shop.js';

const FOLDER = fileURLToPath(new URL('../../../shared/catalogues', import.meta.url));
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((file) => file.endsWith('.ndjson')) : [];
if (files.length === 0) console.warn(`real catalogues are not tried: there are none in ${FOLDER}`);

let server: TestServer;
beforeAll(async () => {
  if (files.length > 0) server = await TestServer.start();
});
afterAll(() => server?.stop());

describe.skipIf(files.length === 0)('a real catalogue', () => {
  it.each(files)('is imported whole, changed exactly and restored: %s', async (file) => {
    const { client: api } = await server.createWorkspace(file);
    const content = readFileSync(path.join(FOLDER, file), 'utf8');
    const rows = content
      .trim()
      .split('\n')
      .map((line): ProductFields => JSON.parse(line));
    const skus = new Set(rows.map(({ sku }) => sku));
    const done = await api.importFile(content);
    expect({ ...done, rejected: done.rejected.slice(0, 5) }).toMatchObject({
      status: 'done',
      added: skus.size,
      rejectedCount: 0,
    });
    const before = await catalogueOf(api);
    expect(before.size).toBe(skus.size);
    for (const { sku, name, price, stock } of rows.filter(
      (row, index) => rows.findLastIndex(({ sku }) => sku === row.sku) === index,
    ))
      expect(before.get(sku)).toMatchObject({
        name: name.trim(),
        price: new Decimal(price).toFixed(2),
        stock,
      });

    const { category } = mostCommon(rows);
    const draft = await api.preview(`increase the price of category "${category}" by 10%`);
    const expected = [...before.values()].filter((product) => product.category === category);
    expect(draft.preview.summary.matched).toBe(expected.length);
    const isLarge = draft.preview.requires.includes('second_confirmation');
    await api.confirm(draft, isLarge ? { secondConfirmation: true } : {});
    await api.until(draft.draftId, 'done');
    const differences = differencesBetween(before, await catalogueOf(api));
    expect(differences).toHaveLength(draft.preview.summary.changed);
    for (const { sku, before: was, after } of differences) {
      const price = new Decimal(String(was!['price'])).times('1.1').toDecimalPlaces(2, Decimal.ROUND_HALF_UP);
      expect({ sku, after }).toEqual({ sku, after: { price: price.toFixed(2) } });
    }

    const undo = await api.undo(draft.draftId);
    await api.confirm(undo, isLarge ? { secondConfirmation: true } : {});
    await api.until(undo.draftId, 'done');
    const restored = await catalogueOf(api);
    for (const [sku, { price }] of before) expect(restored.get(sku)!.price).toBe(price);
    const { body } = await api.expectStatus<string>(200, 'GET', '/products/export?format=csv');
    const again = await api.importFile(body, 'text/csv');
    expect({ ...again, rejected: again.rejected.slice(0, 5) }).toMatchObject({
      unchanged: skus.size,
      rejectedCount: 0,
      rejected: [],
    });
  });
});

function mostCommon(rows: ProductFields[]): { category: string } {
  const counts = new Map<string, number>();
  for (const { category } of rows) if (category) counts.set(category, (counts.get(category) ?? 0) + 1);
  const [category] = [...counts].sort(([, left], [, right]) => right - left)[0]!;
  return { category };
}
