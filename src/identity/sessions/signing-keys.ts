/**
 * The keys access tokens are signed with: Ed25519, in the database, made by the first process that needs one. A new one
 * follows when the newest is 30 days old; the one before verifies until the last token it signed has expired.
 */
import { createPublicKey, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import type { Database, Queryable } from '../../platform/database/database.js';
import { ed25519PrivateKey } from '../../platform/ed25519.js';
import { ACCESS_TOKEN_SECONDS } from './lifetimes.js';

export const KEY_AGE_MS_MAX = 30 * 24 * 3_600_000;
/** How long a process goes on with the keys it knows. */
export const KEYS_CACHED_MS = 60_000;
/** After its successor came: processes that have not noticed go on signing with it, and then its tokens live on. */
export const KEY_SUPERSEDED_MS_MAX = KEYS_CACHED_MS + ACCESS_TOKEN_SECONDS * 1_000 + 60_000;

/** Held while a key is made, so that processes which notice at once make one. */
const ROTATION_LOCK = 1_146_504_271;

const SELECT_KEYS =
  'SELECT kid, seed, created_at AS "createdAt" FROM access_token_keys ORDER BY created_at DESC, kid';
const INSERT_KEY = 'INSERT INTO access_token_keys (kid, seed, created_at) VALUES ($1, $2, $3)';
const DELETE_KEYS = 'DELETE FROM access_token_keys WHERE NOT kid = ANY($1::uuid[])';

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  createdAt: Date;
}

export interface PublicJwk {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  kid: string;
  alg: 'EdDSA';
  use: 'sig';
}

interface KeyRow {
  kid: string;
  seed: Buffer;
  createdAt: Date;
}

export class SigningKeys {
  private known: { keys: SigningKey[]; until: number } | null = null;
  private loading: Promise<SigningKey[]> | null = null;

  constructor(
    private readonly database: Database,
    private readonly now: () => Date,
  ) {}

  /** The key to sign with. */
  async newest(): Promise<SigningKey> {
    const [newest] = await this.usable();
    if (newest && this.age(newest) < KEY_AGE_MS_MAX) return newest;
    return this.rotate({ onlyWhenOld: true });
  }

  /** The key of this id, if it may still verify. An id that is not known is looked for once: another process made it. */
  async find(kid: string): Promise<SigningKey | null> {
    const of = (keys: SigningKey[]) => keys.find((key) => key.kid === kid) ?? null;
    return of(await this.usable()) ?? of(await this.load());
  }

  async jwks(): Promise<{ keys: PublicJwk[] }> {
    await this.newest();
    return { keys: (await this.usable()).map(publicJwk) };
  }

  /** A new key at once, for instance because the one before was seen by others. */
  async rotate({ onlyWhenOld = false } = {}): Promise<SigningKey> {
    await this.database.transaction(async (transaction) => {
      await transaction.query('SELECT pg_advisory_xact_lock($1)', [ROTATION_LOCK]);
      const keys = await this.read(transaction);
      if (onlyWhenOld && keys[0] && this.age(keys[0]) < KEY_AGE_MS_MAX) return;
      const kid = randomUUID();
      await transaction.query(INSERT_KEY, [kid, randomBytes(32), this.now()]);
      await transaction.query(DELETE_KEYS, [[kid, ...keys.map((key) => key.kid)]]);
    });
    return (await this.load())[0]!;
  }

  private async usable(): Promise<SigningKey[]> {
    if (this.known && this.known.until > this.now().getTime()) return usableKeys(this.known.keys, this.now());
    return this.load();
  }

  /** Once for all that ask at the same time. */
  private load(): Promise<SigningKey[]> {
    this.loading ??= this.read(this.database)
      .then((keys) => {
        this.known = { keys, until: this.now().getTime() + KEYS_CACHED_MS };
        return keys;
      })
      .finally(() => {
        this.loading = null;
      });
    return this.loading;
  }

  private async read(queryable: Queryable): Promise<SigningKey[]> {
    const { rows } = await queryable.query<KeyRow & Record<string, unknown>>(SELECT_KEYS);
    return usableKeys(rows, this.now()).map(signingKey);
  }

  private age = ({ createdAt }: SigningKey) => this.now().getTime() - createdAt.getTime();
}

/** Newest first, without those whose successor has been there for long. */
export function usableKeys<Key extends { createdAt: Date }>(newestFirst: readonly Key[], now: Date): Key[] {
  return newestFirst.filter((_, index) => {
    const successor = newestFirst[index - 1];
    return !successor || now.getTime() - successor.createdAt.getTime() < KEY_SUPERSEDED_MS_MAX;
  });
}

function signingKey({ kid, seed, createdAt }: KeyRow): SigningKey {
  const privateKey = ed25519PrivateKey(seed.toString('base64'));
  if (!privateKey) throw new Error(`signing key ${kid} is no Ed25519 key`);
  return { kid, privateKey, publicKey: createPublicKey(privateKey), createdAt };
}

function publicJwk({ kid, publicKey }: SigningKey): PublicJwk {
  const { x } = publicKey.export({ format: 'jwk' });
  return { kty: 'OKP', crv: 'Ed25519', x: x!, kid, alg: 'EdDSA', use: 'sig' };
}
