/**
 * The few Persian verbs that carry all others. A verb is known by its stems; its forms are made from them, formal and
 * colloquial: «بگیره», «بگیرد», «می‌گیرند», «بگیرین». Left: the form in which the lexicons write it.
 */
import { fold } from '../../../text/fold.js';

interface LightVerb {
  /** Present stems that take «ب» and «می» before them: «گیر» gives «بگیره», «می‌گیرن». */
  stems: string;
  /** Present stems whose forms also stand without either: «کنه», «شود». */
  bare?: string;
  /** Forms that follow no rule: pasts, infinitives, imperatives with a pronoun. */
  also?: string;
}

const VERBS: Readonly<Record<string, LightVerb>> = {
  کن: {
    stems: 'کن',
    bare: 'کن نمای فرمای',
    also: 'نما نمائید بنما بنمائید کردن کنش بکنش کردم کردیم کرد بکنشون',
  },
  شو: {
    stems: 'ش شو باش گرد',
    bare: 'شو باش',
    also: 'گردد گردند شه شن شین شم شیم بشین شدن شد شدند خواهد‌شد شده‌است بشو',
  },
  بده: { stems: 'د ده', bare: '', also: 'دهید دهیم دهم دهند دهد داده دادن داد دادم بدش بدشون' },
  ده: { stems: '', also: 'ده' },
  برسان: {
    stems: 'رسان رسون رس',
    bare: 'رسان رسون',
    also: 'رسید رساندن رسوندن برسونش برسانش برسونشون برسانیدش',
  },
  بگذار: { stems: 'گذار ذار زار', also: 'قراربده بذارش بذارشون گذاشتن گذاشت گذارید گذارند' },
  بزن: { stems: 'زن', also: 'زدن زد بزنش' },
  ببر: { stems: 'بر', also: 'ببرش بردن ببرشون برد' },
  بیار: { stems: 'یار', also: 'بیارش بیارشون میارم میارید آورد آوردن' },
  بیاور: { stems: 'یاور', also: 'آورید آوریم' },
  بردار: { stems: '', bare: 'بردار', also: 'برداشتن ور‌دار وردار بردارش بردارشون برداشت برمیداریم' },
  نشان: { stems: '', also: 'نشون' },
  نمایش: { stems: '' },
  بگو: { stems: 'گو گوی گ', also: 'بهم‌بگو بگین بگید' },
  ببین: { stems: 'بین' },
  بساز: { stems: 'ساز' },
  بنویس: { stems: 'نویس', bare: 'نویس' },
  پیدا: { stems: '' },
  برو: { stems: 'رو ر', also: 'برو رفت رفتن رفته بره برن' },
  بیا: { stems: 'یا یای', also: 'بیاد بیان میاد میان اومد آمد بیایید' },
  یاب: { stems: 'یاب', bare: 'یاب', also: 'یافت' },
  بگیر: { stems: 'گیر', bare: '', also: 'گیرد گیرند گرفت' },
  بشمار: { stems: 'شمار شمر' },
  بخور: { stems: 'خور', bare: '', also: 'خورد' },
  بکش: { stems: 'کش' },
};

/** «م», «ی», «د»: as written and as spoken. */
const ENDINGS = ['', 'م', 'ی', 'د', 'ه', 'یم', 'ید', 'ین', 'ند', 'ن'];
/** A stem of one letter is itself only with an ending: «بشه», never «بش». */
const STEM_CHARS_MIN_ALONE = 2;

/** Forms that are everyday nouns first: brand, body, board, dill, receipt, media, among … */
const NOUNS: ReadonlySet<string> = new Set(
  'برند بدن برد شوید شوی شون رسید رسانه رسانی میان بیان برون بساز نمای نمایی یابی نویسی بدی بری برم بگرد میگرد'.split(
    ' ',
  ),
);

function formsOf(lemma: string, { stems, bare = '', also = '' }: LightVerb): string[] {
  const withPrefix = spaced(stems).flatMap((stem) =>
    endingsOf(stem).flatMap((form) => [`ب${form}`, `می${form}`]),
  );
  const made = [...withPrefix, ...spaced(bare).flatMap(endingsOf)].filter((form) => !NOUNS.has(form));
  return [lemma, ...made, ...spaced(also)];
}

function endingsOf(stem: string): string[] {
  return ENDINGS.filter((ending) => ending !== '' || stem.length >= STEM_CHARS_MIN_ALONE).map(
    (ending) => stem + ending,
  );
}

function spaced(words: string): string[] {
  return words.split(' ').filter((word) => word !== '');
}

/** Earlier verbs keep a form that two could have («برم» is of «بر» and of «رو»). */
export const LIGHT_VERB_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(VERBS)
    .flatMap(([lemma, verb]) => formsOf(lemma, verb).map((form) => [fold(form), fold(lemma)] as const))
    .toReversed(),
);
