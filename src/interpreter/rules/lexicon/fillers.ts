/**
 * Words that change nothing about what is asked: politeness, articles, pronouns for the products already named.
 * Kept short on purpose: a word that is skipped wrongly is a wrong preview that looks right.
 */
import type { Lexicon } from './meaning.js';

export const FILLERS: Lexicon = [
  [
    { kind: 'filler' },
    'please|pls|plz|kindly|hi|hello|hey|hi there|dear|thanks|thank you|thx|cheers|ok|okay|so|well|now|right now|just|go ahead and|lets|let us|let|can you|could you|would you|will you|can we|could we|can i|could i|shall we|i want to|i want you to|i want|i would like to|i would like you to|i would like|i d like to|id like to|id like you to|id like|i need to|i need you to|i need|we need to|we need|we want to|we want|we should|you should|i wish to|i wanna|wanna|gonna|help me|help me to|the|a|an|this|these|those|them|they|it|its|their|theirs|his|her|our|my|your|we|i|you|do|does|did|should|must|shall|currently|there|here|each of|of them|of these|of those|of which|all of them|of it|both|new value|value|values|the value|amount|the amount|me|us|by now|sells|selling|for sale|that we have|we have|we sell|in our|currently have|in the catalogue|in the catalog|in the store|in the shop|in our store|in our shop|in my store|in my shop|in total|altogether|in a row|exactly the|only|only the|go|drone|gets|going to be|are going to be|is going to be|will be|need to be|needs to be|need to|needs to|have to be|has to be|have to|has to|ought to be|ought to|supposed to be|going to|are going to|is going to|wants to be|i d want|id love to|i d love to|i would love to|need a|needs a|need|needs|deserve a|deserves a|onto|on to|every one of|pair of|pairs of|every pair of|goes|every single one of|each one of|for me|for us|right away|immediately|asap|at once|by another|an additional|additional|more or less exactly|if you can|when you can|would you mind|mind|quick|quickly|real quick|gotta|got to|it would be great to|it would be nice to|time to|be so kind|from today|as of today|starting today|from now on|as of now|carry|stock up|come with|comes with|that come with|accordingly|come in|comes in|available in|kind of|sort of|type of',
  ],
  [
    { kind: 'filler' },
    'لطفا|لطفاً|لطف کن|لطفا برام|سلام|ممنون|مرسی|متشکرم|ممنون میشم|سپاس|خواهشا|خواهش میکنم|بی زحمت|بیزحمت|زحمت بکش|الان|فعلا|همین الان|میخوام|می خوام|میخواهم|می خواهم|میخوایم|میخواهیم|میشه لطفا|میتونی|میتونید|می تونی|میتوانی|می توانی|میتوانید|برام|برایم|برای من|واسم|واسه من|این|اون|آن|آنها|اونا|اینا|اینها|اونها|یه|من|ما|خودم|خودمون|شان|شون|شو|شونو|هم|دیگه|فقط|لطفا همه ی|اجناس مغازه|فروشگاه ما|مغازه ما|مغازمون|های|مقدار|مقدارش|مقدار آن|اندازه یک|از امروز|از الان|از همین الان|از این به بعد|ازشون|ازش|ازشان|هر کدوم|هر کدام|هرکدام|هرکدوم|هر یک|هریک|خواهشمند است|خواهشمندم|خواهشمندیم|عزیز|داداش|جان|آقا|خب|خوب|باید که|هایی|موجود در|عزیزم|یک بار|یکبار|تا از|شما|میشود|ببخشید|دونه ای|دانه ای|روش|رویش|بهش|بهشون|بهش رو|سر جمع|کلا|کلاً|اصلا|بلافاصله|سریع|زود|سریعا|حتما|حتماً|اوکی|باشه پس|خواستم|میخواستم|اگه میشه|اگه ممکنه|در صورت امکان|لطفا سریع|قراره|قرار است|تک تک|دونه دونه|یکی یکی|هر دونه|هر عدد|نسبت به قبل|به مشتری|در فروشگاه|داخل فروشگاه|توی فروشگاه|تو فروشگاه|مون|تون|بابا|رفیق|دوست عزیز|بدونم|بفرمایید|بفرما|از بیخ|از بیخ و بن|از ریشه|دربست|به کلی|بکلی|به طور کامل|بطور کامل|به صورت کامل|کاملا|کامل|یکسره|کلهم|یکجا|یک جا',
  ],
];

