/**
 * What is to be remembered between sending a browser to a provider and its coming back: with the browser itself, as a cookie
 * that only this installation can read or make (JWE, direct encryption). Whoever starts a sign-in in one browser cannot
 * have it finished in another, and nothing is stored for those who never come back.
 */
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import { z } from 'zod';
import type { Queryable } from '../../platform/database/database.js';
import { installationKey } from '../../platform/database/installation-key.js';

/** Long enough to find a password and a second factor. */
export const SIGN_IN_SECONDS_MAX = 600;
const AUDIENCE = 'urn:drafthorse:openid-sign-in';

const LinkTo = z.object({
  userId: z.string(),
  workspaceId: z.string(),
  credential: z.object({ kind: z.enum(['api-key', 'session']), id: z.string() }),
});
export type LinkTo = z.infer<typeof LinkTo>;

const Remembered = z.object({
  provider: z.string(),
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  /** Whom to link the account to, where a user asked for that, and what they came with. */
  linkTo: LinkTo.nullable(),
  invitation: z.string().nullable(),
  workspaceId: z.string().nullable(),
  returnTo: z.string().nullable(),
});
export type Remembered = z.infer<typeof Remembered>;

export class SignInMemory {
  private key: Promise<Buffer> | null = null;

  constructor(
    private readonly database: Queryable,
    private readonly now: () => Date,
  ) {}

  async seal(remembered: Remembered): Promise<string> {
    const issuedAt = Math.floor(this.now().getTime() / 1_000);
    return new EncryptJWT({ remembered })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setAudience(AUDIENCE)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + SIGN_IN_SECONDS_MAX)
      .encrypt(await this.keyOf());
  }

  /** Null: not ours, changed, or too old. */
  async open(sealed: string): Promise<Remembered | null> {
    try {
      const { payload } = await jwtDecrypt(sealed, await this.keyOf(), {
        audience: AUDIENCE,
        requiredClaims: ['exp'],
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
        currentDate: this.now(),
      });
      return Remembered.safeParse(payload['remembered']).data ?? null;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  private async keyOf(): Promise<Buffer> {
    this.key ??= installationKey(this.database, 'openid-sign-in');
    try {
      return await this.key;
    } catch (error) {
      this.key = null;
      throw error;
    }
  }
}
