/** Requests that come again under their Idempotency-Key: one effect and one answer, whatever happens in between. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { crashAt, describePoint, type CrashPoint } from '../support/crash-point.js';
import { stopProgram, TestServer, type RunningProgram } from '../support/server.js';
import { until } from '../support/until.js';
import { rawRequest, type RawAnswer, type RawRequest } from '../security/raw-request.js';
import { PHONES } from '../journeys/shop.js';

interface Sent extends Omit<RawRequest, 'body' | 'path'> {
  /** Below /api/v1. */
  path: string;
  json?: unknown;
  raw?: string;
}

let server: TestServer;
let api: ApiClient;

beforeAll(async () => {
  server = await TestServer.start({ entry: 'test/support/crashing-main.ts' });
  api = server.client;
  await api.importCatalogue(PHONES);
});
afterAll(() => server?.stop());

const send = (
  { method = 'POST', path, json, raw, headers = {} }: Sent,
  key: string,
  url = server.url,
): Promise<RawAnswer> => {
  const body = raw ?? (json === undefined ? undefined : JSON.stringify(json));
  return rawRequest(url, {
    method,
    path: `/api/v1${path}`,
    headers: {
      authorization: `Bearer ${server.apiKey}`,
      'idempotency-key': key,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
};

/** What people have done, as the log has it; what jobs do goes on meanwhile. */
async function doneByPeople(): Promise<number> {
  const { rows } = await server.data.database.query<{ events: string }>(
    "SELECT count(*) AS events FROM events WHERE metadata->>'causationId' IS NULL",
  );
  return Number(rows[0]!.events);
}

const told = ({ status, headers, body }: RawAnswer) => ({
  status,
  body,
  position: headers['drafthorse-position'],
  type: headers['content-type'],
});

/** Sends it three times, the last time at another process, and once as another request under the same key. */
async function sendAgain(asked: Sent, other: RunningProgram): Promise<unknown> {
  const key = randomUUID();
  const first = await send(asked, key);
  expect([first.status, first.body]).toEqual([202, expect.any(String)]);
  expect(first.headers['idempotency-replayed']).toBeUndefined();
  const done = await doneByPeople();
  for (const url of [server.url, other.url]) {
    const again = await send(asked, key, url);
    expect(told(again)).toEqual(told(first));
    expect(again.headers['idempotency-replayed']).toBe('true');
  }
  const another = await send({ ...asked, ...different(asked) }, key);
  expect([another.status, JSON.parse(another.body)]).toMatchObject([422, { code: 'IDEMPOTENCY_KEY_REUSED' }]);
  expect(await doneByPeople()).toBe(done);
  return JSON.parse(first.body) as unknown;
}

const different = ({ raw, json, path }: Sent): Partial<Sent> =>
  raw !== undefined
    ? { raw: raw.replace('Cup', 'Mug') }
    : json === undefined
      ? { path: `${path}?twice=1` }
      : { json: { ...(json as object), more: 'of it' } };

describe('every change that is asked for twice', () => {
  let other: RunningProgram;
  beforeAll(async () => {
    other = await server.another();
  });
  afterAll(async () => {
    if (other) await stopProgram(other);
  });

  const again = (asked: Sent) => sendAgain(asked, other);

  it('is one draft, one confirmation and one undo', async () => {
    const json = { prompt: 'lower the price of sku IP17-S by 10%' };
    const { draftId } = (await again({ path: '/ai/drafts', json })) as { draftId: string };
    const { preview } = await api.previewOf(draftId);
    await again({ path: `/ai/drafts/${draftId}/confirm`, json: { planHash: preview.planHash } });
    await api.until(draftId, 'done');
    const undo = (await again({ path: `/ai/drafts/${draftId}/undo` })) as { draftId: string };
    expect((await api.previewOf(undo.draftId)).undoOf?.draftId).toBe(draftId);
    await again({ path: `/ai/drafts/${undo.draftId}/cancel` });
    expect(await api.history((await api.product('IP17-S')).productId)).toHaveLength(2);
  });

  it('is one answer to a question', async () => {
    const { draftId, status } = await api.say('lower the price of "iphone 17 silber" by 10%');
    expect(status).toBe('clarify');
    await again({ path: `/ai/drafts/${draftId}/answer`, json: { text: 'IP17-S' } });
  });

  it('is one product, changed and deleted once', async () => {
    const json = { sku: 'CUP-1', name: 'Cup', price: '4.00', stock: 3 };
    await again({ path: '/products', json });
    const { productId } = await until('the product is shown', () => api.product('CUP-1'));
    const at = (version: number) => ({ headers: { 'if-match': String(version) } });
    await again({ method: 'PATCH', path: `/products/${productId}`, json: { stock: 4 }, ...at(1) });
    await again({ method: 'DELETE', path: `/products/${productId}`, ...at(2) });
    expect(await api.history(productId)).toHaveLength(3);
  });

  it('is one import', async () => {
    const raw = '{"sku":"CUP-2","name":"Cup","price":"4.00","stock":3}\n';
    const headers = { 'content-type': 'application/x-ndjson' };
    const { importId } = (await again({ path: '/products/import', raw, headers })) as { importId: string };
    expect(await api.finishedImport(importId)).toMatchObject({ status: 'done', added: 1 });
  });
});

describe('a request that is refused', () => {
  it('may be sent again under its key once it can be served', async () => {
    const { productId } = await api.product('IP16-S');
    const key = randomUUID();
    const patch = { method: 'PATCH', path: `/products/${productId}`, json: { stock: 8 } };
    expect((await send(patch, key)).status).toBe(428);
    expect((await send({ ...patch, headers: { 'if-match': '1' } }, key)).status).toBe(202);
  });
});

describe('fifty at once', () => {
  it('are one effect, and the others are told to wait', async () => {
    const key = randomUUID();
    const asked = { path: '/ai/drafts', json: { prompt: 'cheapest phone?' } };
    const before = await doneByPeople();
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(asked, key)));
    const accepted = answers.filter(({ status }) => status === 202);
    const waiting = answers.filter(({ status }) => status === 409);
    expect(accepted.length).toBeGreaterThanOrEqual(1);
    expect(accepted.length + waiting.length).toBe(50);
    expect(new Set(accepted.map(({ body }) => body)).size).toBe(1);
    for (const { headers, body } of waiting) {
      expect(JSON.parse(body)).toMatchObject({ code: 'IDEMPOTENCY_KEY_IN_USE' });
      expect(headers['retry-after']).toBe('1');
    }
    expect(await doneByPeople()).toBe(before + 1);
    expect(told(await send(asked, key))).toEqual(told(accepted[0]!));
  });
});

describe('a program that dies over a request', () => {
  /** The same request until it is answered: by a program that is there, with something else than "wait". */
  const patiently = (asked: Sent, key: string) =>
    until('the request is answered', async () => {
      const answer = await send(asked, key);
      return answer.status === 409 && answer.body.includes('IDEMPOTENCY_KEY_IN_USE') ? null : answer;
    });

  const dieOver = async (point: CrashPoint, asked: Sent, key: string) => {
    await server.running.ask(point);
    await expect(send(asked, key)).rejects.toThrow();
    await server.exit();
    await server.restart();
  };

  it.each([crashAt('before', 'append:DraftCreated'), crashAt('after', 'append:DraftCreated')])(
    '$moment its events are stored has created one draft',
    async (point) => {
      const key = randomUUID();
      const asked = {
        path: '/ai/drafts',
        json: { prompt: `stock of sku CASE-1? (${describePoint(point)})` },
      };
      const before = await doneByPeople();
      await dieOver(point, asked, key);
      const other = await send({ ...asked, json: { prompt: 'something else' } }, key);
      expect([other.status, JSON.parse(other.body)]).toMatchObject([422, { code: 'IDEMPOTENCY_KEY_REUSED' }]);
      const answer = await patiently(asked, key);
      expect([answer.status, JSON.parse(answer.body)]).toMatchObject([202, { status: 'pending' }]);
      expect(answer.headers['idempotency-replayed']).toBe(point.moment === 'after' ? 'true' : undefined);
      expect(await doneByPeople()).toBe(before + 1);
      const { draftId } = JSON.parse(answer.body) as { draftId: string };
      await api.get(`/ai/drafts/${draftId}`, answer.headers['drafthorse-position'] as string);
      expect(told(await send(asked, key))).toEqual(told(answer));
    },
  );

  it.each([crashAt('before', 'append:ProductsChanged'), crashAt('after', 'append:ProductsChanged')])(
    '$moment its events are stored has changed a product once',
    async (point) => {
      const { productId, version, stock } = await api.product('CASE-1');
      const key = randomUUID();
      const asked = {
        method: 'PATCH',
        path: `/products/${productId}`,
        json: { stock: stock + 1 },
        headers: { 'if-match': String(version) },
      };
      await dieOver(point, asked, key);
      const answer = await patiently(asked, key);
      expect(answer.status).toBe(202);
      const position = answer.headers['drafthorse-position'] as string;
      expect(await api.product('CASE-1', position)).toMatchObject({ version: version + 1, stock: stock + 1 });
      const { changeSetId } = JSON.parse(answer.body) as { changeSetId: string };
      expect((await api.changeSet(changeSetId)).changes).toHaveLength(1);
      expect(told(await send(asked, key))).toEqual(told(answer));
    },
  );
});
