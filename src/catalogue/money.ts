/** Money is decimal text. Canonical form: no leading zeros, exactly two decimals. */
import { PRICE_DECIMALS, PRICE_INTEGER_DIGITS_MAX } from './product.js';

/**
 * `"12"` → `"12.00"`, `"012.5"` → `"12.50"`, `"1431.5000"` → `"1431.50"`. Null when the text is not a plain decimal
 * ≥ 0, is too large, or has more than two significant decimals: a price is never rounded without a word.
 */
export function canonicalPrice(text: string): string | null {
  const match = /^(\d{1,20})(?:\.(\d{1,10}))?$/.exec(text.trim());
  if (!match) return null;
  const integer = match[1]!.replace(/^0+(?=\d)/, '');
  const decimals = (match[2] ?? '').padEnd(PRICE_DECIMALS, '0');
  if (integer.length > PRICE_INTEGER_DIGITS_MAX || /[^0]/.test(decimals.slice(PRICE_DECIMALS))) return null;
  return `${integer}.${decimals.slice(0, PRICE_DECIMALS)}`;
}
