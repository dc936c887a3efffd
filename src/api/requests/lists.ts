/** What every list takes and answers: `?limit=&cursor=` → `{ items, nextCursor }`. */
import { z } from 'zod';

export const LIST_LIMIT_DEFAULT = 50;
export const LIST_LIMIT_MAX = 200;
export const CURSOR_CHARS_MAX = 2_000;

/** A whole number written in an address. */
export const WholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/, 'a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max));

/** `after` is read before the route runs; it is named here so that it is not an unknown key. */
export const ReadQuery = z.strictObject({
  after: z.string().optional().describe('Position to have been reached, as in Drafthorse-Position'),
});

export const ListQuery = ReadQuery.extend({
  limit: WholeNumber(1, LIST_LIMIT_MAX)
    .default(LIST_LIMIT_DEFAULT)
    .describe(`Items in one answer, at most ${LIST_LIMIT_MAX}`),
  cursor: z.string().min(1).max(CURSOR_CHARS_MAX).optional().describe('nextCursor of the page before'),
});

export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
