/**
 * IP addresses and CIDR ranges as numbers. An IPv4 address is held as its IPv4-mapped IPv6 address (RFC 4291
 * §2.5.5.2), so that `10.0.0.1` and `::ffff:10.0.0.1` are one and the same wherever addresses are compared.
 */
import { isIPv4, isIPv6 } from 'node:net';

const MAPPED_PREFIX = 0xffffn << 32n;
const BITS = 128;
const IPV4_BITS = 32;

export interface Cidr {
  /** First address of the range, as a 128-bit number. */
  readonly network: bigint;
  /** Bits that do not tell networks apart: 0 for a single address. */
  readonly hostBits: number;
}

/** The address as a 128-bit number; undefined for what is none, zones (`%eth0`) among it. */
export function parseAddress(text: string): bigint | undefined {
  if (isIPv4(text)) return MAPPED_PREFIX | ipv4Number(text);
  if (!isIPv6(text) || text.includes('%')) return undefined;
  return ipv6Number(text);
}

/** Canonical text (RFC 5952); IPv4-mapped addresses become plain IPv4. */
export function formatAddress(address: bigint): string {
  if (address >> 32n === 0xffffn) {
    return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 0xffn)).join('.');
  }
  const groups: string[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(((address >> shift) & 0xffffn).toString(16));
  return compressZeros(groups);
}

/** `10.0.0.0/8`, `fd00::/8`, or a single address. Bits outside the prefix are ignored. */
export function parseCidr(text: string): Cidr | undefined {
  const [addressText = '', prefixText, ...more] = text.split('/');
  const address = parseAddress(addressText);
  if (address === undefined || more.length > 0) return undefined;
  const bits = isIPv4(addressText) ? IPV4_BITS : BITS;
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return undefined;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (prefix > bits) return undefined;
  const hostBits = bits - prefix;
  return { network: (address >> BigInt(hostBits)) << BigInt(hostBits), hostBits };
}

/** Whether the address lies in one of the ranges; false for what is not an address. */
export function matchesCidr(address: string, ranges: readonly Cidr[]): boolean {
  if (ranges.length === 0) return false;
  const number = parseAddress(address);
  if (number === undefined) return false;
  return ranges.some(({ network, hostBits }) => number >> BigInt(hostBits) === network >> BigInt(hostBits));
}

function ipv4Number(text: string): bigint {
  return text.split('.').reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
}

function ipv6Number(text: string): bigint {
  const dotted = text.lastIndexOf('.') === -1 ? '' : text.slice(text.lastIndexOf(':') + 1);
  const tail = dotted === '' ? 0n : ipv4Number(dotted);
  const groupsText = dotted === '' ? text : `${text.slice(0, -dotted.length)}0:0`;
  const [left = '', right] = groupsText.split('::');
  const head = left === '' ? [] : left.split(':');
  const foot = right === undefined || right === '' ? [] : right.split(':');
  const zeros = Array.from({ length: 8 - head.length - foot.length }, () => '0');
  const groups = [...head, ...zeros, ...foot];
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n) | tail;
}

/** RFC 5952 §4.2: the longest run of two or more zero groups becomes `::`, the first of equals. */
function compressZeros(groups: readonly string[]): string {
  let best = { start: 0, length: 1 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === '0') length += 1;
    if (length > best.length) best = { start, length };
  }
  if (best.length < 2) return groups.join(':');
  const head = groups.slice(0, best.start).join(':');
  return `${head}::${groups.slice(best.start + best.length).join(':')}`;
}
