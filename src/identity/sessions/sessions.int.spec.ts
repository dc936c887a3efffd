import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import { StreamWriter } from '../../commands/stream-writer.js';
import { MemoryEventStore } from '../../event-store/memory/memory-event-store.js';
import { buildIdentity, type Identity } from '../identity.js';
import {
  ACCESS_TOKEN_SECONDS,
  REFRESH_REPEAT_MS_MAX,
  SESSION_AGE_MS_MAX,
  SESSION_IDLE_MS_MAX,
  SESSIONS_MAX,
} from './lifetimes.js';
import type { SignedIn, SessionRefusal } from './sessions.js';

const DAY_MS = 24 * 3_600_000;

let test: TestDatabase;
let store: MemoryEventStore;
let clock: number;
let identity: Identity;
let userId: string;
let workspaceId: string;
const now = () => new Date(clock);
/** A process of its own: nothing in memory, the same database and clock. */
const process = () => buildIdentity(test.database, new StreamWriter(store, now), now);

beforeAll(async () => {
  test = await testDatabase();
  store = new MemoryEventStore();
});
afterAll(() => test?.drop());
beforeEach(async () => {
  clock = Date.parse('2026-03-01T10:00:00.000Z');
  identity = process();
  ({ userId, workspaceId } = await identity.workspaces.createWorkspaceWithKey('shop'));
});

function signedIn(outcome: SignedIn | SessionRefusal): SignedIn {
  if ('refused' in outcome) throw new Error(`refused: ${outcome.refused}`);
  return outcome;
}
const start = async () => signedIn(await identity.sessions.start(userId));
const refresh = async (token: string) => signedIn(await identity.sessions.refresh(token));
const callerBy = ({ accessToken }: SignedIn) => identity.authenticator.authenticate(accessToken);
const endOf = async ({ sessionId }: SignedIn) => {
  const text = 'SELECT end_reason FROM sessions WHERE session_id = $1';
  return (await test.database.query<{ end_reason: string | null }>(text, [sessionId])).rows[0]?.end_reason;
};

describe('a session', () => {
  it('starts with tokens that lead to its user, in their workspace, with their role', async () => {
    const session = await start();
    expect(session).toMatchObject({ userId, workspaceId, role: 'owner', expiresInSeconds: 600 });
    expect(await callerBy(session)).toMatchObject({
      userId,
      workspaceId,
      role: 'owner',
      credential: { kind: 'session', id: session.sessionId },
    });
  });

  it('needs a workspace that its user is a member of', async () => {
    const { sessions } = identity;
    const other = await identity.workspaces.createWorkspaceWithKey('other');
    expect(await sessions.start(userId, { workspaceId: other.workspaceId })).toEqual({
      refused: 'no_workspace',
    });
    expect(await sessions.start(randomUUID())).toEqual({ refused: 'no_workspace' });
  });

  it('stores no token that could be used', async () => {
    const { refreshToken, accessToken } = await start();
    const { rows } = await test.database.query<{ row: string }>(
      'SELECT refresh_tokens::text AS row FROM refresh_tokens UNION ALL SELECT sessions::text FROM sessions',
    );
    const secrets = [refreshToken, accessToken].flatMap((text) => [text, Buffer.from(text).toString('hex')]);
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.some(({ row }) => secrets.some((secret) => row.includes(secret)))).toBe(false);
  });

  it('makes room for another where its user has too many', async () => {
    const first = await start();
    for (let count = 1; count < SESSIONS_MAX; count++) {
      clock += 1;
      await start();
    }
    expect(await endOf(first)).toBeNull();
    clock += 1;
    const last = await start();
    expect(await endOf(first)).toBe('revoked');
    expect(await callerBy(last)).not.toBeNull();
    expect(await identity.sessions.list(userId)).toHaveLength(SESSIONS_MAX);
  });
});

