/** What a user reads of a draft that could not go on, in both languages side by side; `[language]` picks one. */
import type { DraftError, Language } from '../events/draft.events.js';
import { isolated, type Said } from '../planning/texts.js';

export const texts = {
  notRead: (): Said => ({
    en: 'The request could not be read; try again later.',
    fa: 'درخواست خوانده نشد؛ کمی بعد دوباره تلاش کنید.',
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
