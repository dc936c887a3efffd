/** That matching stays fast at 100,000 products, by the planner's own word; `npm run bench:100k` has the clock. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import type { Query, Task } from '../../catalogue/task.js';
import { matchProducts, matchStatement } from './match-products.js';
import { listStatement } from './products.queries.js';
import { productTerms } from './terms.js';

const WORKSPACE_ID = '0197a000-0000-7000-8000-0000000000ff';
const SHAPES = 2_000;
const COPIES = 50;
const COPIES_PER_INSERT = 5;
const COLORS = ['silver', 'black', 'نقره‌ای', 'مشکی', 'red', 'blue', 'green', 'gold', 'pink', 'white'];
const NOUNS = ['iPhone', 'Galaxy', 'کفش', 'Headphone', 'شلوار', 'TV', 'Mixer', 'کاپشن', 'Watch', 'Bag'];

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
  await fill();
}, 300_000);
afterAll(() => test.drop());

/** Terms of 2,000 different products, each 50 times under another sku and price: folding 100,000 takes longer. */
async function fill(): Promise<void> {
  const shapes = Array.from({ length: SHAPES }, (_, n) => {
    const [color, noun] = [COLORS[n % 10] ?? '', NOUNS[Math.floor(n / 10) % 10] ?? ''];
    const fields = { color, size: String(n % 50), storage: `${2 ** (n % 10)} GB` };
    const product = {
      name: `${noun} ${Math.floor(n / 100)} ${color} مدل ${n}`,
      category: `${noun}s`,
      brand: NOUNS[n % 7] ?? '',
      fields,
    };
    return { ...product, n, ...productTerms({ ...product, sku: 'S' }) };
  });
  // In parts: a long write would hold back the log of every spec that runs on the same server.
  for (let first = 0; first < COPIES; first += COPIES_PER_INSERT) await insertCopies(shapes, first);
  await test.database.query('INSERT INTO catalogue_heads VALUES ($1, 0, $2)', [
    WORKSPACE_ID,
    SHAPES * COPIES,
  ]);
  await test.database.query('ANALYZE');
}

type Shape = ReturnType<typeof productTerms> & { n: number };

async function insertCopies(shapes: Shape[], first: number): Promise<void> {
  const last = first + COPIES_PER_INSERT - 1;
  await test.database.query(
    `INSERT INTO products (workspace_id, product_id, sku, name, price, stock, category, brand, fields, version, deleted, created_at, updated_at)
     SELECT $1, ('0197a000-0000-7000-8000-' || lpad(to_hex(n * ${COPIES} + copy), 12, '0'))::uuid, 'S-' || n || '-' || copy, name,
            (n * 7919 + copy * 104729) % 100000, (n + copy) % 100, category, brand, fields, 1, false, now(), now()
       FROM jsonb_to_recordset($2::jsonb) AS shape (n int, name text, category text, brand text, fields jsonb), generate_series(${first}, ${last}) AS copy`,
    [WORKSPACE_ID, JSON.stringify(shapes)],
  );
  await test.database.query(
    `INSERT INTO product_terms (workspace_id, product_id, terms, numbers, folded_name)
     SELECT $1, ('0197a000-0000-7000-8000-' || lpad(to_hex(n * ${COPIES} + copy), 12, '0'))::uuid, terms, numbers, folded
       FROM jsonb_to_recordset($2::jsonb) AS shape (n int, terms text[], numbers jsonb, folded text), generate_series(${first}, ${last}) AS copy`,
    [
      WORKSPACE_ID,
      JSON.stringify(
        shapes.map(({ n, terms, numbers, foldedName }) => ({ n, terms, numbers, folded: foldedName })),
      ),
    ],
  );
}

async function planOf({ text, values }: { text: string; values: unknown[] }): Promise<string> {
  const { rows } = await test.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, [
    WORKSPACE_ID,
    ...values,
  ]);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

const SCANS_EVERYTHING = /Seq Scan on product/;
const name = (value: string): Query => ({ field: 'name', op: 'contains', value });
const color = (value: string): Query => ({ field: 'color', op: 'eq', value });

describe('among 100,000 products', () => {
  const cases: [string, Query[], RegExp][] = [
    ['two words of a name', [name('iphone 7')], /product_terms_terms/],
    ['a name and a colour', [name('کفش'), color('نقره ای')], /product_terms_terms/],
    ['either of two names', [{ any: [name('7 iphone'), name('11 galaxy')] }], /product_terms_terms/],
    ['a name but not a colour', [name('iphone 7'), { not: color('red') }], /product_terms_terms/],
    [
      'a name, a colour and a price range',
      [name('iphone'), color('red'), { field: 'price', op: 'lt', value: '50000' }],
      /product_terms_terms/,
    ],
    [
      'a price range',
      [
        { field: 'price', op: 'gte', value: '1000' },
        { field: 'price', op: 'lt', value: '1500' },
      ],
      /products_price/,
    ],
    ['a stock', [{ field: 'stock', op: 'eq', value: '7' }], /products_stock/],
    ['a sku', [{ field: 'sku', op: 'eq', value: 'S-7-7' }], /product_terms_terms/],
    ['an id', [{ field: 'id', op: 'eq', value: '0197a000-0000-7000-8000-000000000007' }], /products_pkey/],
  ];
  it.each(cases)('%s is found through an index', async (_what, queries, index) => {
    const plan = await planOf(matchStatement({ queries, rowsMax: 1_000 }));
    expect(plan).toMatch(index);
    expect(plan).not.toMatch(SCANS_EVERYTHING);
  });

  it('the cheapest five are read off the price index', async () => {
    const order: Task['order'] = { field: 'price', direction: 'asc' };
    expect(await planOf(matchStatement({ queries: [], order, limit: 5, rowsMax: 1_000 }))).toMatch(
      /products_price/,
    );
  });
  it('a page of the list reads on from its cursor without sorting what came before', async () => {
    const plan = await planOf(listStatement([], 'S-7', 51));
    expect(plan).toMatch(/Index Scan using products_sku/);
    expect(plan).not.toMatch(/Sort/);
  });

  it('the statement that was explained finds what was asked for', async () => {
    const scope = test.database.scope(WORKSPACE_ID);
    const { products } = await matchProducts(scope, { queries: [name('iphone 7')], rowsMax: 1_000 });
    expect(products.length).toBeGreaterThanOrEqual(500);
  });
});
