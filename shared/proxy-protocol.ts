/**
 * PROXY protocol, versions 1 and 2 (HAProxy, proxy-protocol.txt): how a proxy tells a server whose connection
 * it carries. The parser is a pure machine: bytes in, in any chunks; out comes the client's address, or a
 * fault at the earliest byte with which no valid header can begin.
 *
 *   detect ─'P'──► v1 keyword ► family ─┬► source ► destination ► ports ► CR LF ─► done
 *      │                                └─ UNKNOWN ► anything ► CR LF ───────────► done
 *      └─0x0D──► v2 signature ► command ► family ► length ► addresses, TLVs ─────► done
 */
import { isIPv4, isIPv6 } from 'node:net';
import { addressBytes, formatAddress } from './ip-address.ts';

export const PROXY_PROTOCOL_LIMITS = {
  /** The longest line of version 1, with its CR LF. */
  v1BytesMax: 107,
  /** Addresses and TLVs of version 2; the 16 bytes before them are not counted. */
  v2PayloadBytesMax: 512,
} as const;

export interface ProxyEndpoint {
  readonly address: string;
  readonly port: number;
}

export type ProxyParse =
  | { readonly type: 'more' }
  | {
      readonly type: 'done';
      /** Undefined for LOCAL, UNKNOWN and families without IP: use the peer's own address. */
      readonly source: ProxyEndpoint | undefined;
      /** LOCAL: the proxy speaks for itself. With UNKNOWN it speaks for a client that it cannot name. */
      readonly isLocal: boolean;
      readonly rest: Buffer;
    }
  /** `offset` counts bytes from the start of the connection. */
  | { readonly type: 'fault'; readonly offset: number; readonly expected: string };

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const V2_FIXED_BYTES = 16;
const V2_COMMAND_AT = 12;
const V2_VERSION = 0x20;
const UNSPEC = 0x00;
const LOCAL = 0x20;
const PROXY = 0x21;
const TCP4 = 0x11;
const TCP6 = 0x21;
const ADDRESS_BYTES: Readonly<Record<number, number>> = {
  [TCP4]: 12,
  [TCP6]: 36,
  0x12: 12,
  0x22: 36,
  0x31: 216,
  0x32: 216,
};

const MORE: ProxyParse = { type: 'more' };

/** Reads one header. After `done` or `fault` it must not be given more bytes. */
export class ProxyHeaderParser {
  readonly #held = Buffer.allocUnsafe(V2_FIXED_BYTES + PROXY_PROTOCOL_LIMITS.v2PayloadBytesMax);
  #length = 0;

