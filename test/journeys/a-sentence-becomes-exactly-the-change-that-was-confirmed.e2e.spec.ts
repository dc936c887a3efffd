import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApiClient, ProblemBody } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { catalogueOf, differencesBetween, many, PERSIAN, PHONES } from './shop.js';

const SECOND_CONFIRMATION_ROWS = 60;

let server: TestServer;
let api: ApiClient;
beforeAll(async () => {
  server = await TestServer.start({
    environment: { SECOND_CONFIRMATION_ROWS: String(SECOND_CONFIRMATION_ROWS) },
  });
});
afterAll(() => server?.stop());
beforeEach(async () => {
  api = (await server.createWorkspace('sentences')).client;
});

describe('a change by sentence', () => {
  it.each([
    {
      prompt: 'lower the price of silver iphone 17 by 10%',
      language: 'en',
      differences: [
        { sku: 'IP17-S', before: { price: '1000.00' }, after: { price: '900.00' } },
        // 1299.99 × 0.9 = 1169.991
        { sku: 'IP17P-S', before: { price: '1299.99' }, after: { price: '1169.99' } },
      ],
    },
    {
      prompt: 'set the stock of sku CASE-1 to 12',
      language: 'en',
      differences: [{ sku: 'CASE-1', before: { stock: 50 }, after: { stock: 12 } }],
    },
    {
      prompt: 'قیمت همه موبایل‌ها رو ۱۰ درصد ببر بالا',
      language: 'fa',
      differences: [
        { sku: 'FA-1', before: { price: '90000000.00' }, after: { price: '99000000.00' } },
        { sku: 'FA-2', before: { price: '45000000.00' }, after: { price: '49500000.00' } },
      ],
    },
    {
      prompt: 'قیمت کفش ورزشی زنانه رو ۵۰ هزار تومان کم کن',
      language: 'fa',
      differences: [{ sku: 'FA-4', before: { price: '900000.00' }, after: { price: '850000.00' } }],
    },
  ])('shows, and then does, exactly this: $prompt', async ({ prompt, language, differences }) => {
    await api.importCatalogue([...PHONES, ...PERSIAN]);
    const before = await catalogueOf(api);
    const draft = await api.preview(prompt);
    expect(draft.language).toBe(language);
    expect(draft.preview.summary).toEqual({
      matched: differences.length,
      changed: differences.length,
      unchanged: 0,
    });
    expect(draft.preview.requires).toEqual(['confirmation']);
    const shown = draft.preview.rows.map(({ sku, before: was, after }) => ({ sku, before: was, after }));
    expect(shown.sort((left, right) => (left.sku < right.sku ? -1 : 1))).toEqual(differences);
    expect(differencesBetween(before, await catalogueOf(api))).toEqual([]);

    await api.confirm(draft);
    const done = await api.until(draft.draftId, 'done');
    const after = await catalogueOf(api);
    expect(differencesBetween(before, after)).toEqual(differences);
    const changeSet = await api.changeSet(done.changeSetId!);
    expect(changeSet).toMatchObject({
      draftId: draft.draftId,
      total: differences.length,
      updated: differences.length,
    });
    for (const row of draft.preview.rows) {
      expect(after.get(row.sku)!.version).toBe(row.version + 1);
      expect(changeSet.changes).toContainEqual({
        productId: row.productId,
        version: row.version + 1,
        op: 'update',
        before: row.before,
        after: row.after,
      });
    }
  });

  it('that is already so changes nothing, and cannot be confirmed', async () => {
    await api.importCatalogue(PHONES);
    const draft = await api.preview('set the stock of sku IP16-S to 7');
    expect(draft.preview.summary).toEqual({ matched: 1, changed: 0, unchanged: 1 });
    await api.refused('NOTHING_TO_CHANGE', 'POST', `/ai/drafts/${draft.draftId}/confirm`, {
      planHash: draft.preview.planHash,
    });
  });

  it('adds a product under the sku that was said', async () => {
    await api.importCatalogue(PHONES);
    const before = await catalogueOf(api);
    const draft = await api.preview('add a product named Blue Mug with sku MUG-1, price 12.50 and stock 30');
    expect(draft.preview.rows).toMatchObject([
      { sku: 'MUG-1', before: null, after: { price: '12.50', stock: 30 } },
    ]);
    await api.confirm(draft);
    await api.until(draft.draftId, 'done');
    expect(differencesBetween(before, await catalogueOf(api))).toEqual([
      {
        sku: 'MUG-1',
        before: null,
        after: expect.objectContaining({ name: 'Blue Mug', price: '12.50', stock: 30 }),
      },
    ]);
  });

  it('deletes what was shown, and nothing beside it', async () => {
    await api.importCatalogue(PHONES);
    const before = await catalogueOf(api);
    const draft = await api.preview('delete all black phones');
    expect(draft.preview.rows).toMatchObject([{ sku: 'IP17-B', after: null, before: { price: '1000.00' } }]);
    await api.confirm(draft);
    await api.until(draft.draftId, 'done');
    expect(differencesBetween(before, await catalogueOf(api))).toMatchObject([
      { sku: 'IP17-B', after: null },
    ]);
    const { productId } = before.get('IP17-B')!;
    await api.refused('PRODUCT_NOT_FOUND', 'GET', `/products/${productId}`);
    expect((await api.history(productId)).map(({ op }) => op)).toEqual(['delete', 'add']);
  });

  it('answers a question and a count at once, without anything to confirm', async () => {
    await api.importCatalogue(PHONES);
    const asked = await api.say('show the price of silver iphones');
    expect(asked).toMatchObject({ status: 'done', changeSetId: null, parsed: { action: 'get' } });
    expect(
      asked.preview!.rows.map(({ sku, before, after }) => ({ sku, price: before!['price'], after })),
    ).toEqual(
      expect.arrayContaining([
        { sku: 'IP17-S', price: '1000.00', after: null },
        { sku: 'IP17P-S', price: '1299.99', after: null },
        { sku: 'IP16-S', price: '799.00', after: null },
      ]),
    );
    expect(asked.preview!.requires).toEqual([]);
    const counted = await api.say('how many phones do we have?');
    expect(counted).toMatchObject({ status: 'done', preview: { summary: { matched: 5, changed: 0 } } });
    await api.refused('DRAFT_NOT_IN_PREVIEW', 'POST', `/ai/drafts/${counted.draftId}/confirm`, {
      planHash: counted.preview!.planHash,
    });
    await api.refused('DRAFT_NOT_EXECUTED', 'POST', `/ai/drafts/${counted.draftId}/undo`);
  });
});

