/**
 * Sessions: who is signed in where. A session is a row; access tokens name it and are worth nothing without it; its refresh
 * tokens rotate, and one that comes back after its successor was used ends it (RFC 9700, section 4.14.2).
 */
import { v7 as uuidv7 } from 'uuid';
import type { Role } from '../../events/workspace.events.js';
import type { Database, Queryable } from '../../platform/database/database.js';
import type { PendingReceipt } from '../../commands/receipt.js';
import type { FoundCaller } from '../authenticator.js';
import { callerOfRole } from '../caller.js';
import { changeWithAnswer } from '../change-with-answer.js';
import type { Revocations } from '../revocations.js';
import type { AccessTokens } from './access-tokens.js';
import {
  ACCESS_TOKEN_SECONDS,
  ENDED_SESSION_KEPT_MS,
  REFRESH_REPEAT_MS_MAX,
  SESSION_AGE_MS_MAX,
  SESSION_IDLE_MS_MAX,
  SESSIONS_MAX,
} from './lifetimes.js';
import { hashRefreshToken, newRefreshToken, type RefreshSuccessors } from './refresh-tokens.js';
import * as sql from './sessions.sql.js';

export type EndReason = 'logout' | 'revoked' | 'password_changed' | 'refresh_reused';

/** What a sign-in or refresh hands out. Both tokens are secrets: to the client and nowhere else. */
export interface SignedIn {
  userId: string;
  sessionId: string;
  workspaceId: string;
  role: Role;
  accessToken: string;
  expiresInSeconds: number;
  refreshToken: string;
  /** When the session ends if it is not refreshed before. */
  refreshExpiresAt: Date;
}

export type SessionRefusal =
  /** The user is not in this workspace; or in none at all. */
  | { refused: 'no_workspace' }
  /** Nobody was ever given this token. */
  | { refused: 'unknown_token' }
  /** The session is over: ended, too old, or not used for too long. */
  | { refused: 'ended' }
  /** A token that was used up came again, so somebody has it who should not; the session ended with this. */
  | { refused: 'reused' };

export interface SessionView {
  sessionId: string;
  workspaceId: string;
  userAgent: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
}

interface SessionRow {
  sessionId: string;
  userId: string;
  workspaceId: string;
  lastUsedAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
}
interface Destination {
  workspaceId: string;
  role: Role;
}
type Row<T> = T & Record<string, unknown>;

const USER_AGENT_CHARS_MAX = 200;

export class Sessions {
  constructor(
    private readonly database: Database,
    private readonly tokens: AccessTokens,
    private readonly successors: RefreshSuccessors,
    private readonly revocations: Revocations,
    private readonly now: () => Date,
  ) {}

  /**
   * For a user who has proved who they are, however they did. Without a workspace: the one they used last, or were in
   * first. The session that was not used for longest makes room where there are too many.
   */
  async start(
    userId: string,
    { workspaceId = null, userAgent = null }: { workspaceId?: string | null; userAgent?: string | null } = {},
  ): Promise<SignedIn | SessionRefusal> {
    const now = this.now();
    const sessionId = uuidv7();
    const refreshToken = newRefreshToken();
    const expiresAt = new Date(now.getTime() + SESSION_AGE_MS_MAX);
    const started = await this.database.transaction(async (transaction) => {
      const destination = await destinationOf(transaction, userId, workspaceId);
      if (!destination) return null;
      const keptSince = before(now, ENDED_SESSION_KEPT_MS);
      await transaction.query(sql.DELETE_OLD_SESSIONS, [userId, keptSince, idleSince(keptSince)]);
      const device = userAgent?.slice(0, USER_AGENT_CHARS_MAX) ?? null;
      const row = [sessionId, userId, destination.workspaceId, device, now, expiresAt];
      await transaction.query(sql.INSERT_SESSION, row);
      await transaction.query(sql.INSERT_TOKEN, [hashRefreshToken(refreshToken), sessionId, now]);
      const excess = [userId, now, SESSIONS_MAX];
      const ended = await transaction.query<{ sessionId: string }>(sql.END_EXCESS_SESSIONS, excess);
      return { destination, ended: ended.rows };
    });
    if (!started) return { refused: 'no_workspace' };
    for (const session of started.ended) await this.revocations.announce({ credentialId: session.sessionId });
    return this.signedIn({ sessionId, userId, expiresAt }, started.destination, refreshToken, now);
  }

