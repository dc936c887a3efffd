import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { MemoryReceipts } from '../../event-store/memory/memory-receipts.js';
import { deleteOldKeysJob } from './delete-old-keys.job.js';

const HOUR_MS = 3_600_000;

it('keys older than they are kept are deleted, however many there are', async () => {
  let now = Date.now();
  const receipts = new MemoryReceipts(() => new Date(now));
  const job = deleteOldKeysJob({ receipts, keptHours: 24, now: () => new Date(now) });
  const run = () =>
    job.run({} as never, { number: 1, lastAttempt: false, signal: new AbortController().signal });
  const claim = (key: string, request: string) =>
    receipts.claim({ workspaceId: 'w', userId: 'u', key, holder: randomUUID() }, request, 1);

  for (let count = 0; count < 2_500; count += 1) await claim(`old ${count}`, 'one');
  now += 2 * HOUR_MS;
  await claim('young', 'one');
  now += 23 * HOUR_MS;
  await run();
  expect(await claim('old 0', 'another')).toEqual({ outcome: 'claimed' });
  expect(await claim('old 2499', 'another')).toEqual({ outcome: 'claimed' });
  expect(await claim('young', 'another')).toEqual({ outcome: 'reused' });
});
