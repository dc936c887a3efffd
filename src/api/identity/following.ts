import { traceOf } from '../requests/trace.js';
import type { Request } from '../requests/request.js';

/** Under which ids what people do to memberships is followed. */
export function followingOf(request: Request) {
  const { traceId, traceparent } = traceOf(request);
  return { correlationId: traceId, ...(traceparent === undefined ? {} : { traceparent }) };
}
