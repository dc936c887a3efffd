import { expect, it } from 'vitest';
import type { PlanRow } from '../client.js';
import { previewLines } from './preview.js';

const row = (number: number, before: PlanRow['before'], after: PlanRow['after']): PlanRow => ({
  productId: `0197a000-0000-7000-8000-00000000000${number}`,
  sku: `S-${number}`,
  name: `Name ${number}`,
  version: 1,
  before,
  after,
});

it('shows old and new side by side, decimals under decimals', () => {
  const rows = [
    row(1, { price: '1000.00' }, { price: '900.00' }),
    row(2, { price: '9.50' }, { price: '8.55' }),
  ];
  expect(previewLines({ rows, firstNumber: 1 })).toEqual(
    [
      '#     SKU  Name       price       new price',
      '─  ─  ───  ──────  ────────  ─  ─────────',
      '1  ~  S-1  Name 1  1,000.00  →     900.00',
      '2  ~  S-2  Name 2      9.50  →       8.55',
    ].map((line, at) => (at === 0 ? '#     SKU  Name       price     new price' : line)),
  );
});

it('shows a field only where a row changes it, and “—” where it has no value', () => {
  const rows = [row(1, { color: 'Red' }, { color: null }), row(2, { stock: 0 }, { stock: 1_200 })];
  const [, , first, second] = previewLines({ rows, firstNumber: 21 });
  expect(first).toMatch(/^21 {2}~ {2}S-1 {2}Name 1 {2}Red +→ +—$/);
  expect(second).toMatch(/^22 {2}~ {2}S-2 {2}Name 2 +0 +→ +1,200$/);
});

it('shows what is added or deleted in one column a field, without its sku and name twice', () => {
  const values = { sku: 'S-1', name: 'Name 1', price: '5.00' };
  expect(previewLines({ rows: [row(1, null, values)], firstNumber: 1 }).at(-1)).toBe(
    '1  +  S-1  Name 1   5.00',
  );
  expect(previewLines({ rows: [row(1, values, null)], firstNumber: 1 }).at(-1)).toBe(
    '1  -  S-1  Name 1   5.00',
  );
});

it('shows an answer without a sign of change, and marks what is left out', () => {
  const asked = row(1, { stock: 3 }, null);
  expect(previewLines({ rows: [asked], firstNumber: 1, asked: true }).at(-1)).toBe(
    '1     S-1  Name 1      3',
  );
  const changed = row(1, { stock: 3 }, { stock: 4 });
  const excluded = new Set([changed.productId]);
  expect(previewLines({ rows: [changed], firstNumber: 1, excluded }).at(-1)).toContain('1  ×  S-1');
});

it('names the fields it has no room for', () => {
  const values = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`field${at}`, 'x']));
  expect(previewLines({ rows: [row(1, null, values)], firstNumber: 1 }).at(-1)).toBe(
    '  and 2 further fields: field6, field7',
  );
});
