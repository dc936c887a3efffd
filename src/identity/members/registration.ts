/** How somebody who was asked in becomes a user: by the link alone, once. */
import { receiptFor, type PendingReceipt } from '../../commands/receipt.js';
import { derivedId } from '../../events/event-ids.js';
import type { Queryable } from '../../platform/database/database.js';
import type { AcceptInvitationRefusal } from '../../commands/members/invitations.js';
import { EmailTaken, type Users } from '../users/users.js';
import { weaknessOf, type PasswordWeakness } from '../users/password-rules.js';
import type { Passwords } from '../users/passwords.js';
import type { Following, Members } from './members.js';

/** Who came in, and where. */
export interface Joined {
  userId: string;
  workspaceId: string;
}

export interface Registered extends Joined {
  position: bigint;
}

export type RegistrationRefusal =
  | AcceptInvitationRefusal
  /** A user has this address: they sign in and accept. */
  | { code: 'EMAIL_TAKEN' }
  /** Another user signs in with this account elsewhere. */
  | { code: 'ACCOUNT_TAKEN' }
  | { code: 'PASSWORD_REFUSED'; weakness: PasswordWeakness };

export type RegistrationOutcome = Registered | { refused: RegistrationRefusal };

interface Entrant {
  name: string;
  passwordHash: string | null;
  link?: Link;
}

/** Notes how they sign in, in the transaction that makes the user. False: it is another user's way in. */
type Link = (userId: string, transaction: Queryable) => Promise<boolean>;

/** The transaction ends with it: no user is made who could not sign in. */
class AccountTaken extends Error {}

export class Registration {
  constructor(
    private readonly users: Users,
    private readonly passwords: Passwords,
    private readonly members: Members,
  ) {}

  /** A new user, with the address the invitation was for. Broken off, it may be done again with the same link. */
  async register(
    { token, name, password }: { token: string; name: string; password: string },
    following: Following,
    receipt?: PendingReceipt<Joined>,
  ): Promise<RegistrationOutcome> {
    const invitation = await this.members.find(token);
    if (!invitation) return refused({ code: 'INVITATION_INVALID' });
    const { email } = invitation;
    const weakness = weaknessOf(password, { email, name });
    if (weakness) return refused({ code: 'PASSWORD_REFUSED', weakness });
    const passwordHash = await this.passwords.hash(password);
    return this.enter(token, { name, passwordHash }, following, receipt);
  }

  /**
   * A new user who signs in elsewhere, without a password. As with a password, the link alone proves whom it was for.
   * `link` comes before the invitation is used up: broken off, it may all be done again.
   */
  async registerElsewhere(
    { token, name, link }: { token: string; name: string; link: Link },
    following: Following,
  ): Promise<RegistrationOutcome> {
    return this.enter(token, { name, passwordHash: null, link }, following);
  }

  /** A user who is signed in comes into another workspace, if the invitation was for their address. */
  async accept(
    token: string,
    userId: string,
    following: Following,
    receipt?: PendingReceipt<Joined>,
  ): Promise<RegistrationOutcome> {
    const [invitation, user] = await Promise.all([this.members.find(token), this.users.byId(userId)]);
    if (!invitation || invitation.email !== user?.email) return refused({ code: 'INVITATION_INVALID' });
    return this.join(invitation, userId, following, receipt);
  }

  private async enter(
    token: string,
    { name, passwordHash, link }: Entrant,
    following: Following,
    receipt?: PendingReceipt<Joined>,
  ): Promise<RegistrationOutcome> {
    // Once more, since hashing took its time: from here on, whoever holds an open invitation is its user.
    const invitation = await this.members.find(token);
    if (!invitation) return refused({ code: 'INVITATION_INVALID' });
    const userId = derivedId('user', 'invited', invitation.invitationId);
    try {
      const user = { userId, email: invitation.email, name, passwordHash };
      const isTheirs = await this.users.create(user, async (transaction) => {
        if (link && !(await link(userId, transaction))) throw new AccountTaken();
      });
      if (!isTheirs) return refused({ code: 'INVITATION_INVALID' });
    } catch (error) {
      if (error instanceof EmailTaken) return refused({ code: 'EMAIL_TAKEN' });
      if (error instanceof AccountTaken) return refused({ code: 'ACCOUNT_TAKEN' });
      throw error;
    }
    return this.join(invitation, userId, following, receipt);
  }

  private async join(
    invitation: Parameters<Members['accept']>[0],
    userId: string,
    following: Following,
    receipt?: PendingReceipt<Joined>,
  ): Promise<RegistrationOutcome> {
    const joined = { userId, workspaceId: invitation.workspaceId };
    const outcome = await this.members.accept(invitation, userId, following, receiptFor(receipt, joined));
    if (!outcome.accepted) return refused(outcome.refusal);
    return { ...joined, position: outcome.position };
  }
}

const refused = (refusal: RegistrationRefusal): RegistrationOutcome => ({ refused: refusal });