/** Requests about the catalogue that a task cannot say; answered with a question that says why. */
export const BEYOND: Lexicon = [
  [
    { kind: 'beyond', why: 'time' },
    'tomorrow|tonight|today only|yesterday|next week|next month|next year|last week|last month|last year|this week|this month|weekend|monday|tuesday|wednesday|thursday|friday|saturday|sunday|midnight|noon|at midnight|hourly|daily basis|every day|every week|every month|every hour|for a week|for one week|for a day|temporarily|until|later|schedule|after christmas|before christmas|black friday|christmas|nowruz|oclock|january|february|april|june|july|august|september|october|november|december|recently|recently added|newest|latest|oldest|created|updated last|added last|minutes|hours|days|weeks|فردا|پس فردا|دیروز|امشب|هفته بعد|هفته آینده|ماه بعد|ماه آینده|هفته دیگه|ماه دیگه|سال بعد|از فردا|شنبه|یکشنبه|دوشنبه|سه شنبه|چهارشنبه|پنجشنبه|جمعه|آخر هفته|هر روز|هر هفته|هر ماه|نیمه شب|موقتا|موقتی|ساعت دیگه|روز دیگه|تا آخر|تا پایان|عید|نوروز|یلدا|بلک فرایدی|جدیدترین|قدیمیترین|تازه ترین|اخیر|اخیرا|اخیراً|هفته پیش|ماه پیش|دیشب|پریروز|ساعت بعد|هفته گذشته|ماه گذشته',
  ],
  [
    { kind: 'beyond', why: 'condition' },
    'make sure|make sure that|make it so that|see to it that|ensure|ensure that|if|unless|when|whenever|in case|as long as|provided|depending|depends|depending on|otherwise|else|اگر|اگه|وقتی|هر وقت|در صورتی که|درصورتی که|مگر اینکه|به شرطی که|بستگی|درغیر این صورت|در غیر این صورت|چنانچه',
  ],
  [
    { kind: 'beyond', why: 'relative' },
    'twice as much as|twice as many as|twice as high as|twice as expensive as|half as much as|half as many as|half as high as|half as expensive as|times as much as|times as many as|times as high as|same as|the same as|as the|proportional|relative to|average|median|mean price|compared to|competitor|competitors|competition|market price|market|exchange rate|dollar rate|dollar price|inflation|margin|profit|profit margin|vat|tax|taxes|its name|twice the price of|like the|match the|matching the|random|randomly|cost plus|copy of|swap|average price|مثل|مانند|هم قیمت|همقیمت|نسبت به|میانگین|متوسط|بازار|قیمت بازار|رقبا|رقیب|رقیبها|تورم|قیمت دلار|نرخ دلار|نرخ ارز|قیمت ارز|قیمت طلا|سود|حاشیه سود|مالیات|ارزش افزوده|تصادفی|رندوم|شانسی|قیمت خرید|به اندازه قیمت|متناسب|متناسب با',
  ],
  [
    { kind: 'beyond', why: 'rounding' },
    'round up|round down|rounded up|rounded down|ceil|floor|رو به بالا رند|رو به پایین رند|رو به بالا گرد|به بالا رند|به پایین رند|به بالا گرد|به پایین گرد|رو به بالا|رو به پایین|charm|ending in|end in|ends in|end with 9|ending with|psychological',
  ],
  [
    { kind: 'beyond', why: 'vague' },
    'pricey|a bit|a little|slightly|a lot|much|somewhat|significantly|reasonable|better|best|best selling|bestselling|best sellers|bestsellers|popular|most popular|some|a few|several|few|many|the rest|the rest of|everything else|all others|all other|about|around|approximately|roughly|nearly|almost|cheap|expensive|sensible|appropriate|fair|competitive|good price|another|other|others|etc|similar|again|previous|last one|undo|revert|sort|sort by|order by|half of the products|half the products|half of them|bundle|as before|کمی|یه کم|یکم|یک کم|یه ذره|یه خورده|مقداری|خیلی|زیاد|کم|حدود|حدودا|حدوداً|تقریبا|تقریباً|مناسب|معقول|پرفروش|پرفروشترین|پرفروشها|محبوب|محبوبترین|محبوبها|بعضی|بعضیها|برخی|چندتایی|بهتر|بهترین|مناسبتر|گران|ارزان|گرون|ارزون|گرونا|ارزونا|دوباره|قبلی|مثل قبل|بقیه|بقیهی|مابقی|مابقیه|باقی|باقیه|سایر|دیگر|غیره|پرطرفدار|کم فروش|مشابه|برگردان|مرتب|مرتب کن|بالا|پایین|اندکی',
  ],
  [
    { kind: 'beyond', why: 'negated' },
    'dont|do not|never|must not|should not|shouldnt|mustnt|cannot|cant|wont|نکن|نکنید|نکنین|نده|ندید|ندهید|نذار|نزن|نشه|نشود|دست نزن|نگذار|تغییر نده|حذف نکن|نکنیم|نکنم|نباید|نداریم|ندارید|نداری|نداشتیم|نیار|نیارید|نیاور|نیاورید|نفروش|نفروشید',
  ],
];