describe('a preview', () => {
  it('of more rows than one page or one event holds is paged whole, and needs a second confirmation', async () => {
    await api.importCatalogue([...many('Bulbs', 1_120), ...PHONES]);
    const before = await catalogueOf(api);
    const draft = await api.preview('increase the price of category Bulbs by 1');
    expect(draft.preview.summary).toEqual({ matched: 1_120, changed: 1_120, unchanged: 0 });
    expect(draft.preview.requires).toEqual(['confirmation', 'second_confirmation']);
    expect(draft.preview.rows).toHaveLength(50);
    for (const limit of [73, 500]) {
      const rows = await api.previewRows(draft.draftId, limit);
      expect(new Set(rows.map(({ productId }) => productId)).size).toBe(1_120);
      expect(rows.slice(0, 50)).toEqual(draft.preview.rows);
      expect(rows.every(({ after }) => after!['price'] === '3.00')).toBe(true);
    }
    const nextPage = `/ai/drafts/${draft.draftId}/preview?cursor=${draft.preview.nextCursor}`;
    expect(await api.get(nextPage)).toMatchObject({
      items: (await api.previewRows(draft.draftId)).slice(50, 100),
    });
    const { rows: named } = await api.refused(
      'SECOND_CONFIRMATION_REQUIRED',
      'POST',
      `/ai/drafts/${draft.draftId}/confirm`,
      { planHash: draft.preview.planHash },
    );
    expect(named).toBe(1_120);
    expect((await api.draft(draft.draftId)).status).toBe('preview');

    await api.confirm(draft, { secondConfirmation: true });
    await api.until(draft.draftId, 'done');
    const differences = differencesBetween(before, await catalogueOf(api));
    expect(differences).toHaveLength(1_120);
    expect(differences.every(({ after }) => after?.['price'] === '3.00')).toBe(true);
  });

  it('needs the second confirmation from one row above the limit on', async () => {
    await api.importCatalogue([
      ...many('Spoons', SECOND_CONFIRMATION_ROWS),
      ...many('Forks', SECOND_CONFIRMATION_ROWS + 1),
    ]);
    const exactly = await api.preview('increase the stock of category Spoons by 1');
    expect(exactly.preview.requires).toEqual(['confirmation']);
    const above = await api.preview('increase the stock of category Forks by 1');
    expect(above.preview.requires).toEqual(['confirmation', 'second_confirmation']);
  });

  it('is applied without the rows that were excluded', async () => {
    await api.importCatalogue(PHONES);
    const before = await catalogueOf(api);
    const draft = await api.preview('lower the price of silver iphones by 10%');
    const pro = draft.preview.rows.find(({ sku }) => sku === 'IP17P-S')!;
    await api.confirm(draft, { exclude: [pro.productId] });
    await api.until(draft.draftId, 'done');
    expect(differencesBetween(before, await catalogueOf(api)).map(({ sku }) => sku)).toEqual([
      'IP16-S',
      'IP17-S',
    ]);
    expect((await catalogueOf(api)).get('IP17P-S')!.version).toBe(1);
  });

  it('is applied with the values that were edited, and refuses edits that cannot be', async () => {
    await api.importCatalogue(PHONES);
    const before = await catalogueOf(api);
    const draft = await api.preview('lower the price of silver iphones by 10%');
    const { productId } = draft.preview.rows.find(({ sku }) => sku === 'IP17-S')!;
    const confirm = `/ai/drafts/${draft.draftId}/confirm`;
    const { planHash } = draft.preview;
    const wrong = [
      { productId, after: { price: '-5.00' } },
      { productId, after: { price: 'cheap' } },
      { productId, after: { stock: 1.5 } },
      { productId, after: { flavour: 'sweet' } },
      { productId, after: { sku: 'IP16-S' } },
      { productId: randomUUID(), after: { price: '1.00' } },
    ];
    for (const edit of wrong) {
      const answer = await api.send<ProblemBody>('POST', confirm, { planHash, editedPreview: [edit] });
      expect({ edit, status: answer.status, code: answer.body.code }).toEqual({
        edit,
        status: expect.toSatisfy((status: number) => status === 422 || status === 400),
        code: expect.stringMatching(/^(CONFIRMATION_INVALID|INVALID_REQUEST)$/),
      });
    }
    await api.refused('CONFIRMATION_INVALID', 'POST', confirm, { planHash, exclude: [randomUUID()] });
    expect(differencesBetween(before, await catalogueOf(api))).toEqual([]);
    expect((await api.draft(draft.draftId)).status).toBe('preview');

    await api.confirm(draft, { editedPreview: [{ productId, after: { price: '912.34' } }] });
    await api.until(draft.draftId, 'done');
    const differences = differencesBetween(before, await catalogueOf(api));
    expect(differences).toHaveLength(3);
    expect(differences).toContainEqual({
      sku: 'IP17-S',
      before: { price: '1000.00' },
      after: { price: '912.34' },
    });
  });
});

