import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectProblem, FakeApi, OWNER } from '../../../test/support/fake-api.js';
import type { GetUsage } from '../../projections/usage/usage.queries.js';
import { USAGE_PERIODS_MAX, usageRange } from './usage.controller.js';

const PATH = '/api/v1/usage';
const NOW = new Date('2026-03-15T10:20:30.000Z');

let api: FakeApi;
beforeAll(async () => {
  api = await FakeApi.start();
});
afterAll(() => api?.stop());
beforeEach(() => api.reset());

describe('usage', () => {
  it('is that of the caller’s workspace, in the range that was asked for', async () => {
    let asked: GetUsage | undefined;
    api.query = (query) => {
      asked = query as GetUsage;
      return { periods: [], total: {} };
    };
    const range = { from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T10:00:00.000Z', by: 'hour' };
    const answer = await api.get(`${PATH}?from=2026-03-01&to=2026-03-02T13:30:00%2B03:30&by=hour`);
    expect(answer.json()).toEqual({ ...range, periods: [], total: {} });
    expect(asked).toMatchObject({ workspaceId: OWNER.workspaceId, range });
  });

  it('is of the last 30 days up to now, by day, when nothing is said', () =>
    expect(usageRange({ by: 'day' }, NOW)).toEqual({
      range: { from: '2026-02-13T00:00:00.000Z', to: '2026-03-15T11:00:00.000Z', by: 'day' },
    }));

  it('takes a moment that is an hour for its own', () => {
    const { range } = usageRange({ by: 'day' }, new Date('2026-03-15T10:00:00.000Z'));
    expect(range?.to).toBe('2026-03-15T11:00:00.000Z');
  });

  it.each([
    ['a range that ends before it begins', 'from=2026-03-02&to=2026-03-01'],
    ['no range at all', 'from=2026-03-01&to=2026-03-01'],
    ['what is no time', 'from=yesterday'],
    ['a time between hours', 'from=2026-03-01T10:30:00Z'],
    ['an hour of a zone that has none in UTC', 'from=2026-03-01T10:00:00%2B03:30'],
    ['an unknown step', 'by=week'],
    ['an unknown key', 'workspace=all'],
  ])('is not shown for %s', async (_what, query) => {
    await expectProblem(api.get(`${PATH}?${query}`), 400, 'INVALID_REQUEST');
  });

  it(`has at most ${USAGE_PERIODS_MAX} periods`, () => {
    const to = new Date('2026-03-15T00:00:00.000Z');
    const before = (hours: number) => new Date(to.getTime() - hours * 3_600_000);
    expect(usageRange({ from: before(USAGE_PERIODS_MAX), to, by: 'hour' }, NOW)).toHaveProperty('range');
    expect(usageRange({ from: before(USAGE_PERIODS_MAX + 1), to, by: 'hour' }, NOW)).toHaveProperty(
      'problem',
    );
    expect(usageRange({ from: before(USAGE_PERIODS_MAX + 1), to, by: 'day' }, NOW)).toHaveProperty('range');
  });
});
