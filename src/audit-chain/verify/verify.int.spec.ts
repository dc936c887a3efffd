import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChainedLog } from '../../../test/support/chained-log.js';
import { linesIn } from '../../../test/support/lines.js';
import { verifyExport } from '../offline.js';
import { ChainFollower } from '../follower.js';
import { verifyWorkspace } from './verify.js';

let log: ChainedLog;
beforeAll(async () => {
  log = await ChainedLog.open();
});
afterAll(() => log?.close());

describe('verifying', () => {
  it('finds nothing wrong while everything is on its way', async () => {
    const workspaceId = randomUUID();
    const follower = new ChainFollower({
      database: log.database,
      store: log.store,
      signingKey: log.key,
      checkpointLinks: 5,
      checkpointMs: 60_000,
      now: () => new Date(),
      times: { spacingMs: 1, pollMs: 5, standbyPollMs: 5, retryMs: 5 },
    });
    follower.start();
    let growing = true;
    const growth = (async () => {
      for (let round = 0; round < 12; round += 1) {
        await log.appendAll(workspaceId);
        await log.projectAll();
      }
      growing = false;
    })();
    let verified = 0;
    try {
      while (growing) {
        expect(await log.verify(workspaceId)).toMatchObject({ whole: true, complete: true, firstBad: null });
        expect(await log.verify(workspaceId, 'last-checkpoint')).toMatchObject({ firstBad: null });
        const text = Buffer.from(await log.export(workspaceId));
        const exported = await verifyExport(linesIn(text), { publicKeys: [], earlier: null });
        expect(exported).toMatchObject({ whole: true, firstBad: null });
        verified += 1;
      }
    } finally {
      await growth;
      await follower.stop();
    }
    expect(verified).toBeGreaterThan(3);
    await log.chainAll();
    expect((await log.verify(workspaceId)).pending).toEqual({ events: 0, trailRows: 0 });
  });

  it('stops when its time is up, and goes on behind the link it reached', async () => {
    const workspaceId = randomUUID();
    for (let round = 0; round < 14; round += 1) await log.appendAll(workspaceId);
    await log.chainAll();
    const total = (await log.verify(workspaceId)).checked.events;
    const parts = { database: log.database, keys: log.keys };
    let [from, events, answers] = [0n, 0, 0];
    for (;;) {
      const answer = (await verifyWorkspace(parts, workspaceId, { from, budgetMs: 0 }))!;
      expect(answer.firstBad).toBe(null);
      events += answer.checked.events;
      answers += 1;
      if (answer.complete) break;
      from = BigInt(answer.checked.upTo.seq);
    }
    expect({ events, isInParts: answers > 2 }).toEqual({ events: total, isInParts: true });
  });

  it('of a workspace without events finds it whole', async () => {
    expect(await log.verify(randomUUID())).toMatchObject({
      whole: true,
      complete: true,
      checked: { events: 0, upTo: { seq: '0', position: '0' } },
      lastCheckpoint: null,
    });
  });

  it('does not begin behind a link that is not there', async () => {
    const parts = { database: log.database, keys: log.keys };
    expect(await verifyWorkspace(parts, randomUUID(), { from: 3n, budgetMs: 0 })).toBe(null);
  });
});