  push(chunk: Buffer): ProxyParse {
    for (let index = 0; index < chunk.length; index += 1) {
      this.#held[this.#length] = chunk[index] ?? 0;
      this.#length += 1;
      const header = this.#held.subarray(0, this.#length);
      const step = header[0] === SIGNATURE[0] ? stepV2(header) : stepV1(header.toString('latin1'));
      if (step === undefined) continue;
      if ('expected' in step) return { type: 'fault', offset: this.#length - 1, expected: step.expected };
      const isLocal = header[0] === SIGNATURE[0] && header[V2_COMMAND_AT] === LOCAL;
      return { type: 'done', source: step.source, isLocal, rest: chunk.subarray(index + 1) };
    }
    return MORE;
  }
}

/** Version 2 header of a connection on which the proxy speaks for itself. */
export function encodeLocalHeader(): Buffer {
  return fixedPart(LOCAL, UNSPEC, 0);
}

/**
 * Version 2 header of a client's connection. It is never LOCAL: a client whose address cannot be written, for
 * example because it is gone already, gets no rights of the proxy.
 */
export function encodeProxyHeader(source: ProxyEndpoint, destination: ProxyEndpoint): Buffer {
  const from = addressBytes(source.address);
  const to = addressBytes(destination.address);
  if (!from || !to) return fixedPart(PROXY, UNSPEC, 0);
  const isV4 = from.length === 4 && to.length === 4;
  const width = isV4 ? 4 : 16;
  const payload = Buffer.alloc(width * 2 + 4);
  writeAddress(payload, from, 0, width);
  writeAddress(payload, to, width, width);
  payload.writeUInt16BE(source.port, width * 2);
  payload.writeUInt16BE(destination.port, width * 2 + 2);
  return Buffer.concat([fixedPart(PROXY, isV4 ? TCP4 : TCP6, payload.length), payload]);
}

type Step = { readonly expected: string } | { readonly source: ProxyEndpoint | undefined } | undefined;

function fixedPart(command: number, family: number, payloadBytes: number): Buffer {
  const fixed = Buffer.alloc(V2_FIXED_BYTES);
  SIGNATURE.copy(fixed);
  fixed[12] = command;
  fixed[13] = family;
  fixed.writeUInt16BE(payloadBytes, 14);
  return fixed;
}

/** An IPv4 address among IPv6 ones is written as IPv4-mapped. */
function writeAddress(target: Buffer, address: Buffer, offset: number, width: number): void {
  if (address.length < width) target.writeUInt16BE(0xffff, offset + width - address.length - 2);
  address.copy(target, offset + width - address.length);
}

/** Judges the newest byte of a version 2 header; the bytes before it have been judged. */
function stepV2(header: Buffer): Step {
  const at = header.length - 1;
  const byte = header[at] ?? 0;
  if (at < SIGNATURE.length)
    return byte === SIGNATURE[at] ? undefined : { expected: 'the version 2 signature' };
  if (at === 12) return byte === LOCAL || byte === PROXY ? undefined : { expected: commandExpected(byte) };
  const isLocal = header[12] === LOCAL;
  if (at === 13) return isLocal || isFamily(byte) ? undefined : { expected: 'a known address family' };
  const max = PROXY_PROTOCOL_LIMITS.v2PayloadBytesMax;
  if (at === 14) return byte << 8 > max ? { expected: `a length of at most ${max}` } : undefined;
  const length = header.readUInt16BE(14);
  if (at === 15 && length > max) return { expected: `a length of at most ${max}` };
  const needed = isLocal ? 0 : (ADDRESS_BYTES[header[13] ?? 0] ?? 0);
  if (at === 15 && length < needed) return { expected: `a length of at least ${needed}` };
  if (header.length < V2_FIXED_BYTES + length) return undefined;
  return { source: isLocal ? undefined : sourceV2(header) };
}

function commandExpected(byte: number): string {
  return (byte & 0xf0) === V2_VERSION ? 'the command LOCAL or PROXY' : 'protocol version 2';
}

/** UNSPEC, or one of IPv4, IPv6 and UNIX with STREAM or DGRAM. */
function isFamily(byte: number): boolean {
  return byte === 0 || byte in ADDRESS_BYTES;
}

function sourceV2(header: Buffer): ProxyEndpoint | undefined {
  const family = header[13];
  if (family !== TCP4 && family !== TCP6) return undefined;
  const width = family === TCP4 ? 4 : 16;
  const bytes = header.subarray(V2_FIXED_BYTES, V2_FIXED_BYTES + width);
  return { address: canonical(formatAddress(bytes)), port: header.readUInt16BE(V2_FIXED_BYTES + width * 2) };
}

/** Judges the newest byte of a version 1 line. */
function stepV1(line: string): Step {
  if (line.length > PROXY_PROTOCOL_LIMITS.v1BytesMax) {
    return { expected: `a line of at most ${PROXY_PROTOCOL_LIMITS.v1BytesMax} bytes` };
  }
  const unknown = 'PROXY UNKNOWN';
  if (line.startsWith(unknown)) return stepUnknown(line.slice(unknown.length));
  const family = line.slice(6, 10);
  if (line.length <= 11 || (family !== 'TCP4' && family !== 'TCP6')) {
    const wanted = ['PROXY TCP4 ', 'PROXY TCP6 ', unknown];
    return wanted.some((text) => text.startsWith(line))
      ? undefined
      : { expected: 'PROXY TCP4, TCP6 or UNKNOWN' };
  }
  return stepFields(line.slice(11), family === 'TCP4' ? isIPv4Prefix : isIPv6Prefix);
}

/** What follows UNKNOWN is ignored up to CR LF. */
function stepUnknown(tail: string): Step {
  if (tail.endsWith('\r\n')) return { source: undefined };
  if (tail.endsWith('\n') || tail.at(-2) === '\r') return { expected: 'CR LF' };
  const first = tail[0];
  return first === undefined || first === ' ' || first === '\r'
    ? undefined
    : { expected: 'a space or CR LF' };
}

const FIELDS = ['a source address', 'a destination address', 'a source port', 'a destination port'] as const;

/** `source destination sourcePort destinationPort CR LF`, one space between them. */
function stepFields(text: string, isAddressPrefix: (prefix: string) => boolean): Step {
  if (text.endsWith('\n')) return endOfFields(text);
  if (text.at(-2) === '\r') return { expected: 'CR LF' };
  const fields = text.split(' ');
  const place = fields.length - 1;
  const field = fields[place] ?? '';
  const before = fields[place - 1];
  const expected = FIELDS[place];
  if (expected === undefined || (field === '' && !isWhole(before ?? '', place - 1))) {
    return { expected: FIELDS[place - 1] ?? 'CR LF' };
  }
  if (place === 3 && field.endsWith('\r')) return isPort(field.slice(0, -1)) ? undefined : { expected };
  const isFine = place < 2 ? isAddressPrefix(field) : field === '' || isPort(field);
  return isFine ? undefined : { expected };
}

function endOfFields(text: string): Step {
  if (!text.endsWith('\r\n')) return { expected: 'CR LF' };
  const [address = '', , port] = text.split(' ');
  return { source: { address: canonical(address), port: Number(port) } };
}

/** IPv4-mapped addresses become plain IPv4. */
function canonical(address: string): string {
  const bytes = addressBytes(address);
  return bytes ? formatAddress(bytes) : address;
}

/** Whether a field that a space has just ended was complete. */
function isWhole(field: string, place: number): boolean {
  if (place < 0) return true;
  return place < 2 ? isIPv4(field) || isIPv6(field) : isPort(field);
}

function isPort(text: string): boolean {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}

/** A prefix is good when one of these makes it whole; together they reach every state of the grammar. */
const IPV4_ENDINGS = ['', '0', '.0', '0.0', '.0.0', '0.0.0', '.0.0.0', '0.0.0.0'] as const;
const IPV6_ENDINGS = ['', '0', ':', '::', '.0', '.0.0', '.0.0.0', '0.0', '0.0.0'] as const;

function isIPv4Prefix(prefix: string): boolean {
  return /^[\d.]*$/.test(prefix) && IPV4_ENDINGS.some((ending) => isIPv4(prefix + ending));
}

function isIPv6Prefix(prefix: string): boolean {
  return /^[\da-fA-F:.]*$/.test(prefix) && IPV6_ENDINGS.some((ending) => isIPv6(prefix + ending));
}
