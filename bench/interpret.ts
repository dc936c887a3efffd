/**
 * How long a sentence takes beside the vocabulary of a 100,000-product catalogue: `node --import tsx bench/interpret.ts`.
 * Fails when the median of a warm sentence is over 5 ms.
 *   --products N   size of the synthetic catalogue
 */
import { parseArgs } from 'node:util';
import { interpret } from '../src/interpreter/rules/rules-interpreter.js';
import {
  NAME_WORDS_MAX,
  skuCandidates,
  VALUES_PER_FIELD_MAX,
  Vocabulary,
  type VocabularyData,
} from '../src/interpreter/vocabulary.js';

const SENTENCE_MS_MAX = 5;
const RUNS = 20;

const { values: options } = parseArgs({ options: { products: { type: 'string', default: '100000' } } });

const SENTENCES = [
  'lower the price of iPhone 17 silver by 10 percent',
  'increase all red hoodies under 50 dollars by 5% and set their stock to 20',
  'show the 5 cheapest jackets in size XL that are not black',
  'products with a cost of at least 1000',
  'raise blarghs by 5%',
  'قیمت گوشی‌های نقره‌ای رو ده درصد کم کن',
  'همه کفش‌های زنانه به جز مشکی‌ها ۱۵ درصد تخفیف بخوره',
  'موجودی چای سبز احمد رو به ۲۰۰ برسون و قیمتش رو ۱۶۰ هزار تومن کن',
  'کتاب‌های نشر چشمه که بیشتر از ۳۰۰ صفحه دارن رو نشون بده',
  'gheymat kafsh haye ghermez ro 10 darsad kam kon',
];

const startedAt = performance.now();
const vocabulary = Vocabulary.from(vocabularyOf(Number(options.products)));
console.log(`vocabulary of ${options.products} products built in ${ms(performance.now() - startedAt)}`);
console.log(`first sentence ${ms(timed(SENTENCES[0] ?? ''))}`);
let slowest = 0;
for (const sentence of SENTENCES) {
  const runs = Array.from({ length: RUNS }, () => timed(sentence)).sort((left, right) => left - right);
  const median = runs[RUNS >> 1] ?? 0;
  slowest = Math.max(slowest, median);
  console.log(`${ms(median)} median, ${ms(runs.at(-1) ?? 0)} worst  ${sentence}`);
}
console.log(`slowest median ${ms(slowest)}, allowed ${SENTENCE_MS_MAX} ms`);
if (slowest > SENTENCE_MS_MAX) process.exitCode = 1;

function timed(prompt: string): number {
  const from = performance.now();
  interpret({ prompt, conversation: [], vocabulary, skus: skuCandidates(prompt).slice(0, 2) });
  return performance.now() - from;
}

/** Every field and the names as full as they may be; a third of the words Persian. */
function vocabularyOf(products: number): VocabularyData {
  const counted = (values: string[]) => values.map((value) => ({ value, count: 1 + (value.length % 40) }));
  const known = 'iphone 17 silver hoodie jacket tee چای سبز احمد گوشی کفش'.split(' ');
  const words = Array.from({ length: Math.min(NAME_WORDS_MAX, products) - known.length }, (_, n) =>
    wordOf(n),
  );
  const several = (n: number) => `${wordOf(n)} ${wordOf(n * 7 + 3)}`;
  const field = (key: string, first: string[]) => ({
    key,
    values: counted(
      first.concat(Array.from({ length: VALUES_PER_FIELD_MAX - first.length }, (_, n) => several(n))),
    ),
  });
  return {
    currency: 'toman',
    categories: counted(
      ['Hoodies', 'Jackets', 'کفش', 'موبایل'].concat(
        Array.from({ length: 400 }, (_, n) => several(n + 9_000)),
      ),
    ),
    brands: counted(
      ['احمد', 'Apple'].concat(
        Array.from({ length: VALUES_PER_FIELD_MAX - 2 }, (_, n) => several(n + 20_000)),
      ),
    ),
    fields: [
      field('color', ['red', 'black', 'silver', 'نقره‌ای', 'قرمز', 'مشکی', 'سبز']),
      field('size', ['S', 'M', 'L', 'XL', '42', '43']),
      field('ناشر', ['چشمه', 'نگاه']),
      field('جنسیت', ['زنانه', 'مردانه']),
      field('material', []),
      { key: 'cost', values: counted(Array.from({ length: VALUES_PER_FIELD_MAX }, (_, n) => String(n))) },
    ],
    nameWords: counted(known.concat(words)),
    nameOnlyPairs: ['چای سبز', ...Array.from({ length: 40_000 }, (_, n) => several(n))],
  };
}

function wordOf(n: number): string {
  const letters = n % 3 === 0 ? 'ابپتجچحخدرزسشعغفقکگلمنوهی' : 'abcdefghijklmnopqrstuvwxyz';
  let rest = (n * 2_654_435_761) % 4_294_967_296;
  let word = '';
  for (let at = 0; at < 4 + (n % 4); at++) {
    word += letters[rest % letters.length] ?? '';
    rest = Math.floor(rest / letters.length) + n;
  }
  return word;
}

function ms(duration: number): string {
  return `${duration.toFixed(2)} ms`;
}
