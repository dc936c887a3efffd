/**
 * What one can do to a product. Persian light verbs stand here in one form: "کن" also means کنید, کنین, بکن,
 * کنم … (see `light-verbs.ts`). Phrases are separated by "|".
 */
import type { Factor, Lexicon, Meaning } from './meaning.js';

const verb = (
  name: Extract<Meaning, { kind: 'verb' }>['verb'],
  field?: 'price' | 'stock' | 'category' | 'name',
): Meaning => (field ? { kind: 'verb', verb: name, field } : { kind: 'verb', verb: name });
const weak = (name: Extract<Meaning, { kind: 'verb' }>['verb']): Meaning => ({
  kind: 'verb',
  verb: name,
  weak: true,
});
const by = (op: Factor['op'], value: string): Meaning => ({
  kind: 'verb',
  verb: 'set',
  factor: { op, value },
});

export const ENGLISH_VERBS: Lexicon = [
  [{ kind: 'verb', verb: 'set', value: '0' }, 'zero|zero out|empty out'],
  [
    verb('increase'),
    'top up|gains|gained|tack on|tack|tacked on|going up|goes up|is going up|are going up|went up|gone up|rise|rises|rose|rising|climb|climbs|gain|bumped up|bumping up|crank up|hike|hiked|pushed up|up by|move up|increase|increases|increased|increasing|raise|raises|raised|raising|bump|bump up|bumped|hike|hike up|up|boost|lift|push up|put up|bring up|go up|jack up|grow|move up|turn up|inflate',
  ],
  [verb('increase', 'price'), 'mark up|markup|upcharge|marked up|mark ups'],
  [
    verb('decrease'),
    'write off|wrote off|going down|goes down|went down|gone down|fall|falls|fell|dropping|drops|come down|comes down|coming down|knocked off|knocked down|taken off|takes off|taking off|slashed|slashes|trimmed|shaved|shaved off|cut off|cut back|chop|chop off|brought down|knock off of|take off of|down by|dropped by|lop off|scale back|dial down|decrease|decreases|decreased|reduce|reduces|reduced|reducing|lower|lowered|lowers|lowering|cut|cut down|drop|dropped|slash|bring down|go down|take down|knock down|shave|subtract|deduct|knock|trim|take off|knock off|shave off|decrement|push down|shrink|diminish',
  ],
  [verb('decrease', 'price'), 'discount|mark down|markdown|discounted|marked down|marking down|discounting'],
  [verb('set'), 'set|sets|update to|fix at|fixed at|assign|reset|adjust to|bring|restore|switch|peg|peg at'],
  [weak('set'), 'make|turn|put|mark|let|keep at'],
  [verb('set', 'stock'), 'restock|restock to'],
  [
    verb('set', 'price'),
    'sell|price at|charge|sell for|sold for|sold at|be sold at|be sold for|sells for|now sells for|now sell for|will sell for|should sell for|will cost|will now cost|now costs|now cost|retail at|retails at|retail for|retails for|be priced at|is priced at|are priced at|priced at|goes for|go for',
  ],
  [
    verb('change'),
    'change|changes|changed|changing|update|updates|updated|adjust|modify|edit|fix|alter|revise|correct|replace|convert|tweak|review',
  ],
  [verb('change', 'price'), 'reprice|re price'],
  [verb('multiply'), 'multiply|multiplied|scale'],
  [verb('divide'), 'divide|divided'],
  [verb('rename', 'name'), 'rename|retitle'],
  [verb('move', 'category'), 'move|recategorize|recategorise|transfer|reassign|relocate'],
  [
    verb('delete'),
    'delete|deletes|deleted|erase|dump|ditch|kill|axe|nix|bin off|throw away|discontinue|purge|get rid of|destroy|wipe out|trash|bin|take off the list|get rid|do away with|chuck|chuck out|throw out|throw away|scrap|kill off|pull from the catalogue|take off the catalogue|take out of the catalogue|get out of the catalogue|clear out of the catalogue|delist|remove from the list|remove from the store|remove from the catalogue|remove from the catalog',
  ],
  [verb('remove'), 'remove|removes|removed|take|take out|take away|eliminate'],
  [verb('add'), 'add|adds|create|insert|register|introduce|append'],
  [
    verb('get'),
    'show|show me|list|display|get|get me|find|find me|search|search for|look up|view|tell me|give me|fetch|what is|whats|what are|what was|which|see|print|retrieve|pull up|where is|where are|what|who has|do we have|do we sell|have we got|is there|are there any|are there|let me see',
  ],
  [verb('count'), 'count|count up|number of|the number of|total number of|tally'],
  [verb('clear'), 'clear|clear out|empty|unset|blank|blank out|wipe|strip|clear off'],
  [verb('round'), 'round|round off|rounded|round them'],
  [weak('give'), 'give|apply|offer|run|grant'],
  [
    by('divide_by', '2'),
    'halve|halved|cut in half|cut by half|cut to half|slash in half|reduce by half|reduced by half|reduce to half|drop by half|decrease by half|lower by half|split in half|divide by two',
  ],
  [by('multiply_by', '2'), 'double|doubled|doubles'],
  [by('multiply_by', '3'), 'triple|tripled|treble'],
  [by('multiply_by', '4'), 'quadruple|quadrupled'],
];

