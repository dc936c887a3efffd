import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DRAFT_ID, DRAFTS, expectProblem, FakeApi, OWNER } from '../../../test/support/fake-api.js';
import type { CreateDraft } from '../../commands/draft/draft.handlers.js';
import type { PendingReceipt } from '../../commands/receipt.js';
import { MemoryReceipts } from '../../event-store/memory/memory-receipts.js';
import { ReceiptTaken } from '../../event-store/receipts.js';
import type { Caller } from '../../identity/caller.js';
import { IDENTITY } from '../../identity/identity.js';
import { sha256 } from './request-print.js';
import { REQUEST_SECRETS, type RequestSecrets } from './request-secrets.js';

const IMPORT = '/api/v1/products/import';
const accepting = (status = 'pending') => ({
  accepted: true,
  position: 42n,
  state: { draftId: DRAFT_ID, status },
});

let api: FakeApi;
let executed: number;
let turn = 0;
let headers: { 'idempotency-key': string };

beforeAll(async () => {
  api = await FakeApi.start();
});
afterAll(() => api?.stop());
beforeEach(() => {
  api.reset();
  executed = 0;
  headers = { 'idempotency-key': `key ${(turn += 1)}` };
  api.command = () => {
    executed += 1;
    return accepting();
  };
});

describe('a request that comes again under its key', () => {
  it('is answered as it was, and runs once', async () => {
    const first = await api.post(DRAFTS, { prompt: 'x' }, headers);
    api.command = () => accepting('preview');
    const again = await api.post(DRAFTS, { prompt: 'x' }, headers);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(again.headers['idempotency-replayed']).toBe('true');
    for (const name of ['drafthorse-position', 'content-type'])
      expect(again.headers[name]).toBe(first.headers[name]);
    expect([again.statusCode, again.body]).toEqual([first.statusCode, first.body]);
    expect(executed).toBe(1);
  });

  it('is the same one however its address is spelled', async () => {
    const first = await api.post(DRAFTS, { prompt: 'x' }, headers);
    for (const address of [`${DRAFTS}/`, DRAFTS.replace('drafts', '%64rafts'), `${DRAFTS}?after=5`]) {
      const again = await api.post(address, { prompt: 'x' }, headers);
      expect([address, again.statusCode, again.body]).toEqual([address, 202, first.body]);
    }
    expect(executed).toBe(1);
  });

  it.each([
    ['another body', 'POST', DRAFTS, { prompt: 'y' }],
    ['another route', 'POST', '/api/v1/products', { prompt: 'x' }],
    ['another id', 'POST', `${DRAFTS}/${DRAFT_ID}/cancel`, { prompt: 'x' }],
    ['a question to the address', 'POST', `${DRAFTS}?more=1`, { prompt: 'x' }],
  ] as const)('but with %s is refused', async (_, method, url, payload) => {
    await api.post(DRAFTS, { prompt: 'x' }, headers);
    await expectProblem(api.send({ method, url, headers, payload }), 422, 'IDEMPOTENCY_KEY_REUSED');
    expect(executed).toBe(1);
  });

  it('waits for nobody while it is served', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    api.command = async () => {
      begin();
      await promise;
      return accepting();
    };
    const first = api.post(DRAFTS, { prompt: 'x' }, headers).then((answer) => answer);
    await begun;
    const { answer } = await expectProblem(
      api.post(DRAFTS, { prompt: 'x' }, headers),
      409,
      'IDEMPOTENCY_KEY_IN_USE',
    );
    expect(answer.headers['retry-after']).toBe('1');
    await expectProblem(api.post(DRAFTS, { prompt: 'y' }, headers), 422, 'IDEMPOTENCY_KEY_REUSED');
    resolve();
    expect((await first).statusCode).toBe(202);
    expect((await api.post(DRAFTS, { prompt: 'x' }, headers)).body).toBe((await first).body);
  });

  it('of another user is another one', async () => {
    await api.post(DRAFTS, { prompt: 'x' }, headers);
    api.authenticate = () => ({ ...OWNER, userId: crypto.randomUUID() });
    await api.post(DRAFTS, { prompt: 'y' }, headers);
    expect(executed).toBe(2);
  });
});