describe('a confirmation', () => {
  it('of another plan than the one shown is refused', async () => {
    await api.importCatalogue(PHONES);
    const before = await catalogueOf(api);
    const draft = await api.preview('lower the price of sku IP17-S by 10%');
    const planHash = `sha256:${'0'.repeat(64)}`;
    const problem = await api.refused('PLAN_CHANGED', 'POST', `/ai/drafts/${draft.draftId}/confirm`, {
      planHash,
    });
    expect(problem['planHash']).toBe(draft.preview.planHash);
    expect(differencesBetween(before, await catalogueOf(api))).toEqual([]);
  });

  it('after the catalogue moved underneath is refused with the new difference, which can then be confirmed', async () => {
    await api.importCatalogue(PHONES);
    const draft = await api.preview('lower the price of sku IP17-S by 10%');
    await api.apply('set the price of sku IP17-S to 500');
    const problem = await api.refused('PLAN_CHANGED', 'POST', `/ai/drafts/${draft.draftId}/confirm`, {
      planHash: draft.preview.planHash,
    });
    expect(problem['preview']).toMatchObject({
      planHash: problem['planHash'],
      rows: [{ sku: 'IP17-S', version: 2, before: { price: '500.00' }, after: { price: '450.00' } }],
    });
    expect((await api.product('IP17-S')).price).toBe('500.00');
    const renewed = await api.previewOf(draft.draftId);
    expect(renewed.preview.planHash).toBe(problem['planHash']);
    await api.confirm(renewed);
    await api.until(draft.draftId, 'done');
    expect(await api.product('IP17-S')).toMatchObject({ price: '450.00', version: 3 });
  });

  it('notices rows that newly match and rows that are gone', async () => {
    await api.importCatalogue(PHONES);
    const draft = await api.preview('lower the price of all phones by 10%');
    await api.apply('delete sku IP16-S');
    await api.importCatalogue([
      { sku: 'IP18-S', name: 'iPhone 18', price: '10.00', stock: 1, category: 'Phones' },
    ]);
    const problem = await api.refused('PLAN_CHANGED', 'POST', `/ai/drafts/${draft.draftId}/confirm`, {
      planHash: draft.preview.planHash,
    });
    const { rows } = problem['preview'] as { rows: { sku: string }[] };
    expect(rows.map(({ sku }) => sku).sort()).toEqual(['GX-S', 'IP17-B', 'IP17-S', 'IP17P-S', 'IP18-S']);
  });

  it('is not disturbed by a change of other products', async () => {
    await api.importCatalogue(PHONES);
    const draft = await api.preview('lower the price of sku IP17-S by 10%');
    await api.apply('set the stock of sku CASE-1 to 1');
    await api.confirm(draft);
    await api.until(draft.draftId, 'done');
    expect(await api.product('IP17-S')).toMatchObject({ price: '900.00', version: 2 });
  });

  it('from 20 clients at once is accepted by all and applied once', async () => {
    await api.importCatalogue(PHONES);
    const draft = await api.preview('lower the price of sku IP17-S by 10%');
    const { draftId, preview } = draft;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        api.send('POST', `/ai/drafts/${draftId}/confirm`, { planHash: preview.planHash }),
      ),
    );
    expect(
      answers.map(({ status, body }) => ({ status, body })).filter(({ status }) => status !== 202),
    ).toEqual([]);
    await api.until(draftId, 'done');
    expect(
      (await api.send('POST', `/ai/drafts/${draftId}/confirm`, { planHash: preview.planHash })).status,
    ).toBe(202);
    expect(await api.product('IP17-S')).toMatchObject({ price: '900.00', version: 2 });
    const types = (await api.events(draftId)).map(({ type }) => type);
    expect(types.filter((type) => type === 'Confirmed' || type === 'Executed')).toEqual([
      'Confirmed',
      'Executed',
    ]);
    expect((await api.changeSets()).filter((set) => set.draftId === draftId)).toHaveLength(1);
  });

  it('of two drafts on one product at once applies one, or both one after the other, never half of either', async () => {
    await api.importCatalogue(PHONES);
    const drafts = await Promise.all([
      api.preview('increase the price of sku IP17-S by 10'),
      api.preview('increase the price of sku IP17-S by 100'),
    ]);
    const ended = await Promise.all(
      drafts.map(async ({ draftId, preview }) => {
        const { planHash } = preview;
        const { status } = await api.send('POST', `/ai/drafts/${draftId}/confirm`, { planHash });
        return status === 202 ? api.ended(draftId) : api.draft(draftId);
      }),
    );
    const done = ended.filter(({ status }) => status === 'done');
    const { price, version } = await api.product('IP17-S');
    expect(version).toBe(1 + done.length);
    const added = done.map(({ preview }) => Number(preview!.rows[0]!.after!['price']));
    expect(done.length === 1 ? [price] : ['1010.00', '1100.00']).toContain(`${added.at(-1)!}.00`);
    for (const { status, error } of ended) if (status === 'failed') expect(error!.code).toBe('PLAN_CHANGED');
  });
});
