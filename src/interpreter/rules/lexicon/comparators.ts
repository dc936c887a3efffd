/** More, less, between; dearest and cheapest; in and out of stock. */
import type { Comparison, Lexicon, Meaning } from './meaning.js';

const compare = (op: Comparison, field?: string): Meaning =>
  field ? { kind: 'compare', op, field } : { kind: 'compare', op };
const after = (op: Comparison): Meaning => ({ kind: 'compareAfter', op });
const most = (direction: 'asc' | 'desc', field?: 'price' | 'stock'): Meaning =>
  field ? { kind: 'superlative', direction, field } : { kind: 'superlative', direction };

export const COMPARATORS: Lexicon = [
  [
    compare('gt'),
    'over|above|more than|greater than|higher than|exceeding|exceeds|in excess of|bigger than|larger than|beyond|north of|بالای|بیشتر از|بیش از|بالاتر از|بزرگتر از|زیادتر از|فراتر از|بیشتراز|بالا تر از',
  ],
  [
    compare('gt', 'price'),
    'pricier than|dearer than|more expensive than|costing more than|costing over|priced over|priced above|that cost more than|that cost over|گرانتر از|گرونتر از',
  ],
  [
    compare('gt', 'weight'),
    'heavier than|weigh more than|weigh over|that weigh more than|that weigh over|weighs more than|weighing more than|weighing over|سنگینتر از|سنگین تر از',
  ],
  [
    compare('lt', 'weight'),
    'lighter than|weigh less than|weigh under|that weigh less than|that weigh under|weighs less than|weighing less than|weighing under|سبکتر از|سبک تر از',
  ],
  [compare('gte', 'weight'), 'weighing at least|weigh at least|weighs at least|that weigh at least'],
  [compare('lte', 'weight'), 'weighing at most|weigh at most|weighs at most|that weigh at most'],
  [compare('gt', 'rating'), 'rated above|rated over|rated higher than|rated more than|rated better than'],
  [compare('lt', 'rating'), 'rated below|rated under|rated lower than|rated less than'],
  [compare('gte', 'rating'), 'rated at least'],
  [
    compare('lt'),
    'under|below|less than|lower than|fewer than|smaller than|beneath|south of|زیر|کمتر از|پایین تر از|پایینتر از|پایین‌تر از|کوچکتر از|کمتراز|زیره',
  ],
  [
    compare('lt', 'price'),
    'cheaper than|less expensive than|costing less than|costing under|priced under|priced below|that cost less than|that cost under|ارزانتر از|ارزونتر از',
  ],
  [
    compare('gte'),
    'at least|no less than|no lower than|no fewer than|not lower than|not less than|minimum|min|from at least|starting at|starting from|a minimum of|حداقل|دست کم|دستکم|لااقل|کمینه|not under|not below',
  ],
  [
    compare('lte'),
    'at most|no more than|no higher than|no greater than|not higher than|not above|not more than|maximum|max|not over|not above|not exceeding|a maximum of|حداکثر|نهایتا|حد اکثر|بیشینه',
  ],
  [
    after('gte'),
    'or more|or above|and above|and over|or over|and up|or higher|or greater|and more|به بالا|و بالاتر|یا بیشتر|و بیشتر|به بعد|یا بالاتر|plus more',
  ],
  [
    after('lte'),
    'or less|or below|and below|and under|or under|or fewer|or lower|or cheaper|and less|به پایین|و کمتر|یا کمتر|و پایینتر|یا پایینتر',
  ],
  [
    after('gt'),
    'بیشتر|بالاتر|بیشتره|بالاتره|بیشترند|بیشترن|بیشتره است|بیشتر است|گرانتر|گرونتر|گرونتره|گرونترن|گرانترند',
  ],
  [
    after('lt'),
    'کمتر|پایینتر|کمتره|پایینتره|کمترند|کمترن|کمتر است|ارزانتر|ارزونتر|ارزونتره|ارزونترن|ارزانترند',
  ],
  [
    { kind: 'between' },
    'between|ranging from|in the range|in the range of|priced from|priced between|priced in the range|costing between|بین|مابین|در بازه|در محدوده|در رنج',
  ],
];

export const SUPERLATIVES: Lexicon = [
  [
    most('asc', 'price'),
    'ارزانتر از همه|ارزونتر از همه|از همه ارزانتر|از همه ارزونتر|کم قیمتتر از همه|از همه ارزون تر|cheapest|least expensive|lowest priced|lowest price|ارزانترین|ارزونترین|lowest-priced|کم قیمت ترین|ارزون ترین|کمقیمتترین',
  ],
  [
    most('desc', 'price'),
    'گرانتر از همه|گرونتر از همه|از همه گرانتر|از همه گرونتر|dearest|most expensive|priciest|costliest|highest priced|highest price|گرانترین|گرونترین|highest-priced|most costly|گران قیمتترین|گرانقیمتترین|گران قیمت ترین',
  ],
  [
    most('asc', 'stock'),
    'lowest stock|least stocked|lowest in stock|fewest in stock|least in stock|کم موجودی ترین|کمموجودیترین',
  ],
  [most('desc', 'stock'), 'highest stock|most stocked|most in stock|پرموجودی ترین|پر موجودی ترین'],
  [most('asc'), 'کمتر از همه|از همه کمتر|lowest|least|smallest|fewest|کمترین|پایینترین|lightest'],
  [most('desc'), 'بیشتر از همه|از همه بیشتر|highest|most|largest|greatest|biggest|بیشترین|بالاترین|heaviest'],
];

export const STATES: Lexicon = [
  [
    { kind: 'state', inStock: false },
    'out of stock|sold out|unavailable|not in stock|not available|out-of-stock|ناموجود|تمام شده|تموم شده|تمومشده|تمامشده|اتمام موجودی|موجود نیست|موجود نیستن|موجود نیستند|موجود نباشند|موجودی ندارد|موجودی ندارند|موجودی نداره|موجودی ندارن|تموم شدن|تمام شدند|تموم شدند|تموم شدهاند|تمام شدهاند|no stock|with no stock|without stock|have no stock|بدون موجودی|ناموجودها|ناموجودهارو|اتمام موجودیها|having no stock|has no stock|do not have in stock|dont have in stock|does not have in stock|doesnt have in stock|not have in stock|no longer have in stock|no longer in stock',
  ],
  [
    { kind: 'state', inStock: true },
    'تموم نشده|تمام نشده|تموم نشدن|تمام نشدند|in stock|available|in-stock|left|left in stock|remaining|مونده|مانده|باقی مانده|باقیمانده|باقی مونده|موجود|موجودی دارند|موجودی دارد|موجودی داره|موجودی دارن|موجود است|موجود هستند|موجودها|موجود هستن|موجودن|موجودند',
  ],
];
