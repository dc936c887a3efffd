import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DRAFT_ID, DRAFTS, expectProblem, FakeApi, OWNER } from '../../../test/support/fake-api.js';
import { until } from '../../../test/support/until.js';
import { ConfirmDraft, type CreateDraft } from '../../commands/draft/draft.handlers.js';
import { GetDraftText } from '../../projections/drafts/drafts.queries.js';

let api: FakeApi;
beforeAll(async () => {
  api = await FakeApi.start();
});
afterAll(() => api?.stop());
beforeEach(() => api.reset());

describe('commands', () => {
  it('answer 202 with the position they reached', async () => {
    const answer = await api.post(DRAFTS, { prompt: 'x' });
    expect([answer.statusCode, answer.json()]).toEqual([202, { draftId: DRAFT_ID, status: 'pending' }]);
    expect(answer.headers['drafthorse-position']).toBe('42');
  });

  it('know who asks and which trace they belong to', async () => {
    let sent: CreateDraft | undefined;
    api.command = (command) => {
      sent = command as CreateDraft;
      return { accepted: true, position: 1n, state: { draftId: DRAFT_ID, status: 'pending' } };
    };
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await api.post(DRAFTS, { prompt: 'x' }, { traceparent });
    expect(sent?.context).toMatchObject({
      userId: OWNER.userId,
      workspaceId: OWNER.workspaceId,
      correlationId: 'a'.repeat(32),
      traceparent,
    });
  });

  it('are one command when an idempotency key repeats that nobody remembers, and another under another key', async () => {
    const sent: string[] = [];
    api.command = (command) => {
      sent.push((command as CreateDraft).context.commandId);
      return { accepted: true, position: 1n, state: { draftId: DRAFT_ID, status: 'pending' } };
    };
    const key = { 'idempotency-key': 'k1' };
    await api.post(DRAFTS, { prompt: 'x' }, key);
    await api.receipts.deleteBefore(new Date(Date.now() + 60_000), 10);
    await api.post(DRAFTS, { prompt: 'x' }, key);
    await api.post(DRAFTS, { prompt: 'x' }, { 'idempotency-key': 'k2' });
    await api.post(DRAFTS, { prompt: 'x' });
    expect(sent[0]).toBe(sent[1]);
    expect(new Set(sent).size).toBe(3);
  });

  it('refuse an idempotency key nobody can mean', async () => {
    await expectProblem(
      api.post(DRAFTS, { prompt: 'x' }, { 'idempotency-key': 'k'.repeat(256) }),
      400,
      'INVALID_REQUEST',
    );
  });

  it.each(['abc', '1', `${DRAFT_ID}x`, '%00', "';--"])('know no draft with the id %s', async (id) => {
    await expectProblem(api.post(`${DRAFTS}/${id}/cancel`), 404, 'DRAFT_NOT_FOUND');
    await expectProblem(api.get(`${DRAFTS}/${id}`), 404, 'DRAFT_NOT_FOUND');
  });

  it('tell what a draft is when it is not what it should be', async () => {
    api.command = () => ({
      accepted: false,
      refusal: { code: 'DRAFT_NOT_CANCELLABLE', status: 'executing' },
    });
    const { problem } = await expectProblem(
      api.post(`${DRAFTS}/${DRAFT_ID}/cancel`),
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
    expect((await api.post(`${DRAFTS}/${DRAFT_ID}/cancel`, '', json)).statusCode).toBe(202);
    expect((await api.post(`${DRAFTS}/${DRAFT_ID}/cancel`, {})).statusCode).toBe(202);
    await expectProblem(api.post(`${DRAFTS}/${DRAFT_ID}/undo`, { why: 'x' }), 400, 'INVALID_REQUEST');
  });

  it('answer a moved plan with the new one', async () => {
    const planHash = `sha256:${'0'.repeat(64)}`;
    api.command = (command) => {
      expect(command).toBeInstanceOf(ConfirmDraft);
      return { accepted: false, refusal: { code: 'PLAN_CHANGED', planHash } };
    };
    const { problem } = await expectProblem(
      api.post(`${DRAFTS}/${DRAFT_ID}/confirm`, { planHash }),
      409,
      'PLAN_CHANGED',
    );
    expect(problem).toMatchObject({ planHash, preview: null });
  });
});

describe('a draft', () => {
  const view = (status: string) => ({ draftId: DRAFT_ID, status, preview: null });

  it('that was answered a moment ago is never "not found"', async () => {
    let asked = 0;
    api.written = 7n;
    api.query = () => (++asked > 1 ? view('pending') : null);
    expect((await api.get(`${DRAFTS}/${DRAFT_ID}`)).json()).toEqual(view('pending'));
  });

  it('is answered in the very text it is stored in', async () => {
    const stored = '{"status": "done", "draftId": "1"}';
    api.query = (query) => (query instanceof GetDraftText ? stored : null);
    const answer = await api.get(`${DRAFTS}/${DRAFT_ID}`);
    expect(answer.payload).toBe(stored);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('that never was is not waited for', async () => {
    await expectProblem(api.get(`${DRAFTS}/${DRAFT_ID}?wait=preview`), 404, 'DRAFT_NOT_FOUND');
  });

  it('is held until it has been read, as long as was asked', async () => {
    let status = 'parsing';
    const waits: number[] = [];
    api.query = () => view(status);
    api.watch = async ({ timeoutMs }) => {
      waits.push(timeoutMs);
      status = 'preview';
    };
    expect((await api.get(`${DRAFTS}/${DRAFT_ID}?wait=preview`)).json().status).toBe('preview');
    status = 'parsing';
    await api.get(`${DRAFTS}/${DRAFT_ID}?wait=preview&waitMs=25000`);
    await api.get(`${DRAFTS}/${DRAFT_ID}?wait=preview`);
    expect(waits).toEqual([10_000, 25_000, 10_000]);
    await expectProblem(api.get(`${DRAFTS}/${DRAFT_ID}?wait=preview&waitMs=25001`), 400, 'INVALID_REQUEST');
  });

  it('is held until it has ended, through everything before', async () => {
    let status = 'confirmed';
    api.query = () => view(status);
    api.watch = async () => void (status = 'done');
    expect((await api.get(`${DRAFTS}/${DRAFT_ID}?wait=done`)).json().status).toBe('done');
    status = 'preview';
    api.watch = async () => undefined;
    expect((await api.get(`${DRAFTS}/${DRAFT_ID}?wait=done`)).json().status).toBe('preview');
    await expectProblem(api.get(`${DRAFTS}/${DRAFT_ID}?wait=executed`), 400, 'INVALID_REQUEST');
  });

  it('is held no longer than its client is there', async () => {
    await api.app.listen(0, '127.0.0.1');
    const held = Promise.withResolvers<AbortSignal>();
    api.query = () => view('parsing');
    api.watch = ({ signal }) => {
      held.resolve(signal);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    };
    const leave = new AbortController();
    const address = `${await api.app.getUrl()}${DRAFTS}/${DRAFT_ID}?wait=preview`;
    const gone = fetch(address, { signal: leave.signal, headers: { authorization: 'Bearer owner-key' } });
    const signal = await held.promise;
    expect(signal.aborted).toBe(false);
    leave.abort();
    await expect(gone).rejects.toThrow();
    await until('the wait has ended', () => signal.aborted);
  });

  it('is followed to its new plan by a client that is still there', async () => {
    await api.app.listen(0, '127.0.0.1').catch(() => undefined);
    const planHash = `sha256:${'0'.repeat(64)}`;
    const aborted: boolean[] = [];
    api.written = 7n;
    api.command = () => ({ accepted: false, refusal: { code: 'PLAN_CHANGED', planHash } });
    api.gate = async (_model, _position, { signal }) => aborted.push(signal.aborted) > 0;
    api.query = () => ({ ...view('preview'), preview: { planHash } });
    const answer = await fetch(`${await api.app.getUrl()}${DRAFTS}/${DRAFT_ID}/confirm`, {
      method: 'POST',
      headers: { authorization: 'Bearer owner-key', 'content-type': 'application/json' },
      body: JSON.stringify({ planHash }),
    });
    expect(await answer.json()).toMatchObject({ code: 'PLAN_CHANGED', preview: { planHash } });
    // Reading a body to its end must not look like a client that left.
    expect(aborted).toEqual([false]);
  });
});
