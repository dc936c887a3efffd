import { createHash, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { subkeyOf } from './master-key.js';
import { RequestSecretsUnder } from './request-secrets.js';

const newMaster = () => createSecretKey(randomBytes(32));
const master = newMaster();
const secrets = new RequestSecretsUnder(master);
const others = new RequestSecretsUnder(newMaster());
const TEXT = '["PUT","/api/v1/me/password",{"password":"correct horse"}]';

it('a print is the same under the same master key, and nothing that could be made without it', () => {
  const print = secrets.print(TEXT);
  expect(print).toMatch(/^[0-9a-f]{64}$/);
  expect(new RequestSecretsUnder(master).print(TEXT)).toBe(print);
  expect(others.print(TEXT)).not.toBe(print);
  const guesses = [
    createHash('sha256').update(TEXT).digest('hex'),
    createHmac('sha256', '').update(TEXT).digest('hex'),
  ];
  expect(guesses).not.toContain(print);
});

it('each purpose has a key of its own, which is not the master key', () => {
  const made = [
    secrets.print(TEXT),
    Buffer.from(secrets.derived(TEXT), 'base64url').toString('hex'),
    createHmac('sha256', master).update(TEXT).digest('hex'),
  ];
  expect(new Set(made).size).toBe(made.length);
  expect(subkeyOf(master, 'one').equals(subkeyOf(master, 'another'))).toBe(false);
  expect(subkeyOf(master, 'one').equals(subkeyOf(master, 'one'))).toBe(true);
});

it('a derived secret has 256 bits, and is the same whoever derives it under the same master key', () => {
  expect(secrets.derived(TEXT)).toMatch(/^[\w-]{43}$/);
  expect(new RequestSecretsUnder(master).derived(TEXT)).toBe(secrets.derived(TEXT));
  expect(secrets.derived(`${TEXT} `)).not.toBe(secrets.derived(TEXT));
  expect(others.derived(TEXT)).not.toBe(secrets.derived(TEXT));
});

it('what was sealed opens where it was sealed for, under its key, unchanged; and is another text each time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, bound) => {
      const sealed = secrets.seal(text, bound);
      expect(secrets.open(sealed, bound)).toBe(text);
      expect(secrets.open(sealed, `${bound} `)).toBeNull();
      expect(others.open(sealed, bound)).toBeNull();
      expect(secrets.seal(text, bound)).not.toBe(sealed);
      const bytes = Buffer.from(sealed, 'base64url');
      bytes[bytes.length - 1]! ^= 1;
      expect(secrets.open(bytes.toString('base64url'), bound)).toBeNull();
    }),
  );
  expect(secrets.open('', 'x')).toBeNull();
  expect(secrets.open('{"apiKey":"dh_x"}', 'x')).toBeNull();
});