  /**
   * A new access token, and the refresh token's successor. Asked with the same token again within
   * REFRESH_REPEAT_MS_MAX, and before the successor was used, it answers with the same successor; after that, the session
   * ends. `workspaceId`: the workspace to go to, where it is to be another.
   */
  async refresh(refreshToken: string, workspaceId: string | null = null): Promise<SignedIn | SessionRefusal> {
    const now = this.now();
    const successor = await this.successors.of(refreshToken);
    const refreshed = await this.database.transaction((transaction) =>
      rotate(transaction, { refreshToken, successor, workspaceId, now }),
    );
    if (!('refused' in refreshed))
      return this.signedIn(refreshed.session, refreshed.destination, successor, now);
    if (refreshed.refused === 'reused')
      await this.revocations.announce({ credentialId: refreshed.session.sessionId });
    return { refused: refreshed.refused };
  }

  async goesOn(userId: string, sessionId: string): Promise<boolean> {
    const now = this.now();
    const row = [sessionId, userId, now, idleSince(now)];
    return (await this.database.query(sql.SELECT_GOES_ON, row)).rowCount === 1;
  }

  /** False: this user has no such session, or it is over already. */
  async end(
    userId: string,
    sessionId: string,
    reason: EndReason,
    receipt?: PendingReceipt<{ sessionId: string }>,
  ): Promise<boolean> {
    const row = [sessionId, userId, this.now(), reason];
    const ended = await changeWithAnswer(this.database, receipt, async (queryable) => {
      const { rowCount } = await queryable.query(sql.END_SESSION, row);
      return rowCount === 1 ? { sessionId } : null;
    });
    await this.revocations.announce({ credentialId: sessionId });
    return ended !== null;
  }

  /** All sessions of the user but `keep`, in all workspaces. How many. */
  async endAll(
    userId: string,
    reason: EndReason,
    keep: string | null = null,
    receipt?: PendingReceipt<{ userId: string; sessions: number }>,
  ): Promise<number> {
    const ended = await changeWithAnswer(this.database, receipt, async (queryable) => ({
      userId,
      sessions: await this.endAllWithin(queryable, userId, reason, keep),
    }));
    await this.revocations.announce({ userId });
    return ended?.sessions ?? 0;
  }

  /** As `endAll`, in a transaction; whoever commits it announces it. */
  async endAllWithin(
    transaction: Queryable,
    userId: string,
    reason: EndReason,
    keep: string | null,
  ): Promise<number> {
    const { rowCount } = await transaction.query(sql.END_SESSIONS, [userId, this.now(), reason, keep]);
    return rowCount ?? 0;
  }

  /** Those that go on, the one used last first. */
  async list(userId: string): Promise<SessionView[]> {
    const now = this.now();
    return (await this.database.query<Row<SessionView>>(sql.SELECT_SESSIONS, [userId, now, idleSince(now)]))
      .rows;
  }

  /** Whoever an access token stands for, as their workspace has them now. */
  async callerOf(accessToken: string): Promise<FoundCaller | null> {
    const claims = await this.tokens.verify(accessToken);
    if (!claims) return null;
    const { userId, sessionId, workspaceId, expiresAtMs } = claims;
    const row = [sessionId, userId, workspaceId, this.now()];
    const { rows } = await this.database.query<{ role: Role }>(sql.SELECT_SESSION_CALLER, row);
    if (!rows[0]) return null;
    const credential = { kind: 'session', id: sessionId } as const;
    return { caller: callerOfRole({ userId, workspaceId, role: rows[0].role, credential }), expiresAtMs };
  }

