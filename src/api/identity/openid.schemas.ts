/** What signing in with an account elsewhere takes and answers. */
import { z } from 'zod';

const TEXT_CHARS_MAX = 2_048;
const Text = z.string().min(1).max(TEXT_CHARS_MAX);

export const BeginQuery = z.strictObject({
  workspaceId: z.uuid().toLowerCase().optional().describe('Absent: the one used last'),
  returnTo: Text.optional().describe(
    'Where the browser goes in the end: a path, or an address of an origin that may call. The refresh token, or the code of a refusal, stands in its fragment. Absent: the answer is JSON',
  ),
});
export type BeginQuery = z.output<typeof BeginQuery>;

/** An invitation is a secret, and an address is no place for one: proxies write addresses down. */
export const BeginInput = BeginQuery.extend({
  invitation: Text.optional().describe('To come in by; for somebody who is not a user yet, or not here'),
});
export type BeginInput = z.output<typeof BeginInput>;

export const LinkInput = BeginQuery.pick({ returnTo: true });
export type LinkInput = z.output<typeof LinkInput>;

/** The provider's to fill, and read by the library as it came. */
export const CallbackQuery = z.object({
  code: Text.optional(),
  state: Text.optional(),
  error: Text.optional(),
});

export const ProviderItem = z.object({ provider: z.string() });
export const SignInBegun = z.object({
  authorizationUrl: z.url().describe('Where to send the browser that made this request'),
});
export const AccountItem = z.object({
  provider: z.string(),
  issuer: z.string(),
  subject: z.string(),
  linkedAt: z.iso.datetime(),
});

export const UnlinkInput = z.strictObject({ issuer: Text, subject: Text });
export type UnlinkInput = z.output<typeof UnlinkInput>;
