/** Members of workspaces: asked in by an owner, with a link that is shown once; there by what the stream says. */
import { createHash, randomBytes } from 'node:crypto';
import {
  acceptInvitation,
  inviteMember,
  revokeInvitation,
  type AcceptInvitationRefusal,
  type InviteMemberRefusal,
  type RevokeInvitationRefusal,
} from '../../commands/members/invitations.js';
import {
  changeMemberRole,
  removeMember,
  type ChangeMemberRefusal,
} from '../../commands/members/change-members.js';
import { isOpen, membersRef, type MembersState } from '../../commands/members/members.decider.js';
import type { Decision } from '../../commands/decision.js';
import { receiptFor, type KnownReceipt, type Receipted } from '../../commands/receipt.js';
import type { CommandContext, Outcome, StreamWriter } from '../../commands/stream-writer.js';
import { derivedId } from '../../events/event-ids.js';
import type { Role, WorkspaceEvent } from '../../events/workspace.events.js';
import type { Database } from '../../platform/database/database.js';
import type { Revocations } from '../revocations.js';
import { followMembers, followStream } from './follow-members.js';
import * as sql from './members.sql.js';

export const INVITATION_LASTS_MS = 7 * 24 * 3_600_000;
/** Of one user, in one list; nobody is in more shops than that. */
const WORKSPACES_LISTED_MAX = 1_000;

export interface Invited {
  invitationId: string;
  /** A secret, and nowhere else to be read again. */
  token: string;
  expiresAt: string;
}

export interface FoundInvitation {
  invitationId: string;
  workspaceId: string;
  /** Folded. */
  email: string;
}

export interface OpenInvitation {
  invitationId: string;
  email: string;
  role: Role;
  invitedBy: string;
  invitedAt: string;
  expiresAt: string;
}

export interface Member {
  userId: string;
  email: string | null;
  name: string;
  role: Role;
  addedAt: Date;
}

export interface WorkspaceOfUser {
  workspaceId: string;
  name: string;
  role: Role;
}

/** Accepted, or why not; with what the stream came to. */
export type MembersOutcome<Refusal> = Outcome<MembersState, Refusal>;

/** Who asks, without the command's own id. */
export type Following = Pick<CommandContext, 'correlationId' | 'traceparent'>;

const tokenOf = (secret: string) => `di_${secret}`;
const hashToken = (token: string) => createHash('sha256').update(token, 'utf8').digest();

export class Members {
  constructor(
    private readonly database: Database,
    private readonly writer: StreamWriter,
    private readonly revocations: Revocations,
    private readonly now: () => Date,
  ) {}

  /**
   * `email`: folded. `secret`: of the token, where the same command is to get the same one again; else it gets another, and
   * the one before is no longer good.
   */
  async invite(
    { email, role, secret }: { email: string; role: Role; secret?: string | undefined },
    context: CommandContext & { userId: string } & Receipted<Invited>,
  ): Promise<{ outcome: MembersOutcome<InviteMemberRefusal>; invited: Invited }> {
    const now = this.now();
    const token = tokenOf(secret ?? randomBytes(32).toString('base64url'));
    const invitationId = derivedId('invitation', context.commandId);
    const expiresAt = new Date(now.getTime() + INVITATION_LASTS_MS);
    const row = [invitationId, email, hashToken(token), now, expiresAt];
    await this.database.scope(context.workspaceId).query(sql.UPSERT_INVITATION, row);
    const invited = { invitationId, token, expiresAt: expiresAt.toISOString() };
    const command = { invitationId, role, invitedBy: context.userId, expiresAt: invited.expiresAt };
    const outcome = await this.writer.decide(
      membersRef(context.workspaceId),
      context,
      (state, at) => inviteMember(command, state, at),
      undefined,
      receiptFor(context.receipt, invited),
    );
    return { outcome, invited };
  }

  /** Open ones only. */
  async invitations(workspaceId: string): Promise<OpenInvitation[]> {
    const { state } = await this.writer.load(membersRef(workspaceId));
    if (state.status === 'absent') return [];
    const now = this.now().toISOString();
    const open = [...state.invitations].filter(([, invitation]) => isOpen(state, invitation, now));
    const ids = open.map(([invitationId]) => invitationId);
    const rows = await this.database
      .scope(workspaceId)
      .query<{ invitationId: string; email: string }>(sql.SELECT_INVITED, [ids]);
    const emails = new Map(rows.map(({ invitationId, email }) => [invitationId, email]));
    return open.flatMap(([invitationId, invitation]) => {
      const email = emails.get(invitationId);
      return email === undefined ? [] : [{ invitationId, email, ...invitation }];
    });
  }

