import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ed25519PrivateKey, ed25519PublicKey, newEd25519PrivateKey } from './ed25519.js';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const der = privateKey.export({ type: 'pkcs8', format: 'der' });
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
const publicDer = publicKey.export({ type: 'spki', format: 'der' });
const content = Buffer.from('what is signed');

describe('an Ed25519 private key', () => {
  it.each([
    ['PEM', pem],
    ['PEM on one line', pem.trim().replaceAll('\n', '\\n')],
    ['base64 of the PEM', Buffer.from(pem).toString('base64')],
    ['base64 of PKCS #8', der.toString('base64')],
    ['base64 of the 32 bytes', der.subarray(-32).toString('base64')],
  ])('is read from %s', (_, text) => {
    const signature = sign(null, content, ed25519PrivateKey(text)!);
    expect(verify(null, content, publicKey, signature)).toBe(true);
  });

  it('is made anew each time', () => {
    const [one, other] = [newEd25519PrivateKey(), newEd25519PrivateKey()];
    expect(one).not.toBe(other);
    expect(ed25519PrivateKey(one)?.type).toBe('private');
  });

  it.each([
    ['nothing', ''],
    ['words', 'not a key'],
    ['31 bytes', Buffer.alloc(31).toString('base64')],
    ['a public key', publicPem],
    [
      'a key of another kind',
      generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({
        type: 'pkcs8',
        format: 'pem',
      }) as string,
    ],
  ])('is not read from %s', (_, text) => {
    expect(ed25519PrivateKey(text)).toBe(null);
  });
});

describe('an Ed25519 public key', () => {
  it.each([
    ['PEM', publicPem],
    ['base64 of the PEM', Buffer.from(publicPem).toString('base64')],
    ['base64 of the SubjectPublicKeyInfo', publicDer.toString('base64')],
  ])('is read from %s', (_, text) => {
    expect(ed25519PublicKey(text)?.equals(publicKey)).toBe(true);
  });

  it.each([
    ['words', 'not a key'],
    ['32 bytes alone', publicDer.subarray(-32).toString('base64')],
  ])('is not read from %s', (_, text) => {
    expect(ed25519PublicKey(text)).toBe(null);
  });
});
