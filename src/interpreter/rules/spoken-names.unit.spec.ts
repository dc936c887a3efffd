import { describe, expect, it } from 'vitest';
import { product, PHONES, read, vocabularyOf } from './testing/vocabularies.js';

const vocabulary = vocabularyOf(
  [
    ...PHONES,
    product('گوشی سامسونگ گلکسی ۲۴', { category: 'Phones', brand: 'Samsung' }),
    product('Chanel No 5'),
    product('Bulb 60'),
    product('کیف ال ۳۰'),
    product('پیراهن', { brand: 'ال سی وایکیکی' }),
  ],
  'other',
);
const taskOf = (prompt: string) => {
  const interpretation = read(prompt, vocabulary);
  return interpretation.kind === 'task' ? interpretation.task : interpretation;
};

describe('a sentence as it is heard', () => {
  it.each([
    [
      'Lower the price of the iPhone seventeen by twenty-five percent.',
      'lower the price of the iphone 17 by 25%',
    ],
    ['lower the price of iphone seventeen by ten percent', 'lower the price of iphone 17 by 10 percent'],
    ['Set the stock of iPhone seventeen to twelve.', 'set the stock of iphone 17 to 12'],
    [
      'set the price of iphone seventeen black to nine hundred and ninety nine',
      'set the price of iphone 17 black to 999',
    ],
    ['Raise the price of bulb sixty by five', 'raise the price of bulb 60 by 5'],
    ['قیمت آیفون هفده را ده درصد کم کن', 'قیمت آیفون ۱۷ را ۱۰ درصد کم کن'],
    ['قیمت آیفون هفده نقره‌ای رو بیست و پنج درصد کم کن.', 'قیمت آیفون ۱۷ نقره‌ای رو ۲۵ درصد کم کن'],
    ['موجودی آیفون هفده را سی و پنج تا زیاد کن', 'موجودی آیفون ۱۷ را ۳۵ تا زیاد کن'],
    ['قیمت گلکسی بیست و چهار را پنج درصد زیاد کن', 'قیمت گلکسی ۲۴ را ۵ درصد زیاد کن'],
    ['delete iphone seventeen silver', 'delete iphone 17 silver'],
  ])('%s says what %s says', (heard, typed) => {
    expect(taskOf(typed)).toHaveProperty('action');
    expect(taskOf(heard)).toEqual(taskOf(typed));
  });

  it.each([
    [
      'the amount after a name that has no such number',
      'raise the price of hoodies by seventeen percent',
      '17',
    ],
    ['the amount after a field', 'increase the stock of bulb 60 by sixty', '60'],
  ])('has its amounts where they are: %s', (_, prompt, value) =>
    expect(taskOf(prompt)).toMatchObject({ data: [{ value }] }),
  );

  it('keeps a brand whose name has a number in it', () =>
    expect(taskOf('قیمت ال سی وایکیکی رو ده درصد کم کن')).toMatchObject({
      queries: [{ field: 'brand', op: 'eq', value: 'ال سی وایکیکی' }],
    }));

  it('that names a number which no name has is asked about', () =>
    expect(read('lower the price of iphone eighteen by ten percent', vocabulary).kind).toBe('question'));
});
