import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, PreviewedDraft } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { catalogueOf, differencesBetween, PHONES, type Catalogue } from './shop.js';

/** Small enough that a body above it fits into the socket: a larger one is cut off before the answer is read. */
const BODY_BYTES_MAX = 65_536;

let server: TestServer;
let api: ApiClient;
let stranger: ApiClient;
let draft: PreviewedDraft;
let before: Catalogue;
let eventsBefore: number;
beforeAll(async () => {
  server = await TestServer.start({ environment: { BODY_BYTES_MAX: String(BODY_BYTES_MAX) } });
  api = (await server.createWorkspace('first')).client;
  stranger = (await server.createWorkspace('second')).client;
  await api.importCatalogue(PHONES);
  draft = await api.preview('lower the price of all phones by 10%');
  before = await catalogueOf(api);
  eventsBefore = await eventCount();
});
afterAll(() => server?.stop());

/** Of the whole installation: a refused request leaves no event anywhere. */
async function eventCount(): Promise<number> {
  const { rows } = await server.data.database.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM events',
  );
  return rows[0]!.count;
}

async function expectNothingChanged() {
  expect(await eventCount()).toBe(eventsBefore);
  expect(differencesBetween(before, await catalogueOf(api))).toEqual([]);
}

const PROMPT = 'lower the price of all phones by 10%';
const json = (raw: string) => ({ raw, headers: { 'content-type': 'application/json' } });

