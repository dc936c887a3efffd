import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ChainedLog } from '../../test/support/chained-log.js';
import { appendOf } from '../../test/support/events.js';
import { until } from '../../test/support/until.js';
import { chainNext, progressOf } from './chain-log.js';
import { signEnds, unsignedEnds } from './checkpoints.js';
import { ChainFollower, type FollowerOptions } from './follower.js';
import { chainLag } from './lag.js';

const QUICK = { spacingMs: 5, pollMs: 20, standbyPollMs: 10, retryMs: 20 };

let log: ChainedLog;
const followers: ChainFollower[] = [];
beforeAll(async () => {
  log = await ChainedLog.open();
});
afterEach(async () => {
  await Promise.all(followers.splice(0).map((follower) => follower.stop()));
});
afterAll(() => log?.close());

function follow(over: Partial<FollowerOptions> = {}): ChainFollower {
  const follower = new ChainFollower({
    database: log.database,
    store: log.store,
    signingKey: log.key,
    checkpointLinks: 1_000_000,
    checkpointMs: 3_600_000,
    now: () => new Date(),
    times: QUICK,
    ...over,
  });
  followers.push(follower);
  follower.start();
  return follower;
}

async function grow(workspaceId: string, appends: number): Promise<void> {
  for (let index = 0; index < appends; index += 1)
    await log.store.append(appendOf(['one', 'two', 'three'], { workspaceId }));
}

const caughtUp = () =>
  until('the chain is at the end of the log', async () => (await chainLag(log.database)).events === 0);
const checkpointsOf = async (workspaceId: string) =>
  (
    await log.database.query<{ seq: string }>(
      'SELECT seq FROM audit_checkpoints WHERE workspace_id = $1 ORDER BY seq',
      [workspaceId],
    )
  ).rows.map(({ seq }) => Number(seq));

/** Every event has one link, numbered in its workspace as the log orders them. */
async function expectSound(workspaceIds: string[]): Promise<void> {
  const { rows } = await log.database.query<{ wrong: number }>(
    `SELECT count(*)::int AS wrong
       FROM (SELECT position, workspace_id, row_number() OVER (PARTITION BY workspace_id ORDER BY position) AS seq
               FROM events) AS e
       FULL JOIN audit_chain c USING (position, workspace_id, seq) WHERE e.seq IS NULL OR c.chain_hash IS NULL`,
  );
  expect(rows[0]!.wrong).toBe(0);
  for (const workspaceId of workspaceIds) expect((await log.verify(workspaceId)).whole).toBe(true);
}

describe('the follower', () => {
  it('chains what is appended while it runs, each workspace by itself', async () => {
    const workspaces = [randomUUID(), randomUUID()];
    follow();
    await Promise.all(workspaces.map((workspaceId) => grow(workspaceId, 40)));
    await caughtUp();
    await expectSound(workspaces);
  });

  it('goes on where another one was killed, and two at once make one chain', async () => {
    const workspaceId = randomUUID();
    const first = follow();
    await until('the first leads', () => first.health().leading);
    const second = follow();
    await grow(workspaceId, 10);
    expect(second.health().leading).toBe(false);
    // As when its process is gone: the server ends the session that holds the turn.
    await log.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND application_name LIKE '%-audit' AND granted`,
    );
    await grow(workspaceId, 10);
    await until('one of them leads', () => first.health().leading || second.health().leading);
    await caughtUp();
    await expectSound([workspaceId]);
  });

  it('signs a chain after so many links', async () => {
    const workspaceId = randomUUID();
    follow({ checkpointLinks: 6 });
    await grow(workspaceId, 2);
    await until('it is signed', async () => (await checkpointsOf(workspaceId)).length === 1);
    expect(await checkpointsOf(workspaceId)).toEqual([6]);
    await expectSound([workspaceId]);
  });

  it('signs a chain so long after its first link, and not again before something comes', async () => {
    const workspaceId = randomUUID();
    let now = Date.parse('2026-03-01T10:00:00Z');
    follow({ checkpointMs: 60_000, now: () => new Date(now) });
    await grow(workspaceId, 1);
    await caughtUp();
    const before = await checkpointsOf(workspaceId);
    now += 60_000;
    await until('it is signed', async () => (await checkpointsOf(workspaceId)).length === before.length + 1);
    now += 600_000;
    await grow(randomUUID(), 1);
    await caughtUp();
    expect(await checkpointsOf(workspaceId)).toHaveLength(before.length + 1);
  });

  it('signs at once what an earlier one has left', async () => {
    const workspaceId = randomUUID();
    await grow(workspaceId, 1);
    await log.chainAll();
    follow();
    await until('it is signed', async () => (await checkpointsOf(workspaceId)).length === 1);
  });

  it('says what is wrong when a link stands in its way, and stops there', async () => {
    const workspaceId = randomUUID();
    await grow(workspaceId, 1);
    await log.chainAll();
    const before = await progressOf(log.database);
    await log.tamper('UPDATE audit_chain_progress SET position = position - 1');
    const follower = follow();
    await until('it is in trouble', () => follower.health().trouble);
    expect(follower.health().trouble).toContain('audit_chain');
    expect((await log.verify(workspaceId)).whole).toBe(true);
    await log.tamper('UPDATE audit_chain_progress SET position = $1', [before]);
    await until('it goes on', () => follower.health().trouble === null);
  });
});

describe('writing links', () => {
  it('from where another writer has been writes nothing', async () => {
    const workspaceId = randomUUID();
    await grow(workspaceId, 20);
    await log.chainAll(1);
    await grow(workspaceId, 30);
    const writers = Array.from({ length: 6 }, async () => {
      while (Number((await chainNext(log.database, 4))?.length ?? 1) > 0);
    });
    await Promise.all(writers);
    await log.chainAll();
    await expectSound([workspaceId]);
  });

  it('leaves no second list of checkpoints behind two signers', async () => {
    const workspaceId = randomUUID();
    await grow(workspaceId, 3);
    await log.chainAll();
    const stale = await unsignedEnds(log.database, [workspaceId]);
    await log.sign();
    await grow(workspaceId, 1);
    await log.chainAll();
    await Promise.all([log.sign(), log.sign()]);
    await signEnds(log.database, stale, { key: log.key, now: new Date() });
    expect(stale).toMatchObject([{ previousSeq: 0n, seq: 9n }]);
    expect(await checkpointsOf(workspaceId)).toEqual([9, 12]);
    await expectSound([workspaceId]);
  });

  it('waits for an append that is not finished, whatever was appended behind it', async () => {
    const workspaceId = randomUUID();
    await grow(workspaceId, 1);
    await log.chainAll();
    const before = await progressOf(log.database);
    const open = await log.database.pool.connect();
    try {
      await open.query('BEGIN');
      await open.query('SELECT pg_current_xact_id()');
      await grow(workspaceId, 1);
      expect(await chainNext(log.database, 100)).toEqual([]);
      expect(await progressOf(log.database)).toBe(before);
    } finally {
      await open.query('ROLLBACK');
      open.release();
    }
    await log.chainAll();
    await expectSound([workspaceId]);
  });
});
