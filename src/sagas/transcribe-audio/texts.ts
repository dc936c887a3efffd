/** What a user reads of a recording that could not become a prompt, in both languages side by side. */
import { isolated, type Said } from '../../planning/texts.js';

export const texts = {
  notHeard: (): Said => ({
    en: 'The recording could not be transcribed. Try again, or type the request.',
    fa: 'صدا به متن تبدیل نشد. دوباره تلاش کنید یا درخواست را بنویسید.',
  }),
  nobodyHears: (): Said => ({
    en: 'Nothing that transcribes recordings is set up here. Type the request.',
    fa: 'این‌جا تبدیل صدا به متن راه‌اندازی نشده است. درخواست را بنویسید.',
  }),
  nothingHeard: (): Said => ({
    en: 'No words were heard in the recording. Record it again, or type the request.',
    fa: 'در صدا سخنی شنیده نشد. دوباره ضبط کنید یا درخواست را بنویسید.',
  }),
  saidTooMuch: (charsMax: number): Said => ({
    en: `The recording says more than ${charsMax} characters. Say it in parts.`,
    fa: `متن صدا بیش از ${isolated(String(charsMax))} نویسه است. آن را در چند بخش بگویید.`,
  }),
  recordingGone: (): Said => ({
    en: 'The recording is no longer kept. Record it again, or type the request.',
    fa: 'این صدا دیگر نگه داشته نمی‌شود. دوباره ضبط کنید یا درخواست را بنویسید.',
  }),
};
