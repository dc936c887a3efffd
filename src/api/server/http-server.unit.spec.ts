import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConfirmDraft, CreateDraft } from '../../commands/draft/draft.handlers.js';
import { RequestImport } from '../../commands/import/import.handlers.js';
import { StreamWriter } from '../../commands/stream-writer.js';
import { EVENT_STORE } from '../../event-store/event-store.js';
import { Authenticator } from '../../identity/authenticator.js';
import { createLogger } from '../../platform/logging/logger.js';
import { FILE_STORE, FileStoreError, type FileUpload } from '../../platform/files/file-store.js';
import { createApiModule } from '../api.module.js';
import type { ApiOptions } from '../api-options.js';
import { HttpMetrics } from '../operations/metrics.js';
import { DRAFT_WATCHER, HEALTH_REPORTER, READ_MODEL_GATE } from '../ports.js';
import { createHttpServer } from './http-server.js';

const workspaceId = randomUUID();
const userId = randomUUID();
const callers = new Map([
  ['owner-key', { userId, workspaceId, role: 'owner' }],
  ['viewer-key', { userId: randomUUID(), workspaceId, role: 'viewer' }],
]);

/** What the parts behind the API answer in one test, and what they were asked. */
interface Behind {
  command: (command: unknown) => unknown;
  query: (query: unknown) => unknown;
  gate: (readModel: string, position: bigint) => Promise<boolean>;
  authenticate: (key: string) => unknown;
  uploads: string[];
  ready: boolean;
}
const behind = {} as Behind;
const lines: Record<string, unknown>[] = [];

function fakeParts(): DynamicModule {
  const providers = [
    { provide: CommandBus, useValue: { execute: async (command: unknown) => behind.command(command) } },
    { provide: QueryBus, useValue: { execute: async (query: unknown) => behind.query(query) } },
    { provide: Authenticator, useValue: { authenticate: async (key: string) => behind.authenticate(key) } },
    { provide: EVENT_STORE, useValue: { streamRevision: async () => -1 } },
    { provide: StreamWriter, useValue: { load: async () => ({ position: 0n }) } },
    { provide: FILE_STORE, useValue: { put: storeUpload, delete: async () => undefined } },
    {
      provide: READ_MODEL_GATE,
      useValue: { waitFor: (model: string, at: bigint) => behind.gate(model, at) },
    },
    { provide: DRAFT_WATCHER, useValue: { untilParsed: async () => undefined } },
    {
      provide: HEALTH_REPORTER,
      useValue: {
        ready: async () => ({ ready: behind.ready, reason: behind.ready ? null : 'starting' }),
        components: async () => ({ store: { status: 'up' }, bus: { status: 'degraded' } }),
      },
    },
  ];
  class FakeParts {}
  Module({ providers, exports: providers.map(({ provide }) => provide) })(FakeParts);
  return { module: FakeParts };
}

async function storeUpload({ content, bytesMax, fileId }: FileUpload) {
  const pieces: Buffer[] = [];
  for await (const piece of content) pieces.push(piece);
  const whole = Buffer.concat(pieces);
  if (whole.length > bytesMax) throw new FileStoreError('FILE_TOO_LARGE', `more than ${bytesMax} bytes`);
  behind.uploads.push(whole.toString());
  return { fileId, bytes: whole.length, sha256: '', outcome: 'stored' };
}

async function startServer(options: Partial<ApiOptions> = {}): Promise<NestFastifyApplication> {
  const module = createApiModule({
    imports: [fakeParts()],
    metrics: new HttpMetrics(),
    options: {
      bodyBytesMax: 10_000,
      importBytesMax: 20_000,
      corsOrigins: [],
      limits: { drafts: 0, executions: 0, reads: 0, auth: 0 },
      ...options,
    },
  });
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return createHttpServer(module, createLogger({ level: 'debug', destination }));
}

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await startServer();
});
afterAll(() => app?.close());
beforeEach(() => {
  lines.length = 0;
  Object.assign(behind, {
    command: () => ({ accepted: true, position: 42n, revision: 0, draftId, state: { status: 'pending' } }),
    query: () => null,
    gate: async () => true,
    authenticate: (key: string) => callers.get(key) ?? null,
    uploads: [],
    ready: true,
  } satisfies Behind);
});

const draftId = randomUUID();
const drafts = '/api/v1/ai/drafts';

