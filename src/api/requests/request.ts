/** What a request carries through the API beside Fastify's own. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../identity/caller.js';
import type { Permission } from '../../identity/permissions.js';
import type { ClaimedRequest } from '../idempotency/claimed-request.js';
import type { ReadModel } from '../ports.js';
import type { RequestEnd } from './signal.js';
import type { Trace } from './trace.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on public routes and before authentication. */
    caller: Caller | null;
    /** Null where no route was looked for: what broke before that waits for nothing. */
    end: RequestEnd | null;
    /** Null without an Idempotency-Key. */
    claimed: ClaimedRequest | null;
    /** Null until somebody asks; see `traceOf`. */
    trace: Trace | null;
  }
  interface FastifyContextConfig {
    /** Served to anybody. Every other route names what its caller must be allowed to do. */
    public?: boolean;
    needs?: Permission;
    /** The body is handed over unread, in whatever type it came; or the answer is written for minutes. */
    streams?: boolean;
    /** What it takes or answers is secret: an answer that is kept for an Idempotency-Key is sealed, and for the same key or session only. */
    secrets?: boolean;
    /** Where nobody is signed in: whose Idempotency-Keys are heeded. Without it, none are on a public route. */
    keysOf?: 'invitation';
    limit?: LimitClass;
    /** Asks for work that a job will do: refused while too much of it waits. */
    newWork?: boolean;
    /** The read models that must have reached the position a request asks for. */
    readsFrom?: readonly ReadModel[];
  }
}

/** Which of the limits per user and minute a route counts against. */
export type LimitClass = 'drafts' | 'executions' | 'reads';

export type Request = FastifyRequest;
export type Reply = FastifyReply;

/** The caller of a route that is not public. */
export function callerOf(request: Request): Caller {
  if (!request.caller) throw new Error(`a public route asked for its caller: ${request.routeOptions.url}`);
  return request.caller;
}
