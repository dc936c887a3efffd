/**
 * What the demo says. The catalogue that comes with it has sentences of its own; for any other they are made from
 * what stands in it: values that many products share, in words of either language.
 */
import { type ProductValues } from '../../catalogue/product.js';
import type { Snapshot } from './snapshot.js';

export type Language = 'en' | 'fa';

export interface Sentence {
  text: string;
  /** Skus of the products it is about; null: whatever the preview finds. */
  skus: ReadonlySet<string> | null;
}

export const DEMO_SENTENCES: Readonly<Record<Language, Sentence>> = {
  en: { text: 'lower every silver iPhone 17 by 10 %', skus: null },
  fa: { text: 'قیمت همه لوازم موبایل رو ۱۵ درصد زیاد کن', skus: null },
};

/** So few that a table shows something, so many that no second confirmation is due. */
const SHARED_MIN = 3;
const SHARED_MAX = 400;
const VALUE_CHARS_MAX = 40;
/** Five percent of less than this may round to nothing. */
const PRICE_MIN = 0.2;
const VALUES_PER_KIND = 3;

const COLOUR_FIELDS = new Set(['color', 'colour', 'رنگ']);
const COLOURS: readonly (readonly [string, string])[] = [
  ['black', 'مشکی'],
  ['white', 'سفید'],
  ['gray', 'طوسی'],
  ['silver', 'نقره‌ای'],
  ['red', 'قرمز'],
  ['blue', 'آبی'],
  ['green', 'سبز'],
  ['yellow', 'زرد'],
  ['orange', 'نارنجی'],
  ['purple', 'بنفش'],
  ['pink', 'صورتی'],
  ['brown', 'قهوه‌ای'],
];

type Kind = 'colour' | 'category' | 'brand' | 'other';
const KINDS: readonly Kind[] = ['colour', 'category', 'brand', 'other'];

interface Subject {
  kind: Kind;
  field: string;
  value: string;
  skus: ReadonlySet<string>;
}

/** Best first: colours, then categories, then brands, then other fields; of each the most shared values. */
export function sentencesFor(catalogue: Snapshot, language: Language): Sentence[] {
  const [first, ...others] = subjectsIn(catalogue);
  if (!first) return [];
  // Something else in the second language, where there is something else.
  const subjects = language === 'en' ? [first, ...others] : [...others, first];
  return subjects.map((subject) => ({ text: PHRASES[language](subject), skus: subject.skus }));
}

function subjectsIn(catalogue: Snapshot): Subject[] {
  const shared = new Map<string, Subject & { skus: Set<string>; priced: boolean }>();
  for (const product of catalogue.values())
    for (const [kind, field, value] of valuesOf(product)) {
      const key = JSON.stringify([field, folded(value)]);
      const subject = shared.get(key) ?? { kind, field, value, skus: new Set(), priced: true };
      subject.skus.add(product.sku);
      subject.priced &&= Number(product.price) >= PRICE_MIN;
      shared.set(key, subject);
    }
  const fit = [...shared.values()]
    .filter(({ skus, priced }) => priced && skus.size >= SHARED_MIN && skus.size <= SHARED_MAX)
    .toSorted((one, other) => other.skus.size - one.skus.size);
  return KINDS.flatMap((kind) => fit.filter((subject) => subject.kind === kind).slice(0, VALUES_PER_KIND));
}

function valuesOf({ category, brand, fields }: ProductValues): [Kind, string, string][] {
  const values: [Kind, string, string | null][] = [
    ['category', 'category', category],
    ['brand', 'brand', brand],
    ...Object.entries(fields).map(([field, value]): [Kind, string, string] => [
      COLOUR_FIELDS.has(field.toLowerCase()) ? 'colour' : 'other',
      field,
      value,
    ]),
  ];
  return values.filter((entry): entry is [Kind, string, string] => isWord(entry[2]));
}

/** Something one would say: has letters, is short, is one value. */
const isWord = (value: string | null): boolean =>
  value !== null && value.length <= VALUE_CHARS_MAX && /\p{L}{2}/u.test(value) && !/[,;"“”]/u.test(value);

/** Letter forms and half-spaces do not make two values of one. */
const folded = (value: string): string =>
  value
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ي', 'ی')
    .replaceAll('ك', 'ک')
    .replaceAll('\u200c', ' ')
    .trim();

const PHRASES: Record<Language, (subject: Subject) => string> = {
  en: ({ kind, field, value }) => {
    switch (kind) {
      case 'colour':
        return `lower the price of all ${colourIn('en', value)} products by 10 %`;
      case 'category':
        return `lower the price of all ${value} by 10 %`;
      case 'brand':
        return `lower the price of all products of brand ${value} by 10 %`;
      case 'other':
        return `lower the price of all products with ${field} ${value} by 10 %`;
    }
  },
  fa: ({ kind, field, value }) => {
    switch (kind) {
      case 'colour':
        return `قیمت محصولات ${colourIn('fa', value)} رو ۵ درصد زیاد کن`;
      case 'category':
        return `قیمت همه ${value} رو ۵ درصد زیاد کن`;
      case 'brand':
        return `قیمت محصولات برند ${value} رو ۵ درصد زیاد کن`;
      case 'other':
        return `قیمت محصولات با ${field} ${value} رو ۵ درصد زیاد کن`;
    }
  },
};

/** In the language of the sentence where that is known: `Red` is قرمز. */
function colourIn(language: Language, value: string): string {
  const pair = COLOURS.find((names) => names.some((name) => folded(name) === folded(value)));
  return pair?.[language === 'en' ? 0 : 1] ?? value;
}
