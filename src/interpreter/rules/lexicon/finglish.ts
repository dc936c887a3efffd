/**
 * Persian typed in Latin letters. Right: spellings people use. Only function words and shop words: brands and
 * models stay as they are. `TELLING` words occur in no English sentence, so two of them settle the language.
 */
const TABLE = `
قیمت: gheymat qeymat gheimat qeimat ghymat gheymate qeymate gheimate
قیمتها: gheymatha gheymathaye qeymatha
قیمتشون: gheymateshun gheymateshoon
موجودی: mojudi mojoodi mowjudi mojodi mojudie mojoodie
همه: hame hameye hamey hameh
تمام: tamam tamame tamame
محصول: mahsul mahsool mahsoole
محصولات: mahsulat mahsoolat mahsulate mahsoolate
کالا: kala kalaye
کالاها: kalaha kalahaye kalahaa
رو: ro roo
را: ra
درصد: darsad dar-sad darsade
کن: kon konid konin bokon kone
کم: kam
زیاد: ziad ziyad
بیشتر: bishtar
کمتر: kamtar
گران: geran geroon gerun
ارزان: arzan arzoon arzun
ارزانترین: arzantarin arzuntarin arzoontarin
گرانترین: gerantarin geruntarin geroontarin
حذف: hazf
پاک: pak
اضافه: ezafe ezafeh
نشان: neshun neshoon neshan
بده: bede bedid bedin
برسان: beresun beresoon beresan beresoonid
بگذار: bezar bezarid begzar
شو: beshe she beshavad
افزایش: afzayesh
کاهش: kahesh
تخفیف: takhfif
به: be
از: az
تا: ta
و: va
یا: ya
با: ba
در: dar
که: ke
بین: beyn bein
بدون: bedun bedoon bedoone
زیر: zir zire
بالای: balaye
بیشتر از: bishtaraz
هزار: hezar hezaar
میلیون: milion million milyoon milyun melyon
ترین: tarin
تر: tar
دلار: dolar dollar
تومان: toman tooman tuman
تومن: tomane
ریال: rial riyal
نصف: nesf
برابر: barabar
چند: chand
چنده: chande
چقدر: cheghadr cheqadr
داریم: darim
رنگ: rang range
سایز: sayz saiz
برند: brand brande
دسته: daste dasteh
دستهبندی: dastebandi
نام: nam name
اسم: esm esme
کفش: kafsh kafshe
کفشها: kafshha kafshhaye kafshaye kafsha
گوشی: gooshi gushi goshi
گوشیها: gooshiha gushiha goshiha gooshihaye gushihaye gooshia
کیف: kif kife
کیفها: kifha kifhaye
شلوار: shalvar
شلوارها: shalvarha shalvarhaye
لباس: lebas
عطر: atr
ساعت: saat
هودی: hudi
هودیها: hoodiha hudiha hoodihaye hodihaye hoodiaye
ها: ha haye haaye haro
قرمز: ghermez germez qermez
آبی: abi
سبز: sabz
سفید: sefid
مشکی: meshki
سیاه: siah siyah
زرد: zard
نقره ای: noghreyi noghrei noqrei
طلایی: talayi talaei
خاکستری: khakestari
طوسی: tusi toosi
مردانه: mardane mardoone mardaneh
زنانه: zanane zanoone zananeh
صفر: sefr
یک: yek
دو: do
سه: se
چهار: chahar
پنج: panj
شش: shesh
هفت: haft
هشت: hasht
نه: noh
ده: dah
پانزده: punzdah panzdah
بیست: bist
سی: si
چهل: chehel
پنجاه: panjah
صد: sad
دویست: devist
تغییر: taghir taghyir
ناموجود: namojud namojood
موجود: mojud mojood
به جز: bejoz
غیر از: gheyraz
`;

export const FINGLISH_OF: ReadonlyMap<string, string> = new Map(
  TABLE.trim()
    .split('\n')
    .flatMap((line) => {
      const [persian = '', latin = ''] = line.split(':');
      return latin
        .trim()
        .split(/\s+/)
        .map((spelling) => [spelling, persian] as const);
    }),
);

/** English reads these too; they tell nothing about the language. */
const ALSO_ENGLISH: ReadonlySet<string> = new Set([
  'be',
  'ba',
  'do',
  'se',
  'si',
  'she',
  'dar',
  'name',
  'nam',
  'sad',
  'brand',
  'ta',
  'ya',
  'va',
  'pak',
  'ha',
  'az',
  'ra',
  'range',
  'rang',
  'kala',
  'rial',
  'toman',
  'tooman',
  'atr',
  'ro',
  'roo',
  'ke',
  'bein',
  'kone',
  'panj',
  'kam',
  'abi',
  'tar',
  'dollar',
  'dolar',
  'million',
  'milion',
]);
export const TELLING_FINGLISH: ReadonlySet<string> = new Set(
  [...FINGLISH_OF.keys()].filter((spelling) => !ALSO_ENGLISH.has(spelling)),
);
/** This many telling words make the sentence Persian. */
export const TELLING_FINGLISH_MIN = 2;
