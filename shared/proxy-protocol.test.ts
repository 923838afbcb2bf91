import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  encodeLocalHeader,
  encodeProxyHeader,
  PROXY_PROTOCOL_LIMITS,
  ProxyHeaderParser,
  type ProxyEndpoint,
  type ProxyParse,
} from './proxy-protocol.ts';

const SIGNATURE = '\r\n\r\n\0\r\nQUIT\n';

function parse(chunks: readonly Buffer[]): ProxyParse {
  const parser = new ProxyHeaderParser();
  for (const [index, chunk] of chunks.entries()) {
    const result = parser.push(chunk);
    if (result.type === 'done') {
      return { ...result, rest: Buffer.concat([result.rest, ...chunks.slice(index + 1)]) };
    }
    if (result.type === 'fault') return result;
  }
  return { type: 'more' };
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const whole = (text: string): ProxyParse => parse([bytes(text)]);

function done(source: ProxyEndpoint | undefined, rest = '', isLocal = false): ProxyParse {
  return { type: 'done', source, isLocal, rest: bytes(rest) };
}

function faultOffset(text: string): number | undefined {
  const result = whole(text);
  return result.type === 'fault' ? result.offset : undefined;
}

test('version 1 gives the source and leaves the rest', () => {
  assert.deepEqual(
    whole('PROXY TCP4 192.0.2.7 10.0.0.1 56324 443\r\nhola\n'),
    done({ address: '192.0.2.7', port: 56_324 }, 'hola\n'),
  );
  assert.deepEqual(
    whole('PROXY TCP6 2001:DB8:0:0::7 ::1 0 65535\r\n'),
    done({ address: '2001:db8::7', port: 0 }),
  );
  assert.deepEqual(whole('PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n'), done({ address: '192.0.2.7', port: 1 }));
});

test('version 1 UNKNOWN means the peer itself, whatever follows', () => {
  assert.deepEqual(whole('PROXY UNKNOWN\r\nx'), done(undefined, 'x'));
  assert.deepEqual(whole('PROXY UNKNOWN ffff::1 anything 1 2\r\n'), done(undefined));
  const longest = `PROXY UNKNOWN ${'f'.repeat(PROXY_PROTOCOL_LIMITS.v1BytesMax - 16)}\r\n`;
  assert.equal(longest.length, 107);
  assert.deepEqual(whole(longest), done(undefined));
  assert.equal(faultOffset(`PROXY UNKNOWN ${'f'.repeat(200)}`), 107);
});

test('version 1 faults at the first byte that cannot be right', () => {
  const cases: readonly [string, number][] = [
    ['GET / HTTP/1.1', 0],
    ['{"jsonrpc"', 0],
    ['PRIVMSG', 2],
    ['PROXY  TCP4', 6],
    ['PROXY TCP5', 9],
    ['PROXY TCP4\t', 10],
    ['PROXY UDP4', 7],
    ['PROXY UNKNOWN\n', 13],
    ['PROXY UNKNOWNX', 13],
    ['PROXY UNKNOWN a\rb', 16],
    ['PROXY TCP4 256', 13],
    ['PROXY TCP4 01', 12],
    ['PROXY TCP4 1.2.3.4.', 18],
    ['PROXY TCP4 1.2.3 ', 16],
    ['PROXY TCP4 ::1', 11],
    ['PROXY TCP4 1.2.3.4  ', 19],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 x', 27],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 65536', 31],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 01', 28],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1\r', 28],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 \r', 29],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 2 ', 30],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n', 30],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 2\rx', 31],
    ['PROXY TCP6 1.2', 12],
    ['PROXY TCP6 1::2::', 16],
    ['PROXY TCP6 12345', 15],
    ['PROXY TCP6 1:2:3:4:5:6:7:8:', 26],
    ['PROXY TCP6 fe80::1%', 18],
  ];
  for (const [text, offset] of cases) assert.equal(faultOffset(text), offset, JSON.stringify(text));
});

test('every prefix of a good version 1 line waits for more', () => {
  const addresses = fc.oneof(
    fc.tuple(fc.constant('TCP4'), fc.ipV4(), fc.ipV4()),
    fc.tuple(fc.constant('TCP6'), fc.ipV6(), fc.ipV6()),
  );
  fc.assert(
    fc.property(addresses, fc.nat(65_535), fc.nat(65_535), ([family, source, destination], from, to) => {
      const line = `PROXY ${family} ${source} ${destination} ${from} ${to}\r\n`;
      fc.pre(line.length <= PROXY_PROTOCOL_LIMITS.v1BytesMax);
      for (let length = 0; length < line.length; length += 1) {
        assert.equal(whole(line.slice(0, length)).type, 'more', line.slice(0, length));
      }
      const result = whole(line);
      assert.equal(result.type === 'done' && result.source?.port, from);
    }),
  );
});

test('version 2 as HAProxy writes it', () => {
  const header = Buffer.concat([
    bytes(`${SIGNATURE}\x21\x11\x00\x0c`),
    Buffer.from([192, 0, 2, 7, 10, 0, 0, 1, 0xdc, 0x04, 0x01, 0xbb]),
  ]);
  assert.deepEqual(parse([header, bytes('x')]), done({ address: '192.0.2.7', port: 56_324 }, 'x'));
  assert.deepEqual(
    encodeProxyHeader({ address: '192.0.2.7', port: 56_324 }, { address: '10.0.0.1', port: 443 }),
    header,
  );
});