describe('a refused request', () => {
  it('has used no key up: it may be asked again, and the key serve another one', async () => {
    api.command = () => ({
      accepted: false,
      refusal: { code: 'DRAFT_NOT_CANCELLABLE', status: 'executing' },
    });
    await expectProblem(
      api.post(`${DRAFTS}/${DRAFT_ID}/cancel`, undefined, headers),
      409,
      'DRAFT_NOT_CANCELLABLE',
    );
    await expectProblem(api.post(DRAFTS, { prompt: '' }, headers), 400, 'INVALID_REQUEST');
    api.command = () => accepting();
    expect((await api.post(DRAFTS, { prompt: 'x' }, headers)).statusCode).toBe(202);
  });

  it('whose fault is ours keeps its key to itself', async () => {
    api.command = () => {
      throw new TypeError('a bug');
    };
    await expectProblem(api.post(DRAFTS, { prompt: 'x' }, headers), 500, 'INTERNAL_ERROR');
    api.command = () => accepting();
    await expectProblem(api.post(DRAFTS, { prompt: 'y' }, headers), 422, 'IDEMPOTENCY_KEY_REUSED');
    expect((await api.post(DRAFTS, { prompt: 'x' }, headers)).statusCode).toBe(202);
  });
});

describe('an answer', () => {
  it('goes along with the events it tells of', async () => {
    api.command = (command) => {
      const { receipt } = (command as CreateDraft).context;
      const state = accepting().state as never;
      expect(receipt?.of(state)).toEqual({
        workspaceId: OWNER.workspaceId,
        userId: OWNER.userId,
        key: headers['idempotency-key'],
        request: expect.stringMatching(/^[0-9a-f]{64}$/),
        content: null,
        answer: { status: 202, body: `{"draftId":"${DRAFT_ID}","status":"pending"}` },
      });
      return accepting();
    };
    const answer = await api.post(DRAFTS, { prompt: 'x' }, headers);
    expect([answer.statusCode, answer.body]).toEqual([202, `{"draftId":"${DRAFT_ID}","status":"pending"}`]);
  });

  it('is given although it could not be kept', async () => {
    const { store } = api.receipts;
    api.receipts.store = () => Promise.reject(new Error('away'));
    try {
      expect((await api.post(DRAFTS, { prompt: 'x' }, headers)).statusCode).toBe(202);
      expect(api.lines.filter(({ level }) => level === 'warn' || level === 40)).toHaveLength(1);
    } finally {
      api.receipts.store = store;
    }
  });
});

describe('an upload', () => {
  const ndjson = { 'content-type': 'application/x-ndjson' };
  const upload = (content: string) => api.post(IMPORT, content, { ...headers, ...ndjson });

  it('is compared by its content', async () => {
    const content = '{"sku":"A","name":"A","price":1,"stock":1}\n';
    const first = await upload(content);
    expect(first.statusCode).toBe(202);
    const again = await upload(content);
    expect([again.statusCode, again.body, again.headers['idempotency-replayed']]).toEqual([
      202,
      first.body,
      'true',
    ]);
    await expectProblem(upload(content.replace('"A"', '"B"')), 422, 'IDEMPOTENCY_KEY_REUSED');
    expect(executed).toBe(1);
  });

  it('has its hash in its receipt', async () => {
    const content = '{"sku":"A"}\n';
    api.command = (command) => {
      const { receipt } = (command as CreateDraft).context;
      expect(receipt?.of({} as never).content).toBe(sha256(content));
      return accepting();
    };
    expect((await upload(content)).statusCode).toBe(202);
  });
});

