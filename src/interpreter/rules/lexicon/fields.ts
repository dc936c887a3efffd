/**
 * How people name the fields of a product. Left: the concept (a core column, or the usual English key of a custom
 * field); right: its names. A workspace's own key always counts as a name too, and wins over this table.
 */
import type { Lexicon } from './meaning.js';

const CORE: Readonly<Record<string, string>> = {
  price:
    'price|prices|pricing|cost|costs|rate|pricetag|price tag|selling price|sale price|list price|priced|priced at|costing|قیمت|قیمتها|بها|نرخ|فی|قیمت فروش|مبلغ|قیمت گذاری|هزینه',
  stock:
    'stock|stocks|stock level|stock levels|stock count|inventory|quantity|quantities|qty|units in stock|stock quantity|on hand|موجودی|موجودیها|انبار|موجودی انبار|تعداد موجودی|تعداد|استوک|تعداد موجود',
  name: 'name|names|title|titles|product name|نام|اسم|عنوان|نام محصول',
  sku: 'sku|skus|کدش|code|product code|item code|sku code|کد|شناسه کالا|کد کالا|کد محصول|اس کی یو|بارکد',
  id: 'id|product id|آیدی|شناسه|شناسه محصول',
  category: 'category|categories|section|دسته|دسته بندی|دسته‌بندی|گروه|رده|کتگوری|دسته ی|طبقه بندی',
  brand: 'brand|brands|manufacturer|maker|vendor|برند|مارک|سازنده|شرکت سازنده|تولیدکننده|برندها',
};

/** Concepts of custom fields; every name is also tried as the workspace's key. */
export const CUSTOM_CONCEPTS: Readonly<Record<string, string>> = {
  color: 'color|colour|colors|colours|رنگ|رنگبندی|رنگ بندی',
  size: 'size|sizes|سایز|اندازه|سایزبندی',
  material: 'material|materials|fabric|made of|made from|made out of|جنس|متریال|پارچه|جنس پارچه',
  gender: 'gender|department|sex|جنسیت|dept',
  weight: 'weight|وزن',
  warranty: 'warranty|guarantee|گارانتی|ضمانت|وارانتی',
  rating: 'rating|ratings|score|rated|امتیاز',
  tags: 'tags|tag|tagged|tagged as|tagged with|تگ|برچسب|label|labels|تگها|برچسبها',
  style: 'style|سبک|استایل',
  line: 'line|product line|خط تولید',
  type: 'type|نوع|مدل محصول',
  flavour: 'flavour|flavor|طعم|مزه',
  season: 'season|فصل',
  author: 'author|writer|نویسنده',
  publisher: 'publisher|ناشر|انتشارات',
  translator: 'translator|مترجم',
  volume: 'volume|حجم',
  capacity: 'capacity|storage|ظرفیت|حافظه',
  memory: 'memory|ram|رم',
  power: 'توان|wattage',
  description: 'description|توضیحات|توضیح',
  origin: 'origin|country of origin|کشور سازنده|کشور|مبدا',
  pages: 'page count|تعداد صفحات|صفحات',
  expiry: 'expiry|expiry date|تاریخ انقضا|انقضا',
  model: 'model|مدل',
  energy: 'energy label|energy rating|رتبه انرژی|برچسب انرژی|رده انرژی',
  packaging: 'packaging|package|بسته بندی',
  skin: 'skin type|نوع پوست',
};

export const FIELD_NAMES: Lexicon = Object.entries({ ...CORE, ...CUSTOM_CONCEPTS }).map(
  ([concept, names]) => [{ kind: 'field', concept }, names] as const,
);
