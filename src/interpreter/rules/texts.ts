/** Everything the interpreter says, in both languages. `{0}` is what it is about. */
import type { Language } from '../interpreter.js';
import type { QuestionKey, RefusalKey } from './notes.js';

type Said = Readonly<Record<Language, string>>;

const QUESTIONS: Readonly<Record<QuestionKey, Said>> = {
  amount: { en: 'By how much, or to what value?', fa: 'چقدر، یا به چه مقداری؟' },
  newValue: { en: 'What should the new value be?', fa: 'مقدار جدید چه باشد؟' },
  whatToDo: { en: 'What should be done with these products?', fa: 'با این محصولات چه کار کنم؟' },
  whichWord: {
    en: 'I do not know “{0}”. Which of these did you mean?',
    fa: '«{0}» را نمی‌شناسم. منظورتان کدام است؟',
  },
  whichField: {
    en: 'Which field is this about: price, stock or another one? ({0})',
    fa: 'این دربارهٔ کدام ویژگی است: قیمت، موجودی یا چیز دیگر؟ ({0})',
  },
  percentTo: {
    en: 'A value cannot be set to a percentage ({0}). Do you mean by that percentage, up or down?',
    fa: 'مقدار را نمی‌شود «به» درصد رساند ({0}). منظورتان افزایش یا کاهش به این درصد است؟',
  },
  upTo: {
    en: '“{0}” gives a limit, not a value. What exactly should it be?',
    fa: '«{0}» یک حد است، نه یک مقدار. دقیقاً چه مقداری باشد؟',
  },
  direction: {
    en: 'Should it go up or down, or become exactly {0}?',
    fa: 'زیاد شود، کم شود، یا دقیقاً {0} شود؟',
  },
  directionOpen: {
    en: 'Should it go up, go down, or be set to a value?',
    fa: 'زیاد شود، کم شود، یا مقدار مشخصی بگیرد؟',
  },
  unknownWord: {
    en: 'I do not know “{0}” in this catalogue. What do you mean?',
    fa: '«{0}» را در این کاتالوگ نمی‌شناسم. منظورتان چیست؟',
  },
  leftover: {
    en: 'I could not place “{0}”. Could you say it another way?',
    fa: 'نفهمیدم «{0}» به چه برمی‌گردد. می‌شود طور دیگری بگویید؟',
  },
  twoGroups: {
    en: 'These are changes for different groups of products. Please ask for one at a time.',
    fa: 'این‌ها تغییرهایی برای گروه‌های متفاوت‌اند. لطفاً یکی‌یکی بفرمایید.',
  },
  whichReading: {
    en: 'This can mean more than one thing. Which one?',
    fa: 'این را می‌شود چند جور فهمید. کدام منظورتان است؟',
  },
  time: {
    en: 'I cannot tie a change to a time in the sentence (“{0}”). Should it happen now?',
    fa: 'زمان («{0}») را در جمله نمی‌توانم در نظر بگیرم. همین حالا انجام شود؟',
  },
  condition: {
    en: 'I cannot follow a condition like “{0}”. Which products exactly, and what change?',
    fa: 'شرط «{0}» را نمی‌توانم اجرا کنم. دقیقاً کدام محصولات و چه تغییری؟',
  },
  relative: {
    en: 'I cannot work out a value from another one (“{0}”). What number should it be?',
    fa: 'مقدار را از روی چیز دیگری («{0}») نمی‌توانم حساب کنم. چه عددی باشد؟',
  },
  rounding: {
    en: 'I can round to the nearest value only (“{0}”). Is that what you want?',
    fa: 'فقط به نزدیک‌ترین مقدار رند می‌کنم («{0}»). همین را می‌خواهید؟',
  },
  vague: { en: 'What exactly does “{0}” mean here?', fa: 'منظور از «{0}» دقیقاً چیست؟' },
  negated: {
    en: 'This says what not to do (“{0}”). What should be done?',
    fa: 'این می‌گوید چه کاری نشود («{0}»). چه کاری بشود؟',
  },
  order: {
    en: 'By which field, and how many products? (“{0}”)',
    fa: 'بر اساس کدام ویژگی و چند محصول؟ («{0}»)',
  },
  unitRial: {
    en: 'Are the prices of this catalogue in rial or in toman? ({0})',
    fa: 'قیمت‌های این کاتالوگ به ریال است یا تومان؟ ({0})',
  },
  foreignUnit: {
    en: 'The prices of this catalogue are in another currency. What number should I use instead of {0}?',
    fa: 'واحد قیمت‌های این کاتالوگ چیز دیگری است. به جای {0} چه عددی باشد؟',
  },
  thousands: {
    en: 'Is {0} really the whole number, or are thousands left out?',
    fa: '{0} یعنی همین عدد، یا هزار و میلیونش جا افتاده؟',
  },
  howMany: { en: 'How many of them? (“{0}”)', fa: 'چند تا؟ («{0}»)' },
  missingForAdd: {
    en: 'To add a product I still need: {0}.',
    fa: 'برای افزودن محصول این‌ها هم لازم است: {0}.',
  },
  stockAmount: { en: 'How many should be in stock?', fa: 'موجودی چند باشد؟' },
  again: { en: 'I did not understand the answer. {0}', fa: 'پاسخ را متوجه نشدم. {0}' },
  unknownField: {
    en: 'This catalogue has no field “{0}”. Which field do you mean?',
    fa: 'این کاتالوگ ویژگی «{0}» ندارد. کدام ویژگی؟',
  },
  whichProducts: { en: 'Which products?', fa: 'کدام محصولات؟' },
  notANumber: {
    en: 'The values of “{0}” are texts, not plain numbers: I cannot compare them. Which products exactly?',
    fa: 'مقدارهای «{0}» متن‌اند و با عدد سنجیده نمی‌شوند. دقیقاً کدام محصولات؟',
  },
  startsWith: {
    en: 'I can look for whole parts of a code only (“{0}”). Which products exactly?',
    fa: 'فقط بخش‌های کامل کد را می‌توانم جستجو کنم («{0}»). دقیقاً کدام محصولات؟',
  },
};

