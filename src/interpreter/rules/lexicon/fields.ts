/**
 * How people name the fields of a product. Left: the concept (a core column, or the usual English key of a custom
 * field); right: its names. A workspace's own key always counts as a name too, and wins over this table.
 */
import type { Lexicon } from './meaning.js';

const CORE: Readonly<Record<string, string>> = {
  price:
    'price|prices|pricing|cost|costs|rate|pricetag|price tag|selling price|sale price|list price|priced|priced at|costing|قیمت|قیمتها|بها|نرخ|فی|قیمت فروش|مبلغ|قیمت نهایی|قیمت فعلی|قیمت مصرف کننده|قیمت گذاری|هزینه',
  stock:
    'stock|stocks|stock level|stock levels|stock count|inventory|quantity|quantities|qty|units in stock|stock quantity|on hand|موجودی|موجودیها|انبار|موجودی انبار|تعداد موجودی|تعداد|استوک|تعداد موجود',
  name: 'name|names|title|titles|product name|نام|اسم|عنوان|نام محصول',
  sku: 'sku|skus|کدش|code|product code|item code|sku code|کد|شناسه کالا|کد کالا|کد محصول|اس کی یو|بارکد',
  id: 'id|product id|آیدی|شناسه|شناسه محصول',
  category: 'category|categories|section|دسته|دسته بندی|دسته‌بندی|گروه|رده|کتگوری|دسته ی|طبقه بندی',
  brand:
    'made by|manufactured by|produced by|brand|brands|manufacturer|maker|vendor|برند|مارک|سازنده|شرکت سازنده|تولیدکننده|برندها|محصول شرکت|ساخت شرکت|محصولات شرکت|تولید شرکت',
};

/** Concepts of custom fields; every name is also tried as the workspace's key. */
export const CUSTOM_CONCEPTS: Readonly<Record<string, string>> = {
  color: 'color|colour|colors|colours|رنگ|رنگبندی|رنگ بندی',
  size: 'size|sized|sizes|سایز|اندازه|سایزبندی',
  material: 'material|materials|fabric|made of|made from|made out of|جنس|متریال|پارچه|جنس پارچه',
  gender: 'gender|department|sex|جنسیت|dept',
  weight: 'weight|net weight|وزن|وزن خالص',
  warranty: 'warranty|guarantee|warranty period|گارانتی|ضمانت|وارانتی|مدت گارانتی|ضمانت نامه',
  rating: 'rating|ratings|score|rated|امتیاز',
  tags: 'tags|tag|tagged|tagged as|tagged with|تگ|برچسب|label|labels|تگها|برچسبها',
  style: 'style|سبک|استایل',
  line: 'line|product line|خط تولید',
  type: 'type|نوع|مدل محصول',
  flavour: 'flavour|flavor|flavours|flavors|flavoured|flavored|taste|طعم|مزه|با طعم|اسانس',
  season: 'season|فصل',
  author:
    'author|writer|authors|written by|authored by|نویسنده|مولف|مؤلف|پدیدآور|نوشته|نوشته ی|نوشته شده توسط|اثر|آثار|به قلم|شاعر|نویسندگان',
  publisher:
    'publisher|publishers|published by|publishing house|imprint|ناشر|انتشارات|نشر|نشریات|چاپ انتشارات|منتشر شده توسط',
  translator: 'translator|translated by|مترجم|ترجمه|ترجمه ی|ترجمه شده توسط|با ترجمه|برگردان',
  volume: 'volume|net volume|حجم',
  capacity: 'capacity|storage|ظرفیت|حافظه',
  memory: 'memory|ram|رم',
  power: 'power|wattage|توان|قدرت|توان مصرفی|توان موتور',
  description: 'description|توضیحات|توضیح',
  origin:
    'origin|country of origin|country|made in|produced in|manufactured in|imported from|product of|کشور سازنده|کشور|مبدا|ساخت|ساخت کشور|ساخته شده در|تولید شده در|کشور تولید کننده|کشور تولید|محل ساخت|محل تولید|تولید|تولید کشور|کشور مبدا|وارداتی از|کشور ساخت',
  pages: 'page count|pages|page|صفحه|number of pages|تعداد صفحات|صفحات|تعداد صفحه|شمار صفحات',
  expiry: 'expiry|expiry date|expiration date|best before|تاریخ انقضا|انقضا|تاریخ مصرف',
  model: 'model|مدل',
  energy: 'energy label|energy rating|رتبه انرژی|برچسب انرژی|رده انرژی',
  packaging: 'packaging|package|بسته بندی|نوع بسته بندی',
  skin: 'skin type|skin|نوع پوست|مناسب پوست|مناسب پوستهای|پوست|برای پوست|برای پوستهای',
  hair: 'hair type|نوع مو|مناسب موهای|مناسب مو',
  age: 'age|ages|age group|age range|for ages|گروه سنی|سن|رده سنی|مناسب سن|محدوده سنی|بازه سنی|مناسب گروه سنی',
  language: 'language|زبان|به زبان',
  edition: 'edition|نوبت چاپ|چاپ',
  format: 'format|binding|cover|قطع|نوع جلد|جلد',
  genre: 'genre|subject|topic|ژانر|موضوع',
  voltage: 'voltage|ولتاژ',
  length: 'length|طول',
  width: 'width|عرض',
  height: 'height|ارتفاع|قد',
  thickness: 'thickness|ضخامت',
  diameter: 'diameter|قطر',
  scent: 'scent|fragrance|رایحه|بو',
  form: 'form|شکل|فرم',
  battery: 'battery|باتری|باطری',
  count: 'pack size|count per pack|تعداد در بسته|تعداد در کارتن',
  players: 'players|number of players|تعداد بازیکن|تعداد نفرات',
  series: 'series|collection|مجموعه|سری',
};

export const FIELD_NAMES: Lexicon = Object.entries({ ...CORE, ...CUSTOM_CONCEPTS }).map(
  ([concept, names]) => [{ kind: 'field', concept }, names] as const,
);
