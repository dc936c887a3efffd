/** What receipts promise, alone and with an append. `receiptsContract(open)`, one line per implementation. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventStore } from '../../src/event-store/event-store.js';
import type { Claimant, Receipt, Receipts } from '../../src/event-store/receipts.js';
import { appendOf, labelOf } from '../support/events.js';
import { until } from '../support/until.js';

export interface OpenedReceipts {
  store: EventStore;
  receipts: Receipts;
  close(): Promise<void>;
}

const LEASE_MS = 60_000;
const SHORT_LEASE_MS = 30;
const REQUEST = 'ab'.repeat(32);
const OTHER_REQUEST = 'cd'.repeat(32);
const CONTENT = 'ef'.repeat(32);
const ANSWER = { status: 202, body: '{"draftId":"1","note":"گوشی"}' };

const someone = (): Claimant => ({
  workspaceId: randomUUID(),
  userId: randomUUID(),
  key: `key ${randomUUID()}`,
  holder: randomUUID(),
});
const receiptOf = (claimant: Claimant, more: Partial<Receipt> = {}): Receipt => {
  const { workspaceId, userId, key } = claimant;
  return { workspaceId, userId, key, request: REQUEST, content: null, answer: ANSWER, ...more };
};

export function receiptsContract(open: () => Promise<OpenedReceipts>): void {
  let opened: OpenedReceipts;
  let store: EventStore;
  let receipts: Receipts;
  beforeAll(async () => {
    opened = await open();
    ({ store, receipts } = opened);
  });
  afterAll(() => opened?.close());

  const claim = (claimant: Claimant, request = REQUEST, leaseMs = LEASE_MS) =>
    receipts.claim(claimant, request, leaseMs);
  const again = (claimant: Claimant) => ({ ...claimant, holder: randomUUID() });

  describe('a key', () => {
    it('is claimed by one of many', async () => {
      const first = someone();
      const claims = await Promise.all(Array.from({ length: 20 }, () => claim(again(first))));
      const outcomes = claims.map(({ outcome }) => outcome).sort();
      expect(outcomes).toEqual(['claimed', ...Array<string>(19).fill('running')]);
      const running = claims.find((each) => each.outcome === 'running');
      expect(running?.leaseMs).toBeGreaterThan(LEASE_MS / 2);
      expect(running?.leaseMs).toBeLessThanOrEqual(LEASE_MS);
    });

    it.each(['workspaceId', 'userId', 'key'] as const)('of another %s is another key', async (part) => {
      const first = someone();
      await claim(first);
      expect(await claim({ ...first, [part]: randomUUID() }, OTHER_REQUEST)).toEqual({ outcome: 'claimed' });
    });

    it('belongs to one request, whether that runs, was answered or was given up', async () => {
      const first = someone();
      await claim(first);
      expect(await claim(again(first), OTHER_REQUEST)).toEqual({ outcome: 'reused' });
      await receipts.release(first, { forget: false });
      expect(await claim(again(first), OTHER_REQUEST)).toEqual({ outcome: 'reused' });
      await receipts.store(receiptOf(first), null);
      expect(await claim(again(first), OTHER_REQUEST)).toEqual({ outcome: 'reused' });
    });

    it('is free again when its holder gives it up, and as good as new when it forgets it', async () => {
      const first = someone();
      await claim(first);
      await receipts.release(again(first), { forget: true });
      expect(await claim(again(first))).toMatchObject({ outcome: 'running' });
      await receipts.release(first, { forget: false });
      const second = again(first);
      expect(await claim(second)).toEqual({ outcome: 'claimed' });
      await receipts.release(second, { forget: true });
      expect(await claim(again(first), OTHER_REQUEST)).toEqual({ outcome: 'claimed' });
    });

    it('of a holder that is gone is free after its lease, for the same request only', async () => {
      const first = someone();
      await claim(first, REQUEST, SHORT_LEASE_MS);
      expect(await claim(again(first), OTHER_REQUEST)).toEqual({ outcome: 'reused' });
      await until('the lease is over', async () => (await claim(again(first))).outcome === 'claimed');
    });

    it('is held as long as its holder says so', async () => {
      const [first, other] = [someone(), someone()];
      await claim(first, REQUEST, SHORT_LEASE_MS);
      await claim(other, REQUEST, SHORT_LEASE_MS);
      await receipts.renew([first, again(other)], LEASE_MS);
      await until('the other lease is over', async () => (await claim(again(other))).outcome === 'claimed');
      expect(await claim(again(first))).toMatchObject({ outcome: 'running' });
    });
  });

  describe('an answer', () => {
    it('is given to whoever asks again, the first one for good', async () => {
      const first = someone();
      await claim(first);
      await receipts.store(receiptOf(first, { content: CONTENT }), 42n);
      await receipts.store(receiptOf(first, { answer: { status: 200, body: '{}' } }), 43n);
      await receipts.release(first, { forget: true });
      expect(await claim(again(first))).toEqual({
        outcome: 'answered',
        answer: { ...ANSWER, position: 42n, content: CONTENT },
      });
    });

    it('is stored with the events it goes along with', async () => {
      const first = someone();
      await claim(first);
      const append = appendOf(['a', 'b'], { expectedRevision: 'none' });
      const result = await store.append({ ...append, receipt: receiptOf(first) });
      if (result.outcome !== 'appended') throw new Error(result.outcome);
      expect((await store.readStream(append.streamId)).map(labelOf)).toEqual(['a', 'b']);
      expect(await claim(again(first))).toEqual({
        outcome: 'answered',
        answer: { ...ANSWER, position: result.lastPosition, content: null },
      });
    });

    it('is stored with them where the claim was lost meanwhile', async () => {
      const first = someone();
      await store.append({ ...appendOf(['a']), receipt: receiptOf(first) });
      expect(await claim(first)).toMatchObject({ outcome: 'answered' });
    });

    it('is not stored where the append came to nothing', async () => {
      const first = someone();
      await claim(first);
      const append = { ...appendOf(['a'], { expectedRevision: 7 }), receipt: receiptOf(first) };
      expect(await store.append(append)).toMatchObject({ outcome: 'conflict' });
      expect(await store.readStream(append.streamId)).toEqual([]);
      expect(await claim(again(first))).toMatchObject({ outcome: 'running' });
    });

    it('is not stored by an append that repeats an earlier one', async () => {
      const first = someone();
      await claim(first);
      const append = appendOf(['a']);
      await store.append(append);
      expect(await store.append({ ...append, receipt: receiptOf(first) })).toMatchObject({
        outcome: 'duplicate',
      });
      expect(await claim(again(first))).toMatchObject({ outcome: 'running' });
    });

    it('is kept from what a request that came first has left', async () => {
      const first = someone();
      await claim(first);
      await store.append({ ...appendOf(['a']), receipt: receiptOf(first, { request: OTHER_REQUEST }) });
      expect(await claim(again(first))).toMatchObject({ outcome: 'running' });
    });
  });

  it('goes after its time', async () => {
    const first = someone();
    await receipts.store(receiptOf(first), null);
    expect(await receipts.deleteBefore(new Date(Date.now() - 60_000), 1_000)).toBe(0);
    expect(await receipts.deleteBefore(new Date(Date.now() + 60_000), 1)).toBe(1);
    while ((await receipts.deleteBefore(new Date(Date.now() + 60_000), 5)) > 0);
    expect(await claim(first, OTHER_REQUEST)).toEqual({ outcome: 'claimed' });
  });
}
