/**
 * Texts that mean something to whatever a value passes through mean nothing here: each is stored and given back as it was
 * written, or refused; nothing but what the request was about changes; and no answer is a fault of ours.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fold } from '../../src/text/fold.js';
import { catalogueOf, differencesBetween, PHONES, type Catalogue } from '../journeys/shop.js';
import type { Answer, ApiClient, ProblemBody } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { HOSTILE_KEYS, HOSTILE_TEXTS } from './hostile-texts.js';

let server: TestServer;
let api: ApiClient;
let neighbour: ApiClient;
let neighbours: Catalogue;
beforeAll(async () => {
  server = await TestServer.start();
  api = server.client;
  neighbour = (await server.createWorkspace('neighbour')).client;
  await neighbour.importCatalogue(PHONES);
  neighbours = await catalogueOf(neighbour);
  await api.importCatalogue(PHONES);
});
afterAll(() => server?.stop());

interface Product {
  sku: string;
  name: string;
  category: string | null;
  brand: string | null;
  fields: Record<string, string>;
}

/** Never ours: what is refused is the caller's, and says so. */
function expectNoFault({ status, body }: Answer<unknown>, what: string): void {
  expect({ what, status, isFault: status >= 500, body: status >= 500 ? body : null }).toMatchObject({
    isFault: false,
  });
}

async function expectOthersUntouched() {
  expect(differencesBetween(neighbours, await catalogueOf(neighbour))).toEqual([]);
  const phones = new Set(PHONES.map(({ sku }) => sku));
  const mine = new Map([...(await catalogueOf(api))].filter(([sku]) => phones.has(sku)));
  expect(differencesBetween(neighbours, mine)).toEqual([]);
}

