/** Whose request it is by its address, and which proxies are believed about that. */
import { BlockList, isIP, isIPv6 } from 'node:net';

/** Of an IPv6 address, what one customer is given: whoever has one address has 2^64 of them. */
const IPV6_GROUPS_COUNTED = 4;

/**
 * The name an address is counted under: IPv4 as it is, IPv6 by its /64. An IPv4 address in IPv6 clothes is the IPv4
 * address.
 */
export function addressKey(address: string): string {
  const [bare = ''] = address.split('%', 1);
  if (!isIPv6(bare)) return bare;
  const groups = groupsOf(bare);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255].join('.');
  const network = groups.slice(0, IPV6_GROUPS_COUNTED).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  // The URL parser writes every form of an address in one: hexadecimal, and zeros left out at most once.
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = written.split('::');
  const numbers = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number(`0x${group}`)));
  if (tail === undefined) return numbers(head);
  const [left, right] = [numbers(head), numbers(tail)];
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/** Addresses and networks (`10.0.0.0/8`); null when `text` is none. */
export function readNetwork(text: string): { address: string; prefix: number } | null {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  if (family === 0) return null;
  const bits = family === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  return length <= bits ? { address, prefix: length } : null;
}

/** Whether an address is that of a proxy whose X-Forwarded-For is believed. */
export function trustedProxies(networks: readonly string[]): (address: string) => boolean {
  const trusted = new BlockList();
  for (const text of networks) {
    const network = readNetwork(text);
    if (!network) throw new Error(`not an address or network: ${text}`);
    trusted.addSubnet(network.address, network.prefix, isIPv6(network.address) ? 'ipv6' : 'ipv4');
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}