/** Signs that the sentence is not about changing or reading a catalogue at all. */
export const OFF_TOPIC: Lexicon = [
  [
    { kind: 'offTopic' },
    'summarise|summarize|summary of|write an|write up|write some|write me|write the description|compose|proofread|paraphrase|into french|into persian|into english|into german|into spanish|weather|poem|poetry|joke|story|song|lyrics|recipe|news|translate|translation|capital of|president|who are you|what are you|how are you|your name|hello world|python|javascript|java|code in|write code|write a|write me|essay|email|e mail|mail|emails|newsletter|sms|whatsapp|telegram|instagram|tweet|customer|customers|order|orders|invoice|invoices|shipment|shipping|refund|refunds|payment|payments|employee|employees|salary|password|passwords|api key|api keys|login|account|accounts|user|users|admin|database|drop table|select from|truncate|sql|instructions|previous instructions|system prompt|your prompt|ignore|forget your|your rules|rules|developer|authorise|authorize|override|products table|table drop|ignore all|disregard|pretend|jailbreak|act as|roleplay|movie|football match|stock market|bitcoin|crypto|horoscope|directions|restaurant|flight|flights|hotel|book a|meeting|calendar|remind|reminder|alarm|homework|math|solve|meaning of life|who won|what time|time is it|the date|campaign|advertisement|advertise|advert|social media|seo|website|web page|supplier|suppliers|delivery|courier|coupon|coupons|voucher|vouchers|loyalty|report|reports|chart|graph|dashboard|revenue|sales|sales report|purchase order|tracking number|sing|dance|love you|stupid|idiot|good morning|good night|good evening',
  ],
  [
    { kind: 'offTopic' },
    'ترجمه کن|ترجمه شو|ترجمهش کن|خلاصه کن|خلاصه بنویس|خلاصه|یه متن|یک متن|متنی|متن بنویس|انشا|انشا بنویس|مقاله|مقاله بنویس|توضیح بنویس|کپشن|نامه بنویس|شعر بگو|هوا|آب و هوا|شعر|جوک|لطیفه|داستان|آهنگ|ترانه|دستور پخت|خبر|اخبار|ترجمه|پایتخت|رئیس جمهور|حالت چطوره|چطوری|خوبی|اسمت|کی هستی|چی هستی|ایمیل|پیامک|واتساپ|تلگرام|اینستاگرام|مشتری|مشتریها|مشتریان|سفارش|سفارشها|سفارشات|سفارشهای|فاکتور|فاکتورها|ارسال|مرسوله|پرداخت|مرجوعی|کارمند|کارمندها|حقوق|رمز|رمز عبور|پسورد|حساب|کاربر|کاربران|کاربرها|ادمین|دیتابیس|پایگاه داده|دستورالعمل|دستورات قبلی|دستورهای قبلی|نادیده بگیر|فراموش کن|وانمود کن|فیلم|فوتبال|بورس|بیت کوین|رمز ارز|فال|رستوران|پرواز|هتل|جلسه|تقویم|یادآوری|تکلیف|ریاضی|ساعت چنده|دوستت دارم|کمپین|تبلیغ|تبلیغات|وبسایت|سایت|تامین کننده|پیک|کوپن|کد تخفیف|گزارش|نمودار|درآمد|فروش|گزارش فروش|صبح بخیر|شب بخیر|خداحافظ|کد پیگیری',
  ],
];
