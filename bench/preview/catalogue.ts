/** A catalogue of any size, and sentences that mean 1, 500 and 50,000 of its products. */

const COLOURS = ['Silver', 'Black', 'White', 'Blue', 'Red', 'Green', 'Gold', 'Purple', 'Orange', 'Gray'];
const NOUNS = ['Phone', 'Laptop', 'Shirt', 'Shoe', 'Bag', 'Watch', 'Lamp', 'Chair', 'Book', 'Toy'];
const ANNIVERSARIES = 500;

/** NDJSON. Deterministic: one product is of edition Solo, 500 are of edition Anniversary, a tenth has each colour. */
export function catalogueLines(products: number): string[] {
  return Array.from({ length: products }, (_, i) => {
    const colour = COLOURS[(i * 7) % 10]!;
    const noun = NOUNS[(i * 3 + Math.floor(i / 10)) % 10]!;
    const isAnniversary = i % Math.floor(products / ANNIVERSARIES) === 1;
    const edition = i === 0 ? 'Solo' : isAnniversary ? 'Anniversary' : null;
    return JSON.stringify({
      sku: `BIG-${String(i).padStart(6, '0')}`,
      name: `Series${i % 200} ${noun} ${colour}`,
      price: (1 + ((i * 7919) % 999_900) / 100).toFixed(2),
      stock: i % 500,
      category: `${noun}s`,
      brand: `Brand${i % 40}`,
      fields: {
        color: colour,
        size: ['S', 'M', 'L', 'XL'][i % 4],
        ...(edition === null ? {} : { edition }),
      },
    });
  });
}

export interface Sentence {
  matches: number;
  prompt: string;
  /** The same products in SQL, over `product_terms t`. */
  condition: string;
}

export const SENTENCES: readonly Sentence[] = [
  {
    matches: 1,
    prompt: 'raise the price of products with edition Solo by 1 percent',
    condition: `t.terms @> '{edition=solo}'`,
  },
  {
    matches: ANNIVERSARIES,
    prompt: 'raise the price of products with edition Anniversary by 1 percent',
    condition: `t.terms @> '{edition=anniversary}'`,
  },
  {
    matches: 50_000,
    prompt: 'raise the price of silver and black and white and blue and red products by 1 percent',
    condition: `t.terms && '{color=silver,color=black,color=white,color=blue,color=red}'`,
  },
];
