/** Which amounts the user said, in every unit and spelling in which a task may rightly carry them. */
import { Decimal } from 'decimal.js';
import { isKind, type Item, type ItemOf } from '../../rules/items.js';
import type { Vocabulary } from '../../vocabulary.js';
import { plainNumber, type UserWords } from './user-words.js';

export interface SaidNumber {
  /** Plain decimal, canonical. */
  value: string;
  percent: boolean;
  /** What a word means for one field only: "out of stock" is 0 of stock, not a price of 0. */
  onlyOf: string | null;
  item: Item;
}

const THOUSAND = 1_000;
const RIALS_PER_TOMAN = 10;

/** All numbers of the sentence: as said, with a scale they share ("100 to 200 thousand"), in the workspace's unit. */
export function saidNumbers(words: UserWords): SaidNumber[] {
  const numbers = words.items.filter((item) => isKind(item, 'number'));
  const scales = [...new Set(numbers.map(({ scale }) => scale))].filter((scale) => scale > 1);
  return words.items.flatMap((item): SaidNumber[] => {
    if (isKind(item, 'number'))
      return valuesOf(item, scales, words).map((value) => ({
        value,
        percent: item.unit === 'percent',
        onlyOf: null,
        item,
      }));
    if (isKind(item, 'factor') || (isKind(item, 'verb') && item.factor))
      return ofFactor((item as ItemOf<'factor'>).factor, item);
    if (isKind(item, 'verb') && item.value !== undefined)
      return [{ value: item.value, percent: false, onlyOf: null, item }];
    if (isKind(item, 'state', 'hasNot', 'without', 'missing', 'isNot'))
      return ['0', '1'].map((value) => ({ value, percent: false, onlyOf: 'stock', item }));
    if (isKind(item, 'nearest')) return [{ value: '1', percent: false, onlyOf: null, item }];
    return [];
  });
}

function valuesOf(item: ItemOf<'number'>, scales: readonly number[], { vocabulary }: UserWords): string[] {
  const said = new Decimal(item.value);
  const values = [said];
  if (item.scale === 1) values.push(...scales.map((scale) => said.times(scale)));
  if (item.elliptical) values.push(elliptic(said));
  return [...new Set(values.map((value) => inOwnUnit(value, item, vocabulary).toFixed()))];
}

/** Prices are kept in one unit, whatever unit they are said in. */
function inOwnUnit(value: Decimal, { unit }: ItemOf<'number'>, { currency }: Vocabulary): Decimal {
  if (unit === 'rial' && currency === 'toman') return value.div(RIALS_PER_TOMAN);
  return unit === 'toman' && currency === 'rial' ? value.times(RIALS_PER_TOMAN) : value;
}

/** «۴ میلیون و ۲۰۰»: what is left beyond the millions are thousands. */
function elliptic(said: Decimal): Decimal {
  const rest = said.mod(1_000_000);
  return said.minus(rest).plus(rest.times(THOUSAND));
}

/** "half" is ÷2, and as good −50 %; "double" is ×2 and +100 %. */
function ofFactor(factor: { op: 'multiply_by' | 'divide_by'; value: string }, item: Item): SaidNumber[] {
  const times = new Decimal(factor.value);
  const percent =
    factor.op === 'divide_by'
      ? new Decimal(100).minus(new Decimal(100).div(times))
      : times.minus(1).times(100);
  return [
    { value: times.toFixed(), percent: false, onlyOf: null, item },
    ...(percent.isInteger() ? [{ value: percent.toFixed(), percent: true, onlyOf: null, item }] : []),
  ];
}

/** A sentence that says one number more often than this is none; looking at each of them would be quadratic. */
const SAME_NUMBER_MAX = 20;

/** Of the numbers said, those a task may mean by `text` in this field. */
export function numbersEqualTo(
  text: string,
  field: string | null,
  said: readonly SaidNumber[],
): SaidNumber[] {
  const value = plainNumber(text);
  if (value === null) return [];
  const isMeant = (number: SaidNumber): boolean =>
    number.value === value && (number.onlyOf === null || number.onlyOf === field);
  return said.filter(isMeant).slice(0, SAME_NUMBER_MAX);
}
