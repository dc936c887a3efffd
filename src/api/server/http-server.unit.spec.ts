import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DRAFTS, expectProblem, FakeApi, OWNER } from '../../../test/support/fake-api.js';

let api: FakeApi;
beforeAll(async () => {
  api = await FakeApi.start();
});
afterAll(() => api?.stop());
beforeEach(() => api.reset());

describe('who may pass', () => {
  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic owner-key', 'owner-key', 'Bearer a b'])(
    'asks for a key when it gets %j',
    async (authorization) => {
      const headers = authorization === undefined ? {} : { authorization };
      const { answer } = await expectProblem(
        api.app.inject({ url: DRAFTS, headers }),
        401,
        'UNAUTHENTICATED',
      );
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="drafthorse"');
    },
  );

  it('says that a key is wrong', async () => {
    const wrong = api.app.inject({ url: DRAFTS, headers: { authorization: 'Bearer guessed' } });
    const { answer } = await expectProblem(wrong, 401, 'UNAUTHENTICATED');
    expect(answer.headers['www-authenticate']).toContain('invalid_token');
  });

  it('asks for the key before it reads the body', async () => {
    const sent = api.app.inject({
      method: 'POST',
      url: DRAFTS,
      headers: { 'content-type': 'a/b' },
      payload: '{',
    });
    await expectProblem(sent, 401, 'UNAUTHENTICATED');
  });

  it('says that the store is away, not that the key is wrong', async () => {
    api.authenticate = () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }));
    const { answer } = await expectProblem(api.get(DRAFTS), 503, 'STORE_UNAVAILABLE');
    expect(answer.headers['retry-after']).toBe('1');
  });

  it('lets a viewer look but not change', async () => {
    const viewer = { authorization: 'Bearer viewer-key' };
    api.query = () => ({ items: [], nextCursor: null });
    expect((await api.get(DRAFTS, viewer)).statusCode).toBe(200);
    await expectProblem(api.post(DRAFTS, { prompt: 'x' }, viewer), 403, 'FORBIDDEN');
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
    expect((await api.app.inject(url)).statusCode).toBe(200);
  });

  it('shows details of its health to callers only', async () => {
    await expectProblem(api.app.inject('/health/detailed'), 401, 'UNAUTHENTICATED');
    expect((await api.get('/health/detailed')).json()).toMatchObject({ status: 'degraded' });
  });

  it('says when it is not ready', async () => {
    api.isReady = false;
    const answer = await api.app.inject('/health/ready');
    expect([answer.statusCode, answer.json()]).toEqual([503, { status: 'not_ready', reason: 'starting' }]);
  });
});

