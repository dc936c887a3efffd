import { Temporal } from '@js-temporal/polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DraftView } from '../../src/projections/drafts/draft-view.js';
import type { ApiClient, PreviewedDraft } from '../support/api-client.js';
import { TestServer } from '../support/server.js';
import { until } from '../support/until.js';
import { memberOf, type Member } from '../journeys/members.js';
import { PHONES } from '../journeys/shop.js';

const ZONE = 'Asia/Tehran';

let server: TestServer;
let workspaceId: string;
let owner: ApiClient;

beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server?.stop());
beforeEach(async () => {
  ({ client: owner, workspaceId } = await server.createWorkspace('schedules'));
  await owner.importCatalogue(PHONES);
});

/** What clocks in Tehran show then. */
const inSeconds = (seconds: number) => {
  const then = Temporal.Now.instant().add({ seconds }).toZonedDateTimeISO(ZONE).toPlainDateTime();
  return { at: then.round({ smallestUnit: 'second', roundingMode: 'ceil' }).toString(), zone: ZONE };
};

async function confirmed(draft: PreviewedDraft, schedule: { at: string; zone: string }): Promise<DraftView> {
  const { position } = await owner.confirm(draft, { schedule });
  return owner.get<DraftView>(`/ai/drafts/${draft.draftId}`, position);
}
const scheduled = async (prompt: string, seconds: number) =>
  confirmed(await owner.preview(prompt), inSeconds(seconds));
const path = ({ draftId }: DraftView) => `/ai/drafts/${draftId}`;

/** The next time that clocks in Berlin will not show, because they go forward. */
function skippedInBerlin(): string {
  let at = Temporal.Now.zonedDateTimeISO('Europe/Berlin');
  for (;;) {
    const change = at.getTimeZoneTransition('next')!;
    const before = change.subtract({ minutes: 30 });
    if (change.offsetNanoseconds > before.offsetNanoseconds)
      return before.toPlainDateTime().add({ hours: 1 }).toString({ smallestUnit: 'minute' });
    at = change;
  }
}

describe('a change with a time', () => {
  it('waits for it, and is then applied exactly', async () => {
    const draft = await scheduled('lower the price of silver iphones by 10%', 3);
    expect(draft).toMatchObject({ status: 'confirmed', schedule: { zone: ZONE }, approval: null });
    const { runAt } = draft.schedule!;
    expect((await owner.product('IP17-S')).price).toBe('1000.00');
    const done = await owner.until(draft.draftId, 'done');
    expect(Date.parse(done.executedAt!)).toBeGreaterThanOrEqual(Date.parse(runAt));
    expect((await owner.product('IP17-S')).price).toBe('900.00');
    expect((await owner.product('IP17-B')).price).toBe('1000.00');
    const types = (await owner.events(draft.draftId)).map(({ type }) => type);
    expect(types.filter((type) => type === 'Executed')).toHaveLength(1);
  });

  it('can be cancelled until then, and then does not happen', async () => {
    const draft = await scheduled('set the stock of sku CASE-1 to 1', 5);
    const later = await scheduled('set the stock of sku GX-S to 1', 6);
    await owner.expectStatus(202, 'POST', `${path(draft)}/cancel`);
    // By then the cancelled one's time is over as well.
    await owner.until(later.draftId, 'done');
    expect(await owner.draft(draft.draftId)).toMatchObject({ status: 'cancelled', changeSetId: null });
    expect((await owner.product('CASE-1')).stock).toBe(50);
  });

  it('that finds another catalogue fails with the difference', async () => {
    const draft = await scheduled('lower the price of silver iphones by 10%', 6);
    await owner.apply('set the stock of sku IP17-S to 77');
    const failed = await owner.until(draft.draftId, 'failed');
    const { productId, price } = await owner.product('IP17-S');
    expect(failed.error).toMatchObject({ code: 'PLAN_CHANGED' });
    expect(failed.error!.message).toContain(productId);
    expect(price).toBe('1000.00');
  });

  it('is held to the policies of that time', async () => {
    const draft = await scheduled('delete all black phones', 6);
    await owner.expectStatus(202, 'PUT', '/workspace/policies', { deletes: true });
    const failed = await owner.until(draft.draftId, 'failed');
    expect(failed.error).toMatchObject({ code: 'APPROVAL_REQUIRED' });
    expect(await owner.product('IP17-B')).toMatchObject({ version: 1 });
  });

  it('can be given another one', async () => {
    const draft = await scheduled('set the stock of sku CASE-1 to 1', 600);
    const schedule = inSeconds(3);
    const { position } = await owner.expectStatus(202, 'PUT', `${path(draft)}/schedule`, schedule);
    expect(await owner.get<DraftView>(path(draft), position)).toMatchObject({ schedule });
    await owner.until(draft.draftId, 'done');
    await owner.refused('DRAFT_NOT_SCHEDULED', 'PUT', `${path(draft)}/schedule`, inSeconds(60));
  });

  it.each([
    [{ at: '2020-01-01T09:00', zone: ZONE }, 'past'],
    [{ at: '2099-01-01T09:00', zone: ZONE }, 'too_far'],
    [{ at: '2027-02-30T09:00', zone: ZONE }, 'no_such_time'],
    [{ at: '2027-01-01T09:00', zone: 'Asia/Teheran' }, 'zone_unknown'],
    [{ at: skippedInBerlin(), zone: 'Europe/Berlin' }, 'time_skipped'],
  ])('cannot have the time %j', async (schedule, reason) => {
    const { draftId, preview } = await owner.preview('set the stock of sku CASE-1 to 1');
    const body = { planHash: preview.planHash, schedule };
    expect(
      (await owner.refused('SCHEDULE_INVALID', 'POST', `/ai/drafts/${draftId}/confirm`, body))['reason'],
    ).toBe(reason);
    await owner.confirm({ draftId, preview } as PreviewedDraft);
  });
});