describe('a hostile text', () => {
  let added = 0;
  const add = async (product: Partial<Product>) => {
    const sku = `INJ-${(added += 1)}`;
    const whole = { sku, name: sku, price: '1.00', stock: 1, ...product };
    return { whole, answer: await api.send<ProblemBody>('POST', '/products', whole) };
  };

  it('in any value of a product is stored and found as it was written, or refused', async () => {
    for (const text of HOSTILE_TEXTS) {
      const value = text.trim();
      const { whole, answer } = await add({
        sku: value.slice(0, 200),
        name: value,
        category: value,
        brand: value,
        fields: { note: text },
      });
      expectNoFault(answer, text);
      if (answer.status !== 202) {
        expect([answer.status, answer.body.code]).toEqual([
          expect.any(Number),
          expect.stringMatching(/INVALID_REQUEST|SKU_TAKEN/),
        ]);
        continue;
      }
      const { items } = await api.get<{ items: Product[] }>(
        `/products?sku=${encodeURIComponent(whole.sku)}`,
        answer.position,
      );
      // Skus that differ in marks alone are found together; each is still what was written.
      expect(items.filter(({ sku }) => sku === whole.sku)).toEqual([
        expect.objectContaining({ name: value, category: value, brand: value, fields: { note: text } }),
      ]);
    }
    await expectOthersUntouched();
  });

  it('in any filter of a list finds what has it, and nothing else', async () => {
    for (const text of HOSTILE_TEXTS)
      for (const [name, valueOf] of [
        ['sku', (product: Product) => product.sku],
        ['fields.note', (product: Product) => product.fields['note'] ?? null],
        ['q', null],
        ['category', null],
        ['brand', null],
      ] as const) {
        const answer = await api.send<{ items: Product[] }>(
          'GET',
          `/products?limit=200&${name}=${encodeURIComponent(text)}`,
        );
        expectNoFault(answer, `${name}=${text}`);
        if (answer.status !== 200 || valueOf === null) continue;
        // Letters of one kind count as one; a hostile text must not find what is not even alike.
        const unlike = answer.body.items.filter((product) => fold(valueOf(product) ?? '') !== fold(text));
        expect([text, unlike]).toEqual([text, []]);
      }
    await expectOthersUntouched();
  });

  it.each([
    'cursor',
    'limit',
    'asOf',
    'after',
    'status',
    'priceMin',
    'stockMax',
    'format',
    'unknown',
    'fields.',
    'fields',
    'q[]',
    '__proto__',
    'constructor',
  ])('in ?%s= is refused or means nothing', async (name) => {
    for (const text of HOSTILE_TEXTS)
      for (const path of ['/products', '/products/export', '/ai/drafts', '/change-sets', '/audit', '/usage'])
        expectNoFault(
          await api.send('GET', `${path}?${name}=${encodeURIComponent(text)}`),
          `${path} ${text}`,
        );
  });

  it('in place of an id names nothing', async () => {
    for (const text of HOSTILE_TEXTS) {
      const id = encodeURIComponent(text);
      for (const path of [
        `/products/${id}`,
        `/products/${id}/history`,
        `/ai/drafts/${id}`,
        `/ai/drafts/${id}/events`,
        `/imports/${id}`,
        `/change-sets/${id}`,
        `/dead-letters/${id}`,
      ]) {
        const { status } = await api.send('GET', path);
        expect([path, status]).toEqual([
          path,
          expect.toSatisfy((given: number) => given === 404 || given === 400),
        ]);
      }
    }
  });

  it('in a cursor that nobody gave out is refused', async () => {
    const [draft] = await api.all<{ draftId: string }>('/ai/drafts');
    const lists = [
      '/products',
      '/products?asOf=2999-01-01',
      '/change-sets',
      '/audit',
      '/dead-letters',
      '/ai/drafts',
      '/workspace/members',
    ];
    const { productId } = (await catalogueOf(api)).get('IP17-S')!;
    lists.push(`/products/${productId}/history`, ...(draft ? [`/ai/drafts/${draft.draftId}/preview`] : []));
    const id = productId;
    for (const value of [
      -1,
      2 ** 31,
      2 ** 53,
      1e300,
      '9782120838335167406',
      ['9782120838335167406', id],
      ['sku', 'a\u0000b'],
      ['sku', '\ud800'],
      ['as-of', 'x'],
      [`${'9'.repeat(400)}-01-01T00:00:00Z`, id],
      {},
      null,
      [],
      'x\u0000',
    ])
      for (const list of lists) {
        const cursor = Buffer.from(JSON.stringify(value)).toString('base64url');
        expectNoFault(
          await api.send('GET', `${list}${list.includes('?') ? '&' : '?'}cursor=${cursor}`),
          `${list} ${JSON.stringify(value)}`,
        );
      }
    for (const position of ['9223372036854775808', '9999999999999999999'])
      await api.refused('INVALID_REQUEST', 'GET', '/products', undefined, {
        headers: { 'drafthorse-position': position },
      });
  });

  it('in a header is refused or means nothing', async () => {
    const printable = HOSTILE_TEXTS.filter((text) => /^[\x20-\x7e]+$/.test(text)).map((text) => text.trim());
    for (const text of printable)
      for (const name of [
        'authorization',
        'drafthorse-position',
        'if-match',
        'idempotency-key',
        'traceparent',
        'accept',
        'content-type',
        'origin',
        'x-forwarded-for',
        'range',
        'if-none-match',
      ]) {
        const headers = { [name]: text };
        expectNoFault(await api.send('GET', '/products?limit=1', undefined, { headers }), `${name}: ${text}`);
        const id = [...(await catalogueOf(neighbour)).values()][0]!.productId;
        if (name === 'if-match')
          expectNoFault(await api.send('DELETE', `/products/${id}`, undefined, { headers }), text);
      }
    await expectOthersUntouched();
  });
});

