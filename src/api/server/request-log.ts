/** One line per request, and its figures for the metrics. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from '../../platform/logging/logger.js';
import { traceOf } from '../requests/trace.js';
import type { HttpMetrics } from '../operations/metrics.js';

export function observeRequests(server: FastifyInstance, logger: Logger, metrics: HttpMetrics): void {
  server.decorateRequest('trace', null);
  server.addHook('onResponse', async (request, reply) => {
    const durationMs = Math.round(reply.elapsedTime * 10) / 10;
    const route = routeOf(request);
    const { method } = request;
    const { statusCode } = reply;
    metrics.observe({ method, route, statusCode, durationMs });
    const fields = {
      traceId: traceOf(request).traceId,
      method,
      route,
      statusCode,
      durationMs,
      ...(request.caller ? { userId: request.caller.userId, workspaceId: request.caller.workspaceId } : {}),
    };
    // Probes and scrapes come every few seconds and say nothing.
    if (request.routeOptions.config?.public) logger.debug(fields, 'request');
    else logger.info(fields, 'request');
  });
}

/** The pattern, never the address: a closed set of values, and no search words in logs. */
const routeOf = (request: FastifyRequest) => (request.is404 ? 'none' : (request.routeOptions.url ?? 'none'));