describe('a refresh', () => {
  it('gives a new access token and the next refresh token', async () => {
    const first = await start();
    clock += 60_000;
    const second = await refresh(first.refreshToken);
    expect(second).toMatchObject({ sessionId: first.sessionId, workspaceId, role: 'owner' });
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(second.accessToken).not.toBe(first.accessToken);
    expect(await callerBy(second)).toMatchObject({ userId });
  });

  it('whose answer was lost is answered the same again', async () => {
    const first = await start();
    const second = await refresh(first.refreshToken);
    clock += REFRESH_REPEAT_MS_MAX - 1;
    expect((await refresh(first.refreshToken)).refreshToken).toBe(second.refreshToken);
    expect(await refresh(second.refreshToken)).toMatchObject({ sessionId: first.sessionId });
  });

  it('from two tabs at the same moment gives both the same, in any number of processes', async () => {
    const { refreshToken, sessionId } = await start();
    const processes = Array.from({ length: 8 }, process);
    const answers = await Promise.all(processes.map(({ sessions }) => sessions.refresh(refreshToken)));
    expect(new Set(answers.map((answer) => signedIn(answer).refreshToken)).size).toBe(1);
    const { rows } = await test.database.query('SELECT FROM refresh_tokens WHERE session_id = $1', [
      sessionId,
    ]);
    expect(rows).toHaveLength(2);
  });

  it('with a token whose successor was used ends the session, at once', async () => {
    const first = await start();
    const second = await refresh(first.refreshToken);
    const third = await refresh(second.refreshToken);
    expect(await identity.sessions.refresh(first.refreshToken)).toEqual({ refused: 'reused' });
    expect(await endOf(first)).toBe('refresh_reused');
    expect(await identity.sessions.refresh(third.refreshToken)).toEqual({ refused: 'ended' });
    expect(await callerBy(third)).toBeNull();
  });

  it('with a token that was used a while ago ends the session', async () => {
    const first = await start();
    const second = await refresh(first.refreshToken);
    clock += REFRESH_REPEAT_MS_MAX;
    expect(await identity.sessions.refresh(first.refreshToken)).toEqual({ refused: 'reused' });
    expect(await identity.sessions.refresh(second.refreshToken)).toEqual({ refused: 'ended' });
  });

  it('with a token that nobody was given says only that', async () => {
    expect(await identity.sessions.refresh('dr_guessed')).toEqual({ refused: 'unknown_token' });
    expect(await identity.sessions.refresh('')).toEqual({ refused: 'unknown_token' });
  });

  it('leads to another workspace of the user, and to none of others', async () => {
    const mine = await identity.workspaces.createWorkspaceWithKey('mine');
    const session = await start();
    const there = await identity.sessions.refresh(session.refreshToken, mine.workspaceId);
    expect(there).toEqual({ refused: 'no_workspace' });
    await test.database.query(
      `INSERT INTO memberships (workspace_id, user_id, role) VALUES ($1, $2, 'viewer')`,
      [mine.workspaceId, userId],
    );
    const moved = signedIn(await identity.sessions.refresh(session.refreshToken, mine.workspaceId));
    expect(moved).toMatchObject({ workspaceId: mine.workspaceId, role: 'viewer' });
    expect(await callerBy(moved)).toMatchObject({ workspaceId: mine.workspaceId, role: 'viewer' });
    // A token says where it leads: one of before goes on leading there.
    expect(await callerBy(session)).toMatchObject({ workspaceId, role: 'owner' });
    expect(await refresh(moved.refreshToken)).toMatchObject({ workspaceId: mine.workspaceId });
  });
});

describe('time', () => {
  it('ends access tokens', async () => {
    const session = await start();
    clock += (ACCESS_TOKEN_SECONDS - 1) * 1_000;
    expect(await callerBy(session)).not.toBeNull();
    clock += 10_000;
    expect(await callerBy(session)).toBeNull();
  });

  it('ends sessions that nobody uses', async () => {
    const [idle, used] = [await start(), await start()];
    clock += SESSION_IDLE_MS_MAX - 1;
    const { refreshToken } = await refresh(used.refreshToken);
    clock += 1;
    expect(await identity.sessions.refresh(idle.refreshToken)).toEqual({ refused: 'ended' });
    expect(await refresh(refreshToken)).toMatchObject({ sessionId: used.sessionId });
  });

  it('ends sessions however much they are used', async () => {
    let session = await start();
    const end = clock + SESSION_AGE_MS_MAX;
    for (const leftMs of [60 * DAY_MS + 1, 31 * DAY_MS, 2 * DAY_MS, 1]) {
      clock = end - leftMs;
      session = await refresh(session.refreshToken);
    }
    expect(session.refreshExpiresAt).toEqual(new Date(end));
    clock = end;
    expect(await identity.sessions.refresh(session.refreshToken)).toEqual({ refused: 'ended' });
    expect(await callerBy(session)).toBeNull();
  });
});

describe('an end', () => {
  it('is at once in the process that brought it about', async () => {
    const session = await start();
    expect(await callerBy(session)).not.toBeNull();
    expect(await identity.sessions.end(userId, session.sessionId, 'logout')).toBe(true);
    expect(await callerBy(session)).toBeNull();
    expect(await identity.sessions.end(userId, session.sessionId, 'logout')).toBe(false);
    expect(await identity.sessions.refresh(session.refreshToken)).toEqual({ refused: 'ended' });
  });

  it('is not for others to bring about', async () => {
    const session = await start();
    expect(await identity.sessions.end(randomUUID(), session.sessionId, 'revoked')).toBe(false);
    expect(await callerBy(session)).not.toBeNull();
  });

  it('of all leaves the one that is kept', async () => {
    const [one, two, kept] = [await start(), await start(), await start()];
    expect(await identity.sessions.endAll(userId, 'password_changed', kept.sessionId)).toBe(2);
    expect(await Promise.all([one, two, kept].map(endOf))).toEqual([
      'password_changed',
      'password_changed',
      null,
    ]);
    expect(await Promise.all([one, two].map(callerBy))).toEqual([null, null]);
    expect(await callerBy(kept)).toMatchObject({ userId });
    expect((await identity.sessions.list(userId)).map(({ sessionId }) => sessionId)).toEqual([
      kept.sessionId,
    ]);
  });

  it('is forgotten, with its tokens, a month later', async () => {
    const session = await start();
    await identity.sessions.end(userId, session.sessionId, 'logout');
    clock += 31 * DAY_MS;
    await start();
    expect(await endOf(session)).toBeUndefined();
  });
});
