/** Who may sign a checkpoint: our own key, and the public keys of those that signed before. */
import { sign, verify, type KeyObject, createPublicKey } from 'node:crypto';
import { ed25519PublicKey } from '../platform/ed25519.js';
import { sha256, statementBytes, type Checkpoint, type Statement } from './encoding.js';

/** Hex digits of a key's name. */
const KEY_ID_CHARS = 16;

export interface PublicKey {
  keyId: string;
  key: KeyObject;
}

export const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

/** The first half of SHA-256 over the key itself would do; these 64 bits only name it among a handful. */
export function publicKeyOf(key: KeyObject): PublicKey {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return { keyId: sha256(spkiOf(publicKey)).slice(0, KEY_ID_CHARS), key: publicKey };
}

/** Base64 of its SubjectPublicKeyInfo: what stands between the lines of a PEM. */
export const encodedKey = ({ key }: PublicKey): string => spkiOf(key).toString('base64');

/** Null where the text is no key, or another one than its name says. */
export function namedKey(keyId: string, text: string): PublicKey | null {
  const key = ed25519PublicKey(text);
  const found = key && publicKeyOf(key);
  return found?.keyId === keyId ? found : null;
}

export function signed(statement: Omit<Statement, 'keyId'>, privateKey: KeyObject): Checkpoint {
  const whole = { ...statement, keyId: publicKeyOf(privateKey).keyId };
  return { ...whole, signature: sign(null, statementBytes(whole), privateKey).toString('hex') };
}

export const isSignedBy = ({ signature, ...statement }: Checkpoint, { key }: PublicKey): boolean =>
  verify(null, statementBytes(statement), key, Buffer.from(signature, 'hex'));

/** `configured`: known from outside of the database. `database`: from a table that whoever forges the log can write to. */
export type KeySource = 'configured' | 'database';

export class KeyRing {
  private readonly configured: ReadonlyMap<string, PublicKey>;

  /** `signing` null: this process signs nothing. */
  constructor(
    readonly signing: KeyObject | null,
    earlier: readonly KeyObject[],
  ) {
    const keys = [...(signing ? [signing] : []), ...earlier].map(publicKeyOf);
    this.configured = new Map(keys.map((key) => [key.keyId, key]));
  }

  get own(): PublicKey | null {
    return this.signing && publicKeyOf(this.signing);
  }

  /** The keys of this process, and those of the table that it did not know. */
  with(registered: readonly { keyId: string; publicKey: string }[]): KnownKeys {
    const known = new Map<string, PublicKey & { source: KeySource }>();
    for (const { keyId, publicKey } of registered) {
      const key = namedKey(keyId, publicKey);
      if (key) known.set(keyId, { ...key, source: 'database' });
    }
    for (const [keyId, key] of this.configured) known.set(keyId, { ...key, source: 'configured' });
    return known;
  }
}

export type KnownKeys = ReadonlyMap<string, PublicKey & { source: KeySource }>;
