/** Values, amounts and times as people read them. The machine-readable form is what `--json` prints. */
import type { FieldValue } from '../../catalogue/product.js';

export const NO_VALUE = '—';

/** `"42500000.00"` → `42,500,000.00`; never through a float. Anything but a plain decimal is returned as it is. */
export function formatMoney(price: string): string {
  const match = /^(\d+)(\.\d+)?$/.exec(price);
  return match ? grouped(match[1] ?? '') + (match[2] ?? '') : price;
}

const GROUP_DIGITS = 3;

function grouped(digits: string): string {
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= GROUP_DIGITS)
    groups.unshift(digits.slice(Math.max(0, end - GROUP_DIGITS), end));
  return groups.join(',');
}

export function formatValue(field: string, value: FieldValue | undefined): string {
  if (value === null || value === undefined) return NO_VALUE;
  if (field === 'price') return formatMoney(String(value));
  return typeof value === 'number' ? formatCount(value) : value;
}

/** Columns of these are aligned at the right, decimals under decimals. */
export const isNumeric = (field: string): boolean => field === 'price' || field === 'stock';

export const formatCount = (count: number): string => count.toLocaleString('en-US');

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** ISO 8601 to local wall-clock time, `2026-01-31 09:05:07`. */
export function formatTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const two = (part: number) => String(part).padStart(2, '0');
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`;
}

export const formatSeconds = (durationMs: number): string => `${(durationMs / 1_000).toFixed(1)} s`;
