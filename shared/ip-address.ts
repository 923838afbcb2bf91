/**
 * IP addresses and ranges of them. An IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) is the IPv4 address that
 * it maps, so that `10.0.0.1` and `::ffff:10.0.0.1` are one and the same wherever addresses are compared.
 */
import { BlockList, isIPv4, isIPv6 } from 'node:net';

const IPV6_BYTES = 16;
const LOOPBACK_IPV6 = Buffer.from('00000000000000000000000000000001', 'hex');
/** The first byte of 127.0.0.0/8. */
const LOOPBACK_IPV4_NETWORK = 127;
const MAPPED_PREFIX = Buffer.from('00000000000000000000ffff', 'hex');

/** An IPv4 or IPv6 address; an IPv6 address with a zone (`%eth0`) is not one here. */
export function isAddress(text: string): boolean {
  return isIPv4(text) || (isIPv6(text) && !text.includes('%'));
}

/** 4 or 16 bytes in network order; undefined for what is not an address. */
export function addressBytes(text: string): Buffer | undefined {
  if (isIPv4(text)) return Buffer.from(text.split('.').map(Number));
  const groups = ipv6Groups(text);
  if (!groups) return undefined;
  const bytes = Buffer.alloc(IPV6_BYTES);
  for (const [index, group] of groups.entries()) bytes.writeUInt16BE(group, index * 2);
  const prefix = bytes.subarray(0, MAPPED_PREFIX.length);
  return prefix.equals(MAPPED_PREFIX) ? bytes.subarray(MAPPED_PREFIX.length) : bytes;
}

/** Canonical text (RFC 5952) of 4 or 16 bytes in network order. */
export function formatAddress(bytes: Buffer): string {
  if (bytes.length < IPV6_BYTES) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return canonicalIPv6(groups.join(':')) ?? '';
}

export function isLoopback(address: string): boolean {
  const bytes = addressBytes(address);
  return bytes?.length === IPV6_BYTES ? bytes.equals(LOOPBACK_IPV6) : bytes?.[0] === LOOPBACK_IPV4_NETWORK;
}

/** What counts as one client: an IPv4 address, or the /64 that one household or server usually holds. */
export function addressKey(address: string): string {
  const bytes = addressBytes(address);
  if (!bytes) return address;
  if (bytes.length < IPV6_BYTES) return formatAddress(bytes);
  return `${formatAddress(Buffer.concat([bytes.subarray(0, 8), Buffer.alloc(8)]))}/64`;
}

/** `10.0.0.0/8`, `fd00::/8`, or a single address. Bits outside the prefix are ignored. */
export interface AddressRange {
  readonly network: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly prefix: number;
}

/** Undefined for what is not a range. */
export function parseRange(text: string): AddressRange | undefined {
  const [network = '', prefixText, ...more] = text.split('/');
  if (!isAddress(network) || more.length > 0) return undefined;
  const bits = isIPv4(network) ? 32 : 128;
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return undefined;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (prefix > bits) return undefined;
  return { network, family: bits === 32 ? 'ipv4' : 'ipv6', prefix };
}

/**
 * A list of ranges. The families have a list each: in one list Node lets an IPv6 address match the range
 * `0.0.0.0/0`.
 */
export class AddressRanges {
  readonly #ipv4 = new BlockList();
  readonly #ipv6 = new BlockList();

  constructor(ranges: readonly AddressRange[]) {
    for (const { network, prefix, family } of ranges) {
      const list = family === 'ipv4' ? this.#ipv4 : this.#ipv6;
      list.addSubnet(network, prefix, family);
    }
  }

  /** False for what is not an address. */
  has(address: string): boolean {
    const bytes = addressBytes(address);
    if (!bytes) return false;
    const text = formatAddress(bytes);
    if (bytes.length === IPV6_BYTES) return this.#ipv6.check(text, 'ipv6');
    return this.#ipv4.check(text, 'ipv4') || this.#ipv6.check(text, 'ipv4');
  }
}

function ipv6Groups(text: string): number[] | undefined {
  const [head = '', tail] = (canonicalIPv6(text) ?? '').split('::');
  if (head === '' && tail === undefined) return undefined;
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
}

/** The URL parser writes IPv6 addresses as RFC 5952 says, without dotted parts (URL standard §3.5). */
function canonicalIPv6(text: string): string | undefined {
  if (!isIPv6(text)) return undefined;
  return URL.parse(`http://[${text}]`)?.hostname.slice(1, -1);
}
