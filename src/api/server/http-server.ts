/** Builds the HTTP server: Nest on Fastify, with everything that stands between a socket and a controller. */
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { RECEIPTS, type Receipts } from '../../event-store/receipts.js';
import { Authenticator } from '../../identity/authenticator.js';
import { nestLogger, type Logger } from '../../platform/logging/logger.js';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { DeclaredRoutes } from '../docs/declared-routes.js';
import { DOCS_PATHS, serveDocs } from '../docs/openapi.js';
import { BackPressure } from '../limits/back-pressure.js';
import { trustedProxies } from '../limits/client-address.js';
import { LIMIT_HEADERS } from '../limits/limit-answers.js';
import { REPLAYED_HEADER } from '../idempotency/idempotency-key.js';
import { RepeatedRequests } from '../idempotency/repeated-requests.js';
import { REQUEST_SECRETS, type RequestSecrets } from '../idempotency/request-secrets.js';
import { RateLimits } from '../limits/rate-limits.js';
import { SignInLimits } from '../limits/sign-in-limits.js';
import { HttpMetrics } from '../operations/metrics.js';
import { QueueMetrics } from '../operations/queue-metrics.js';
import { QUEUE_GAUGE, READ_MODEL_GATE, type QueueGauge, type ReadModelGate } from '../ports.js';
import { POSITION_HEADER, waitForPositions } from '../requests/position.js';
import { AllowedMethods } from './allowed-methods.js';
import { ProblemAnswers } from './answer-problem.js';
import { requireCallers } from './authentication.js';
import { answerBrokenRequest } from './broken-requests.js';
import { readBodies } from './content-types.js';
import { refuseUndeclaredRoutes, requirePermissions } from './permissions.js';
import { boundRequests, REQUEST_TIMEOUT_MS, STREAM_TIMEOUT_MS } from './deadlines.js';
import { observeRequests } from './request-log.js';
import { securityHeaders, type SecurityHeaders } from './security-headers.js';

/** How often it is looked for connections whose headers do not arrive; Node's own half a minute doubles the limit. */
const CONNECTION_CHECK_MS = 1_000;
/** A socket on which nothing moves; longer than any answer is held. */
const IDLE_SOCKET_TIMEOUT_MS = 60_000;

/**
 * `rootModule` imports the API's module (`createApiModule`). The server does not listen yet. `close()` stops
 * accepting, lets running requests end and then closes.
 */
export async function createHttpServer(
  rootModule: Type | DynamicModule,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const allowed: { methods?: AllowedMethods } = {};
  const problems = new ProblemAnswers(logger, { at: (url) => allowed.methods?.at(url) ?? [] });
  const proxies = { isTrusted: trustedProxies([]) };
  const always: { headers: SecurityHeaders } = { headers: {} };
  const adapter = fastifyAdapter(problems, proxies, always);
  const server = adapter.getInstance() as unknown as FastifyInstance;
  allowed.methods = new AllowedMethods(server);
  const declared = new DeclaredRoutes(server);
  server.addHook('onRoute', (route) => {
    const isDocs = DOCS_PATHS.some((path) => route.url === `/${path}` || route.url.startsWith(`/${path}/`));
    if (isDocs) route.config = { ...route.config, public: true };
  });
  refuseUndeclaredRoutes(server);

  const app = await NestFactory.create<NestFastifyApplication>(rootModule, adapter, {
    logger: nestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  const options = app.get<ApiOptions>(API_OPTIONS, { strict: false });
  proxies.isTrusted = trustedProxies(options.trustedProxies ?? []);
  readBodies(server, options.bodyBytesMax);
  always.headers = await securityHeaders(options.hstsSeconds ?? 0);
  await secure(app, server, options, always.headers);
  const { requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  server.server.headersTimeout = requestTimeoutMs;
  boundRequests(server, requestTimeoutMs, (...args) => problems.answer(...args));
  const metrics = app.get(HttpMetrics, { strict: false });
  observeRequests(server, logger, metrics);
  const signIns = app.get(SignInLimits, { strict: false });
  requireCallers(server, app.get(Authenticator, { strict: false }), (request) =>
    signIns.countFailure(request),
  );
  // Before what else may refuse: every answer of a limited route says what remains.
  app.get(RateLimits, { strict: false }).guard(server);
  requirePermissions(server);
  if (options.queues) {
    const gauge = app.get<QueueGauge>(QUEUE_GAUGE, { strict: false });
    new BackPressure(options.queues, gauge, new QueueMetrics(metrics.registry)).guard(server);
  }
  waitForPositions(server, app.get<ReadModelGate>(READ_MODEL_GATE, { strict: false }));
  new RepeatedRequests({
    receipts: app.get<Receipts>(RECEIPTS, { strict: false }),
    secrets: app.get<RequestSecrets>(REQUEST_SECRETS, { strict: false }),
    guesses: signIns,
    logger,
  }).guard(server);
  app.useGlobalFilters(problems);
  serveDocs(app, declared);
  await app.init();
  await server.ready();
  return app;
}

function fastifyAdapter(
  problems: ProblemAnswers,
  proxies: { isTrusted(address: string): boolean },
  always: { readonly headers: SecurityHeaders },
): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    trustProxy: (address: string) => proxies.isTrusted(address),
    requestTimeout: STREAM_TIMEOUT_MS,
    connectionTimeout: IDLE_SOCKET_TIMEOUT_MS,
    http: { connectionsCheckingInterval: CONNECTION_CHECK_MS },
    // What still arrives on an open connection while the server closes is answered as ever, then the connection ends.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    // An address that cannot be read: no hook has run.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      problems.answer(error, request, reply.headers(always.headers)),
    clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) =>
      answerBrokenRequest(error, socket, always.headers),
  });
}

/** Headers first, so that refusals carry them too. */
async function secure(
  app: NestFastifyApplication,
  server: FastifyInstance,
  { corsOrigins }: ApiOptions,
  headers: SecurityHeaders,
): Promise<void> {
  server.addHook('onRequest', (_, reply, done) => {
    void reply.headers(headers);
    done();
  });
  // Nest answers preflights before any hook of ours.
  server.addHook('onSend', (request, reply, payload, done) => {
    if (request.method === 'OPTIONS') void reply.headers(headers);
    done(null, payload);
  });
  if (corsOrigins.length > 0)
    app.enableCors({
      origin: corsOrigins.includes('*') ? '*' : corsOrigins,
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: [POSITION_HEADER, 'etag', 'retry-after', REPLAYED_HEADER, ...LIMIT_HEADERS],
      maxAge: 600,
    });
  // Its hook stands once its plugin is loaded, and must stand before the ones that refuse.
  await server.after();
}
