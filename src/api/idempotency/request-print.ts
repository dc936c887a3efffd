/** What makes a request the one it is, so that another one under the same Idempotency-Key is told from it. */
import { createHash } from 'node:crypto';
import type { Request } from '../requests/request.js';

/**
 * SHA-256 in hex of everything but a streamed body. The route and its parameters stand for the address, which can be
 * spelled in many ways; the keys of a JSON body count in the order in which they came.
 */
export function requestPrint(request: Request): string {
  const { url, config } = request.routeOptions;
  const { after: _, ...query } = (request.query ?? {}) as Record<string, unknown>;
  const [type = ''] = (request.headers['content-type'] ?? '').split(';', 1);
  const parts = [
    request.method,
    url,
    request.params,
    query,
    request.headers['if-match'] ?? null,
    config.streams ? type.trim().toLowerCase() : (request.body ?? null),
  ];
  return sha256(JSON.stringify(parts));
}

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
