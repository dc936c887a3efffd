import { describe, expect, it } from 'vitest';
import { skuCandidates, SKU_CANDIDATES_MAX, Vocabulary } from './vocabulary.js';

const vocabulary = Vocabulary.from({
  currency: null,
  categories: [
    { value: 'Road Bikes', count: 3 },
    { value: 'Hoodies & Sweatshirts', count: 2 },
  ],
  brands: [{ value: 'Annibale Colombo', count: 2 }],
  fields: [
    { key: 'tags', values: [{ value: 'clothing,dresses', count: 2 }] },
    { key: 'weight', values: [{ value: '2.5', count: 1 }] },
    { key: 'material', values: [{ value: 'LumaTech&trade;', count: 1 }] },
  ],
  nameWords: [
    { value: 'hoodie', count: 3 },
    { value: 'potatoes', count: 1 },
  ],
});
const at = (sentence: string, index = 0) =>
  vocabulary.valuesAt(sentence.split(' '), index).map(({ value, op, length }) => ({ value, op, length }));

describe('a vocabulary', () => {
  it('finds values of several words, in any number and with or without "and"', () => {
    expect(at('road bike')).toEqual([{ value: 'Road Bikes', op: 'eq', length: 2 }]);
    expect(at('hoodies and sweatshirts')).toEqual([{ value: 'Hoodies & Sweatshirts', op: 'eq', length: 3 }]);
  });
  it('finds members of lists as parts', () =>
    expect(at('dresses')).toEqual([{ value: 'dresses', op: 'contains', length: 1 }]));
  it('reads past trade marks', () =>
    expect(at('lumatech')).toEqual([{ value: 'LumaTech&trade;', op: 'eq', length: 1 }]));
  it('does not take measures for values', () => expect(at('2.5')).toEqual([]));
  it('knows which fields take numbers', () =>
    expect([vocabulary.isNumeric('weight'), vocabulary.isNumeric('tags')]).toEqual([true, false]));
  it('finds name words in another number', () =>
    expect([vocabulary.names.formOf('hoodies'), vocabulary.names.formOf('potato')]).toEqual([
      'hoodie',
      'potatoes',
    ]));
  it('knows words one slip away', () => expect(vocabulary.wordsNear('hodie')).toEqual(['hoodie']));
});

describe('near words beside 50,000 others', () => {
  const words = Array.from({ length: 50_000 }, (_, at) =>
    `w${at.toString(36)}${(at * 7_919).toString(36)}x`.replace(/\d/g, 'q'),
  );
  const large = Vocabulary.from({
    currency: null,
    categories: [],
    brands: [],
    fields: [],
    nameWords: [...words, 'corduroy'].map((value) => ({ value, count: 1 })),
  });
  it('are found among fifty thousand others', () => {
    expect(large.wordsNear('cordroy')).toEqual(['corduroy']);
  });
});

describe('skuCandidates', () => {
  it('finds codes as typed, without the punctuation and Persian endings around them', () =>
    expect(skuCandidates('set (WH07-M-White), MH09رو and "AB_1" to 20.')).toEqual([
      'WH07-M-White',
      'MH09رو',
      'MH09',
      'AB_1',
      '20',
    ]));
  it('is bounded', () =>
    expect(
      skuCandidates('A-1 '.concat(Array.from({ length: 500 }, (_, at) => `A-${at}`).join(' '))),
    ).toHaveLength(SKU_CANDIDATES_MAX));
});
