/** What the model side says by itself, in both languages. */
import type { Language } from '../interpreter.js';

const TEXTS = {
  budgetSpent: {
    en: 'Today’s budget for reading sentences is spent. Try again tomorrow.',
    fa: 'بودجهٔ امروز برای خواندن جمله‌ها تمام شده است. فردا دوباره امتحان کنید.',
  },
  unknownWords: {
    en: 'I could not use “{0}”. Is this what you mean?',
    fa: '«{0}» را به کار نبردم. منظورتان این است؟',
  },
} as const;

export function llmText(key: keyof typeof TEXTS, language: Language, about = ''): string {
  return TEXTS[key][language].replace('{0}', about);
}
