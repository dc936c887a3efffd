/** What the routes of people take and answer. Schemas of answers with secrets say so. */
import { z } from 'zod';
import { Role } from '../../events/workspace.events.js';
import { PERMISSIONS } from '../../identity/permissions.js';
import type { SignedIn } from '../../identity/sessions/sessions.js';
import { Email } from '../../identity/users/email.js';
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '../../identity/users/password-rules.js';
import { ListQuery } from '../requests/lists.js';

const NAME_CHARS_MAX = 200;
const TOKEN_CHARS_MAX = 512;

const Name = z.string().trim().min(1).max(NAME_CHARS_MAX);
const Token = z.string().min(1).max(TOKEN_CHARS_MAX);
const WorkspaceId = z.uuid().toLowerCase();
/** Only bounded: what is no password of ours is wrong, not invalid. */
const GivenPassword = z.string().min(1).max(PASSWORD_CHARS_MAX);
const NewPassword = z
  .string()
  .min(1)
  .max(PASSWORD_CHARS_MAX)
  .describe(`${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters of any kind`);
const Permission = z.enum(PERMISSIONS);
const Timestamp = z.iso.datetime();

export const LoginInput = z.strictObject({
  email: Email,
  password: GivenPassword,
  workspaceId: WorkspaceId.optional().describe('Absent: the one used last'),
});
export type LoginInput = z.output<typeof LoginInput>;

export const RefreshInput = z.strictObject({
  refreshToken: Token,
  workspaceId: WorkspaceId.optional().describe('The workspace to go to'),
});
export type RefreshInput = z.output<typeof RefreshInput>;

export const RegisterInput = z.strictObject({ invitation: Token, name: Name, password: NewPassword });
export type RegisterInput = z.output<typeof RegisterInput>;

export const AcceptInput = z.strictObject({ invitation: Token });
export type AcceptInput = z.output<typeof AcceptInput>;

export const PasswordInput = z.strictObject({
  password: NewPassword,
  currentPassword: GivenPassword.optional().describe('Where there is one'),
  email: Email.optional().describe('For a user who has none yet'),
});
export type PasswordInput = z.output<typeof PasswordInput>;

export const InviteInput = z.strictObject({ email: Email, role: Role });
export type InviteInput = z.output<typeof InviteInput>;

export const RoleInput = z.strictObject({ role: Role });
export type RoleInput = z.output<typeof RoleInput>;

export const ApiKeyInput = z.strictObject({
  name: Name,
  scopes: z
    .array(Permission)
    .min(1)
    .max(PERMISSIONS.length)
    .refine((scopes) => new Set(scopes).size === scopes.length, 'each scope once')
    .optional()
    .describe('Absent: all that the caller may'),
  expiresAt: z.iso.datetime({ offset: true }).optional().describe('Absent: never'),
});
export type ApiKeyInput = z.output<typeof ApiKeyInput>;

export const MembersQuery = ListQuery;
export type MembersQuery = z.output<typeof MembersQuery>;
export const MembersCursor = z.tuple([z.uuid()]);

export const SignedInAnswer = z.object({
  tokenType: z.literal('Bearer'),
  accessToken: z.string().describe('A secret. JWT; send it as the bearer'),
  expiresIn: z.int().describe('Seconds the access token lasts'),
  refreshToken: z.string().describe('A secret. Good for one refresh, which answers with the next one'),
  refreshExpiresAt: Timestamp.describe('When the session ends if it is not refreshed before'),
  sessionId: z.uuid(),
  userId: z.uuid(),
  workspaceId: z.uuid(),
  role: Role,
});

export const Me = z.object({
  userId: z.uuid(),
  email: z.string().nullable(),
  name: z.string(),
  hasPassword: z.boolean(),
  workspaceId: z.uuid(),
  role: Role,
  permissions: z.array(Permission),
  credential: z.object({ kind: z.enum(['api-key', 'session']), id: z.uuid() }),
});

export const SessionItem = z.object({
  sessionId: z.uuid(),
  current: z.boolean().describe('The one this request came with'),
  workspaceId: z.uuid(),
  userAgent: z.string().nullable(),
  createdAt: Timestamp,
  lastUsedAt: Timestamp.describe('To the refresh'),
  expiresAt: Timestamp,
});

export const WorkspaceItem = z.object({ workspaceId: z.uuid(), name: z.string(), role: Role });

export const MemberItem = z.object({
  userId: z.uuid(),
  email: z.string().nullable(),
  name: z.string(),
  role: Role,
  addedAt: Timestamp,
});

export const InvitationItem = z.object({
  invitationId: z.uuid(),
  email: z.string(),
  role: Role,
  invitedBy: z.uuid(),
  invitedAt: Timestamp,
  expiresAt: Timestamp,
});

export const InvitedAnswer = z.object({
  invitationId: z.uuid(),
  token: z.string().describe('A secret, shown once: hand it to whom it is for'),
  expiresAt: Timestamp,
});

export const ApiKeyItem = z.object({
  keyId: z.uuid(),
  name: z.string(),
  scopes: z.array(Permission).nullable().describe('Null: whatever the role may'),
  createdAt: Timestamp,
  expiresAt: Timestamp.nullable(),
  lastUsedAt: Timestamp.nullable().describe('To the minute'),
});

export const CreatedApiKeyAnswer = z.object({
  keyId: z.uuid(),
  apiKey: z.string().describe('A secret, shown once'),
  scopes: z.array(Permission),
  expiresAt: Timestamp.nullable(),
});

export const UserRef = z.object({ userId: z.uuid() });
export const JoinedAnswer = z.object({ userId: z.uuid(), workspaceId: z.uuid() });
export const SessionRef = z.object({ sessionId: z.uuid() });
export const InvitationRef = z.object({ invitationId: z.uuid() });
export const KeyRef = z.object({ keyId: z.uuid() });
export const SessionsEnded = z.object({ userId: z.uuid(), sessions: z.int().describe('How many ended') });
export const itemsOf = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });

export const Jwks = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.string(),
      kid: z.uuid(),
      alg: z.literal('EdDSA'),
      use: z.literal('sig'),
    }),
  ),
});

export function signedInAnswer(session: SignedIn): z.input<typeof SignedInAnswer> {
  const { userId, sessionId, workspaceId, role, accessToken, refreshToken } = session;
  return {
    tokenType: 'Bearer',
    accessToken,
    expiresIn: session.expiresInSeconds,
    refreshToken,
    refreshExpiresAt: session.refreshExpiresAt.toISOString(),
    sessionId,
    userId,
    workspaceId,
    role,
  };
}
