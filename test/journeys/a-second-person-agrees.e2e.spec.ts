import { tmpdir } from 'node:os';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DraftView } from '../../src/projections/drafts/draft-view.js';
import { runCommandLine } from '../../src/terminal/cli.js';
import { EXIT } from '../../src/terminal/exit-codes.js';
import type { ApiClient, ConfirmBody, Page, PreviewedDraft } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import { memberOf, type Member } from './members.js';
import { catalogueOf, differencesBetween, PHONES } from './shop.js';

let server: TestServer;
let owner: ApiClient;
let ownerId: string;
let editor: Member;
let approver: Member;
let viewer: Member;

beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server?.stop());
beforeEach(async () => {
  const workspace = await server.createWorkspace('approvals');
  [owner, ownerId] = [workspace.client, workspace.userId];
  const { workspaceId } = workspace;
  await owner.importCatalogue(PHONES);
  editor = await memberOf(server, workspaceId, 'editor');
  approver = await memberOf(server, workspaceId, 'approver');
  viewer = await memberOf(server, workspaceId, 'viewer');
});

const setPolicies = async (policies: object) => {
  const { position } = await owner.expectStatus(202, 'PUT', '/workspace/policies', policies);
  return owner.get<object>('/workspace/policies', position);
};

/** Confirmed, and as it then is. */
async function confirmed(client: ApiClient, draft: PreviewedDraft, body?: ConfirmBody): Promise<DraftView> {
  const { position } = await client.confirm(draft, body);
  return client.get<DraftView>(`/ai/drafts/${draft.draftId}`, position);
}

/** Asked for and confirmed by the editor. */
const waiting = async (prompt: string) => confirmed(editor.client, await editor.client.preview(prompt));

const approve = ({ draftId, approval }: DraftView, by: ApiClient) =>
  by.send('POST', `/ai/drafts/${draftId}/approve`, { planHash: approval?.planHash });
const codeOf = ({ body }: { body: unknown }) => (body as { code?: string }).code;

describe('a change that a policy asks a second person about', () => {
  it('is shown with the reasons, waits, and is applied exactly once that person has agreed', async () => {
    const policies = await setPolicies({ pricePercentAbove: 20 });
    expect(policies).toMatchObject({ pricePercentAbove: 20, rowsAbove: null, setBy: ownerId });
    const before = await catalogueOf(owner);
    const prompt = 'lower the price of silver iphones by 50%';
    const shown = await editor.client.preview(prompt);
    expect(shown.preview).toMatchObject({
      requires: ['confirmation', 'approval'],
      approvalReasons: [{ policy: 'price_percent', limit: 20, rows: 3, percent: '50' }],
    });
    const draft = await confirmed(editor.client, shown);
    expect(draft).toMatchObject({
      status: 'confirmed',
      confirmation: { confirmedBy: editor.userId, excluded: 0, edited: 0 },
      approval: { state: 'requested', planHash: shown.preview.planHash, judgedBy: null },
      expiresAt: expect.any(String),
    });
    const list = await approver.client.get<Page<DraftView>>('/ai/drafts?awaiting=approval');
    expect(list.items.map(({ draftId }) => draftId)).toEqual([draft.draftId]);

    for (const [who, code] of [
      [viewer.client, 'FORBIDDEN'],
      [editor.client, 'FORBIDDEN'],
    ] as const)
      expect(codeOf(await approve(draft, who))).toBe(code);
    expect(differencesBetween(before, await catalogueOf(owner))).toEqual([]);

    expect(await approve(draft, approver.client)).toMatchObject({ status: 202 });
    const done = await editor.client.until(draft.draftId, 'done');
    expect(done.approval).toMatchObject({ state: 'approved', judgedBy: approver.userId });
    expect((await owner.product('IP17-S')).price).toBe('500.00');
    expect((await owner.product('IP17-B')).price).toBe('1000.00');
    expect(await approve(draft, approver.client)).toMatchObject({ status: 202 });
    const types = (await editor.client.events(draft.draftId)).map(({ type }) => type);
    expect(types.filter((type) => type === 'Approved' || type === 'Executed')).toEqual([
      'Approved',
      'Executed',
    ]);
    expect((await approver.client.get<Page<DraftView>>('/ai/drafts?awaiting=approval')).items).toEqual([]);
  });

  it('is nobody’s to approve who asked for it or confirmed it, not even an owner’s', async () => {
    await setPolicies({ rowsAbove: 1 });
    const own = await confirmed(owner, await owner.preview('lower the price of silver iphones by 5%'));
    expect(codeOf(await approve(own, owner))).toBe('APPROVAL_BY_ANOTHER_REQUIRED');
    await owner.refused('APPROVAL_BY_ANOTHER_REQUIRED', 'POST', `/ai/drafts/${own.draftId}/reject`, {
      reason: 'mine',
    });

    const confirmedByOwner = await editor.client.preview('lower the price of silver iphones by 6%');
    const other = await confirmed(owner, confirmedByOwner);
    expect(codeOf(await approve(other, owner))).toBe('APPROVAL_BY_ANOTHER_REQUIRED');
    expect(await approve(other, approver.client)).toMatchObject({ status: 202 });
    await owner.until(other.draftId, 'done');
  });

  it('that is rejected fails with the reason and changes nothing', async () => {
    await setPolicies({ deletes: true });
    const before = await catalogueOf(owner);
    const draft = await waiting('delete all black phones');
    const path = `/ai/drafts/${draft.draftId}/reject`;
    await approver.client.expectStatus(202, 'POST', path, { reason: 'They come back in spring.' });
    const failed = await editor.client.until(draft.draftId, 'failed');
    expect(failed.error).toEqual({ code: 'APPROVAL_REJECTED', message: 'They come back in spring.' });
    await approver.client.expectStatus(202, 'POST', path, { reason: 'again' });
    expect(codeOf(await approve(draft, approver.client))).toBe('DRAFT_NOT_AWAITING_APPROVAL');
    expect(differencesBetween(before, await catalogueOf(owner))).toEqual([]);
  });

  it('can be cancelled while it waits', async () => {
    await setPolicies({ deletes: true });
    const draft = await waiting('delete all black phones');
    await editor.client.expectStatus(202, 'POST', `/ai/drafts/${draft.draftId}/cancel`);
    await editor.client.until(draft.draftId, 'cancelled');
    expect(codeOf(await approve(draft, approver.client))).toBe('DRAFT_NOT_AWAITING_APPROVAL');
  });

  it('fails when the catalogue has moved by the time it is approved', async () => {
    await setPolicies({ pricePercentAbove: 20 });
    const draft = await waiting('lower the price of silver iphones by 50%');
    await owner.apply('set the stock of sku IP17-S to 77');
    await approve(draft, approver.client);
    const failed = await owner.until(draft.draftId, 'failed');
    expect(failed.error?.code).toBe('PLAN_CHANGED');
    const moved = await owner.product('IP17-S');
    expect(failed.error?.message).toContain(moved.productId);
    expect(moved.price).toBe('1000.00');
  });
});