describe('a body that is not what it should be', () => {
  it.each([
    { what: 'JSON that breaks off', code: 'MALFORMED_JSON', raw: '{"prompt": "x"' },
    { what: 'no JSON at all', code: 'MALFORMED_JSON', raw: 'prompt=x' },
    { what: 'an empty body', code: 'EMPTY_BODY', raw: '' },
    { what: 'an array', code: 'INVALID_REQUEST', raw: '[]' },
    { what: 'null', code: 'INVALID_REQUEST', raw: 'null' },
    { what: 'a number', code: 'INVALID_REQUEST', raw: '7' },
    { what: 'an unknown key', code: 'INVALID_REQUEST', raw: JSON.stringify({ prompt: PROMPT, admin: true }) },
    { what: 'a prompt that is a number', code: 'INVALID_REQUEST', raw: '{"prompt": 5}' },
    { what: 'an empty prompt', code: 'INVALID_REQUEST', raw: '{"prompt": "   "}' },
    {
      what: 'a prompt of 2001 characters',
      code: 'INVALID_REQUEST',
      raw: JSON.stringify({ prompt: 'x'.repeat(2_001) }),
    },
    { what: 'a prompt with U+0000', code: 'INVALID_REQUEST', raw: '{"prompt": "lower \\u0000 it"}' },
    { what: 'half a surrogate pair', code: 'INVALID_REQUEST', raw: '{"prompt": "lower \\ud800 it"}' },
    {
      what: 'a clientRequestId that is an object',
      code: 'INVALID_REQUEST',
      raw: JSON.stringify({ prompt: PROMPT, clientRequestId: {} }),
    },
    {
      what: 'a __proto__ key',
      code: 'INVALID_REQUEST|MALFORMED_JSON',
      raw: `{"prompt": "${PROMPT}", "__proto__": {"role": "owner"}}`,
    },
    {
      what: 'a constructor key',
      code: 'INVALID_REQUEST|MALFORMED_JSON',
      raw: `{"prompt": "${PROMPT}", "constructor": {"prototype": {"x": 1}}}`,
    },
  ])('is refused: $what', async ({ code, raw }) => {
    const answer = await api.send<{ code: string }>('POST', '/ai/drafts', undefined, json(raw));
    expect(answer.body.code).toMatch(new RegExp(`^(${code})$`));
    await api.refused(answer.body.code, 'POST', '/ai/drafts', undefined, json(raw));
    await expectNothingChanged();
  });

  it('is refused in a confirmation', async () => {
    const path = `/ai/drafts/${draft.draftId}/confirm`;
    const { planHash } = draft.preview;
    for (const body of [
      {},
      { planHash: 'sha256:short' },
      { planHash, exclude: 'all' },
      { planHash, exclude: ['not-an-id'] },
      { planHash, secondConfirmation: 'yes' },
      { planHash, secondConfirmation: false },
      {
        planHash,
        editedPreview: [{ productId: draft.preview.rows[0]!.productId, after: { price: { amount: 1 } } }],
      },
      { planHash, editedPreview: [{ after: { price: '1.00' } }] },
      { planHash, rows: [] },
    ])
      await api.refused('INVALID_REQUEST', 'POST', path, body);
    const { productId } = draft.preview.rows[0]!;
    const polluted = `{"planHash": "${planHash}", "editedPreview": [{"productId": "${productId}", "after": {"__proto__": {"price": "0.00"}}}]}`;
    const answer = await api.send<{ code: string; status: number }>('POST', path, undefined, json(polluted));
    expect({ status: answer.status, code: answer.body.code }).toEqual({
      status: expect.toSatisfy((status: number) => status === 400 || status === 422),
      code: expect.stringMatching(/^(INVALID_REQUEST|MALFORMED_JSON|CONFIRMATION_INVALID)$/),
    });
    await expectNothingChanged();
  });

  it('is refused in a product', async () => {
    const good = { sku: 'X-1', name: 'X', price: '1.00', stock: 1 };
    for (const body of [
      { ...good, sku: '' },
      { ...good, price: '-1' },
      { ...good, price: '1.234' },
      { ...good, price: '1e3' },
      { ...good, price: null },
      { ...good, stock: '1' },
      { ...good, stock: -1 },
      { ...good, stock: 2 ** 31 },
      { ...good, name: 'x'.repeat(501) },
      { ...good, fields: { price: '1.00' } },
      { ...good, fields: { 'a/b': 'x' } },
      { ...good, fields: { color: 5 } },
      { ...good, version: 9 },
      { sku: 'X-1' },
    ])
      await api.refused('INVALID_REQUEST', 'POST', '/products', body);
    const { productId } = before.get('CASE-1')!;
    const headers = { 'if-match': '1' };
    for (const body of [{}, { price: 'free' }, { stock: 1.5 }, { productId }, { fields: { sku: 'x' } }])
      await api.refused('INVALID_REQUEST', 'PATCH', `/products/${productId}`, body, { headers });
    await api.refused(
      'INVALID_REQUEST',
      'PATCH',
      `/products/${productId}`,
      { stock: 1 },
      { headers: { 'if-match': '*' } },
    );
    await expectNothingChanged();
  });

  it('is refused when it is too large or of another type', async () => {
    const raw = JSON.stringify({ prompt: 'x'.repeat(BODY_BYTES_MAX) });
    await api.refused('BODY_TOO_LARGE', 'POST', '/ai/drafts', undefined, json(raw));
    await api.refused('UNSUPPORTED_MEDIA_TYPE', 'POST', '/ai/drafts', undefined, {
      raw: '<prompt/>',
      headers: { 'content-type': 'application/xml' },
    });
    await expectNothingChanged();
  });

  it('is taken when it is a prompt of exactly 2000 characters', async () => {
    const own = (await server.createWorkspace('long')).client;
    await own.importCatalogue(PHONES);
    const asked = await own.say(`${PROMPT} ${'please '.repeat(300)}`.slice(0, 2_000).padEnd(2_000, '!'));
    expect(['preview', 'clarify', 'failed']).toContain(asked.status);
    eventsBefore = await eventCount();
  });
});

describe('an address', () => {
  it('of something that is not there is "not found", whatever is asked of it', async () => {
    for (const id of [randomUUID(), 'no-id', '%00', '1%27%20OR%201=1', '../products']) {
      const encoded = encodeURIComponent(id);
      await api.refused('DRAFT_NOT_FOUND', 'GET', `/ai/drafts/${encoded}`);
      await api.refused('PRODUCT_NOT_FOUND', 'GET', `/products/${encoded}`);
      await api.refused('PRODUCT_NOT_FOUND', 'GET', `/products/${encoded}/history`);
      await api.refused('CHANGE_SET_NOT_FOUND', 'GET', `/change-sets/${encoded}`);
      await api.refused('IMPORT_NOT_FOUND', 'GET', `/imports/${encoded}`);
    }
    const id = randomUUID();
    await api.refused('DRAFT_NOT_FOUND', 'POST', `/ai/drafts/${id}/cancel`);
    await api.refused('DRAFT_NOT_FOUND', 'POST', `/ai/drafts/${id}/undo`);
    await api.refused('DRAFT_NOT_FOUND', 'POST', `/ai/drafts/${id}/answer`, { text: 'yes' });
    await api.refused('DRAFT_NOT_FOUND', 'POST', `/ai/drafts/${id}/confirm`, {
      planHash: draft.preview.planHash,
    });
    await api.refused('ROUTE_NOT_FOUND', 'GET', '/nothing/here');
    await api.refused('METHOD_NOT_ALLOWED', 'PUT', '/ai/drafts');
    await expectNothingChanged();
  });

  it('with a query that means nothing is refused', async () => {
    for (const path of [
      '/products?limit=0',
      '/products?limit=201',
      '/products?limit=ten',
      '/products?limit=1&limit=2',
      '/products?asOf=yesterday',
      '/products?priceMin=cheap',
      '/ai/drafts?unknown=1',
      '/audit?userId=me',
      '/products?after=-1',
      '/products/export?format=xml',
    ])
      await api.refused('INVALID_REQUEST', 'GET', path);
    await api.refused('CURSOR_INVALID', 'GET', '/products?cursor=AAAA');
  });
});

