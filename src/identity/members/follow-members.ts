/**
 * Makes the memberships table what the workspace's stream says. The stream decides; the table is what every request is
 * checked against. Done by the command at once, and by a job for every event, should a process die between the two.
 */
import { membersRef, type MembersState } from '../../commands/members/members.decider.js';
import type { LoadedStream, StreamWriter } from '../../commands/stream-writer.js';
import type { Database, Queryable } from '../../platform/database/database.js';
import * as sql from './members.sql.js';

/** A row is written just before its event: that long it may lack one. */
const INVITATION_WITHOUT_EVENT_MS = 3_600_000;

/** Loads the stream and follows it; for whoever does not know how it stands. */
export async function followStream(
  database: Database,
  writer: Pick<StreamWriter, 'load'>,
  workspaceId: string,
  now: Date,
): Promise<string[]> {
  return followMembers(database, workspaceId, await writer.load(membersRef(workspaceId)), now);
}

/**
 * Ids of the users who are no longer members or have another role. An older reading than the one that was followed already
 * changes nothing, so whoever comes late does no harm. Whoever is a member must be a user by now.
 */
export async function followMembers(
  database: Database,
  workspaceId: string,
  { state, revision }: Pick<LoadedStream<MembersState>, 'state' | 'revision'>,
  now: Date,
): Promise<string[]> {
  if (state.status === 'absent') return [];
  return database.transaction(async (transaction) => {
    const isNews = await transaction.query(sql.ADVANCE_REVISION, [workspaceId, revision, state.name]);
    if (isNews.rowCount === 0) return [];
    const removed = await removeOthers(transaction, workspaceId, [...state.members.keys()], now);
    const roles = [workspaceId, [...state.members.keys()], [...state.members.values()]];
    const changed = await transaction.query<{ userId: string }>(sql.UPSERT_MEMBERS, roles);
    const unknownBefore = new Date(now.getTime() - INVITATION_WITHOUT_EVENT_MS);
    await transaction.query(sql.DELETE_CLOSED_INVITATIONS, [
      workspaceId,
      [...state.invitations.keys()],
      unknownBefore,
    ]);
    return [...removed, ...changed.rows.map(({ userId }) => userId)];
  });
}

async function removeOthers(
  transaction: Queryable,
  workspaceId: string,
  members: string[],
  now: Date,
): Promise<string[]> {
  const { rows } = await transaction.query<{ userId: string }>(sql.DELETE_OTHER_MEMBERS, [
    workspaceId,
    members,
  ]);
  const removed = rows.map(({ userId }) => userId);
  if (removed.length === 0) return [];
  await transaction.query(sql.REVOKE_KEYS_OF_MEMBERS, [workspaceId, removed, now]);
  await transaction.query(sql.END_SESSIONS_OF_MEMBERS, [workspaceId, removed, now]);
  return removed;
}
