/** Number words of both languages. Values are small integers; scales multiply what came before. */
import { fold } from '../../../text/fold.js';

const UNITS: Readonly<Record<string, number>> = {
  zero: 0, nil: 0, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11,
  twelve: 12, thirteen: 13, fourteen: 14, fifteen: 15, sixteen: 16, seventeen: 17, eighteen: 18, nineteen: 19, twenty: 20,
  thirty: 30, forty: 40, fourty: 40, fifty: 50, sixty: 60, seventy: 70, eighty: 80, ninety: 90,
  صفر: 0, صفره: 0, صفرن: 0, یک: 1, دو: 2, سه: 3, چهار: 4, چار: 4, پنج: 5, پن: 5, شش: 6, شیش: 6, هفت: 7, هشت: 8, نه: 9, ده: 10, یازده: 11, دوازده: 12,
  سیزده: 13, چهارده: 14, پانزده: 15, پونزده: 15, شانزده: 16, شونزده: 16, هفده: 17, هیفده: 17, هجده: 18, هیجده: 18, هژده: 18,
  نوزده: 19, بیست: 20, سی: 30, چهل: 40, پنجاه: 50, شصت: 60, هفتاد: 70, هشتاد: 80, نود: 90, صد: 100, یکصد: 100, دویست: 200,
  سیصد: 300, چهارصد: 400, پانصد: 500, پونصد: 500, ششصد: 600, شیشصد: 600, هفتصد: 700, هشتصد: 800, نهصد: 900,
};
export const NUMBER_WORD: ReadonlyMap<string, number> = new Map(
  Object.entries(UNITS).map(([word, value]) => [fold(word), value]),
);

const SCALES: Readonly<Record<string, number>> = {
  hundred: 100, thousand: 1_000, thousands: 1_000, grand: 1_000, million: 1_000_000, millions: 1_000_000, mil: 1_000_000,
  billion: 1_000_000_000, k: 1_000, m: 1_000_000, mln: 1_000_000, هزار: 1_000, هزارتا: 1_000, هزارتومن: 1_000, میلیون: 1_000_000,
  ملیون: 1_000_000, میلیونه: 1_000_000, هزاره: 1_000, میلیارد: 1_000_000_000, ملیارد: 1_000_000_000,
};
export const SCALE_WORD: ReadonlyMap<string, number> = new Map(
  Object.entries(SCALES).map(([word, value]) => [fold(word), value]),
);

/** Letters glued to a number that mean a scale or unit, not part of a model name: "2k", "۱۰درصد", "۵۰۰هزار". */
export const GLUED_TO_NUMBER: ReadonlySet<string> = new Set(
  ['k', 'm', 'mln', 'x', 'هزار', 'میلیون', 'ملیون', 'میلیارد', 'درصد', 'درصدی', 'تومان', 'تومن', 'تومنی', 'تومانی', 'ریال', 'تا', 'عدد', 'برابر', 'percent', 'usd', 'دلار', 'دونه', 'تای', 'تایی', 'پرسنت', 'pcs', 'units', 'یورو'].map(fold),
);

/** Measures in product names: the number before one belongs to the name ("128 GB", «۴۰۰ میلی»). */
export const NAME_MEASURES: ReadonlySet<string> = new Set(
  ['gb', 'tb', 'mb', 'gig', 'گیگ', 'گیگابایت', 'گیگی', 'ترابایت', 'مگابایت', 'ml', 'میلی', 'میل', 'میلیلیتر', 'میلی لیتر', 'میلیلیتری', 'لیتر', 'لیتری', 'l', 'liter', 'litre', 'kg', 'کیلو', 'کیلویی', 'کیلوگرم', 'کیلوگرمی', 'g', 'gr', 'gram', 'grams', 'گرم', 'گرمی', 'cm', 'mm', 'سانت', 'سانتی', 'سانتیمتر', 'میلیمتر', 'متر', 'متری', 'inch', 'inches', 'اینچ', 'اینچی', 'oz', 'watt', 'w', 'وات', 'mah', 'میلی‌آمپر', 'میلیامپر', 'امپر', 'نفره', 'تکه', 'پارچه', 'عددی', 'تایی', 'سیم', 'مگاپیکسل', 'mp', 'فوت', 'فوتی', 'جلدی', 'صفحه', 'برگ', 'قطعه', 'پارچ', 'ورقی', 'لایه', 'کاره', 'pack', 'piece', 'ply', 'بایت', 'هرتز', 'hz', 'لیترى', 'میکرون', 'سی سی', 'cc'].map(fold),
);
