/** Says a task back in the user's language, from the task alone: what will happen is what is written here. */
import type { Condition, DataChange, Query, Task } from '../../catalogue/task.js';
import type { Language } from '../interpreter.js';

/** "Lower price by 10 % where name contains “iphone 17” and color is silver". */
export function explain(task: Task, language: Language): string {
  return language === 'fa' ? persian(task) : english(task);
}

function english(task: Task): string {
  const where =
    task.queries.length > 0 ? ` where ${task.queries.map((query) => englishQuery(query)).join(' and ')}` : '';
  const limited =
    task.limit !== undefined && task.order
      ? `the ${task.limit} with the ${task.order.direction === 'asc' ? 'lowest' : 'highest'} ${task.order.field}`
      : null;
  const scope = limited
    ? ` of ${limited}${where}`
    : where || (task.action === 'add' ? '' : ' of all products');
  if (task.action === 'add')
    return `Add a product with ${task.data.map((change) => `${change.field} ${quoted(valueOf(change))}`).join(', ')}`;
  if (task.action === 'delete')
    return limited ? `Delete ${limited}${where}` : `Delete products${where || ' (all of them)'}`;
  if (task.action === 'update') return `${capital(task.data.map(englishChange).join(' and '))}${scope}`;
  if (task.count) return `Count products${where}`;
  const asked = task.select && task.select.length > 0 ? task.select.join(', ') : 'products';
  return `Show ${asked}${asked === 'products' && !limited ? where : scope}`;
}

function valueOf(change: DataChange): string {
  return 'value' in change ? change.value : '';
}

function englishChange(change: DataChange): string {
  const { field } = change;
  const value = valueOf(change);
  switch (change.op) {
    case 'set':
      return `set ${field} to ${quotedText(value)}`;
    case 'clear':
      return `clear ${field}`;
    case 'increase_percent':
      return `raise ${field} by ${value} %`;
    case 'decrease_percent':
      return `lower ${field} by ${value} %`;
    case 'increase_by':
      return `raise ${field} by ${value}`;
    case 'decrease_by':
      return `lower ${field} by ${value}`;
    case 'multiply_by':
      return value === '2' ? `double ${field}` : `multiply ${field} by ${value}`;
    case 'divide_by':
      return value === '2' ? `halve ${field}` : `divide ${field} by ${value}`;
    case 'round_to':
      return `round ${field} to the nearest ${value}`;
  }
}

const ENGLISH_OP: Readonly<Record<Exclude<Condition['op'], 'missing' | 'contains'>, string>> = {
  eq: 'is',
  gt: 'is over',
  gte: 'is at least',
  lt: 'is under',
  lte: 'is at most',
};

function englishQuery(query: Query, nested = false): string {
  if ('any' in query)
    return bracket(query.any.map((part) => englishQuery(part, true)).join(' or '), query.any.length > 1);
  if ('all' in query)
    return bracket(
      query.all.map((part) => englishQuery(part, true)).join(' and '),
      nested && query.all.length > 1,
    );
  if ('not' in query) return `not ${bracket(englishQuery(query.not, false), !('any' in query.not))}`;
  if (query.op === 'missing') return `${query.field} is missing`;
  if (query.op === 'contains') return `${query.field} contains “${query.value}”`;
  return `${query.field} ${ENGLISH_OP[query.op]} ${query.value}`;
}

function persian(task: Task): string {
  const where =
    task.queries.length > 0
      ? `محصولاتی که ${task.queries.map((query) => persianQuery(query)).join(' و ')}`
      : 'همهٔ محصولات';
  const limited =
    task.limit !== undefined && task.order
      ? `${task.limit} تا با ${task.order.direction === 'asc' ? 'کمترین' : 'بیشترین'} ${persianField(task.order.field)} از ${where}`
      : where;
  if (task.action === 'add')
    return `افزودن محصول با ${task.data.map((change) => `${persianField(change.field)} ${quoted(valueOf(change))}`).join('، ')}`;
  if (task.action === 'delete') return `حذف ${limited}`;
  if (task.action === 'update') return `${task.data.map(persianChange).join(' و ')} برای ${limited}`;
  if (task.count) return `شمارش ${limited}`;
  const asked = (task.select ?? []).map(persianField).join('، ');
  return asked ? `نمایش ${asked} برای ${limited}` : `نمایش ${limited}`;
}

const PERSIAN_FIELD: Readonly<Record<string, string>> = {
  price: 'قیمت',
  stock: 'موجودی',
  name: 'نام',
  sku: 'کد',
  id: 'شناسه',
  category: 'دسته',
  brand: 'برند',
  color: 'رنگ',
  size: 'سایز',
  material: 'جنس',
};
function persianField(field: string): string {
  return PERSIAN_FIELD[field] ?? field;
}

function persianChange(change: DataChange): string {
  const field = persianField(change.field);
  const value = valueOf(change);
  switch (change.op) {
    case 'set':
      return `تنظیم ${field} روی ${quotedText(value)}`;
    case 'clear':
      return `خالی کردن ${field}`;
    case 'increase_percent':
      return `افزایش ${field} به میزان ${value}٪`;
    case 'decrease_percent':
      return `کاهش ${field} به میزان ${value}٪`;
    case 'increase_by':
      return `افزایش ${field} به میزان ${value}`;
    case 'decrease_by':
      return `کاهش ${field} به میزان ${value}`;
    case 'multiply_by':
      return `${value} برابر کردن ${field}`;
    case 'divide_by':
      return value === '2' ? `نصف کردن ${field}` : `تقسیم ${field} بر ${value}`;
    case 'round_to':
      return `رند کردن ${field} به نزدیک‌ترین ${value}`;
  }
}

const PERSIAN_OP: Readonly<
  Record<Exclude<Condition['op'], 'missing' | 'contains'>, (field: string, value: string) => string>
> = {
  eq: (field, value) => `${field} ${value} است`,
  gt: (field, value) => `${field} بیشتر از ${value} است`,
  gte: (field, value) => `${field} حداقل ${value} است`,
  lt: (field, value) => `${field} کمتر از ${value} است`,
  lte: (field, value) => `${field} حداکثر ${value} است`,
};

function persianQuery(query: Query): string {
  if ('any' in query) return bracket(query.any.map(persianQuery).join(' یا '), query.any.length > 1);
  if ('all' in query) return bracket(query.all.map(persianQuery).join(' و '), query.all.length > 1);
  if ('not' in query) return `چنین نیستند: ${bracket(persianQuery(query.not), true)}`;
  const field = persianField(query.field);
  if (query.op === 'missing') return `${field} ندارند`;
  if (query.op === 'contains') return `${field} شامل «${query.value}» است`;
  return PERSIAN_OP[query.op](field, query.value);
}

function bracket(text: string, really: boolean): string {
  return really && !text.startsWith('(') ? `(${text})` : text;
}

function quotedText(text: string): string {
  return /^\d+(\.\d+)?$/.test(text) ? text : quoted(text);
}

function quoted(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `“${text}”`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
