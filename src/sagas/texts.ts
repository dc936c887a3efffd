/** What a user reads of a draft that could not go on, in both languages side by side; `[language]` picks one. */
import type { DraftError, Language } from '../events/draft.events.js';
import { isolated, type Said } from '../planning/texts.js';

const READ_OFFLINE: Readonly<Record<'model_unavailable' | 'model_invalid' | 'budget_spent', Said>> = {
  model_unavailable: {
    en: 'No language model could be reached; this was read without one. Look at it closely.',
    fa: 'هیچ مدل زبانی در دسترس نبود و جمله بدون آن خوانده شد؛ با دقت نگاه کنید.',
  },
  model_invalid: {
    en: 'The language model gave no usable answer; this was read without one. Look at it closely.',
    fa: 'مدل زبانی پاسخ درستی نداد و جمله بدون آن خوانده شد؛ با دقت نگاه کنید.',
  },
  budget_spent: {
    en: 'Today’s budget for language models is spent; this was read without one. Look at it closely.',
    fa: 'بودجهٔ امروز مدل زبانی تمام شده و جمله بدون آن خوانده شد؛ با دقت نگاه کنید.',
  },
};

export const texts = {
  notRead: (): Said => ({
    en: 'The request could not be read; try again later.',
    fa: 'درخواست خوانده نشد؛ کمی بعد دوباره تلاش کنید.',
  }),
  readOffline: (why: 'model_unavailable' | 'model_invalid' | 'budget_spent'): Said => READ_OFFLINE[why],
  readingsDiffer: (shown: string, other: string, difference: Said): Said => ({
    en: `This can be read in two ways. Shown here: “${shown}”. The other way: “${other}”. ${difference.en}`,
    fa: `این جمله را دو جور می‌شود خواند. این‌جا نشان داده شده: «${shown}». خوانش دیگر: «${other}». ${difference.fa}`,
  }),
  differOnRows: (skus: string[], more: number): Said => ({
    en: `They differ on ${skus.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    fa: `تفاوتشان در ${skus.map(isolated).join('، ')}${more > 0 ? ` و ${more} مورد دیگر` : ''} است.`,
  }),
  differInKind: (): Said => ({
    en: 'They ask for different things.',
    fa: 'این دو چیزهای متفاوتی می‌خواهند.',
  }),
  wordsErased: (): Said => ({
    en: 'The words of this request were erased.',
    fa: 'واژه‌های این درخواست پاک شده‌اند.',
  }),
  noPreview: (): Said => ({
    en: 'The preview could not be built; try again later.',
    fa: 'پیش‌نمایش ساخته نشد؛ کمی بعد دوباره تلاش کنید.',
  }),
  notApplied: (): Said => ({ en: 'The change could not be applied.', fa: 'تغییر اجرا نشد.' }),
  sealBroken: (): Said => ({
    en: 'The rows do not match the sealed plan; nothing was changed.',
    fa: 'ردیف‌ها با برنامهٔ مهرشده یکی نیستند؛ چیزی تغییر نکرد.',
  }),
  skuTakenMeanwhile: (sku: string): Said => ({
    en: `Another product has taken the sku ${sku}; nothing was changed.`,
    fa: `محصول دیگری کد ${isolated(sku)} را گرفته است؛ چیزی تغییر نکرد.`,
  }),
  productsMoved: (productIds: string[]): Said => ({
    en: `Products changed after the confirmation (${productIds.join(', ')}); nothing was changed. Ask again to see the new difference.`,
    fa: `پس از تأیید، محصولاتی تغییر کرده‌اند (${productIds.map(isolated).join('، ')})؛ چیزی تغییر نکرد. دوباره بپرسید تا تفاوت تازه را ببینید.`,
  }),
  whichOfThese: (): Said => ({
    en: 'No product matches. Did you mean one of these?',
    fa: 'محصولی با این مشخصات پیدا نشد. منظورتان یکی از این‌هاست؟',
  }),
  sayItOtherwise: (): Said => ({
    en: 'No product matches. Please say it another way.',
    fa: 'محصولی با این مشخصات پیدا نشد. لطفاً طور دیگری بگویید.',
  }),
};

export function draftError(code: string, why: Said, language: Language): DraftError {
  return { code, message: why[language] };
}