describe('what cannot be served', () => {
  it.each(['/', '/api', '/api/v1/nothing', '/api/v1/ai/drafts/1/2/3', '/%zz', '/api/v1/ai/drafts/%'])(
    'has nothing at %s',
    async (url) => {
      await expectProblem(api.get(url), 404, 'ROUTE_NOT_FOUND');
    },
  );

  it('names the methods of an address that exists', async () => {
    const { answer, problem } = await expectProblem(
      api.send({ method: 'PUT', url: DRAFTS }),
      405,
      'METHOD_NOT_ALLOWED',
    );
    expect(answer.headers.allow).toBe('GET, HEAD, POST');
    expect(problem.allowedMethods).toContain('POST');
  });

  it.each(['{', '{"prompt":', 'prompt', "{'prompt':'x'}", '{"prompt":"x"}}'])(
    'does not guess at %s',
    async (text) => {
      await expectProblem(
        api.post(DRAFTS, text, { 'content-type': 'application/json' }),
        400,
        'MALFORMED_JSON',
      );
    },
  );

  it.each(['{"prompt":"x","__proto__":{"admin":true}}', '{"constructor":{"prototype":{"a":1}}}'])(
    'refuses the poisoned %s',
    async (text) => {
      await expectProblem(
        api.post(DRAFTS, text, { 'content-type': 'application/json' }),
        400,
        'MALFORMED_JSON',
      );
    },
  );

  it('refuses JSON nested without end', async () => {
    const text = `{"prompt":${'['.repeat(2_000)}${']'.repeat(2_000)}}`;
    await expectProblem(
      api.post(DRAFTS, text, { 'content-type': 'application/json' }),
      400,
      'INVALID_REQUEST',
    );
  });

  it.each([
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
  ])('does not take %s for JSON', async (type) => {
    await expectProblem(
      api.post(DRAFTS, '{"prompt":"x"}', { 'content-type': type }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    );
  });

  it('takes as many bytes as allowed and not one more', async () => {
    const body = (bytes: number) => `{"prompt":"x"}${' '.repeat(bytes - 14)}`;
    const json = { 'content-type': 'application/json' };
    expect((await api.post(DRAFTS, body(10_000), json)).statusCode).toBe(202);
    await expectProblem(api.post(DRAFTS, body(10_001), json), 413, 'BODY_TOO_LARGE');
  });

  it('names every wrong place, and unknown keys as such', async () => {
    const { problem } = await expectProblem(
      api.post(DRAFTS, { prompt: ' ', promt: 'x' }),
      400,
      'INVALID_REQUEST',
    );
    expect(problem.errors).toEqual([
      { path: 'body.prompt', message: expect.any(String) },
      { path: 'body.promt', message: 'unknown key' },
    ]);
  });

  it('needs a body where one is needed', async () => {
    await expectProblem(api.post(DRAFTS), 400, 'EMPTY_BODY');
    await expectProblem(api.post(DRAFTS, '', { 'content-type': 'application/json' }), 400, 'EMPTY_BODY');
  });

  it('shows nothing of a fault of its own but the trace to ask about it', async () => {
    api.command = () => {
      throw new Error('password=hunter2 at /srv/secret.ts');
    };
    const { problem } = await expectProblem(api.post(DRAFTS, { prompt: 'x' }), 500, 'INTERNAL_ERROR');
    expect(JSON.stringify(problem)).not.toMatch(/hunter2|secret/);
    const logged = api.lines.find((line) => line['msg'] === 'a request failed');
    expect(logged).toMatchObject({ traceId: problem.traceId, level: 'error' });
    expect(JSON.stringify(logged?.['err'])).toContain('hunter2');
  });
});

describe('reads', () => {
  beforeEach(() => {
    api.query = () => ({ items: [], nextCursor: null });
  });

  it('wait for the position they are asked for, by header or address, the later one', async () => {
    const asked: [string, bigint][] = [];
    api.gate = async (readModel, position) => asked.push([readModel, position]) > 0;
    await api.get(DRAFTS, { 'drafthorse-position': '7' });
    await api.get(`${DRAFTS}?after=9`, { 'drafthorse-position': '8' });
    await api.get(DRAFTS);
    expect(asked).toEqual([
      ['drafts', 7n],
      ['drafts', 9n],
    ]);
  });

  it('say that they are behind when the wait was in vain', async () => {
    api.gate = async () => false;
    const { answer } = await expectProblem(api.get(`${DRAFTS}?after=9`), 503, 'READ_MODEL_BEHIND');
    expect(answer.headers['retry-after']).toBe('1');
  });

  it.each(['-1', 'x', '1.5', '99999999999999999999'])('refuse the position %s', async (position) => {
    await expectProblem(api.get(`${DRAFTS}?after=${position}`), 400, 'INVALID_REQUEST');
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'status=nope', 'limt=5', 'limit=1&limit=2', 'cursor='])(
    'refuse ?%s',
    async (query) => {
      await expectProblem(api.get(`${DRAFTS}?${query}`), 400, 'INVALID_REQUEST');
    },
  );
});

describe('every answer', () => {
  it('carries headers that keep browsers careful, and no name of the software', async () => {
    for (const url of ['/health/live', '/nothing', DRAFTS]) {
      const { headers } = await api.app.inject(url);
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringContaining("default-src 'self'"),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'SAMEORIGIN',
      });
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('leaves one line that names the route and not the address', async () => {
    await api.get(`${DRAFTS}?status=nope&cursor=secret`);
    expect(api.lines.filter((line) => line['msg'] === 'request')).toEqual([
      expect.objectContaining({ route: DRAFTS, method: 'GET', statusCode: 400, userId: OWNER.userId }),
    ]);
    expect(JSON.stringify(api.lines)).not.toContain('secret');
  });

  it('is counted', async () => {
    await api.get(DRAFTS);
    const { payload } = await api.app.inject('/metrics');
    expect(payload).toContain('drafthorse_http_request_duration_seconds_bucket');
  });
});

describe('limits', () => {
  let limited: FakeApi;
  beforeAll(async () => {
    limited = await FakeApi.start({
      limits: { drafts: 2, executions: 0, reads: 0, auth: 1 },
      corsOrigins: ['https://shop.example'],
    });
  });
  afterAll(() => limited?.stop());

  it('are said with every answer, and refuse one request more', async () => {
    const create = (authorization: string) => limited.post(DRAFTS, { prompt: 'x' }, { authorization });
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
    const guess = () => limited.get(DRAFTS, { authorization: 'Bearer guess' });
    await expectProblem(guess(), 401, 'UNAUTHENTICATED');
    await expectProblem(guess(), 429, 'RATE_LIMITED');
  });

  it('let browser pages of a known origin in, preflight and refusals included', async () => {
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST' };
    const preflight = await limited.app.inject({ method: 'OPTIONS', url: DRAFTS, headers });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers['access-control-allow-origin']).toBe('https://shop.example');
    const refused = await limited.app.inject({ url: DRAFTS, headers });
    expect(refused.headers['access-control-allow-origin']).toBe('https://shop.example');
  });
});

describe('time', () => {
  it.each(['GET', 'POST'] as const)(
    'is bounded for a %s, and whoever waits is told that it is up',
    async (method) => {
      const hurried = await FakeApi.start({ requestTimeoutMs: 20 });
      const given: AbortSignal[] = [];
      hurried.query = () => new Promise(() => undefined);
      hurried.command = () => new Promise(() => undefined);
      hurried.gate = async (_model, _position, { signal }) => given.push(signal) > 0;
      const payload = method === 'POST' ? { payload: { prompt: 'x' } } : {};
      const sent = hurried.send({ method, url: `${DRAFTS}?after=1`, ...payload });
      const { answer } = await expectProblem(sent, 503, 'SERVER_BUSY');
      expect(answer.headers['retry-after']).toBe('1');
      expect(given.every((signal) => signal.aborted)).toBe(true);
      await hurried.stop();
    },
  );
});

describe('the OpenAPI document', () => {
  it('describes every route, with input as it is validated', async () => {
    const document = (await api.app.inject('/docs/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    const paths = Object.keys(document.paths);
    expect(paths).toContain('/api/v1/ai/drafts/{id}/confirm');
    expect(paths.every((path) => /^\/(api\/v1|\.well-known)\//.test(path))).toBe(true);
    const { schema } = document.paths[DRAFTS].post.requestBody.content['application/json'];
    expect(schema).toMatchObject({ required: ['prompt'], additionalProperties: false });
  });

  it('refers only to schemas it holds', async () => {
    const text = (await api.app.inject('/docs/openapi.json')).payload;
    const names = Object.keys(JSON.parse(text).components.schemas);
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference!);
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references)
      expect(names).toContain(reference.replace('#/components/schemas/', ''));
  });
});
