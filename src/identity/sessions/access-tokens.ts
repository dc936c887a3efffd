/**
 * Access tokens: signed statements (JWT, RFC 7519) of which session asks, in which workspace, for ten minutes. What the
 * session may do is not in them: it is looked up, so that it can change while they last.
 */
import { errors, jwtVerify, SignJWT, type JWTVerifyGetKey } from 'jose';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ACCESS_TOKEN_SECONDS } from './lifetimes.js';
import type { SigningKeys } from './signing-keys.js';

export const TOKEN_ISSUER = 'urn:drafthorse';
export const TOKEN_AUDIENCE = 'urn:drafthorse:api';
/** As RFC 9068 names the type of access tokens: no other kind of token can pass for one. */
export const TOKEN_TYPE = 'at+jwt';
export const TOKEN_ALGORITHM = 'EdDSA';
/** Clocks of processes on several machines differ by that much. */
const CLOCK_TOLERANCE_SECONDS = 5;

const Claims = z.object({ sub: z.uuid(), sid: z.uuid(), wid: z.uuid(), jti: z.uuid(), exp: z.int() });

export interface AccessClaims {
  userId: string;
  sessionId: string;
  workspaceId: string;
  expiresAtMs: number;
}

/** Three parts in base64url, of which the first is a JSON object: what no key of ours looks like. */
export const looksLikeAccessToken = (bearer: string) => /^eyJ[\w-]*\.[\w-]*\.[\w-]*$/.test(bearer);

export class AccessTokens {
  constructor(
    private readonly keys: SigningKeys,
    private readonly now: () => Date,
  ) {}

  async issue(claims: Omit<AccessClaims, 'expiresAtMs'>): Promise<string> {
    const { kid, privateKey } = await this.keys.newest();
    const issuedAt = Math.floor(this.now().getTime() / 1_000);
    return new SignJWT({ sid: claims.sessionId, wid: claims.workspaceId })
      .setProtectedHeader({ alg: TOKEN_ALGORITHM, typ: TOKEN_TYPE, kid })
      .setIssuer(TOKEN_ISSUER)
      .setAudience(TOKEN_AUDIENCE)
      .setSubject(claims.userId)
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt)
      .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
      .sign(privateKey);
  }

  /** Null for whatever is not, or no longer, a token of ours. Throws when the database is away. */
  async verify(token: string): Promise<AccessClaims | null> {
    const options = {
      algorithms: [TOKEN_ALGORITHM],
      typ: TOKEN_TYPE,
      issuer: TOKEN_ISSUER,
      audience: TOKEN_AUDIENCE,
      requiredClaims: ['sub', 'sid', 'wid', 'jti', 'iat', 'nbf', 'exp'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: this.now(),
    };
    try {
      const { payload } = await jwtVerify(token, this.keyOf, options);
      const claims = Claims.safeParse(payload);
      if (!claims.success) return null;
      const { sub: userId, sid: sessionId, wid: workspaceId, exp } = claims.data;
      return { userId, sessionId, workspaceId, expiresAtMs: exp * 1_000 };
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  private readonly keyOf: JWTVerifyGetKey = async ({ kid }) => {
    const key = kid === undefined ? null : await this.keys.find(kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key.publicKey;
  };
}
