/** The header of the IETF's draft "The Idempotency-Key HTTP Header Field". */
import { Problem } from '../problems/problem.js';
import type { Request } from '../requests/request.js';

export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key';
export const REPLAYED_HEADER = 'idempotency-replayed';
export const IDEMPOTENCY_KEY_CHARS_MAX = 255;

/** Printable ASCII: what the draft's string may hold, and what every database keeps as it is. */
const KEY = /^[\x20-\x7e]+$/;

/** Null without the header. Throws INVALID_REQUEST. */
export function idempotencyKeyOf(request: Pick<Request, 'headers'>): string | null {
  const key = request.headers[IDEMPOTENCY_KEY_HEADER];
  if (key === undefined) return null;
  if (typeof key === 'string' && key.length <= IDEMPOTENCY_KEY_CHARS_MAX && KEY.test(key)) return key;
  throw new Problem('INVALID_REQUEST', {
    detail: `Idempotency-Key takes 1 to ${IDEMPOTENCY_KEY_CHARS_MAX} printable characters of ASCII.`,
    extensions: {
      errors: [{ path: `header.${IDEMPOTENCY_KEY_HEADER}`, message: 'empty, too long, or not ASCII' }],
    },
  });
}
