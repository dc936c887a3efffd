/**
 * A personal text as it stands in events and read models: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce, as
 * `personal:v1:<key id>:<base64url of nonce, ciphertext, tag>`. Bound to its place: moved to another stream, or to be
 * another kind of text, it does not open. Pure but for the nonce.
 */
import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
const SEALED = /^personal:v1:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([\w-]{38,})$/;

/** Where a text stands. */
export interface Place {
  streamId: string;
  /** Of its personal field, see personal-text.ts. */
  name: string;
}

export interface PersonalKey {
  keyId: string;
  secret: KeyObject;
}

/** The key id of a sealed text; null for any other text. */
export const keyIdOf = (text: string): string | null => SEALED.exec(text)?.[1] ?? null;

export function sealText(text: string, place: Place, { keyId, secret }: PersonalKey): string {
  const sealed = seal(Buffer.from(text, 'utf8'), secret, boundTo(place, keyId));
  return `personal:v1:${keyId}:${sealed.toString('base64url')}`;
}

/** Null when it was tampered with, stands in another place than it was sealed for, or the key is not its own. */
export function openText(text: string, place: Place, { keyId, secret }: PersonalKey): string | null {
  const content = SEALED.exec(text)?.[2];
  if (content === undefined) return null;
  const opened = open(Buffer.from(content, 'base64url'), secret, boundTo(place, keyId));
  return opened?.toString('utf8') ?? null;
}

const boundTo = ({ streamId, name }: Place, keyId: string) => Buffer.from(`${keyId}\n${streamId}\n${name}`);

/** Nonce, ciphertext and tag in one. */
export function seal(content: Uint8Array, secret: KeyObject, bound: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, secret, nonce);
  cipher.setAAD(bound);
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** Null when anything about it is not as it was sealed. */
export function open(sealed: Buffer, secret: KeyObject, bound: Uint8Array): Buffer | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(ALGORITHM, secret, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(bound);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}