describe('what is judged is what will really be applied', () => {
  it('an edit that goes too far asks for somebody, and the approval names the edited rows', async () => {
    await setPolicies({ pricePercentAbove: 20 });
    const shown = await editor.client.preview('lower the price of silver iphones by 5%');
    expect(shown.preview.requires).toEqual(['confirmation']);
    const [first] = shown.preview.rows;
    const draft = await confirmed(editor.client, shown, {
      editedPreview: [{ productId: first!.productId, after: { price: '1900.00' } }],
    });
    expect(draft.approval?.reasons).toMatchObject([{ policy: 'price_percent', rows: 1 }]);
    expect(draft.confirmation).toMatchObject({ edited: 1, edits: [{ after: { price: '1900.00' } }] });
    const sealed = { ...draft, approval: { ...draft.approval!, planHash: shown.preview.planHash } };
    expect(codeOf(await approve(sealed, approver.client))).toBe('PLAN_CHANGED');
    expect(await approve(draft, approver.client)).toMatchObject({ status: 202 });
    await owner.until(draft.draftId, 'done');
    expect((await owner.product(first!.sku)).price).toBe('1900.00');
  });

  it('an exclusion that brings it under the limit needs nobody', async () => {
    await setPolicies({ rowsAbove: 2 });
    const shown = await editor.client.preview('lower the price of silver iphones by 5%');
    expect(shown.preview.requires).toContain('approval');
    await editor.client.confirm(shown, { exclude: [shown.preview.rows[0]!.productId] });
    const done = await editor.client.until(shown.draftId, 'done');
    expect(done.approval).toBeNull();
  });

  it('by the policies at the confirmation, whatever the preview said', async () => {
    const shown = await editor.client.preview('lower the price of silver iphones by 5%');
    expect(shown.preview.requires).toEqual(['confirmation']);
    await setPolicies({ fields: ['price'] });
    expect((await confirmed(editor.client, shown)).approval?.reasons).toMatchObject([
      { policy: 'field', field: 'price', rows: 3 },
    ]);
  });

  it('also when it takes something back', async () => {
    const done = await editor.client.apply('lower the price of silver iphones by 50%');
    await setPolicies({ pricePercentAbove: 60 });
    const undo = await editor.client.undo(done.draftId);
    expect(undo.preview.approvalReasons).toMatchObject([{ policy: 'price_percent', percent: '100' }]);
    const draft = await confirmed(editor.client, undo);
    expect(draft.approval?.state).toBe('requested');
    await approve(draft, approver.client);
    await editor.client.until(done.draftId, 'undone');
  });
});

