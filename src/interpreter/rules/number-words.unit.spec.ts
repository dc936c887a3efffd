import fc from 'fast-check';
import { expect, it } from 'vitest';
import { numberAt } from './number-words.js';
import { tokenise } from './tokens.js';

const valueOf = (text: string) => numberAt(tokenise(text), 0)?.value;

it.each([
  ['twenty five', '25'],
  ['twenty-five', '25'],
  ['one hundred and fifty', '150'],
  ['two and a half million', '2500000'],
  ['1.5k', '1500'],
  ['12,500', '12500'],
  ['۱۲٬۵۰۰', '12500'],
  ['١٢', '12'],
  ['بیست و پنج هزار', '25000'],
  ['دو و نیم میلیون', '2500000'],
  ['نیم میلیون', '500000'],
  ['یک میلیون و دویست هزار', '1200000'],
  ['صد و بیست و پنج', '125'],
  ['۱/۳۵۰/۰۰۰', '1350000'],
  ['۷/۵', '7.5'],
  ['هزار', '1000'],
  ['7.50', '7.50'],
])('reads %s as %s', (text, value) => expect(valueOf(text)).toBe(value));

it('reads "between one hundred and two hundred" as two numbers', () =>
  expect(numberAt(tokenise('one hundred and two hundred'), 0, true)?.value).toBe('100'));

it.each(['iphone', 'xl', '128gb', 'کفش'])('finds no number in %s', (text) =>
  expect(numberAt(tokenise(text), 0)).toBeNull(),
);

const ENGLISH =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const PERSIAN =
  'صفر یک دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده'.split(' ');
const PERSIAN_TENS = 'بیست سی چهل پنجاه شصت هفتاد هشتاد نود'.split(' ');
const PERSIAN_HUNDREDS = 'صد دویست سیصد چهارصد پانصد ششصد هفتصد هشتصد نهصد'.split(' ');

function english(number: number): string {
  if (number < 20) return ENGLISH[number] ?? '';
  if (number < 100)
    return [TENS[Math.floor(number / 10) - 2], number % 10 ? english(number % 10) : '']
      .filter(Boolean)
      .join(' ');
  if (number < 1_000)
    return [english(Math.floor(number / 100)), 'hundred', number % 100 ? `and ${english(number % 100)}` : '']
      .filter(Boolean)
      .join(' ');
  return [english(Math.floor(number / 1_000)), 'thousand', number % 1_000 ? english(number % 1_000) : '']
    .filter(Boolean)
    .join(' ');
}

function persian(number: number): string {
  if (number < 20) return PERSIAN[number] ?? '';
  if (number < 100)
    return [PERSIAN_TENS[Math.floor(number / 10) - 2], number % 10 ? persian(number % 10) : '']
      .filter(Boolean)
      .join(' و ');
  if (number < 1_000)
    return [PERSIAN_HUNDREDS[Math.floor(number / 100) - 1], number % 100 ? persian(number % 100) : '']
      .filter(Boolean)
      .join(' و ');
  return [`${persian(Math.floor(number / 1_000))} هزار`, number % 1_000 ? persian(number % 1_000) : '']
    .filter(Boolean)
    .join(' و ');
}

it('reads back every number it can spell, in both languages', () =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999 }), (number) => {
      expect(valueOf(persian(number))).toBe(String(number));
      expect(valueOf(english(number))).toBe(String(number));
    }),
    { numRuns: 500 },
  ));
