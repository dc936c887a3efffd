/** The trace a request belongs to (W3C Trace Context): taken from the caller, or begun here. */
import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

export interface Trace {
  /** 32 lower-case hex digits. */
  traceId: string;
  /** Passed on unchanged to events, when the caller carried one. */
  traceparent?: string;
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;
const ZERO = /^0+$/;

/** A header that breaks the standard counts as absent, as the standard asks. */
export function readTrace(header: string | string[] | undefined): Trace {
  const [traceparent, traceId, spanId] = (typeof header === 'string' && TRACEPARENT.exec(header)) || [];
  if (
    traceparent === undefined ||
    traceId === undefined ||
    spanId === undefined ||
    ZERO.test(traceId) ||
    ZERO.test(spanId)
  )
    // 122 random bits from a pool of Node's: a quarter of what asking for 16 bytes each time costs.
    return { traceId: randomUUID().replaceAll('-', '') };
  return { traceId, traceparent };
}

/** The same answer however often one request asks. */
export function traceOf(request: FastifyRequest): Trace {
  request.trace ??= readTrace(request.headers?.traceparent);
  return request.trace;
}
