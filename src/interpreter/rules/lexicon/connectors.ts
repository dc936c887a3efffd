/** Small words that hold a sentence together. */
import type { Lexicon } from './meaning.js';

export const CONNECTORS: Lexicon = [
  [{ kind: 'prep', prep: 'by' }, 'by|به میزان|به اندازه ی|به مقدار|به مبلغ|معادل|به میزانه|به اندازهی'],
  [
    { kind: 'prep', prep: 'to' },
    'به عدد|به رقم|goes to|go to|moves to|go up to|go down to|to|at|equal to|to be|into|as|be|to exactly|exactly|to just|به|مساوی|برابر با|معادل با|تبدیل به|باید|becomes|become|should be|must be|should cost|must cost|to cost|should have|must have|to have|cost exactly|to read',
  ],
  [{ kind: 'prep', prep: 'upto' }, 'up to|as much as|upto|تا'],
  [{ kind: 'prep', prep: 'from' }, 'from|away from|out of|از'],
  [
    { kind: 'prep', prep: 'of' },
    'of|in|on|within|inside|under the|belonging to|across|among|amongst|through|در|روی|رو ی|داخل|توی|تو|برای|واسه|واسهی|متعلق به|مربوط به|into the|مال|مخصوص|مختص|مناسب برای|ویژه ی|برا|ازبین|از بین|از میان',
  ],
  [
    { kind: 'prep', prep: 'with' },
    'with|having|have|has|whose|carrying|featuring|that has|that have|which have|which has|با|دارای|دارند|دارد|دارن|داره|هست|هستند|هستن|هستش',
  ],
  [{ kind: 'prep', prep: 'for' }, 'for'],
  [
    { kind: 'where' },
    'where|thats|whos|that|which are|that are|that is|which is|who|که|کهن|اونایی که|اونی که|آنی که|آنهایی که|هایی که|with the|محصولاتی که|کالاهایی که|اونهایی که',
  ],
  [
    { kind: 'not' },
    'neither|non|not|isnt|arent|non|not in|is not|are not|that are not|which are not|that is not|that isnt|that arent|نه|غیر',
  ],
  [{ kind: 'isNot' }, 'نشده|نشده است|نیست|نیستند|نیستن|نباشد|نباشه|نباشند|نباشن'],
  [
    { kind: 'hasNot' },
    'ندارد|ندارند|نداره|ندارن|نداشته باشد|نداشته باشند|has no|have no|no|that have no|that has no|which have no|which has no|without any|does not have|do not have|doesnt have|dont have|that do not have|that dont have|having no|lacks|lacking|that lack|which lack|lack',
  ],
  [
    { kind: 'except' },
    'except|except for|excluding|other than|but not|apart from|besides|aside from|exclude|leaving out|leave out|minus the|but for|به جز|بجز|به غیر از|غیر از|غیراز|به استثنای|جز|مگر|الا|سوای|به جزء|بغیر از|به استثناء|rather than|not including',
  ],
  [{ kind: 'without' }, 'without|without a|without any|without an|بدون|بی|فاقد'],
  [
    { kind: 'missing' },
    'missing|empty|blank|not set|unset|is null|null|is missing|is empty|is blank|خالی|خالیه|نامشخص|مشخص نشده|تعیین نشده|خالی است|undefined',
  ],
  [
    { kind: 'and' },
    'but|and|also|and also|then|and then|as well as|plus also|و|همچنین|و همچنین|بعد|سپس|و بعد|بعدش|while|whereas|along with|together with|after that',
  ],
  [{ kind: 'or' }, 'or|nor|either|یا|یا اینکه|و یا'],
  [{ kind: 'object' }, 'را|رو|راو|رو هم|را هم'],
  [{ kind: 'is' }, 'is|are|equals|equal|was|were|being|شده|است|هست|هستن|اند|ان|باشد که'],
  [
    { kind: 'named' },
    'named|called|titled|with the name|with name|by the name of|with title|به نام|با نام|به اسم|با اسم|با عنوان|به عنوان|تحت عنوان|named as|known as|بنام',
  ],
  [
    { kind: 'startsWith' },
    'starts with|starting with|start with|begins with|beginning with|begin with|with prefix|prefix|prefixed with|با پیشوند|پیشوند|شروع میشود با|شروع میشه با|شروع می‌شود|شروع میشود|شروع میشه|شروع میشوند|شروع میشن',
  ],
];