test('version 2 skips TLVs and takes no source from LOCAL, UNSPEC, UNIX and datagrams', () => {
  const tlvs = '\x04\x00\x03abc';
  const tcp4 = `${SIGNATURE}\x21\x11\x00\x12\x01\x02\x03\x04\x05\x06\x07\x08\x00\x09\x00\x0a${tlvs}rest`;
  assert.deepEqual(whole(tcp4), done({ address: '1.2.3.4', port: 9 }, 'rest'));
  assert.deepEqual(whole(`${SIGNATURE}\x20\x00\x00\x00rest`), done(undefined, 'rest', true));
  assert.deepEqual(whole(`${SIGNATURE}\x20\xff\x00\x02??rest`), done(undefined, 'rest', true));
  assert.deepEqual(whole(`${SIGNATURE}\x21\x00\x00\x06${tlvs}`), done(undefined));
  assert.deepEqual(whole(`${SIGNATURE}\x21\x12\x00\x0c${'\0'.repeat(12)}`), done(undefined));
  assert.deepEqual(whole(`${SIGNATURE}\x21\x31\x00\xd8${'\0'.repeat(216)}`), done(undefined));
});

test('version 2 faults at the first byte that cannot be right', () => {
  const cases: readonly [string, number][] = [
    ['\r\nX', 2],
    [`${SIGNATURE.slice(0, 11)}\r`, 11],
    [`${SIGNATURE}\x11`, 12],
    [`${SIGNATURE}\x22`, 12],
    [`${SIGNATURE}\x21\x41`, 13],
    [`${SIGNATURE}\x21\x10`, 13],
    [`${SIGNATURE}\x21\x11\x03`, 14],
    [`${SIGNATURE}\x21\x11\x02\x01`, 15],
    [`${SIGNATURE}\x21\x11\x00\x0b`, 15],
    [`${SIGNATURE}\x21\x21\x00\x23`, 15],
  ];
  for (const [text, offset] of cases) assert.equal(faultOffset(text), offset, JSON.stringify(text));
  const largest = `${SIGNATURE}\x21\x11\x02\x00${'\x01'.repeat(512)}`;
  assert.deepEqual(whole(`${largest}x`), done({ address: '1.1.1.1', port: 257 }, 'x'));
});

const endpoint = fc.record({ address: fc.oneof(fc.ipV4(), fc.ipV6()), port: fc.nat(65_535) });

test('what is encoded is what is parsed', () => {
  fc.assert(
    fc.property(endpoint, endpoint, (source, destination) => {
      const result = parse([encodeProxyHeader(source, destination)]);
      assert.ok(result.type === 'done' && result.source && !result.isLocal);
      assert.equal(result.source.port, source.port);
      assert.deepEqual(parse([encodeProxyHeader(result.source, destination)]), result);
    }),
  );
  assert.deepEqual(parse([encodeLocalHeader()]), done(undefined, '', true));
});

test('a client whose address is unknown is never the proxy itself', () => {
  const known = { address: '192.0.2.7', port: 1 };
  for (const address of ['', 'fe80::1%eth0', 'localhost']) {
    const unknown = { address, port: 1 };
    assert.deepEqual(parse([encodeProxyHeader(unknown, known)]), done(undefined));
    assert.deepEqual(parse([encodeProxyHeader(known, unknown)]), done(undefined));
  }
});

/** Valid headers, headers with one byte changed, and noise, each with bytes after it. */
const stream = fc
  .tuple(
    fc.oneof(
      fc.tuple(endpoint, endpoint).map(([source, destination]) => encodeProxyHeader(source, destination)),
      fc
        .tuple(fc.ipV4(), fc.ipV4(), fc.nat(70_000))
        .map(([a, b, p]) => bytes(`PROXY TCP4 ${a} ${b} ${p} 1\r\n`)),
      fc
        .tuple(fc.ipV6(), fc.ipV6(), fc.nat(70_000))
        .map(([a, b, p]) => bytes(`PROXY TCP6 ${a} ${b} ${p} 1\r\n`)),
      fc.uint8Array({ maxLength: 40 }).map((noise) => Buffer.concat([bytes(SIGNATURE), noise])),
      fc.uint8Array({ maxLength: 120 }).map((noise) => Buffer.concat([bytes('PROXY UNKNOWN '), noise])),
      fc.uint8Array({ maxLength: 20 }).map((noise) => Buffer.from(noise)),
    ),
    fc.option(fc.tuple(fc.nat(60), fc.nat(255)), { freq: 2 }),
    fc.uint8Array({ maxLength: 20 }),
  )
  .map(([header, change, after]) => {
    const changed = Buffer.from(header);
    if (change && change[0] < changed.length) changed[change[0]] = change[1];
    return Buffer.concat([changed, after]);
  });

test('any chunking gives the same result', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(600), { maxLength: 12 }), (whole, cuts) => {
      const expected = parse([whole]);
      const edges = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
      assert.deepEqual(
        parse(edges.slice(1).map((end, index) => whole.subarray(edges[index], end))),
        expected,
      );
      assert.deepEqual(parse(Array.from(whole, (byte) => Buffer.of(byte))), expected);
    }),
    { numRuns: 1_000 },
  );
});
