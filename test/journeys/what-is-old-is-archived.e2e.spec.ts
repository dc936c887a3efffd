import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeSetView } from '../../src/projections/change-sets/change-sets.queries.js';
import type { DraftView } from '../../src/projections/drafts/draft-view.js';
import { AgeingShop, AT_ONCE, NEVER } from '../support/ageing-shop.js';
import type { Page } from '../support/api-client.js';
import { until } from '../support/until.js';

const PROMPT = 'set the price of sku IP17-S to 500';

let shop: AgeingShop;
beforeAll(async () => {
  shop = await AgeingShop.open({ drafts: AT_ONCE, changeSets: NEVER });
});
afterAll(() => shop?.server.stop());

describe('drafts that ended long ago', () => {
  let done: DraftView;
  let refused: DraftView;
  let waiting: DraftView;

  it('go into an archive, others stay', async () => {
    done = await shop.api.apply(PROMPT);
    refused = await shop.api.say('delete everything');
    waiting = await shop.api.preview('set the stock of sku CASE-1 to 1');
    await shop.untilOld(done.updatedAt, refused.updatedAt);
    await shop.night();
    const ended = [done, refused].filter(({ status }) => status !== 'clarify');
    await until('the drafts are archived, and the archive is listed', async () => {
      const all = await Promise.all(ended.map(({ draftId }) => shop.isArchived(draftId)));
      return all.every(Boolean) && (await shop.archives()).length > 0;
    });
    expect(await shop.api.draft(waiting.draftId)).toMatchObject({ status: 'preview' });
    const { items } = await shop.api.get<Page<DraftView>>('/ai/drafts');
    expect(items.map(({ draftId }) => draftId)).not.toContain(done.draftId);
  });

  it('are told to be there by every route that had them', async () => {
    for (const path of ['', '/events', '/preview', '?wait=done']) {
      const problem = await shop.api.refused('DRAFT_ARCHIVED', 'GET', `/ai/drafts/${done.draftId}${path}`);
      expect(problem).toMatchObject({ status: 410, archiveId: (await shop.archives())[0]!.archiveId });
    }
  });

  it('are in the archive whole, their words encrypted', async () => {
    const [archive] = await shop.archives();
    const ended = [done, refused].filter(({ status }) => status !== 'clarify');
    expect(archive).toMatchObject({ kind: 'drafts', count: ended.length });
    const lines = await shop.opened(archive!);
    const ofDone = lines.filter(({ streamId }) => streamId === `draft-${done.draftId}`);
    expect(ofDone.map(({ type }) => type)).toEqual(expect.arrayContaining(['DraftCreated', 'Executed']));
    expect(ofDone.map(({ revision }) => revision)).toEqual(ofDone.map((_, index) => index));
    expect(JSON.stringify(lines)).not.toContain(PROMPT);
  });

  it('can still be taken back while their change is kept', async () => {
    const undo = await shop.api.undo(done.draftId);
    await shop.api.confirm(undo);
    await shop.api.until(undo.draftId, 'done');
    expect((await shop.api.product('IP17-S')).price).toBe('1000.00');
    expect(await shop.isArchived(done.draftId)).toBe(true);
  });

  it('are archived in a rebuild, too', async () =>
    until('the read models are as from the log', async () => (await shop.differences()).length === 0));

  it('have no archive for strangers', async () => {
    const [archive] = await shop.archives();
    const other = await shop.server.createWorkspace('other');
    await other.client.refused('ARCHIVE_NOT_FOUND', 'GET', `/archives/${archive!.archiveId}`);
    expect(await other.client.all('/archives')).toEqual([]);
  });
});

describe('changes that were made long ago', () => {
  let before: string;
  let last: DraftView;

  it('go into an archive with their history, and products stay what they are', async () => {
    last = await shop.api.apply('set the price of sku GX-S to 400');
    before = new Date().toISOString();
    await shop.api.apply('set the price of sku GX-S to 450');
    await shop.keep({ drafts: NEVER, changeSets: AT_ONCE });
    const made = (await shop.api.changeSets()).length;
    await shop.night();
    await until('there are no change sets', async () => (await shop.api.changeSets()).length === 0);
    // One read model may show it before another does.
    const archived = await until('all are in archives', async () => {
      const found = (await shop.archives()).filter(({ kind }) => kind === 'change_sets');
      return found.reduce((sum, { count }) => sum + count, 0) >= made ? found : null;
    });
    expect(archived.reduce((sum, { count }) => sum + count, 0)).toBe(made);
    const product = await shop.api.product('GX-S');
    expect(product.price).toBe('450.00');
    expect(await shop.api.history(product.productId)).toEqual([]);
    const lines = (await Promise.all(archived.map((archive) => shop.opened(archive)))).flat();
    expect(new Set(lines.map(({ type }) => type))).toEqual(new Set(['ProductsChanged']));
  });

  it('leave a past that can no longer be told, and say since when it can', async () => {
    const product = await shop.api.product('GX-S');
    const problem = await shop.api.refused(
      'HISTORY_ARCHIVED',
      'GET',
      `/products/${product.productId}?asOf=${before}`,
    );
    await shop.api.refused('HISTORY_ARCHIVED', 'GET', `/products?asOf=${before}`);
    const since = String(problem['since']);
    expect(await shop.api.get(`/products/${product.productId}?asOf=${since}`)).toMatchObject({
      price: '450.00',
    });
  });

  it('can not be taken back any more', async () => {
    await shop.api.refused('CHANGE_SET_ARCHIVED', 'POST', `/ai/drafts/${last.draftId}/undo`);
    await shop.api.refused('CHANGE_SET_NOT_FOUND', 'GET', `/change-sets/${last.changeSetId}`);
  });

  it('are followed by new ones, known as ever', async () => {
    const product = await shop.api.product('GX-S');
    const moment = new Date().toISOString();
    const done = await shop.api.apply('set the price of sku GX-S to 470');
    expect(await shop.api.get(`/products/${product.productId}?asOf=${moment}`)).toMatchObject({
      price: '450.00',
    });
    expect((await shop.api.get<ChangeSetView>(`/change-sets/${done.changeSetId}`)).total).toBe(1);
    const undo = await shop.api.undo(done.draftId);
    expect(undo.preview.rows[0]).toMatchObject({ after: { price: '450.00' } });
    await until('the read models are as from the log', async () => (await shop.differences()).length === 0);
  });
});