describe('around a policy leads no way', () => {
  it('by hand: what would need somebody is refused and changes nothing', async () => {
    await setPolicies({ deletes: true, pricePercentAbove: 20, fields: ['brand'] });
    const { productId, version } = await owner.product('IP17-S');
    const options = { headers: { 'if-match': String(version) } };
    const path = `/products/${productId}`;
    const problem = await editor.client.refused(
      'APPROVAL_REQUIRED',
      'PATCH',
      path,
      { price: '100' },
      options,
    );
    expect(problem['reasons']).toMatchObject([{ policy: 'price_percent', percent: '90' }]);
    await owner.refused('APPROVAL_REQUIRED', 'PATCH', path, { brand: 'Pear' }, options);
    await owner.refused('APPROVAL_REQUIRED', 'DELETE', path, undefined, options);
    await editor.client.expectStatus(202, 'PATCH', path, { price: '990' }, options);
  });

  it('by an import, which is judged as a whole', async () => {
    await setPolicies({ rowsAbove: 2 });
    const before = await catalogueOf(owner);
    const rows = PHONES.slice(0, 3).map((phone) => ({ ...phone, stock: 99 }));
    const raw = rows.map((row) => JSON.stringify(row)).join('\n');
    const upload = async (text: string) => {
      const { body } = await editor.client.expectStatus<{ importId: string }>(
        202,
        'POST',
        '/products/import',
        undefined,
        { raw: text, headers: { 'content-type': 'application/x-ndjson' } },
      );
      return until('the import ends', async () => {
        const view = await owner.get<{ status: string; error: { code: string } | null; updated: number }>(
          `/imports/${body.importId}`,
        );
        return view.status === 'running' ? null : view;
      });
    };
    expect(await upload(raw)).toMatchObject({ status: 'failed', error: { code: 'APPROVAL_REQUIRED' } });
    expect(differencesBetween(before, await catalogueOf(owner))).toEqual([]);
    expect(await upload(raw.split('\n').slice(0, 2).join('\n'))).toMatchObject({
      status: 'done',
      updated: 2,
    });
  });
});

describe('in the terminal', () => {
  async function typed(words: string[], { apiKey }: Member, replies: string[]) {
    const printed: string[] = [];
    const line = (text = '') => void printed.push(text);
    const exitCode = await runCommandLine(words, {
      environment: { DRAFTHORSE_URL: server.url, DRAFTHORSE_API_KEY: apiKey },
      workingDirectory: tmpdir(),
      signal: new AbortController().signal,
      screen: () => ({
        interactive: true,
        columns: 100,
        line,
        heading: line,
        note: line,
        progress: () => ({ step: () => undefined, end: () => undefined }),
        ask: async () => replies.shift() ?? null,
      }),
      output: new PassThrough(),
    });
    return { exitCode, text: printed.join('\n') };
  }

  it('the reason is shown, the draft is left waiting, and the second person sees it and agrees', async () => {
    await setPolicies({ pricePercentAbove: 20 });
    const asked = await typed(['lower the price of silver iphones by 50%'], editor, ['y']);
    expect(asked.exitCode).toBe(EXIT.answerNeeded);
    expect(asked.text).toContain('more than 20 % (50 % at most)');
    const draftId = /drafthorse approve (\S+)/.exec(asked.text)![1]!;
    const looked = await typed(['approve', draftId], approver, ['n']);
    expect(looked.exitCode).toBe(EXIT.notConfirmed);
    expect(looked.text).toMatch(/1,000\.00 {2}→ +500\.00/);
    const agreed = await typed(['approve', draftId], approver, ['y']);
    expect([agreed.exitCode, agreed.text.split('\n').at(-1)]).toEqual([EXIT.done, 'The draft is done.']);
    expect((await owner.product('IP17-S')).price).toBe('500.00');
  });

  it('a second person says no, with a reason', async () => {
    await setPolicies({ deletes: true });
    const { draftId } = await waiting('delete all black phones');
    expect(await typed(['reject', draftId, 'not', 'now'], approver, [])).toMatchObject({
      exitCode: EXIT.done,
    });
    expect((await editor.client.until(draftId, 'failed')).error?.message).toBe('not now');
  });
});

describe('policies', () => {
  it('are the owner’s to set and everybody’s to read', async () => {
    for (const { client } of [editor, approver, viewer])
      await client.refused('FORBIDDEN', 'PUT', '/workspace/policies', { deletes: true });
    await setPolicies({ deletes: true });
    expect(await viewer.client.get('/workspace/policies')).toMatchObject({ deletes: true });
    await owner.refused('FIELD_UNKNOWN', 'PUT', '/workspace/policies', { fields: ['flavour'] });
    await owner.refused('INVALID_REQUEST', 'PUT', '/workspace/policies', { rowsAbove: -1 });
    await owner.refused('INVALID_REQUEST', 'PUT', '/workspace/policies', { nobody: true });
    expect(await setPolicies({})).toMatchObject({ deletes: false });
  });
});
