/** The context of a command a request sends: who, in which workspace, and under which ids it is followed. */
import { v7 as uuidv7 } from 'uuid';
import type { UserContext } from '../../commands/draft/draft.handlers.js';
import type { Receipted } from '../../commands/receipt.js';
import { derivedId } from '../../events/event-ids.js';
import { idempotencyKeyOf } from '../idempotency/idempotency-key.js';
import { requestPrint, sha256 } from '../idempotency/request-print.js';
import { callerOf, type Request } from './request.js';
import { traceOf } from './trace.js';

/**
 * With an Idempotency-Key the same request gives the same command, which is recorded once, however old its key is.
 * `answer`: what the route answers when the command has led to a state; it is then stored with the command's events.
 * Without it, as where something is left to be done after them, it is stored before it is sent.
 */
export function commandContext<State = never>(
  request: Request,
  answer?: (state: State) => object,
): UserContext & Receipted<State> {
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
    ...(answer && request.claimed ? { receipt: request.claimed.pending(answer) } : {}),
  };
}

/** An id for this key and request. A streamed body is not part of it: it has not been read yet. */
export function repeatableId(key: string, request: Request): string {
  const { userId, workspaceId } = callerOf(request);
  return derivedId('idempotent', sha256(JSON.stringify([workspaceId, userId, requestPrint(request), key])));
}
