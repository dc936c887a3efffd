/** The context of a command a request sends: who, in which workspace, and under which ids it is followed. */
import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { UserContext } from '../../commands/draft/draft.handlers.js';
import { derivedId } from '../../events/event-ids.js';
import { Problem } from '../problems/problem.js';
import { callerOf, type Request } from './request.js';
import { traceOf } from './trace.js';

export const IDEMPOTENCY_KEY_CHARS_MAX = 255;

/** Null without the header. Throws INVALID_REQUEST. */
export function idempotencyKeyOf(request: Request): string | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && key.length > 0 && key.length <= IDEMPOTENCY_KEY_CHARS_MAX) return key;
  throw new Problem('INVALID_REQUEST', {
    detail: `Idempotency-Key takes 1 to ${IDEMPOTENCY_KEY_CHARS_MAX} characters.`,
    extensions: { errors: [{ path: 'header.idempotency-key', message: 'empty or too long' }] },
  });
}

/**
 * With an Idempotency-Key the same request gives the same command, which is recorded once. The key is bound to
 * everything that makes the request what it is, so one that is reused for another request cannot swallow it.
 */
export function commandContext(request: Request): UserContext {
  const { userId, workspaceId } = callerOf(request);
  const { traceId, traceparent } = traceOf(request);
  const key = idempotencyKeyOf(request);
  return {
    workspaceId,
    userId,
    commandId: key === null ? uuidv7() : repeatableId(key, request),
    correlationId: traceId,
    causationId: null,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** An id for this key and request. A streamed body is not part of it: it has not been read yet. */
export function repeatableId(key: string, request: Request): string {
  const { userId, workspaceId } = callerOf(request);
  const body = request.routeOptions.config.streams ? null : (request.body ?? null);
  const [path] = request.url.split('?', 1);
  const ifMatch = request.headers['if-match'] ?? null;
  const parts = JSON.stringify([workspaceId, userId, request.method, path, ifMatch, body, key]);
  return derivedId('idempotent', createHash('sha256').update(parts).digest('hex'));
}
