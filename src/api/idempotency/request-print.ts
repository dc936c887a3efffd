/** What makes a request the one it is, so that another one under the same Idempotency-Key is told from it. */
import { createHash } from 'node:crypto';
import type { Request } from '../requests/request.js';
import type { RequestSecrets } from './request-secrets.js';

/**
 * A keyed hash, in hex, of everything but a streamed body. The route and its parameters stand for the address, which can be
 * spelled in many ways; the keys of a JSON body count in the order in which they came. Where the answer may hold a secret,
 * what the caller came with counts too: another key or session of the same user may be allowed less.
 */
export function requestPrint(request: Request, secrets: Pick<RequestSecrets, 'print'>): string {
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
    config.secrets ? (request.caller?.credential ?? null) : null,
  ];
  return secrets.print(JSON.stringify(parts));
}

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
