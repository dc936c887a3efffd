/**
 * How long a request may take, and whether its client is still there. Our own, because Fastify's `handlerTimeout` and
 * `request.signal` end with the request's body: on current Node a request closes once its body was read.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.js';
import { RETRY_LATER } from '../problems/problem-of.js';
import { RequestEnd } from '../requests/signal.js';

/** From routing to the last byte of an ordinary answer. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** For uploads and exports, which take as long as the client's line needs. */
export const STREAM_TIMEOUT_MS = 600_000;

export function boundRequests(
  server: FastifyInstance,
  requestTimeoutMs: number,
  answer: (problem: Problem, request: FastifyRequest, reply: FastifyReply) => void,
): void {
  server.decorateRequest('end', null);
  server.addHook('onRequest', (request, reply, done) => {
    const end = new RequestEnd();
    request.end = end;
    const timeoutMs = request.routeOptions.config?.streams ? STREAM_TIMEOUT_MS : requestTimeoutMs;
    const timer = setTimeout(() => {
      answer(tooLate(end.isBodyAwaited), request, reply);
      end.come();
    }, timeoutMs);
    reply.raw.once('close', () => {
      clearTimeout(timer);
      end.come();
    });
    done();
  });
  server.addHook('preParsing', (request, _, __, done) => {
    if (request.end) request.end.isBodyAwaited = !request.routeOptions.config.streams;
    done();
  });
  server.addHook('preValidation', (request, _, done) => {
    if (request.end) request.end.isBodyAwaited = false;
    done();
  });
}

/** Whose fault it is: the client's, while its own body is waited for. */
function tooLate(isBodyAwaited: boolean): Problem {
  if (isBodyAwaited)
    return new Problem('REQUEST_TIMEOUT', { detail: 'The rest of the request did not arrive.' });
  return new Problem('SERVER_BUSY', { detail: 'No answer in time.', headers: RETRY_LATER });
}
