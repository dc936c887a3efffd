import { describe, expect, it } from 'vitest';
import { returnAddress, withFragment } from './return-address.js';

const here = (returnTo: string) => returnAddress(returnTo, 'https://shop.example', ['https://app.example']);

describe('where a browser may be sent after signing in', () => {
  it.each([
    ['/', 'https://shop.example/'],
    ['/console?tab=drafts', 'https://shop.example/console?tab=drafts'],
    ['https://shop.example/console', 'https://shop.example/console'],
    ['https://app.example/in', 'https://app.example/in'],
  ])('is a place of ours: %s', (returnTo, address) => {
    expect(here(returnTo).href).toBe(address);
  });

  it.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    'https://shop.example.evil.example/',
    'https://shop.example@evil.example/',
    'https://user:pass@shop.example/',
    'http://shop.example/',
    'https://app.example:444/',
    'javascript:alert(1)',
    'data:text/html,hi',
    'https://',
  ])('is no other place: %s', (returnTo) => {
    expect(() => here(returnTo)).toThrow('query.returnTo');
  });

  it('gets what it is told in its fragment alone', () => {
    expect(withFragment(here('/in?a=1#old'), { error: 'ACCOUNT_NOT_LINKED' })).toBe(
      'https://shop.example/in?a=1#error=ACCOUNT_NOT_LINKED',
    );
  });
});