function send(options: InjectOptions, server = app) {
  return server.inject({
    ...options,
    headers: { authorization: 'Bearer owner-key', ...options.headers },
  });
}
const post = (url: string, payload?: unknown, headers: Record<string, string> = {}) =>
  send({ method: 'POST', url, headers, ...(payload === undefined ? {} : { payload: payload as object }) });
const get = (url: string, headers: Record<string, string> = {}) => send({ method: 'GET', url, headers });

async function expectProblem(sent: ReturnType<typeof send>, status: number, code: string) {
  const answer = await sent;
  const problem = answer.json();
  expect(problem).toMatchObject({ status, code, type: expect.stringMatching(/^urn:drafthorse:problem:/) });
  expect(problem.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(answer.statusCode).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  return { answer, problem };
}

describe('who may pass', () => {
  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic owner-key', 'owner-key', 'Bearer a b'])(
    'asks for a key when it gets %j',
    async (authorization) => {
      const headers = authorization === undefined ? {} : { authorization };
      const { answer } = await expectProblem(app.inject({ url: drafts, headers }), 401, 'UNAUTHENTICATED');
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="drafthorse"');
    },
  );

  it('says that a key is wrong', async () => {
    const wrong = app.inject({ url: drafts, headers: { authorization: 'Bearer guessed' } });
    const { answer } = await expectProblem(wrong, 401, 'UNAUTHENTICATED');
    expect(answer.headers['www-authenticate']).toContain('invalid_token');
  });

  it('asks for the key before it reads the body', async () => {
    const sent = app.inject({
      method: 'POST',
      url: drafts,
      headers: { 'content-type': 'a/b' },
      payload: '{',
    });
    await expectProblem(sent, 401, 'UNAUTHENTICATED');
  });

  it('says that the store is away, not that the key is wrong', async () => {
    behind.authenticate = () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }));
    const { answer } = await expectProblem(get(drafts), 503, 'STORE_UNAVAILABLE');
    expect(answer.headers['retry-after']).toBe('1');
  });

  it('lets a viewer look but not change', async () => {
    const viewer = { authorization: 'Bearer viewer-key' };
    behind.query = () => ({ items: [], nextCursor: null });
    expect((await get(drafts, viewer)).statusCode).toBe(200);
    await expectProblem(post(drafts, { prompt: 'x' }, viewer), 403, 'FORBIDDEN');
  });

  it.each([
    '/health/live',
    '/api/v1/health/live',
    '/health/ready',
    '/metrics',
    '/api/v1/metrics',
    '/docs',
    '/api/v1/docs',
    '/docs/openapi.json',
    '/docs/swagger-ui.css',
  ])('serves %s to everyone', async (url) => {
    expect((await app.inject(url)).statusCode).toBe(200);
  });

  it('shows details of its health to callers only', async () => {
    await expectProblem(app.inject('/health/detailed'), 401, 'UNAUTHENTICATED');
    expect((await get('/health/detailed')).json()).toMatchObject({ status: 'degraded' });
  });

  it('says when it is not ready', async () => {
    behind.ready = false;
    const answer = await app.inject('/health/ready');
    expect([answer.statusCode, answer.json()]).toEqual([503, { status: 'not_ready', reason: 'starting' }]);
  });
});