export const QUANTIFIERS: Lexicon = [
  [
    { kind: 'all' },
    'whatever|whatever is|whatever we have|any|anything|all|al|all of|every|each|everything|all the|every single|entire|whole|whole catalogue|whole catalog|entire catalogue|entire catalog|whole store|entire store|all our|everything we sell|هرچی|هر چی|هر آنچه|هرآنچه|آنچه|هرچه|هر چه|هر چیزی|everything in the store|everything in the shop|whole shop|across the board|the lot|همه|همهی|همه ی|تمام|تمامی|کل|کلیه|کلیهی|کلیه ی|هر|همهرو|همشون|همه شون|همشو|همشونو|همه چیز|همه چی|تمامیه|سراسر|همگی|جمیع|همه چیو|همه چیز رو',
  ],
  [
    { kind: 'product' },
    'product|products|item|items|article|articles|good|goods|thing|things|stuff|piece|ones|one of|catalogue|catalog|store|shop|inventory items|merchandise|skus|listing|listings|محصول|محصولات|کالا|کالاها|جنسها|اجناس|فروشگاه|مغازه|محصولها|کالاهای|آیتم|آیتمها|اقلام|قلم|کاتالوگ|چیزهای|چیزها|چیزایی|چیزای|چیزا|چیزهایی|مورد|موارد|نمونه|محصولای|جنسای|جنسا|variant|variants|variations|versions',
  ],
  [{ kind: 'new' }, 'new|a new|جدید|تازه|یک محصول جدید'],
  [
    { kind: 'howMany' },
    'how many|چند تا|چندتا|چند عدد|چند مورد|چند محصول|چند کالا|چند مدل|چند نوع|چند قلم|چند|چند دونه',
  ],
  [
    { kind: 'howMuch', field: 'stock' },
    'how many left|how many are left|how many do we have left|how much stock|چند تا مونده|چندتا مونده|چند تا مانده|چندتا مانده|چقدر مونده|چقدر مانده|چند تا باقی مانده|چند عدد مانده|چند عدد مونده|چند تا باقیمانده|چند تا موجوده|چند تا موجود است|چند تا موجودی داره|چند تا موجودی دارد|چند تاست|چندتاست|چند تا هست|چند عدد است|چند تاس|چنتاست|چند عدده',
  ],
  [
    { kind: 'howMuch' },
    'how much|how much is|how much are|how much does|how much do|what does|چنده|چند است|چنده الان|چقدر است|چقدره|چقدر|چنداست|چند هست|چه قدره|چه قدر است|چه قدر|چندن|چندند|چند تومنه|چند تومن است|چند تومن|چقدرن|چقدر هست',
  ],
];

export const NUMBER_WORDS_AROUND: Lexicon = [
  [
    { kind: 'unit', unit: 'percent' },
    'percent|per cent|pct|percentage|percents|percentage points|درصد|درصدی|درسد',
  ],
  [
    { kind: 'unit', unit: 'toman' },
    'toman|tomans|tooman|تومان|تومن|تومانی|تومنی|تومانه|تومنه|تومنن|تومنند|تومانند|تومانن|ت',
  ],
  [{ kind: 'unit', unit: 'rial' }, 'rial|rials|ریال|ریالی'],
  [
    { kind: 'unit', unit: 'money' },
    'dollar|dollars|dolars|usd|bucks|dolar|euro|euros|eur|pound|pounds|gbp|دلار|یورو|dollars each',
  ],
  [
    { kind: 'unit', unit: 'pieces' },
    'pieces of|piece of|units|unit|pcs|pieces|عدد|دونه|دانه|units of|items of|pcs of|units each|in quantity',
  ],
  [{ kind: 'times' }, 'times|times as much|times as many|times as high|x|fold|برابر|برابرش'],
  [
    { kind: 'factor', factor: { op: 'divide_by', value: '2' } },
    'half as many|to half as many|to half as much|half as much|half as high|half as expensive|half|in half|by half|to half|half of|half price|half the price|half off|نصف|به نصف|نصف قیمت|یک دوم|نصفه|half its|half their|half the|half of the|half of its|50 50',
  ],
  [
    { kind: 'factor', factor: { op: 'divide_by', value: '3' } },
    'one third|a third|to a third|to one third|third|یک سوم|به یک سوم|ثلث',
  ],
  [
    { kind: 'factor', factor: { op: 'divide_by', value: '4' } },
    'one quarter|a quarter|to a quarter|quarter|یک چهارم|ربع|به یک چهارم',
  ],
  [{ kind: 'factor', factor: { op: 'divide_by', value: '5' } }, 'one fifth|a fifth|یک پنجم'],
  [{ kind: 'factor', factor: { op: 'divide_by', value: '10' } }, 'one tenth|a tenth|یک دهم'],
  [
    { kind: 'factor', factor: { op: 'multiply_by', value: '2' } },
    'twice as many|to twice as many|to twice as much|twice as much|twice as high|twice as expensive|two times as much|twice|twofold|دوبرابر|دو برابر|double|دوبله',
  ],
  [{ kind: 'factor', factor: { op: 'multiply_by', value: '3' } }, 'thrice|threefold|سه برابر|سهبرابر|triple'],
  [
    { kind: 'nearest' },
    'to whole|to full|to even|whole numbers|to whole numbers|to the nearest whole number|nearest|nearest whole|to the nearest whole|the nearest whole|the nearest|to the nearest|closest|to nearest|نزدیکترین|به نزدیکترین|multiple of|مضرب',
  ],
  [
    { kind: 'direction', verb: 'decrease', field: 'price' },
    'less|cheaper|less expensive|off the price|reduction|discount|on sale|off of|off from|off|down|ارزانتر|ارزونتر|تخفیف|کاهش|حراج|آف|off',
  ],
  [
    { kind: 'direction', verb: 'increase', field: 'price' },
    'more|higher|extra|more expensive|dearer|pricier|گرانتر|گرونتر|افزایش|increase in price|markup|price increase|price rise|price hike',
  ],
];
