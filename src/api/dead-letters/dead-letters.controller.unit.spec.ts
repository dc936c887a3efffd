import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectProblem, FakeApi, OWNER } from '../../../test/support/fake-api.js';
import type { DeadLetter } from '../../event-bus/event-bus.js';

const PATH = '/api/v1/dead-letters';
const ID = randomUUID();
const VIEWER = { authorization: 'Bearer viewer-key' };
const KEY = { group: 'projection.drafts', topic: 'drafthorse.drafts', key: ID };

const letter = (position: bigint): DeadLetter => ({
  id: randomUUID(),
  ...KEY,
  topic: 'drafthorse.drafts',
  partition: 2,
  position,
  headers: { ce_type: 'Expired' },
  event: {
    eventId: randomUUID(),
    workspaceId: OWNER.workspaceId,
    streamId: `draft-${ID}`,
    revision: 3,
    position,
    type: 'Expired',
    schemaVersion: 1,
    data: { expiredAt: '2026-03-01T10:00:00.000Z' },
    metadata: { userId: null, commandId: randomUUID(), correlationId: 'c', causationId: null },
    recordedAt: '2026-03-01T10:00:00.000Z',
  },
  reason: 'failed',
  errorClass: 'RangeError',
  errorMessage: 'too much',
  attempts: 5,
  createdAt: '2026-03-01T10:00:01.000Z',
});

let api: FakeApi;
beforeAll(async () => {
  api = await FakeApi.start();
});
afterAll(() => api?.stop());
beforeEach(() => {
  api.reset();
  Object.assign(api.deadLetters, { list: async () => [], inspect: async () => null, count: async () => 0 });
});

describe('dead letters', () => {
  it.each([
    ['GET', PATH],
    ['GET', `${PATH}/${ID}`],
    ['POST', `${PATH}/${ID}/redrive`],
    ['POST', `${PATH}/redrive`],
  ] as const)('are for owners only: %s %s', async (method, url) => {
    const { problem } = await expectProblem(api.send({ method, url, headers: VIEWER }), 403, 'FORBIDDEN');
    expect(problem.role).toBe('viewer');
  });

  it('are listed in pages, by group and key, within the workspace of the key', async () => {
    const letters = [letter(10n), letter(20n), letter(20n)];
    const asked: unknown[] = [];
    api.deadLetters.list = async (filter) => {
      asked.push(filter);
      return asked.length === 1 ? letters : [];
    };
    const first = (await api.get(`${PATH}?limit=2&group=projection.drafts&key=${ID}`)).json();
    expect(first.items).toMatchObject([
      { deadLetterId: letters[0]?.id, position: '10', eventType: 'Expired', attempts: 5, reason: 'failed' },
      { deadLetterId: letters[1]?.id, position: '20' },
    ]);
    expect(first.items[0]).not.toHaveProperty('event');
    await api.get(`${PATH}?limit=2&cursor=${first.nextCursor}`);
    expect(asked).toEqual([
      { workspaceId: OWNER.workspaceId, group: 'projection.drafts', key: ID, after: undefined, limit: 3 },
      {
        workspaceId: OWNER.workspaceId,
        group: undefined,
        key: undefined,
        after: { position: 20n, id: letters[1]?.id },
        limit: 3,
      },
    ]);
  });

  it('are shown whole', async () => {
    const shown = letter(10n);
    api.deadLetters.inspect = async (id, workspaceId) =>
      id === shown.id && workspaceId === OWNER.workspaceId ? shown : null;
    expect((await api.get(`${PATH}/${shown.id}`)).json()).toMatchObject({
      deadLetterId: shown.id,
      group: 'projection.drafts',
      key: ID,
      headers: { ce_type: 'Expired' },
      event: { position: '10', data: { expiredAt: '2026-03-01T10:00:00.000Z' } },
      errorClass: 'RangeError',
      errorMessage: 'too much',
    });
  });

  it.each([ID, 'x', '1'])('are not found under %s', async (id) => {
    await expectProblem(api.get(`${PATH}/${id}`), 404, 'DEAD_LETTER_NOT_FOUND');
    await expectProblem(api.post(`${PATH}/${id}/redrive`), 404, 'DEAD_LETTER_NOT_FOUND');
  });

  it('of a key that has none are not found', () =>
    expectProblem(api.post(`${PATH}/redrive`, KEY), 404, 'DEAD_LETTER_NOT_FOUND'));

  it.each([
    ['an unknown topic', { ...KEY, topic: 'orders' }],
    ['no key', { ...KEY, key: undefined }],
    ['an empty group', { ...KEY, group: '' }],
    ['an unknown member', { ...KEY, force: true }],
  ])('are not re-driven by %s', async (_what, body) => {
    await expectProblem(api.post(`${PATH}/redrive`, body), 400, 'INVALID_REQUEST');
  });

  it('are not listed from a cursor of another list', () =>
    expectProblem(api.get(`${PATH}?cursor=WyJza3UiLCJBIl0`), 400, 'CURSOR_INVALID'));
});
