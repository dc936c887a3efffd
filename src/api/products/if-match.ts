/** The version a change by hand was made from, as `If-Match` carries it: `4`, or the ETag `"4"`. */
import { Problem } from '../problems/problem.js';
import type { Request } from '../requests/request.js';

/** Throws IF_MATCH_REQUIRED, INVALID_REQUEST. */
export function expectedVersion(request: Pick<Request, 'headers'>): number {
  const header = request.headers['if-match'];
  if (header === undefined)
    throw new Problem('IF_MATCH_REQUIRED', {
      detail: 'Send If-Match with the version of the product that you read.',
    });
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header.trim())?.[1];
  if (version !== undefined) return Number(version);
  throw new Problem('INVALID_REQUEST', {
    detail: 'If-Match takes one version number, such as 4.',
    extensions: { errors: [{ path: 'header.if-match', message: 'not a version number' }] },
  });
}

export const etagOf = (version: number) => `"${version}"`;
