/** What the first bytes of a connection reveal about its protocol. Pure. [P-2] */

/** `more`: the bytes could still begin one of the protocols that are refused. `telnet` is text as well. */
export type Sniffed = 'more' | 'json' | 'text' | 'telnet' | 'TLS' | 'PROXY';

/** U+FEFF, which some editors put at the beginning of a file. */
const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);
const OPENING_BRACE = 0x7b;
const INTERPRET_AS_COMMAND = 0xff;

/** A TLS record of type handshake, version 3.x (RFC 8446 §5.1); both versions of the PROXY protocol. */
const SIGNATURES: readonly (readonly [Buffer, 'TLS' | 'PROXY'])[] = [
  [Buffer.of(0x16, 0x03), 'TLS'],
  [Buffer.from('PROXY ', 'latin1'), 'PROXY'],
  [Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1'), 'PROXY'],
];

export function withoutByteOrderMark(bytes: Buffer): Buffer {
  return beginsWith(bytes, BYTE_ORDER_MARK) ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;
}

/** `bytes` are all that have come so far, without a byte order mark. */
export function sniff(bytes: Buffer): Sniffed {
  if (beginsWith(BYTE_ORDER_MARK, bytes)) return 'more';
  for (const [signature, protocol] of SIGNATURES) {
    const length = Math.min(bytes.length, signature.length);
    if (bytes.compare(signature, 0, length, 0, length) !== 0) continue;
    return bytes.length < signature.length ? 'more' : protocol;
  }
  if (bytes[0] === OPENING_BRACE) return 'json';
  return bytes[0] === INTERPRET_AS_COMMAND ? 'telnet' : 'text';
}

function beginsWith(bytes: Buffer, beginning: Buffer): boolean {
  return (
    bytes.length >= beginning.length &&
    bytes.compare(beginning, 0, beginning.length, 0, beginning.length) === 0
  );
}
