import { describe, expect, it } from 'vitest';
import { texts, type Said } from './texts.js';

const product = { sku: 'SKU-1', name: 'Galaxy' };
const problem: Said = { en: 'too long', fa: 'بیش از حد بلند است' };
/** Every text with something to be about; a new one does not compile before it is here. */
const ABOUT: { [Key in keyof typeof texts]: Parameters<(typeof texts)[Key]> } = {
  fieldUnknown: ['flavour'],
  fieldLeftOut: ['flavour'],
  retiredLeftOut: ['flavour'],
  skuTaken: ['SKU-1'],
  stockNotWhole: [],
  stockStepNotWhole: [],
  stockNegative: ['-3'],
  stockTooLarge: [2147],
  priceNotDecimal: [],
  priceNegative: ['-5.00'],
  priceTooLong: [16],
  fieldNotNumeric: ['name'],
  textNotNumeric: ['cheap'],
  notDivisor: ['0'],
  resultTooLarge: [],
  notValid: ['0,5', 'flavour'],
  valueTooLong: [2000],
  required: ['flavour'],
  fieldRetired: ['flavour'],
  notNumber: ['cheap'],
  notBoolean: ['perhaps'],
  notAllowed: ['mint', ['blue', 'آبی']],
  tooManyFields: [100],
  valueOfProduct: ['flavour', product, problem],
  fieldsOfProduct: [product, problem],
  priceRounded: [2],
  stockRounded: [],
  holdsNoNumber: ['flavour'],
  largeChange: [50, { sku: 'SKU-1', from: '9.00', to: '1.00', percent: '-88.9' }],
  onRows: ['قیمت', 400],
  andMore: ['قیمت', 80],
  rowsNeedApproval: [12, 10],
  priceNeedsApproval: [3, '33.4', 25],
  deleteNeedsApproval: [12],
  fieldNeedsApproval: ['flavour', 12],
  deleteWithoutFilter: [],
  tooManyRows: [100],
  nothingFound: [],
  nothingToChange: [],
  allProducts: [12],
  oneSkuForMany: [12],
  nameMissing: [],
  valueAssumed: ['flavour', '0.00'],
  fieldChangedSince: ['flavour', 'SKU-1', 'mint'],
  changedSinceAdded: [product, ['flavour', 'size']],
  addedAgain: [product],
  deletedSince: [product],
  skuTakenSince: ['SKU-1', 'Galaxy'],
  editedTwice: [],
  excludedAndEdited: ['SKU-1'],
  rowUnknown: ['0197a000'],
  nothingToApply: [],
  deletedRowEdited: ['SKU-1'],
  fieldNotPlanned: ['flavour', 'SKU-1'],
  valueOfRow: ['flavour', 'SKU-1', problem],
  tooManyDecimals: ['1.001'],
};
const said = Object.entries(ABOUT).map(([key, about]): [string, Said, unknown[]] => [
  key,
  (texts as unknown as Record<string, (...about: unknown[]) => Said>)[key]!(...about),
  about,
]);
const PERSIAN = /[\u0620-\u06d3]/;
const LATIN_WORD = /[A-Za-z]{2,}/;

describe('what planning says', () => {
  it.each(said)('of %s names in either language what it is about', (_key, { en, fa }, about) => {
    expect(fa).toMatch(PERSIAN);
    const values = about.flatMap((value) => (typeof value === 'object' ? [] : [String(value)]));
    // Names of core fields are translated.
    for (const value of values.filter((each) => each !== 'name')) {
      expect(en).toContain(value);
      expect(fa).toContain(value);
    }
  });

  it.each(said)('of %s holds no Latin word in Persian but isolated ones', (_key, { fa }) =>
    expect(fa.replaceAll(/\u2068[^\u2069]*\u2069/g, '')).not.toMatch(LATIN_WORD),
  );

  it('of a core field names it in Persian, of a custom one as the shop does', () => {
    expect(texts.required('price').fa).toContain('قیمت');
    expect(texts.required('toString').fa).toContain('toString');
  });
});