const REFUSALS: Readonly<Record<RefusalKey, Said>> = {
  notCatalogue: {
    en: 'This is not about the products of the catalogue.',
    fa: 'این دربارهٔ محصولات کاتالوگ نیست.',
  },
  deleteAll: {
    en: 'Deleting without saying which products is not allowed.',
    fa: 'حذف بدون گفتن اینکه کدام محصولات، مجاز نیست.',
  },
  negative: { en: 'A negative value is not possible: {0}', fa: 'مقدار منفی ممکن نیست: {0}' },
  tooMuch: { en: 'That is more than possible: {0}', fa: 'این بیش از حد ممکن است: {0}' },
  notWhole: { en: 'Stock is a whole number, not {0}', fa: 'موجودی عدد صحیح است، نه {0}' },
  notNumeric: {
    en: 'This needs a number in a field that holds numbers: {0}',
    fa: 'این کار عدد می‌خواهد، در ویژگی‌ای که عدد نگه می‌دارد: {0}',
  },
  notText: { en: 'This value cannot be set: {0}', fa: 'این مقدار را نمی‌شود گذاشت: {0}' },
  fieldUnknown: { en: 'This catalogue has no field “{0}”.', fa: 'این کاتالوگ ویژگی «{0}» ندارد.' },
  cannotClear: { en: 'Every product needs a {0}.', fa: 'هر محصول باید {0} داشته باشد.' },
  tooLong: { en: 'The sentence is too long.', fa: 'جمله بیش از حد بلند است.' },
};

export function questionText(key: QuestionKey, about: string, language: Language): string {
  const isOpen = key === 'direction' && about === '';
  return fill(QUESTIONS[isOpen ? 'directionOpen' : key][language], about.split('\n')[0] ?? '');
}

export function refusalText(key: RefusalKey, about: string, language: Language): string {
  return fill(REFUSALS[key][language], about);
}

export function correctionText(from: string, to: string, language: Language): string {
  return language === 'fa' ? `«${from}» به «${to}» تصحیح شد` : `“${from}” read as “${to}”`;
}

export function assumedText(language: Language): string {
  return language === 'fa'
    ? 'فرض شد که این محدوده دربارهٔ قیمت یا بخشی از کد است'
    : 'The range is taken to be about the price, or the code by its parts';
}

/** Long things a user typed are cut: a question is not an echo. */
const ABOUT_CHARS_MAX = 80;
function fill(text: string, about: string): string {
  return text.replace('{0}', about.length > ABOUT_CHARS_MAX ? `${about.slice(0, ABOUT_CHARS_MAX)}…` : about);
}
