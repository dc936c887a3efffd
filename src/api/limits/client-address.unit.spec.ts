import { describe, expect, it } from 'vitest';
import { addressKey, readNetwork, trustedProxies } from './client-address.js';

describe('an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s is counted as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it('is told from that of the next network', () => {
    expect(addressKey('2001:db8:1:2::1')).not.toBe(addressKey('2001:db8:1:3::1'));
  });
});

describe('a trusted proxy', () => {
  it('is one of the list, or of its networks', () => {
    const isTrusted = trustedProxies(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32']);
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '192.0.2.1', '2001:db8:ffff::1'])
      expect([address, isTrusted(address)]).toEqual([address, true]);
    for (const address of ['11.0.0.1', '192.0.2.2', '2001:db9::1', '', 'localhost', '10.0.0.1, 10.0.0.2'])
      expect([address, isTrusted(address)]).toEqual([address, false]);
  });

  it('is nobody where nobody is named', () => {
    expect(trustedProxies([])('127.0.0.1')).toBe(false);
  });

  it.each(['', '10.0.0.0/33', '::/129', 'proxy.example', '10.0.0.0/8/8', '10.0.0'])(
    'is not named by %j',
    (text) => {
      expect(readNetwork(text)).toBeNull();
    },
  );
});