export const PERSIAN_VERBS: Lexicon = [
  [
    verb('increase'),
    'زیاد کن|بیشتر کن|بالا ببر|ببر بالا|بیار بالا|بالاتر ببر|بالا بیار|افزایش بده|افزایش ده|افزایش پیدا کن|افزایش شو|بیفزا|افزون کن|زیاد شو|بیشتر شو|بالا برو|برو بالا|بکش بالا|بالا بکش|افزایش داشته باش|افزایش بزن|رشد بده|بکش|زیادتر کن|افزایش یاب|بالا بیا|بیا بالا|زیادتر شو|افزایش بخور|افزایش بگیر|بالاتر برو|اضافه بگیر',
  ],
  [
    verb('increase', 'price'),
    'گران کن|گرون کن|گرانتر کن|گرونتر کن|گران شو|گرون شو|گرانتر شو|گرونتر شو|گرانتر بفروش|افزایش قیمت بده|افزایش قیمت پیدا کن|افزایش قیمت داشته باش|افزایش قیمت بزن|افزایش قیمت اعمال کن|گران بفروش|گرونتر بفروش',
  ],
  [
    verb('decrease'),
    'کم کن|کمتر کن|کاهش بده|کاهش ده|پایین بیار|بیار پایین|پایین ببر|ببر پایین|پایینتر بیار|کاهش پیدا کن|کسر کن|کسر شو|کم و کسر کن|کم شو|کمتر شو|پایین برو|پایین بیا|بیا پایین|برو پایین|کاهش یاب|کاهش شو|بکاه|پایین بکش|بکش پایین|کاهش داشته باش|کاهش بخور|کاهش بگیر|کاهش بزن|کمترش کن|کم بشه|منها کن',
  ],
  [
    verb('decrease', 'price'),
    'کاهش قیمت بده|کاهش قیمت پیدا کن|کاهش قیمت داشته باش|کاهش قیمت بزن|کاهش قیمت اعمال کن|ارزونتر بفروش|ارزانتر بفروش|ارزان کن|ارزون کن|ارزانتر کن|ارزونتر کن|ارزان شو|ارزون شو|ارزانتر شو|ارزونتر شو|تخفیف بده|تخفیف بزن|تخفیف بگذار|تخفیف اعمال کن|تخفیف بخور|تخفیف کن|تخفیف داشته باش|تخفیف لحاظ کن|تخفیف بگیر|تخفیف در نظر بگیر|تخفیف اعمال شو|تخفیف بخور|تخفیف شامل شو|تخفیف دار کن|تخفیفدار کن|تخفیف قائل شو|تخفیف بیار|تخفیف پیدا کن|حراج کن|حراج شو|حراج بزن|حراج بخور|حراج بگذار|آف بزن|آف بده|آف بخور|آف بگذار',
  ],
  [
    verb('set'),
    'برسان|تنظیم کن|ست کن|قرار بده|بگذار|ثبت کن|تعیین کن|بنویس|مقدار بده|اعمال کن|درنظر بگیر|در نظر بگیر|تغییر نام بده به|اعمال شو|ثبت شو|تنظیم شو|تعیین شو|قرار بگیر|ست شو',
  ],
  [weak('set'), 'کن|شو|بزن|بده|بنما|بیا|بیا روی|بیا رو|برو روی|برو رو|ببر روی|ببر رو|بگذار روی'],
  [verb('multiply'), 'ضرب کن|ضرب در|ضرب شو'],
  [verb('divide'), 'تقسیم کن|تقسیم بر|تقسیم شو'],
  [verb('set', 'stock'), 'شارژ کن'],
  [verb('set', 'price'), 'بفروش|بفروشید|بفروشین|بفروشیم'],
  [
    verb('change'),
    'تغییر بده|عوض کن|آپدیت کن|بروز کن|بروزرسانی کن|به روز کن|به روز رسانی کن|ویرایش کن|اصلاح کن|تغییر کن|تغییر یاب|تغییر پیدا کن|تبدیل کن|جایگزین کن|درست کن|تصحیح کن|عوض شو|آپدیت شو|ویرایش شو|اصلاح شو|تبدیل شو|بروز شو',
  ],
  [verb('rename', 'name'), 'تغییر نام بده|تغییر اسم بده'],
  [
    verb('move', 'category'),
    'منتقل کن|منتقل شو|انتقال یاب|انتقال پیدا کن|جابجا شو|انتقال بده|جابجا کن|ببر|جا به جا کن|جابه جا کن',
  ],
  [
    verb('delete'),
    'از روی لیست بردار|از روی سایت بردار|حذف بگرد|از لیست بیار بیرون|از فروشگاه بیار بیرون|حذفش کن|پاکش کن|پاکشون کن|حذفشون کن|حذف کن|پاک کن|حذف شو|پاک شو|حذفشان کن|حذف|از لیست بردار|از لیست حذف کن|از فروشگاه حذف کن|از کاتالوگ حذف کن|از فروشگاه بردار|از فهرست بردار|از فهرست حذف کن|از لیست خارج کن|بریز دور|دور بریز|از فروشگاه جمع کن|از لیست خط بزن|از کاتالوگ بردار',
  ],
  [verb('remove'), 'بردار'],
  [verb('add'), 'اضافه کن|اضافه شو|بیفزای|ایجاد کن|بساز|وارد کن|درج کن|ثبت محصول کن|اضافه بکن|تعریف کن'],
  [
    verb('get'),
    'بیار|بیار ببین|بده ببین|نشون بده ببین|کدوماند|کداماند|کدوم اند|کدومند|کدومها هستن|کدوما|کدومان|چیاند|چیان|چی هستن|چی هستند|چیا هستند|چه هستند|کدامها|کدوم ها هستن|کدومهاشون|کدومشون|کدوماشون|کدامشان|چی|چیا|کیه|کی هست|کین|نشانم ده|نشونم بده|نشان بدید|میخوام بدونم|ببینمش|لیستش کن|لیست کنید|نمایش بده|بگو|ببین|لیست کن|پیدا کن|بیاور|جستجو کن|بگرد|لیست بده|فهرست کن|نشان ده|نشانم بده|لیست|فهرست|چی داریم|چیا داریم|چه چیزهایی داریم|داریم|دارید|داری|جست و جو کن|سرچ کن|پیدا کن برایم|کدام اند|کدامند|کدومان|کدوما هستن|کدامها هستند|میخوام ببینم|ببینیم|چه|چه چیز|چه چیزهایی|کدام|کدام است|کدامه|چیه|چیست|چیا هستن|کدومه|کدوم|کدومن|کدامن|کدومها|کدام محصولات|کدوم است|کدام هست',
  ],
  [verb('count'), 'بشمار|شمارش کن|بشمر'],
  [verb('clear'), 'خالی کن|خالی شو|خالی بگذار'],
  [verb('round'), 'رند کن|گرد کن|روند کن|رند شو|گرد شو'],
  [by('divide_by', '2'), 'نصف کن|نصف شو|نصف بکن|نصفه کن|دو نیم کن'],
];
