import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, matchesWords, words } from './fold.js';

describe('fold', () => {
  it.each(['نقره ای', 'نقره‌ای', 'نقرهای', 'نقره‏ای', 'نُقره ای'])(
    'reads %s as one and the same colour',
    (written) => expect(fold(written)).toBe('نقرهای'),
  );

  it.each([
    ['كيف', 'کیف'],
    ['آیفون', 'ایفون'],
    ['أحمد إلي', 'احمد الی'],
    ['خانهٔ', 'خانه'],
    ['خانۀ', 'خانه'],
    ['مدرسة', 'مدرسه'],
    ['ســـلام', 'سلام'],
    ['۱۲٬۵۰۰', '12500'],
    ['١٢٫٥', '12.5'],
    ['کفش ها', 'کفشها'],
    ['بزرگ ترین', 'بزرگترین'],
  ])('folds Persian and Arabic spelling: %s', (written, folded) => expect(fold(written)).toBe(folded));

  it.each([
    ['  iPhone-17  ', 'iphone 17'],
    ['Café Crème', 'cafe creme'],
    ['12,500', '12500'],
    ['38,40', '38 40'],
    ['7.5 oz.', '7.5 oz'],
    ['CI.H1', 'ci h1'],
    ["Women's", 'womens'],
    ['S8+', 's8+'],
    ['a+b', 'a b'],
    ['Hoodies & Sweatshirts', 'hoodies sweatshirts'],
    ['１７ Ｐｒｏ', '17 pro'],
    ['½', '1 2'],
    ['१२ ௩ 𖩠', '12 3 0'],
    ['!?', ''],
  ])('folds Latin spelling: %s', (written, folded) => expect(fold(written)).toBe(folded));

  it('changes nothing when applied twice', () =>
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), persian),
        (text) => {
          expect(fold(fold(text))).toBe(fold(text));
        },
      ),
      { numRuns: 2_000 },
    ));

  it.each([
    ['words', 'قیمت ها iPhone-17, '],
    ['digits', '1,234.'],
    ['marks', 'ا\u0323\u0301\u05b4'],
    ['endings', ' ها'],
    ['plus signs', '+'],
    ['letters', 'a'],
  ])('folds 100 kB of %s in under 50 ms', (_kind, piece) => {
    const text = piece.repeat(Math.ceil(100_000 / piece.length));
    const runsMs = Array.from({ length: 20 }, () => {
      const startedAt = performance.now();
      fold(text);
      return performance.now() - startedAt;
    });
    // The best of twenty: the machine is shared, and a quadratic step would spoil every run.
    expect(Math.min(...runsMs)).toBeLessThan(50);
  });
});

const persian = fc.string({
  unit: fc.constantFrom(
    ...'ابپتهیوآأئؤةيكۀء\u200c\u0640\u064b\u0654 ۱۲٣,.٬٫+-',
    'ها',
    ' ها ',
    ' ای',
    ' ی ',
    'تر',
    'S',
  ),
});

describe('words', () => {
  it('gives each word once, in order of first appearance', () =>
    expect(words('Red shoes, RED laces')).toEqual(['red', 'shoes', 'laces']));
  it('gives none for text without words', () => expect(words(' - ')).toEqual([]));
});

describe('matchesWords', () => {
  const haystack = words('Apple iPhone 17 Silver');
  it('finds whole words in any order', () =>
    expect(matchesWords(haystack, words('silver iphone'))).toBe(true));
  it('does not find parts of words', () => expect(matchesWords(haystack, words('phone'))).toBe(false));
  it('finds nothing for an empty search', () => expect(matchesWords(haystack, [])).toBe(false));
});