describe('a request with a secret', () => {
  const KEYS = '/api/v1/api-keys';
  const ACCOUNTS = '/api/v1/me/accounts/elsewhere';
  let made = 0;
  const create = async (_: Caller, __: unknown, ___: string, receipt?: PendingReceipt<object>) => {
    made += 1;
    const created = { keyId: DRAFT_ID, apiKey: `dh_${made}`, scopes: ['account'], expiresAt: null };
    if (receipt) await api.receipts.store(receipt.of(created), null);
    receipt?.stored();
    return created;
  };
  const other = { ...OWNER, credential: { kind: 'session', id: crypto.randomUUID() } };
  const claimed = vi.spyOn(MemoryReceipts.prototype, 'claim');
  const stored = vi.spyOn(MemoryReceipts.prototype, 'store');
  let limited: FakeApi;
  beforeAll(async () => {
    limited = await FakeApi.start({
      limits: { drafts: 0, executions: 0, reads: 0, auth: 3 },
      publicUrl: 'http://x',
    });
    for (const each of [api, limited]) {
      const isUnscoped = async () => true;
      const begin = async () => ({ url: 'https://elsewhere.example/', memory: 'a-cookie-of-its-own' });
      const openId = { providers: { has: () => true }, begin };
      Object.assign(each.app.get<object>(IDENTITY), { apiKeys: { create, isUnscoped }, openId });
    }
  });
  afterAll(() => limited?.stop());
  beforeEach(() => {
    claimed.mockClear();
    stored.mockClear();
  });

  it('is answered as it was, of which nothing is stored as it was said', async () => {
    const first = await api.post(KEYS, { name: 'till' }, headers);
    const again = await api.post(KEYS, { name: 'till' }, headers);
    expect([again.statusCode, again.body]).toEqual([202, first.body]);
    expect(again.headers).toMatchObject({ 'idempotency-replayed': 'true', 'cache-control': 'no-store' });
    const [[receipt] = []] = stored.mock.calls;
    expect(receipt?.answer.body).toMatch(/^[\w-]{60,}$/);
    expect(Buffer.from(receipt!.answer.body, 'base64url').toString('latin1')).not.toContain('dh_');
    await expectProblem(api.post(KEYS, { name: 'another' }, headers), 422, 'IDEMPOTENCY_KEY_REUSED');
  });

  it('has a print that tells nobody what was asked who has not the key', async () => {
    await api.post(KEYS, { name: 'till' }, headers);
    const [[, print] = []] = claimed.mock.calls;
    const parts = ['POST', KEYS, {}, {}, null, { name: 'till' }, OWNER.credential];
    expect(print).toMatch(/^[0-9a-f]{64}$/);
    expect(print).not.toBe(sha256(JSON.stringify(parts)));
    // The parts are those that count, or this would hold of anything.
    const secrets = api.app.get<RequestSecrets>(REQUEST_SECRETS, { strict: false });
    expect(print).toBe(secrets.print(JSON.stringify(parts)));
  });

  it('is another one from whoever comes with another key or session, though it is the same user', async () => {
    await api.post(KEYS, { name: 'till' }, headers);
    api.authenticate = () => other;
    await expectProblem(api.post(KEYS, { name: 'till' }, headers), 422, 'IDEMPOTENCY_KEY_REUSED');
  });

  it('gets its cookie again', async () => {
    const link = () => limited.send({ method: 'POST', url: ACCOUNTS, payload: {}, headers });
    const [first, again] = [await link(), await link()];
    expect(first.headers['set-cookie']).toContain('a-cookie-of-its-own');
    expect([again.headers['set-cookie']].flat()).toEqual([first.headers['set-cookie']]);
    expect([again.body, again.headers['idempotency-replayed']]).toEqual([first.body, 'true']);
    expect(JSON.stringify(stored.mock.calls, plain)).not.toContain('a-cookie-of-its-own');
  });

  it('is not guessed at: wrong ones count like wrong passwords, and hold nobody up who takes a key of their own', async () => {
    const ask = (name: string, key: { 'idempotency-key': string } = headers) =>
      limited.post(KEYS, { name }, key);
    expect((await ask('till')).statusCode).toBe(202);
    for (const guess of ['one', 'two', 'three'])
      await expectProblem(ask(guess), 422, 'IDEMPOTENCY_KEY_REUSED');
    for (const guess of ['four', 'till']) await expectProblem(ask(guess), 429, 'RATE_LIMITED');
    expect((await ask('till', { 'idempotency-key': 'a new one' })).statusCode).toBe(202);
  });

  it('whose answer was answered by another try meanwhile is told to ask again', async () => {
    api.app.get<{ apiKeys: object }>(IDENTITY).apiKeys = {
      create: () => Promise.reject(new ReceiptTaken()),
    };
    const sent = api.post(KEYS, { name: 'till' }, headers);
    const { answer } = await expectProblem(sent, 409, 'IDEMPOTENCY_KEY_IN_USE');
    expect(answer.headers['retry-after']).toBe('1');
  });
});

const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);

it.each(['', ' '.repeat(256), 'گوشی', 'a\u0080'])('%j is no key', async (key) => {
  const sent = api.post(DRAFTS, { prompt: 'x' }, { 'idempotency-key': key });
  await expectProblem(sent, 400, 'INVALID_REQUEST');
});

it('a key on a read means nothing', async () => {
  api.query = () => ({ items: [], nextCursor: null });
  expect((await api.get(DRAFTS, headers)).statusCode).toBe(200);
  expect((await api.post(DRAFTS, { prompt: 'x' }, headers)).statusCode).toBe(202);
});