describe('another workspace', () => {
  it('sees nothing of the first one', async () => {
    expect(await stranger.products()).toEqual([]);
    expect(await stranger.changeSets()).toEqual([]);
    expect(await stranger.all('/ai/drafts')).toEqual([]);
    const trail = await stranger.audit();
    expect(new Set(trail.map(({ type }) => type))).toEqual(new Set(['WorkspaceCreated', 'MemberAdded']));
    const { body } = await stranger.expectStatus<string>(200, 'GET', '/products/export?format=ndjson');
    expect(body.trim()).toBe('');
    const counted = await stranger.say('how many phones do we have?');
    expect(counted.preview?.summary.matched ?? 0).toBe(0);
    eventsBefore = await eventCount();
  });

  it('cannot look at, change or take back what is the first one’s', async () => {
    const { productId } = before.get('IP17-S')!;
    const [{ changeSetId } = { changeSetId: '' }] = await api.changeSets();
    const path = `/ai/drafts/${draft.draftId}`;
    await stranger.refused('DRAFT_NOT_FOUND', 'GET', path);
    await stranger.refused('DRAFT_NOT_FOUND', 'GET', `${path}/events`);
    await stranger.refused('DRAFT_NOT_FOUND', 'GET', `${path}/preview`);
    await stranger.refused('DRAFT_NOT_FOUND', 'POST', `${path}/cancel`);
    await stranger.refused('DRAFT_NOT_FOUND', 'POST', `${path}/undo`);
    await stranger.refused('DRAFT_NOT_FOUND', 'POST', `${path}/answer`, { text: 'yes' });
    await stranger.refused('DRAFT_NOT_FOUND', 'POST', `${path}/confirm`, {
      planHash: draft.preview.planHash,
    });
    await stranger.refused('PRODUCT_NOT_FOUND', 'GET', `/products/${productId}`);
    await stranger.refused('PRODUCT_NOT_FOUND', 'GET', `/products/${productId}/history`);
    const headers = { 'if-match': '1' };
    await stranger.refused('PRODUCT_NOT_FOUND', 'PATCH', `/products/${productId}`, { stock: 1 }, { headers });
    await stranger.refused('PRODUCT_NOT_FOUND', 'DELETE', `/products/${productId}`, undefined, { headers });
    await stranger.refused('CHANGE_SET_NOT_FOUND', 'GET', `/change-sets/${changeSetId}`);
    expect(await stranger.all(`/audit?streamId=draft-${draft.draftId}`)).toEqual([]);
    await expectNothingChanged();
    expect((await api.draft(draft.draftId)).status).toBe('preview');
  });

  it('may have the same skus, and changes only its own', async () => {
    await stranger.importCatalogue(PHONES);
    await stranger.apply('set the price of sku IP17-S to 5');
    expect((await stranger.product('IP17-S')).price).toBe('5.00');
    expect(differencesBetween(before, await catalogueOf(api))).toEqual([]);
    eventsBefore = await eventCount();
  });
});

describe('a caller without a valid key', () => {
  it.each(['', 'wrong', 'Bearer', 'x'.repeat(600)])('is turned away: “%s”', async (key) => {
    const nobody = server.clientWithKey(key);
    await nobody.refused('UNAUTHENTICATED', 'GET', '/products');
    await nobody.refused('UNAUTHENTICATED', 'POST', '/ai/drafts', { prompt: PROMPT });
    await nobody.refused('UNAUTHENTICATED', 'GET', `/ai/drafts/${draft.draftId}`);
    await expectNothingChanged();
  });
});
