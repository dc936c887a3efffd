/** What drafts of the pipeline benchmarks work on: products in groups, so that drafts on different groups never meet. */
import { ROWS_PER_DRAFT } from './shop.js';

const COLOURS = ['Silver', 'Black', 'White', 'Blue', 'Red', 'Green', 'Gold', 'Purple'];
const NOUNS = ['Phone', 'Laptop', 'Shirt', 'Shoe', 'Bag', 'Watch', 'Lamp', 'Chair'];

export interface BenchProduct {
  sku: string;
  name: string;
  /** Decimal. */
  price: string;
  stock: number;
  category: string;
  brand: string;
  fields: Record<string, string>;
}

export const groupNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `g${String(index).padStart(4, '0')}`);

/** Deterministic: `ROWS_PER_DRAFT` products of each group, in an order that scatters a group over the catalogue. */
export function productsOf(groups: readonly string[]): BenchProduct[] {
  return Array.from({ length: groups.length * ROWS_PER_DRAFT }, (_, i) => {
    const noun = NOUNS[(i * 3) % NOUNS.length]!;
    const colour = COLOURS[(i * 5) % COLOURS.length]!;
    return {
      sku: `PIPE-${String(i).padStart(6, '0')}`,
      name: `${noun} ${colour} ${i}`,
      price: (1 + ((i * 7_919) % 99_900) / 100).toFixed(2),
      stock: 0,
      category: `${noun}s`,
      brand: `Brand${i % 40}`,
      fields: { color: colour, group: groups[i % groups.length]! },
    };
  });
}
