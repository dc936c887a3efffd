/** The context of a command a request sends: who, in which workspace, and under which ids it is followed. */
import { v7 as uuidv7 } from 'uuid';
import type { UserContext } from '../../commands/draft/draft.handlers.js';
import type { PendingReceipt, Receipted } from '../../commands/receipt.js';
import { callerOf, type Request } from './request.js';
import { traceOf } from './trace.js';

/** Of a route whose answer is what its change gives back. */
export const receiptOf = <Answer extends object>(request: Request): PendingReceipt<Answer> | undefined =>
  request.claimed?.pending((answer: Answer) => answer);

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
  return {
    workspaceId,
    userId,
    commandId: request.claimed?.repeatableId ?? uuidv7(),
    correlationId: traceId,
    causationId: null,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(answer && request.claimed ? { receipt: request.claimed.pending(answer) } : {}),
  };
}
