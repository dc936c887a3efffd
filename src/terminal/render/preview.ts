/** A preview as a table: what each row is now and what it will be, only the fields that change. */
import type { FieldChanges } from '../../catalogue/product.js';
import type { PlanRow } from '../client.js';
import { tableLines, type Column, type Table } from '../text/table.js';
import { formatValue, isNumeric, plural } from '../text/values.js';

/** Fields that get columns of their own; a product with fifty fields would fill the screen with one row. */
export const FIELD_COLUMNS_MAX = 6;
/** The first columns say these already. */
const NAMED_IN_FRONT = new Set(['sku', 'name']);

export type RowKind = 'add' | 'update' | 'delete' | 'get';
const MARKS: Record<RowKind, string> = { add: '+', update: '~', delete: '-', get: ' ' };
const EXCLUDED_MARK = '×';

export interface PreviewTable {
  rows: readonly PlanRow[];
  /** Number of the first row, from 1. */
  firstNumber: number;
  /** Rows answer a question: `before` is what was asked for. */
  asked?: boolean;
  excluded?: ReadonlySet<string>;
  columnsMax?: number;
}

const kindOf = ({ before, after }: PlanRow, asked: boolean): RowKind =>
  asked ? 'get' : before === null ? 'add' : after === null ? 'delete' : 'update';

export function previewLines(preview: PreviewTable): string[] {
  const { rows, columnsMax = Infinity } = preview;
  const fields = fieldsOf(rows);
  const shownFields = fields.slice(0, FIELD_COLUMNS_MAX);
  const lines = tableLines(tableOf(preview, shownFields), columnsMax);
  const hidden = fields.length - shownFields.length;
  return hidden > 0
    ? [...lines, `  and ${plural(hidden, 'further field')}: ${fields.slice(FIELD_COLUMNS_MAX).join(', ')}`]
    : lines;
}

/** In the order in which they first occur. Sku and name only where they change. */
function fieldsOf(rows: readonly PlanRow[]): string[] {
  const all = rows.flatMap(({ before, after }) => Object.keys({ ...before, ...after }));
  const changes = rows.flatMap(({ before, after }) => (before && after ? Object.keys(after) : []));
  return [...new Set(all)].filter((field) => !NAMED_IN_FRONT.has(field) || changes.includes(field));
}

function tableOf(
  { rows, firstNumber, asked = false, excluded = new Set() }: PreviewTable,
  fields: string[],
): Table {
  const columns: Column[] = [
    { title: '#', align: 'right' },
    { title: '' },
    { title: 'SKU', shrinks: true },
    { title: 'Name', shrinks: true },
  ];
  const cells = rows.map((row, at) => [
    String(firstNumber + at),
    excluded.has(row.productId) ? EXCLUDED_MARK : MARKS[kindOf(row, asked)],
    row.sku,
    row.name,
  ]);
  for (const field of fields) {
    const changed = fieldColumns(field, rows);
    columns.push(...changed.columns);
    changed.cells.forEach((values, at) => cells[at]?.push(...values));
  }
  return { columns, rows: cells };
}

/** One column when all rows have only the old or only the new value, else `before → after`. */
function fieldColumns(field: string, rows: readonly PlanRow[]): { columns: Column[]; cells: string[][] } {
  const align = isNumeric(field) ? 'right' : 'left';
  const column = (title: string): Column => ({ title, align, shrinks: align === 'left' });
  const before = rows.map((row) => valueIn(field, row.before));
  const after = rows.map((row) => valueIn(field, row.after));
  if (after.every((value) => value === ''))
    return { columns: [column(field)], cells: before.map((value) => [value]) };
  if (before.every((value) => value === ''))
    return { columns: [column(field)], cells: after.map((value) => [value]) };
  return {
    columns: [column(field), { title: '' }, column(`new ${field}`)],
    cells: rows.map((_, at) => {
      const [old = '', next = ''] = [before[at], after[at]];
      return [old, old !== '' || next !== '' ? '→' : '', next];
    }),
  };
}

/** Empty: this row says nothing about the field; “—”: it has no value. */
const valueIn = (field: string, values: FieldChanges | null): string =>
  values && Object.hasOwn(values, field) ? formatValue(field, values[field]) : '';