describe('a change with a time that also needs a second person', () => {
  let approver: Member;
  beforeEach(async () => {
    approver = await memberOf(server, workspaceId, 'approver');
    await owner.expectStatus(202, 'PUT', '/workspace/policies', { pricePercentAbove: 5 });
  });
  const approve = (draft: DraftView) =>
    approver.client.expectStatus(202, 'POST', `${path(draft)}/approve`, {
      planHash: draft.approval?.planHash,
    });

  it('happens at its time once somebody has agreed', async () => {
    const draft = await scheduled('lower the price of silver iphones by 10%', 6);
    await approve(draft);
    expect((await owner.product('IP17-S')).price).toBe('1000.00');
    const done = await owner.until(draft.draftId, 'done');
    expect(Date.parse(done.executedAt!)).toBeGreaterThanOrEqual(Date.parse(draft.schedule!.runAt));
    expect((await owner.product('IP17-S')).price).toBe('900.00');
  });

  it('expires at its time when nobody has', async () => {
    const draft = await scheduled('lower the price of silver iphones by 10%', 3);
    expect(draft.expiresAt).toBe(draft.schedule!.runAt);
    await owner.until(draft.draftId, 'expired');
    const late = { planHash: draft.approval!.planHash };
    await approver.client.refused('DRAFT_NOT_AWAITING_APPROVAL', 'POST', `${path(draft)}/approve`, late);
    expect((await owner.product('IP17-S')).price).toBe('1000.00');
  });

  it('keeps its time: another one would not be what was approved', async () => {
    const draft = await scheduled('lower the price of silver iphones by 10%', 60);
    await owner.refused('SCHEDULE_IS_APPROVED', 'PUT', `${path(draft)}/schedule`, inSeconds(2));
  });
});

it('a program that was killed before the time, and away at it, makes up for it when it starts', async () => {
  const draft = await scheduled('lower the price of silver iphones by 10%', 6);
  await server.kill('SIGKILL');
  await until('the time is over', async () => Date.now() > Date.parse(draft.schedule!.runAt) || null);
  await server.restart();
  await owner.until(draft.draftId, 'done');
  expect((await owner.product('IP17-S')).price).toBe('900.00');
  const types = (await owner.events(draft.draftId)).map(({ type }) => type);
  expect(types.filter((type) => type === 'Executed')).toHaveLength(1);
});
