import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyIdOf, openText, sealText, type PersonalKey } from './sealed-text.js';

const key = (keyId = '0197a000-0000-7000-8000-0000000000f1'): PersonalKey => ({
  keyId,
  secret: createSecretKey(randomBytes(32)),
});
const KEY = key();
const PLACE = { streamId: 'draft-0197a000-0000-7000-8000-0000000000d1', name: 'prompt' };
const PROMPT = 'قیمت آیفون ۱۷ نقره‌ای رو ۱۰ درصد کم کن';
const sealed = sealText(PROMPT, PLACE, KEY);

describe('a sealed text', () => {
  it('opens to what it was, whatever that is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(openText(sealText(text, PLACE, KEY), PLACE, KEY)).toBe(text);
      }),
    );
  });

  it('says which key it is under, and nothing of what it holds', () => {
    expect(keyIdOf(sealed)).toBe(KEY.keyId);
    expect(sealed).toMatch(/^personal:v1:[0-9a-f-]{36}:[\w-]+$/);
    expect(sealed).not.toContain('17');
  });

  it('is another one every time', () => expect(sealText(PROMPT, PLACE, KEY)).not.toBe(sealed));

  it('does not open where any character of it is another', () => {
    const content = sealed.lastIndexOf(':') + 1;
    for (let at = content; at < sealed.length - 1; at++) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      expect(openText(sealed.slice(0, at) + other + sealed.slice(at + 1), PLACE, KEY)).toBeNull();
    }
  });

  it('does not open where it was cut', () => {
    for (const chars of [1, 2, 3, 20]) expect(openText(sealed.slice(0, -chars), PLACE, KEY)).toBeNull();
  });

  it('does not open in another stream, nor as another kind of text', () => {
    const streamId = 'draft-0197a000-0000-7000-8000-0000000000d2';
    expect(openText(sealed, { ...PLACE, streamId }, KEY)).toBeNull();
    expect(openText(sealed, { ...PLACE, name: 'answer' }, KEY)).toBeNull();
  });

  it('does not open under another key, nor under the same one by another name', () => {
    expect(openText(sealed, PLACE, key())).toBeNull();
    const renamed = { ...KEY, keyId: '0197a000-0000-7000-8000-0000000000f2' };
    expect(openText(sealed.replace(KEY.keyId, renamed.keyId), PLACE, renamed)).toBeNull();
  });

  it.each([
    '',
    'personal',
    'personal:v1:',
    `personal:v1:${KEY.keyId}:`,
    ` ${sealed}`,
    `${sealed}\n`,
    `${sealed}=`,
  ])('is not %j', (text) => {
    expect(keyIdOf(text)).toBeNull();
    expect(openText(text, PLACE, KEY)).toBeNull();
  });
});
