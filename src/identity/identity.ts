/** Everything that knows people, put together once per process. */
import type { StreamWriter } from '../commands/stream-writer.js';
import type { Database } from '../platform/database/database.js';
import { Authenticator } from './authenticator.js';
import { ApiKeys } from './keys/api-keys.js';
import { Members } from './members/members.js';
import { Registration } from './members/registration.js';
import { OpenIdSignIn, type OpenIdSettings } from './openid/openid-sign-in.js';
import { Revocations } from './revocations.js';
import { AccessTokens } from './sessions/access-tokens.js';
import { RefreshSuccessors } from './sessions/refresh-tokens.js';
import { Sessions } from './sessions/sessions.js';
import { SigningKeys } from './sessions/signing-keys.js';
import { Passwords } from './users/passwords.js';
import { Users } from './users/users.js';
import { Workspaces } from './workspaces.js';

/** Nest's token. */
export const IDENTITY = Symbol('Identity');

export interface Identity {
  users: Users;
  sessions: Sessions;
  members: Members;
  registration: Registration;
  openId: OpenIdSignIn;
  apiKeys: ApiKeys;
  signingKeys: SigningKeys;
  workspaces: Workspaces;
  authenticator: Authenticator;
  revocations: Revocations;
}

export function buildIdentity(
  database: Database,
  writer: StreamWriter,
  now: () => Date,
  openId: OpenIdSettings = { providers: [], publicUrl: null },
): Identity {
  const revocations = new Revocations(database);
  const passwords = new Passwords();
  const users = new Users(database, passwords, now);
  const signingKeys = new SigningKeys(database, now);
  const tokens = new AccessTokens(signingKeys, now);
  const sessions = new Sessions(database, tokens, new RefreshSuccessors(database), revocations, now);
  const members = new Members(database, writer, revocations, now);
  const apiKeys = new ApiKeys(database, revocations, now);
  const authenticator = new Authenticator(
    {
      byApiKey: (hash) => apiKeys.callerOf(hash),
      byAccessToken: (token) => sessions.callerOf(token),
    },
    () => now().getTime(),
  );
  const registration = new Registration(users, passwords, members);
  revocations.onRevoked((revoked) => authenticator.forget(revoked));
  return {
    users,
    sessions,
    members,
    registration,
    openId: new OpenIdSignIn(database, registration, sessions, apiKeys, openId, now),
    apiKeys,
    signingKeys,
    workspaces: new Workspaces(database, writer),
    authenticator,
    revocations,
  };
}