  private async signedIn(
    { sessionId, userId, expiresAt }: Pick<SessionRow, 'sessionId' | 'userId' | 'expiresAt'>,
    { workspaceId, role }: Destination,
    refreshToken: string,
    now: Date,
  ): Promise<SignedIn> {
    const accessToken = await this.tokens.issue({ userId, sessionId, workspaceId });
    const idleEndMs = now.getTime() + SESSION_IDLE_MS_MAX;
    return {
      userId,
      sessionId,
      workspaceId,
      role,
      accessToken,
      expiresInSeconds: ACCESS_TOKEN_SECONDS,
      refreshToken,
      refreshExpiresAt: new Date(Math.min(idleEndMs, expiresAt.getTime())),
    };
  }
}

const before = (now: Date, ms: number) => new Date(now.getTime() - ms);
const idleSince = (now: Date) => before(now, SESSION_IDLE_MS_MAX);

const isOver = ({ endedAt, expiresAt, lastUsedAt }: SessionRow, now: Date) =>
  endedAt !== null || expiresAt <= now || lastUsedAt <= idleSince(now);

async function destinationOf(queryable: Queryable, userId: string, workspaceId: string | null) {
  const { rows } = await queryable.query<Row<Destination>>(sql.SELECT_DESTINATION, [userId, workspaceId]);
  return rows[0] ?? null;
}

interface Rotation {
  refreshToken: string;
  successor: string;
  /** Null: the workspace the session is in. */
  workspaceId: string | null;
  now: Date;
}

type Rotated =
  | { session: SessionRow; destination: Destination }
  | { refused: 'unknown_token' | 'ended' | 'no_workspace' }
  | { refused: 'reused'; session: SessionRow };

/** Holds the session's row from its first statement on: refreshes of one session take turns. */
async function rotate(
  transaction: Queryable,
  { refreshToken, successor, workspaceId, now }: Rotation,
): Promise<Rotated> {
  const [hash, successorHash] = [hashRefreshToken(refreshToken), hashRefreshToken(successor)];
  const { rows } = await transaction.query<Row<SessionRow>>(sql.LOCK_SESSION_OF_TOKEN, [hash]);
  const [session] = rows;
  if (!session) return { refused: 'unknown_token' };
  if (isOver(session, now)) return { refused: 'ended' };
  const { sessionId, userId } = session;
  const use = await useOf(transaction, hash, successorHash, now);
  if (use === 'reused') {
    await transaction.query(sql.END_SESSION, [sessionId, userId, now, 'refresh_reused']);
    return { refused: 'reused', session };
  }
  const destination = await destinationOf(transaction, userId, workspaceId ?? session.workspaceId);
  if (!destination) return { refused: 'no_workspace' };
  if (use === 'first') {
    await transaction.query(sql.ROTATE_TOKEN, [hash, now]);
    await transaction.query(sql.INSERT_TOKEN, [successorHash, sessionId, now]);
  }
  await transaction.query(sql.TOUCH_SESSION, [sessionId, now, destination.workspaceId]);
  return { session, destination };
}

/** Whether a token is used for the first time, or again for the same answer, or by somebody who should not have it. */
async function useOf(
  queryable: Queryable,
  hash: Buffer,
  successorHash: Buffer,
  now: Date,
): Promise<'first' | 'repeated' | 'reused'> {
  // A statement of its own: it sees what whoever held the session's lock has done.
  const { rows } = await queryable.query<{ own: Date | null; successors: Date | null }>(
    sql.SELECT_ROTATIONS,
    [hash, successorHash],
  );
  const { own: rotatedAt, successors: successorRotatedAt } = rows[0]!;
  if (rotatedAt === null) return 'first';
  const isRecent = now.getTime() - rotatedAt.getTime() < REFRESH_REPEAT_MS_MAX;
  return isRecent && successorRotatedAt === null ? 'repeated' : 'reused';
}
