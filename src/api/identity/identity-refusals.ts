/** Every refusal that has to do with people, as a problem. A code without a case does not compile. */
import type { ChangeMemberRefusal } from '../../commands/members/change-members.js';
import type {
  AcceptInvitationRefusal,
  InviteMemberRefusal,
  RevokeInvitationRefusal,
} from '../../commands/members/invitations.js';
import type { CreateApiKeyRefusal } from '../../identity/keys/api-keys.js';
import type { RegistrationRefusal } from '../../identity/members/registration.js';
import type { SessionRefusal } from '../../identity/sessions/sessions.js';
import {
  PASSWORD_CHARS_MAX,
  PASSWORD_CHARS_MIN,
  type PasswordWeakness,
} from '../../identity/users/password-rules.js';
import { Problem } from '../problems/problem.js';

type Refusal =
  | AcceptInvitationRefusal
  | ChangeMemberRefusal
  | CreateApiKeyRefusal
  | InviteMemberRefusal
  | RegistrationRefusal
  | RevokeInvitationRefusal;

export function identityProblem(refusal: Refusal): Problem {
  const { code } = refusal;
  switch (code) {
    case 'INVITATION_INVALID':
      return new Problem(code, {
        detail: 'This invitation was used, taken back, has expired, is for another address, or never was.',
      });
    case 'INVITATION_NOT_FOUND':
      return new Problem(code, { detail: 'This workspace has no open invitation with this id.' });
    case 'ALREADY_MEMBER':
      return new Problem(code, { detail: 'You are a member of this workspace already.' });
    case 'EMAIL_TAKEN':
      return new Problem(code, {
        detail: 'A user has this address. If it is you, sign in and accept the invitation.',
      });
    case 'ACCOUNT_TAKEN':
      return new Problem(code, { detail: 'Another user signs in with this account.' });
    case 'MEMBER_NOT_FOUND':
      return new Problem(code, { detail: 'This workspace has no member with this id.' });
    case 'LAST_OWNER':
      return new Problem(code, { detail: 'A workspace keeps an owner. Make another member an owner first.' });
    case 'LIMIT_REACHED':
      return new Problem(code, {
        detail: `There is room for ${refusal.limit} ${refusal.of}.`,
        extensions: { limit: refusal.limit },
      });
    case 'SCOPE_EXCEEDED':
      return new Problem(code, {
        detail: 'Nobody gives a key or a role more than they have themselves.',
        extensions: { scopes: refusal.scopes },
      });
    case 'PASSWORD_REFUSED':
      return weakPassword(refusal.weakness);
    case 'WORKSPACE_NOT_FOUND':
      return new Problem(code, { detail: 'This workspace does not exist.' });
  }
}

const WEAKNESSES: Record<PasswordWeakness, string> = {
  too_short: `at least ${PASSWORD_CHARS_MIN} characters`,
  too_long: `at most ${PASSWORD_CHARS_MAX} characters`,
  names_the_user: 'not the name or the address of its user',
  repeats: 'not the same few characters over and over',
  runs: 'not a row of neighbouring characters',
};

export function weakPassword(weakness: PasswordWeakness): Problem {
  const message = WEAKNESSES[weakness];
  return new Problem('INVALID_REQUEST', {
    detail: `body.password: ${message}`,
    extensions: { errors: [{ path: 'body.password', message }] },
  });
}

/** One answer for all that went wrong with an address and a password. */
export const invalidCredentials = () =>
  new Problem('INVALID_CREDENTIALS', { detail: 'The address or the password is wrong.' });

export function sessionProblem({ refused }: SessionRefusal): Problem {
  switch (refused) {
    case 'no_workspace':
      return new Problem('WORKSPACE_NOT_FOUND', {
        detail: 'You are not a member of this workspace, or of any.',
      });
    case 'unknown_token':
    case 'ended':
    case 'reused':
      return new Problem('SESSION_ENDED', { detail: 'This session is over. Sign in again.' });
  }
}
