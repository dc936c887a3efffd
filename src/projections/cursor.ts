/** Opaque page cursors: any small JSON value, base64url. */
import { z } from 'zod';

export const encodeCursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A cursor that this product did not make, or made for another list. */
export class InvalidCursorError extends Error {
  readonly code = 'CURSOR_INVALID';
  constructor() {
    super('the cursor is not one of this list');
    this.name = 'InvalidCursorError';
  }
}

/** Throws InvalidCursorError. */
export function decodeCursor<T>(cursor: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new InvalidCursorError();
  }
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** One page from `limit + 1` rows: the extra row says that there is more. */
export function pageOf<Row, Item>(
  rows: Row[],
  limit: number,
  item: (row: Row) => Item,
  cursorAfter: (row: Row) => unknown,
): Page<Item> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return {
    items: kept.map(item),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursorAfter(last)) : null,
  };
}