describe('what cannot be served', () => {
  it.each(['/', '/api', '/api/v1/nothing', '/api/v1/ai/drafts/1/2/3', '/%zz', '/api/v1/ai/drafts/%'])(
    'has nothing at %s',
    async (url) => {
      await expectProblem(get(url), 404, 'ROUTE_NOT_FOUND');
    },
  );

  it('names the methods of an address that exists', async () => {
    const { answer, problem } = await expectProblem(
      send({ method: 'PUT', url: drafts }),
      405,
      'METHOD_NOT_ALLOWED',
    );
    expect(answer.headers.allow).toBe('GET, HEAD, POST');
    expect(problem.allowedMethods).toContain('POST');
  });

  it.each(['{', '{"prompt":', 'prompt', "{'prompt':'x'}", '{"prompt":"x"}}'])(
    'does not guess at %s',
    async (text) => {
      await expectProblem(post(drafts, text, { 'content-type': 'application/json' }), 400, 'MALFORMED_JSON');
    },
  );

  it.each(['{"prompt":"x","__proto__":{"admin":true}}', '{"constructor":{"prototype":{"a":1}}}'])(
    'refuses the poisoned %s',
    async (text) => {
      await expectProblem(post(drafts, text, { 'content-type': 'application/json' }), 400, 'MALFORMED_JSON');
    },
  );

  it('refuses JSON nested without end', async () => {
    const text = `{"prompt":${'['.repeat(2_000)}${']'.repeat(2_000)}}`;
    await expectProblem(post(drafts, text, { 'content-type': 'application/json' }), 400, 'INVALID_REQUEST');
  });

  it.each([
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
  ])('does not take %s for JSON', async (type) => {
    await expectProblem(
      post(drafts, '{"prompt":"x"}', { 'content-type': type }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    );
  });

  it('takes as many bytes as allowed and not one more', async () => {
    const body = (bytes: number) => `{"prompt":"x"}${' '.repeat(bytes - 14)}`;
    const json = { 'content-type': 'application/json' };
    expect((await post(drafts, body(10_000), json)).statusCode).toBe(202);
    await expectProblem(post(drafts, body(10_001), json), 413, 'BODY_TOO_LARGE');
  });

  it('names every wrong place, and unknown keys as such', async () => {
    const { problem } = await expectProblem(
      post(drafts, { prompt: ' ', promt: 'x' }),
      400,
      'INVALID_REQUEST',
    );
    expect(problem.errors).toEqual([
      { path: 'body.prompt', message: expect.any(String) },
      { path: 'body.promt', message: 'unknown key' },
    ]);
  });

  it('needs a body where one is needed', async () => {
    await expectProblem(post(drafts), 400, 'EMPTY_BODY');
    await expectProblem(post(drafts, '', { 'content-type': 'application/json' }), 400, 'EMPTY_BODY');
  });

  it('shows nothing of a fault of its own but the trace to ask about it', async () => {
    behind.command = () => {
      throw new Error('password=hunter2 at /srv/secret.ts');
    };
    const { problem } = await expectProblem(post(drafts, { prompt: 'x' }), 500, 'INTERNAL_ERROR');
    expect(JSON.stringify(problem)).not.toMatch(/hunter2|secret/);
    const logged = lines.find((line) => line['msg'] === 'a request failed');
    expect(logged).toMatchObject({ traceId: problem.traceId, level: 'error' });
    expect(JSON.stringify(logged?.['err'])).toContain('hunter2');
  });
});

describe('commands', () => {
  it('answer 202 with the position they reached', async () => {
    const answer = await post(drafts, { prompt: 'x' });
    expect([answer.statusCode, answer.json()]).toEqual([202, { draftId, status: 'pending' }]);
    expect(answer.headers['drafthorse-position']).toBe('42');
  });

  it('know who asks and which trace they belong to', async () => {
    let sent: CreateDraft | undefined;
    behind.command = (command) => {
      sent = command as CreateDraft;
      return { accepted: true, position: 1n, draftId, state: { status: 'pending' } };
    };
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await post(drafts, { prompt: 'x' }, { traceparent });
    expect(sent?.context).toMatchObject({ userId, workspaceId, correlationId: 'a'.repeat(32), traceparent });
  });

  it('are one command when an idempotency key repeats, and another when anything differs', async () => {
    const sent: string[] = [];
    behind.command = (command) => {
      sent.push((command as CreateDraft).context.commandId);
      return { accepted: true, position: 1n, draftId, state: { status: 'pending' } };
    };
    const key = { 'idempotency-key': 'k1' };
    await post(drafts, { prompt: 'x' }, key);
    await post(drafts, { prompt: 'x' }, key);
    await post(drafts, { prompt: 'y' }, key);
    await post(drafts, { prompt: 'x' }, { 'idempotency-key': 'k2' });
    await post(drafts, { prompt: 'x' });
    expect(sent[0]).toBe(sent[1]);
    expect(new Set(sent).size).toBe(4);
  });

  it('refuse an idempotency key nobody can mean', async () => {
    await expectProblem(
      post(drafts, { prompt: 'x' }, { 'idempotency-key': 'k'.repeat(256) }),
      400,
      'INVALID_REQUEST',
    );
  });

  it.each(['abc', '1', `${draftId}x`, '%00', "';--"])('know no draft with the id %s', async (id) => {
    await expectProblem(post(`${drafts}/${id}/cancel`), 404, 'DRAFT_NOT_FOUND');
    await expectProblem(get(`${drafts}/${id}`), 404, 'DRAFT_NOT_FOUND');
  });

  it('tell what a draft is when it is not what it should be', async () => {
    behind.command = () => ({
      accepted: false,
      refusal: { code: 'DRAFT_NOT_CANCELLABLE', status: 'executing' },
    });
    const { problem } = await expectProblem(
      post(`${drafts}/${draftId}/cancel`),
      409,
      'DRAFT_NOT_CANCELLABLE',
    );
    expect(problem).toMatchObject({
      currentStatus: 'executing',
      allowedStatuses: expect.arrayContaining(['preview']),
    });
  });

  it('take no body, an empty one or none at all where the address says everything', async () => {
    const json = { 'content-type': 'application/json' };
    expect((await post(`${drafts}/${draftId}/cancel`, '', json)).statusCode).toBe(202);
    expect((await post(`${drafts}/${draftId}/cancel`, {})).statusCode).toBe(202);
    await expectProblem(post(`${drafts}/${draftId}/undo`, { why: 'x' }), 400, 'INVALID_REQUEST');
  });

  it('answer a moved plan with the new one', async () => {
    const planHash = `sha256:${'0'.repeat(64)}`;
    behind.command = (command) => {
      expect(command).toBeInstanceOf(ConfirmDraft);
      return { accepted: false, refusal: { code: 'PLAN_CHANGED', planHash } };
    };
    const { problem } = await expectProblem(
      post(`${drafts}/${draftId}/confirm`, { planHash }),
      409,
      'PLAN_CHANGED',
    );
    expect(problem).toMatchObject({ planHash, preview: null });
  });
});

describe('reads', () => {
  beforeEach(() => {
    behind.query = () => ({ items: [], nextCursor: null });
  });

  it('wait for the position they are asked for, by header or address, the later one', async () => {
    const asked: [string, bigint][] = [];
    behind.gate = async (readModel, position) => asked.push([readModel, position]) > 0;
    await get(drafts, { 'drafthorse-position': '7' });
    await get(`${drafts}?after=9`, { 'drafthorse-position': '8' });
    await get(drafts);
    expect(asked).toEqual([
      ['drafts', 7n],
      ['drafts', 9n],
    ]);
  });

  it('say that they are behind when the wait was in vain', async () => {
    behind.gate = async () => false;
    const { answer } = await expectProblem(get(`${drafts}?after=9`), 503, 'READ_MODEL_BEHIND');
    expect(answer.headers['retry-after']).toBe('1');
  });

  it.each(['-1', 'x', '1.5', '99999999999999999999'])('refuse the position %s', async (position) => {
    await expectProblem(get(`${drafts}?after=${position}`), 400, 'INVALID_REQUEST');
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'status=nope', 'limt=5', 'limit=1&limit=2', 'cursor='])(
    'refuse ?%s',
    async (query) => {
      await expectProblem(get(`${drafts}?${query}`), 400, 'INVALID_REQUEST');
    },
  );
});

describe('imports', () => {
  const imported = async (payload: string, type?: string) => {
    let format: string | undefined;
    behind.command = (command) => {
      format = (command as RequestImport).upload.format;
      return { accepted: true, position: 5n, state: { status: 'running' } };
    };
    const headers = type === undefined ? {} : { 'content-type': type };
    const answer = await post('/api/v1/products/import', payload, headers as Record<string, string>);
    return { answer, format };
  };

  it.each([
    ['{"sku":"a"}\n', 'application/x-ndjson', 'ndjson'],
    ['sku,name\n', 'text/csv; charset=utf-8', 'csv'],
    ['[{"sku":"a"}]', 'application/json', 'json'],
    ['\ufeff\n {"sku":"a"}\n{"sku":"b"}', 'application/json', 'ndjson'],
    ['[{"sku":"a"}]', 'text/plain', 'json'],
    ['sku,name\n', 'text/plain', 'csv'],
    ['{"sku":"a"}', 'application/x-www-form-urlencoded', 'ndjson'],
    ['{"sku":"a"}', undefined, 'ndjson'],
  ])('read %j sent as %s as %s', async (payload, type, expected) => {
    const { answer, format } = await imported(payload, type);
    expect([answer.statusCode, format]).toEqual([202, expected]);
    expect(answer.headers['drafthorse-position']).toBe('5');
    expect(answer.json()).toEqual({ importId: expect.any(String) });
    expect(behind.uploads).toEqual([payload]);
  });

  it.each(['', ' \n\t\n'])('refuse the empty upload %j', async (payload) => {
    await expectProblem(
      post('/api/v1/products/import', payload, { 'content-type': 'text/csv' }),
      400,
      'EMPTY_BODY',
    );
  });

  it('refuse what is no product list', async () => {
    const sent = post('/api/v1/products/import', 'x', { 'content-type': 'application/pdf' });
    await expectProblem(sent, 415, 'UNSUPPORTED_MEDIA_TYPE');
    const prose = post('/api/v1/products/import', 'hello', { 'content-type': 'application/json' });
    await expectProblem(prose, 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  it('take as many bytes as allowed and not one more', async () => {
    const csv = { 'content-type': 'text/csv' };
    expect((await post('/api/v1/products/import', 'x'.repeat(20_000), csv)).statusCode).toBe(202);
    await expectProblem(post('/api/v1/products/import', 'x'.repeat(20_001), csv), 413, 'BODY_TOO_LARGE');
  });
});

describe('every answer', () => {
  it('carries headers that keep browsers careful, and no name of the software', async () => {
    const { headers } = await app.inject('/health/live');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN' });
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('leaves one line that names the route and not the address', async () => {
    await get(`${drafts}?status=nope&cursor=secret`);
    expect(lines.filter((line) => line['msg'] === 'request')).toEqual([
      expect.objectContaining({ route: drafts, method: 'GET', statusCode: 400, userId, workspaceId }),
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('is counted', async () => {
    await get(drafts);
    const { payload } = await app.inject('/metrics');
    expect(payload).toContain('drafthorse_http_request_duration_seconds_bucket');
  });
});

describe('limits', () => {
  let limited: NestFastifyApplication;
  beforeAll(async () => {
    limited = await startServer({
      limits: { drafts: 2, executions: 0, reads: 0, auth: 1 },
      corsOrigins: ['https://shop.example'],
    });
  });
  afterAll(() => limited?.close());

  it('are said with every answer, and refuse one request more', async () => {
    const create = (key: string) =>
      send(
        { method: 'POST', url: drafts, payload: { prompt: 'x' }, headers: { authorization: key } },
        limited,
      );
    const first = await create('Bearer owner-key');
    expect(first.headers).toMatchObject({ 'ratelimit-limit': '2', 'ratelimit-remaining': '1' });
    await create('Bearer owner-key');
    const { answer, problem } = await expectProblem(create('Bearer owner-key'), 429, 'RATE_LIMITED');
    expect(Number(answer.headers['retry-after'])).toBe(problem.retryAfterSeconds);
    expect(answer.headers['ratelimit-remaining']).toBe('0');
    // Another user has a limit of their own.
    await expectProblem(create('Bearer viewer-key'), 403, 'FORBIDDEN');
  });

  it('stop whoever guesses keys', async () => {
    const guess = () =>
      send({ method: 'GET', url: drafts, headers: { authorization: 'Bearer guess' } }, limited);
    await expectProblem(guess(), 401, 'UNAUTHENTICATED');
    await expectProblem(guess(), 429, 'RATE_LIMITED');
  });

  it('let browser pages of a known origin in, preflight included', async () => {
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST' };
    const preflight = await limited.inject({ method: 'OPTIONS', url: drafts, headers });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers['access-control-allow-origin']).toBe('https://shop.example');
    const refused = await limited.inject({ url: drafts, headers });
    expect(refused.headers['access-control-allow-origin']).toBe('https://shop.example');
  });
});

describe('the OpenAPI document', () => {
  it('describes every route, with input as it is validated', async () => {
    const document = (await app.inject('/docs/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    const paths = Object.keys(document.paths);
    expect(paths).toContain('/api/v1/ai/drafts/{id}/confirm');
    expect(paths.every((path) => path.startsWith('/api/v1/'))).toBe(true);
    const { schema } = document.paths[drafts].post.requestBody.content['application/json'];
    expect(schema).toMatchObject({ required: ['prompt'], additionalProperties: false });
  });

  it('refers only to schemas it holds', async () => {
    const text = (await app.inject('/docs/openapi.json')).payload;
    const names = Object.keys(JSON.parse(text).components.schemas);
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference!);
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references)
      expect(names).toContain(reference.replace('#/components/schemas/', ''));
  });
});
