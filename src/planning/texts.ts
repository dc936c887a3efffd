/** Everything planning says to a user, in both languages side by side; `[language]` picks one. */
import type { Language } from '../events/draft.events.js';

export type Said = Readonly<Record<Language, string>>;

/**
 * Skus, values and names inside Persian sentences are isolated (U+2068, U+2069): "-5.00" or "IP17-S" keeps its
 * own direction and leaves that of the sentence alone.
 */
export const isolated = (text: string | number) => `\u2068${text}\u2069`;

/** A value that is refused is shown to here. */
const VALUE_SHOWN_CHARS_MAX = 40;
const shortened = (value: string) => value.slice(0, VALUE_SHOWN_CHARS_MAX);

const PERSIAN_FIELD: Readonly<Record<string, string>> = {
  sku: 'کد',
  name: 'نام',
  price: 'قیمت',
  stock: 'موجودی',
  category: 'دسته',
  brand: 'برند',
};
const persianField = (field: string) =>
  Object.hasOwn(PERSIAN_FIELD, field) ? PERSIAN_FIELD[field] : isolated(field);

export const texts = {
  // Fields.
  fieldUnknown: (field: string): Said => ({
    en: `There is no field “${field}” in this catalogue.`,
    fa: `این کاتالوگ ویژگی «${isolated(field)}» ندارد.`,
  }),
  fieldLeftOut: (field: string): Said => ({
    en: `There is no field “${field}” in this catalogue; it was left out.`,
    fa: `این کاتالوگ ویژگی «${isolated(field)}» ندارد؛ کنار گذاشته شد.`,
  }),
  retiredLeftOut: (field: string): Said => ({
    en: `The field “${field}” is no longer in use; it was left out.`,
    fa: `ویژگی «${isolated(field)}» دیگر به کار نمی‌رود؛ کنار گذاشته شد.`,
  }),
  skuTaken: (sku: string): Said => ({
    en: `Another product has the sku ${sku}.`,
    fa: `محصول دیگری کد ${isolated(sku)} را دارد.`,
  }),

  // What is wrong with a value; `valueOfProduct` says whose it is.
  stockNotWhole: (): Said => ({ en: 'a stock is a whole number', fa: 'موجودی عدد صحیح است' }),
  stockStepNotWhole: (): Said => ({
    en: 'a stock changes by whole numbers',
    fa: 'موجودی به اندازهٔ عدد صحیح کم و زیاد می‌شود',
  }),
  stockNegative: (stock: string): Said => ({
    en: `it would become ${stock}, and a stock cannot be below 0`,
    fa: `${isolated(stock)} می‌شد و موجودی نمی‌تواند کمتر از 0 باشد`,
  }),
  stockTooLarge: (max: number): Said => ({
    en: `a stock is at most ${max}`,
    fa: `موجودی حداکثر ${max} است`,
  }),
  priceNotDecimal: (): Said => ({
    en: 'a price is a decimal number ≥ 0',
    fa: 'قیمت باید عددی باشد که کمتر از 0 نیست',
  }),
  priceNegative: (price: string): Said => ({
    en: `it would become ${price}, and a price cannot be below 0`,
    fa: `${isolated(price)} می‌شد و قیمت نمی‌تواند کمتر از 0 باشد`,
  }),
  priceTooLong: (digits: number): Said => ({
    en: `a price has at most ${digits} digits before the point`,
    fa: `قیمت پیش از ممیز حداکثر ${digits} رقم دارد`,
  }),
  fieldNotNumeric: (field: string): Said => ({
    en: `${field} is not a number`,
    fa: `${persianField(field)} عدد نیست`,
  }),
  textNotNumeric: (text: string): Said => ({
    en: `“${text}” is not a number`,
    fa: `«${isolated(text)}» عدد نیست`,
  }),
  notDivisor: (amount: string): Said => ({
    en: `cannot be divided by or rounded to ${amount}`,
    fa: `نمی‌شود آن را بر ${isolated(amount)} تقسیم یا به آن رند کرد`,
  }),
  resultTooLarge: (): Said => ({ en: 'the result is too large', fa: 'نتیجه بیش از حد بزرگ است' }),
  notValid: (value: string, field: string): Said => ({
    en: `“${value}” is not a valid ${field}`,
    fa: `«${isolated(value)}» برای ${persianField(field)} پذیرفتنی نیست`,
  }),
  valueTooLong: (charsMax: number): Said => ({
    en: `a value has at most ${charsMax} characters`,
    fa: `هر مقدار حداکثر ${charsMax} نویسه دارد`,
  }),
  required: (field: string): Said => ({
    en: `a product cannot be without ${field}`,
    fa: `محصول بدون ${persianField(field)} نمی‌شود`,
  }),
  fieldRetired: (field: string): Said => ({
    en: `“${field}” is no longer in use`,
    fa: `ویژگی «${isolated(field)}» دیگر به کار نمی‌رود`,
  }),
  notNumber: (value: string): Said => ({
    en: `“${shortened(value)}” is not a number`,
    fa: `«${isolated(shortened(value))}» عدد نیست`,
  }),
  notBoolean: (value: string): Said => ({
    en: `“${shortened(value)}” is neither true nor false`,
    fa: `«${isolated(shortened(value))}» نه بله است و نه خیر`,
  }),
  notAllowed: (value: string, allowed: string[]): Said => ({
    en: `“${shortened(value)}” is not one of its values (${allowed.join(', ')})`,
    fa: `«${isolated(shortened(value))}» از مقدارهای آن نیست (${allowed.map(isolated).join('، ')})`,
  }),
  tooManyFields: (max: number): Said => ({
    en: `a product has at most ${max} fields of its own`,
    fa: `هر محصول حداکثر ${max} ویژگی از آنِ خود دارد`,
  }),
  valueOfProduct: (field: string, { sku, name }: { sku: string; name: string }, problem: Said): Said => ({
    en: `${field} of ${sku} (${name}): ${problem.en}.`,
    fa: `${persianField(field)} محصول ${isolated(sku)} (${isolated(name)}): ${problem.fa}.`,
  }),
  fieldsOfProduct: ({ sku, name }: { sku: string; name: string }, problem: Said): Said => ({
    en: `fields of ${sku} (${name}): ${problem.en}.`,
    fa: `ویژگی‌های محصول ${isolated(sku)} (${isolated(name)}): ${problem.fa}.`,
  }),

  // Remarks on rows.
  priceRounded: (decimals: number): Said => ({
    en: `A price was rounded to ${decimals} decimals.`,
    fa: `قیمت تا ${decimals} رقم اعشار رند شد.`,
  }),
  stockRounded: (): Said => ({
    en: 'A stock was rounded to a whole number.',
    fa: 'موجودی به عدد صحیح رند شد.',
  }),
  holdsNoNumber: (field: string): Said => ({
    en: `“${field}” holds no number to calculate with; it stays as it is.`,
    fa: `مقدار «${isolated(field)}» عدد نیست که بشود با آن حساب کرد؛ همان که هست می‌ماند.`,
  }),
  largeChange: (
    limitPercent: number,
    { sku, from, to, percent }: { sku: string; from: string; to: string; percent: string },
  ): Said => ({
    en: `A price moves by more than ${limitPercent} %: ${sku} from ${from} to ${to} (${percent} %).`,
    fa: `قیمتی بیش از ${limitPercent}٪ تغییر می‌کند: ${isolated(sku)} از ${isolated(from)} به ${isolated(to)} (${isolated(`${percent} %`)}).`,
  }),
  onRows: (remark: string, rows: number): Said => ({
    en: `${remark} (${rows} rows)`,
    fa: `${remark} (${rows} ردیف)`,
  }),
  andMore: (remark: string, more: number): Said => ({
    en: `${remark} … and ${more} more.`,
    fa: `${remark} … و ${more} مورد دیگر.`,
  }),

  // Why a second person is asked.
  rowsNeedApproval: (rows: number, limit: number): Said => ({
    en: `${rows} products change, and more than ${limit} need a second person’s approval.`,
    fa: `${rows} محصول تغییر می‌کند و بیش از ${limit} محصول تأیید نفر دوم می‌خواهد.`,
  }),
  priceNeedsApproval: (rows: number, percent: string | null, limit: number): Said => ({
    en: `${rows === 1 ? 'A price moves' : `${rows} prices move`} by more than ${limit} % (${percent === null ? 'from 0' : `${percent} % at most`}), which needs a second person’s approval.`,
    fa: `${rows} قیمت بیش از ${limit}٪ تغییر می‌کند (${percent === null ? 'از 0' : `حداکثر ${isolated(percent)}٪`}) و این تأیید نفر دوم می‌خواهد.`,
  }),
  deleteNeedsApproval: (rows: number): Said => ({
    en: `${rows === 1 ? 'A product is' : `${rows} products are`} deleted, which needs a second person’s approval.`,
    fa: `${rows} محصول حذف می‌شود و حذف تأیید نفر دوم می‌خواهد.`,
  }),
  fieldNeedsApproval: (field: string, rows: number): Said => ({
    en: `${field} changes on ${rows === 1 ? 'a product' : `${rows} products`}, which needs a second person’s approval.`,
    fa: `${persianField(field)} در ${rows} محصول تغییر می‌کند و این تأیید نفر دوم می‌خواهد.`,
  }),

  // The plan as a whole.
  deleteWithoutFilter: (): Said => ({
    en: 'Say which products to delete.',
    fa: 'بگویید کدام محصولات حذف شوند.',
  }),
  tooManyRows: (rowsMax: number): Said => ({
    en: `More than ${rowsMax} products match; narrow it down.`,
    fa: `بیش از ${rowsMax} محصول پیدا شد؛ محدودترش کنید.`,
  }),
  nothingFound: (): Said => ({ en: 'No product matches.', fa: 'محصولی با این مشخصات پیدا نشد.' }),
  nothingToChange: (): Said => ({ en: 'There is nothing to change.', fa: 'چیزی برای تغییر نیست.' }),
  allProducts: (matched: number): Said => ({
    en: `This is about every product of the catalogue (${matched}).`,
    fa: `این دربارهٔ همهٔ محصولات کاتالوگ است (${matched}).`,
  }),
  oneSkuForMany: (matched: number): Said => ({
    en: `A sku belongs to one product, and ${matched} match.`,
    fa: `هر کد از آنِ یک محصول است، ولی ${matched} محصول پیدا شد.`,
  }),
  nameMissing: (): Said => ({ en: 'A new product needs a name.', fa: 'محصول تازه نام می‌خواهد.' }),
  valueAssumed: (field: string, value: string | number): Said => ({
    en: `No ${field} was given; it will be ${value}.`,
    fa: `${persianField(field)} گفته نشد؛ ${isolated(value)} خواهد بود.`,
  }),

  // What stands in the way of taking a change back.
  fieldChangedSince: (field: string, sku: string, now: string | number | null): Said => ({
    en: `${field} of ${sku} was changed since (${now ?? 'no value'}); it stays as it is.`,
    fa: `${persianField(field)} محصول ${isolated(sku)} پس از آن تغییر کرده است (${now === null ? 'بی‌مقدار' : isolated(now)})؛ همان که هست می‌ماند.`,
  }),
  changedSinceAdded: ({ sku, name }: { sku: string; name: string }, fields: string[]): Said => ({
    en: `${sku} (${name}) was changed since it was added (${fields.join(', ')}); it stays as it is.`,
    fa: `${isolated(sku)} (${isolated(name)}) پس از افزوده شدن تغییر کرده است (${fields.map(persianField).join('، ')})؛ همان که هست می‌ماند.`,
  }),
  addedAgain: ({ sku, name }: { sku: string; name: string }): Said => ({
    en: `${sku} (${name}) was added again since, with other values; it stays as it is.`,
    fa: `${isolated(sku)} (${isolated(name)}) پس از آن با مقدارهای دیگری دوباره افزوده شده است؛ همان که هست می‌ماند.`,
  }),
  deletedSince: ({ sku, name }: { sku: string; name: string }): Said => ({
    en: `${sku} (${name}) was deleted since; it stays as it is.`,
    fa: `${isolated(sku)} (${isolated(name)}) پس از آن حذف شده است؛ همان که هست می‌ماند.`,
  }),
  skuTakenSince: (sku: string, name: string): Said => ({
    en: `The sku ${sku} belongs to another product now; ${name} stays as it is.`,
    fa: `کد ${isolated(sku)} اکنون از آنِ محصول دیگری است؛ ${isolated(name)} همان که هست می‌ماند.`,
  }),

  // What a confirmation cannot have.
  editedTwice: (): Said => ({ en: 'A row is edited twice.', fa: 'یک ردیف دو بار ویرایش شده است.' }),
  excludedAndEdited: (sku: string): Said => ({
    en: `${sku} is both excluded and edited.`,
    fa: `${isolated(sku)} هم کنار گذاشته شده و هم ویرایش شده است.`,
  }),
  rowUnknown: (productId: string): Said => ({
    en: `The preview has no row of product ${productId}.`,
    fa: `پیش‌نمایش ردیفی برای محصول ${isolated(productId)} ندارد.`,
  }),
  nothingToApply: (): Said => ({ en: 'No row is left to apply.', fa: 'ردیفی برای اجرا نمانده است.' }),
  deletedRowEdited: (sku: string): Said => ({
    en: `${sku} is to be deleted: it has no values to edit.`,
    fa: `${isolated(sku)} حذف می‌شود و مقداری برای ویرایش ندارد.`,
  }),
  fieldNotPlanned: (field: string, sku: string): Said => ({
    en: `${field} of ${sku} is not part of this plan.`,
    fa: `${persianField(field)} محصول ${isolated(sku)} در این برنامه نیست.`,
  }),
  valueOfRow: (field: string, sku: string, problem: Said): Said => ({
    en: `${field} of ${sku}: ${problem.en}.`,
    fa: `${persianField(field)} محصول ${isolated(sku)}: ${problem.fa}.`,
  }),
  tooManyDecimals: (value: string): Said => ({
    en: `${value} has too many decimals`,
    fa: `${isolated(value)} بیش از حد اعشار دارد`,
  }),
};