  async revoke(
    invitationId: string,
    context: CommandContext & { userId: string },
  ): Promise<MembersOutcome<RevokeInvitationRefusal>> {
    const command = { invitationId, revokedBy: context.userId };
    const outcome = await this.writer.decide(membersRef(context.workspaceId), context, (state, at) =>
      revokeInvitation(command, state, at),
    );
    if (outcome.accepted)
      await this.database.scope(context.workspaceId).query(sql.DELETE_INVITATION, [invitationId]);
    return outcome;
  }

  /** The invitation a token belongs to, as long as it can be accepted. */
  async find(token: string): Promise<FoundInvitation | null> {
    const row = [hashToken(token), this.now()];
    const { rows } = await this.database.query<FoundInvitation & Record<string, unknown>>(
      sql.SELECT_INVITATION,
      row,
    );
    const found = rows[0];
    if (!found) return null;
    const { state } = await this.writer.load(membersRef(found.workspaceId));
    if (state.status === 'absent') return null;
    const invitation = state.invitations.get(found.invitationId);
    return invitation && isOpen(state, invitation, this.now().toISOString()) ? found : null;
  }

  /** The user comes in. They must be in `users` by now. Repeated by the same user, it is done once. */
  async accept(
    { invitationId, workspaceId }: FoundInvitation,
    userId: string,
    following: Following,
    receipt?: KnownReceipt,
  ): Promise<MembersOutcome<AcceptInvitationRefusal>> {
    const commandId = derivedId('accept-invitation', invitationId, userId);
    const context = { ...following, workspaceId, userId, commandId, causationId: null };
    const outcome = await this.decide(
      context,
      (state, at) => acceptInvitation({ invitationId, userId }, state, at),
      receipt,
    );
    if (outcome.accepted) await this.database.scope(workspaceId).query(sql.DELETE_INVITATION, [invitationId]);
    return outcome;
  }

  changeRole(
    { userId, role }: { userId: string; role: Role },
    context: CommandContext & { userId: string },
  ): Promise<MembersOutcome<ChangeMemberRefusal>> {
    const command = { userId, role, changedBy: context.userId };
    return this.decide(context, (state, at) => changeMemberRole(command, state, at));
  }

  remove(
    userId: string,
    context: CommandContext & { userId: string },
  ): Promise<MembersOutcome<ChangeMemberRefusal>> {
    const command = { userId, removedBy: context.userId };
    return this.decide(context, (state, at) => removeMember(command, state, at));
  }

  /** In the order of their ids, after `after`. */
  list(workspaceId: string, { after, limit }: { after: string | null; limit: number }): Promise<Member[]> {
    return this.database
      .scope(workspaceId)
      .query<Member & Record<string, unknown>>(sql.SELECT_MEMBERS, [after, limit]);
  }

  /** Where this user is a member. */
  async workspacesOf(userId: string): Promise<WorkspaceOfUser[]> {
    const row = [userId, WORKSPACES_LISTED_MAX];
    return (await this.database.query<WorkspaceOfUser & Record<string, unknown>>(sql.SELECT_WORKSPACES, row))
      .rows;
  }

  /** Brings the table to what the stream says, for whoever was interrupted between the two. */
  async follow(workspaceId: string): Promise<void> {
    await this.announce(workspaceId, await followStream(this.database, this.writer, workspaceId, this.now()));
  }

  private async decide<Refusal>(
    context: CommandContext,
    decision: (state: MembersState, now: string) => Decision<WorkspaceEvent, Refusal>,
    receipt?: KnownReceipt,
  ): Promise<MembersOutcome<Refusal>> {
    const { workspaceId } = context;
    const ref = membersRef(workspaceId);
    const outcome = await this.writer.decide(ref, context, decision, undefined, receipt);
    if (outcome.accepted)
      await this.announce(workspaceId, await followMembers(this.database, workspaceId, outcome, this.now()));
    return outcome;
  }

  private async announce(workspaceId: string, userIds: string[]): Promise<void> {
    await Promise.all(userIds.map((userId) => this.revocations.announce({ userId, workspaceId })));
  }
}
