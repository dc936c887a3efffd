/** Amounts in the catalogue's own unit, and the kinds of number each field takes. */
import { Decimal } from 'decimal.js';
import { PRICE_INTEGER_DIGITS_MAX, STOCK_MAX } from '../../catalogue/product.js';
import type { ItemOf } from './items.js';
import { ask, refuse, type Reading } from './notes.js';
import { plain } from './number-words.js';

/** A toman is ten rials. */
const RIALS_PER_TOMAN = 10;

/** The number in the unit of `price`; converts between toman and rial and says so, asks where it cannot know. */
export function amountFor(field: string, number: ItemOf<'number'>, reading: Reading): string {
  if (field !== 'price') return number.value;
  const { currency } = reading.vocabulary;
  if (number.elliptical || isSuspiciouslySmall(number, currency)) ask(reading, 'thousands', number.text);
  const value = new Decimal(number.value);
  if (number.unit === 'toman' && currency === 'rial')
    return converted(value.times(RIALS_PER_TOMAN), number, reading);
  if (number.unit === 'rial' && currency === 'toman')
    return converted(value.div(RIALS_PER_TOMAN), number, reading);
  if (number.unit === 'rial' && currency === null) {
    ask(reading, 'unitRial', number.text);
    return number.value;
  }
  const isForeign =
    (currency === 'other' && (number.unit === 'toman' || number.unit === 'rial')) ||
    (number.unit === 'money' && (currency === 'toman' || currency === 'rial'));
  if (isForeign) ask(reading, 'foreignUnit', number.text);
  return number.value;
}

/** Nothing in an Iranian shop costs 2 toman; "2" is short for 2 thousand or 2 million. */
const SMALLEST_PRICE = 1_000;
function isSuspiciouslySmall(number: ItemOf<'number'>, currency: 'toman' | 'rial' | 'other' | null): boolean {
  const isIranian =
    currency === 'toman' || currency === 'rial' || number.unit === 'toman' || number.unit === 'rial';
  const value = new Decimal(number.value);
  return isIranian && number.scale === 1 && value.lt(SMALLEST_PRICE) && value.gt(0) && !number.negative;
}

function converted(value: Decimal, number: ItemOf<'number'>, reading: Reading): string {
  const from = number.unit === 'toman' ? 'تومان' : 'ریال';
  const to = number.unit === 'toman' ? 'ریال' : 'تومان';
  const english = `${number.value} ${number.unit} read as ${plain(value)} ${number.unit === 'toman' ? 'rial' : 'toman'}`;
  const message =
    reading.language === 'fa' ? `${number.value} ${from} به ${plain(value)} ${to} تبدیل شد` : english;
  reading.warnings.push({ code: 'UNIT_CONVERTED', field: 'price', message });
  return plain(value);
}

/** Refuses numbers the field can never hold: stock in halves, prices below zero. */
export function checkNumber(field: string, value: string, negative: boolean, reading: Reading): void {
  const number = new Decimal(value);
  if (negative) refuse(reading, 'INVALID_VALUE', 'negative', `-${value}`);
  else if (field === 'stock' && !number.isInteger()) refuse(reading, 'INVALID_VALUE', 'notWhole', value);
  else if (field === 'stock' && number.gt(STOCK_MAX)) refuse(reading, 'INVALID_VALUE', 'tooMuch', value);
  else if (number.gte(new Decimal(10).pow(PRICE_INTEGER_DIGITS_MAX)))
    refuse(reading, 'INVALID_VALUE', 'tooMuch', value);
}
