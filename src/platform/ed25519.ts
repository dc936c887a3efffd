/** Ed25519 keys (RFC 8032) in the forms in which people keep them. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** PKCS #8 (RFC 8410) of a private key, up to its 32 bytes. */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** PEM (line breaks may be written as `\n`), or base64 of the PEM, of PKCS #8, or of the 32 bytes alone. Null: none of these. */
export const ed25519PrivateKey = (text: string): KeyObject | null =>
  keyIn(text, (key) => createPrivateKey(key), PRIVATE_PREFIX, 'pkcs8');

/** PEM, or base64 of the PEM or of the SubjectPublicKeyInfo. Null: neither. */
export const ed25519PublicKey = (text: string): KeyObject | null =>
  keyIn(text, (key) => createPublicKey(key), null, 'spki');

/** PKCS #8, PEM. */
export const newEd25519PrivateKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

type DerKey = { key: Buffer; format: 'der'; type: 'pkcs8' & 'spki' };

function keyIn(
  text: string,
  read: (key: string | DerKey) => KeyObject,
  rawPrefix: Buffer | null,
  type: 'pkcs8' | 'spki',
): KeyObject | null {
  try {
    const key = text.includes('-----BEGIN') ? read(text.replaceAll('\\n', '\n')) : read(decoded());
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }

  function decoded(): string | DerKey {
    if (!BASE64.test(text.trim())) throw new Error('not base64');
    const bytes = Buffer.from(text.trim(), 'base64');
    if (bytes.includes('-----BEGIN')) return bytes.toString('utf8');
    const key = rawPrefix && bytes.length === 32 ? Buffer.concat([rawPrefix, bytes]) : bytes;
    return { key, format: 'der', type } as DerKey;
  }
}