describe('a hostile name of a field', () => {
  it('is a field like any other, or refused', async () => {
    let kept = 0;
    for (const [index, key] of HOSTILE_KEYS.entries()) {
      const sku = `KEY-${index}`;
      const raw = `{"sku":"${sku}","name":"x","price":"1","stock":1,"fields":{${JSON.stringify(key)}:"v${index}"}}`;
      const answer = await api.send<ProblemBody>('POST', '/products', undefined, {
        raw,
        headers: { 'content-type': 'application/json' },
      });
      expectNoFault(answer, key);
      if (answer.status !== 202) {
        expect(answer.body.code).toMatch(/^(INVALID_REQUEST|MALFORMED_JSON|FIELD_\w+|INVALID_VALUE)$/);
        continue;
      }
      kept += 1;
      const product = (await api.product(sku, answer.position)) as unknown as Product;
      expect(Object.entries(product.fields)).toEqual([[key, `v${index}`]]);
      const found = await api.send<{ items: Product[] }>(
        'GET',
        `/products?fields.${encodeURIComponent(key)}=v${index}`,
      );
      expectNoFault(found, key);
      if (found.status === 200) expect(found.body.items.map((item) => item.sku)).toEqual([sku]);
    }
    expect(kept).toBeGreaterThan(10);
    await expectOthersUntouched();
  });

  it('in an import is a field like any other, or a reason', async () => {
    const rows = HOSTILE_KEYS.map(
      (key, index) =>
        `{"sku":"IMP-${index}","name":"x","price":"1","stock":1,"fields":{${JSON.stringify(key)}:"v"}}`,
    );
    const done = await api.importFile(rows.join('\n'));
    expect(done.status).toBe('done');
    expect(done.added + done.rejectedCount).toBe(HOSTILE_KEYS.length);
    const csv = [['sku', 'name', 'price', 'stock', '"a\'b"', '$where'].join(), 'CSV-1,x,1,1,v,v'].join('\n');
    expect(await api.importFile(csv, 'text/csv')).toMatchObject({ status: 'done', rejectedCount: 1 });
    await expectOthersUntouched();
  });
});

describe('a hostile prompt', () => {
  it('is read, asked back or refused, and changes nothing by itself', { timeout: 240_000 }, async () => {
    const before = await catalogueOf(api);
    const drafts: string[] = [];
    for (const text of HOSTILE_TEXTS)
      for (const prompt of [text, `set the note of sku IP17-S to ${text}`]) {
        const answer = await api.send<ProblemBody & { draftId?: string }>('POST', '/ai/drafts', { prompt });
        expectNoFault(answer, prompt);
        if (answer.status === 202) drafts.push(answer.body.draftId!);
        else expect(answer.body.code).toBe('INVALID_REQUEST');
      }
    for (const draftId of drafts) {
      const draft = await api.parsed(draftId);
      expect({ prompt: draft.prompt, status: draft.status }).toEqual({
        prompt: draft.prompt,
        status: expect.stringMatching(/^(preview|clarify|failed|done)$/),
      });
      expect(draft.error?.code ?? '').not.toBe('INTERPRETER_FAILED');
    }
    expect(differencesBetween(before, await catalogueOf(api))).toEqual([]);
    await expectOthersUntouched();
  });

  it('of the longest size is read in good time, whatever it is made of', async () => {
    const pieces = [
      'a ',
      '1',
      '۱ ',
      '"',
      '(',
      'و ',
      'and ',
      'price ',
      'قیمت ',
      '% ',
      'ا',
      '\u200c',
      '-',
      '. ',
      'not ',
      'if ',
    ];
    for (const piece of pieces) {
      const prompt = `lower the price of ${piece.repeat(2_000)}`.slice(0, 2_000);
      const draft = await api.say(prompt);
      expect(draft.status).toMatch(/^(preview|clarify|failed|done)$/);
    }
  });
});

it('nothing of it was a fault, or stands in the log as one', () => {
  expect(server.running.log()).not.toContain('INTERNAL_ERROR');
});
