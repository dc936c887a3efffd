/** Which adjacent words of product names must not be read as a value of the product ("green tea" is not green). */
import { fold } from '../text/fold.js';

export const NAME_ONLY_PAIRS_MAX = 50_000;

/** Names that list things («شامپو سگ و گربه») are not two products. */
export const NAME_CONNECTORS: ReadonlySet<string> = new Set(['و', 'and']);

interface NamedProduct {
  name: string;
  category: string | null;
  brand: string | null;
  /** Custom fields by key. */
  fields: Readonly<Record<string, string>>;
}

/**
 * Pairs of adjacent folded name words of which one is, by itself, a category, brand or custom field's value, in
 * products that do not carry that value, and pairs with an "and" within a name. Distinct, in order of appearance, at most NAME_ONLY_PAIRS_MAX. For whoever builds
 * `VocabularyData.nameOnlyPairs` out of products.
 */
export function nameOnlyPairs(products: readonly NamedProduct[]): string[] {
  const values = new Set(products.flatMap((product) => valuesOf(product)));
  const pairs = new Set<string>();
  for (const product of products) {
    const own = new Set(valuesOf(product));
    const words = fold(product.name).split(' ');
    for (const [at, word] of words.entries()) {
      const next = words[at + 1];
      if (pairs.size >= NAME_ONLY_PAIRS_MAX) return [...pairs];
      if (next === undefined) continue;
      if ([word, next].some((one) => NAME_CONNECTORS.has(one) || (values.has(one) && !own.has(one))))
        pairs.add(`${word} ${next}`);
    }
  }
  return [...pairs];
}

function valuesOf({ category, brand, fields }: NamedProduct): string[] {
  return [category ?? '', brand ?? '', ...Object.values(fields)].map(fold).filter((value) => value !== '');
}
