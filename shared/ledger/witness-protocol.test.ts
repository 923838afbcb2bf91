import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createCosigner } from './cosignature-keys.ts';
import { createNoteSigner } from './note-keys.ts';
import { formatSignatureLine } from './signed-note.ts';
import {
  formatAddCheckpoint,
  formatSizeLine,
  parseAddCheckpoint,
  parseAddCheckpointAnswer,
  sizeContentType,
  WITNESS_PROTOCOL_LIMITS,
} from './witness-protocol.ts';

const seed = 20_261_121;
/** The request of the specification. */
const example =
  'old 20852014\n' +
  'PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n' +
  'jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n' +
  '5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n' +
  '/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n' +
  '\n' +
  'example.com/behind-the-sofa\n' +
  '20852163\n' +
  'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n' +
  '\n' +
  '\u2014 example.com/behind-the-sofa ' +
  'Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n' +
  '\u2014 example.com/behind-the-sofa ' +
  'opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n';
const signer = createNoteSigner('log.test', Buffer.alloc(32, 1));
const text = `log.test\n3\n${Buffer.alloc(32, 9).toString('base64')}\n`;

function parse(request: string) {
  return parseAddCheckpoint(Buffer.from(request));
}

test('the published request is read and written again byte for byte', () => {
  const request = parse(example);
  assert.ok(request);
  assert.equal(request.oldSize, 20852014);
  assert.equal(request.proof.length, 4);
  assert.equal(request.checkpoint.origin, 'example.com/behind-the-sofa');
  assert.equal(request.checkpoint.size, 20852163);
  assert.equal(request.signedNote.signatures.length, 2);
  assert.equal(formatAddCheckpoint(request), example);
});

test('other forms are refused', () => {
  const wrong = [
    '',
    '\n\n',
    'old 1',
    example.slice(0, -1),
    `\ufeff${example}`,
    ` ${example}`,
    example.replace('old 2', 'old 02'),
    example.replace('old 2', 'old  2'),
    example.replace('old 2', 'old +2'),
    example.replace('old 2', 'old -2'),
    example.replace('old 2', 'Old 2'),
    example.replace('old 20852014', 'old 2e7'),
    example.replace('old 20852014', 'old'),
    example.replace('old 20852014', 'old 18446744073709551616'),
    example.replace('old 20852014\n', ''),
    example.replaceAll('\n', '\r\n'),
    example.replace('PlRNC', 'PlRN-'),
    example.replace('kaw=', 'kax='),
    example.replace('kaw=\n', 'kaw\n'),
    example.replace('PlRN', ''),
    example.replace('\n\n', '\n'),
    example.replace('\n\n', '\n\n\n'),
    example.replace('20852163', '020852163'),
    example.replace('q2I=', 'q2J='),
    `${example}\n`,
    `${example}tail\n`,
  ];
  for (const request of wrong) assert.equal(parse(request), undefined, JSON.stringify(request));
  assert.equal(parseAddCheckpoint(Buffer.from(example).fill(0xff, 60, 61)), undefined);
});

test('63 hashes are read and not one more; a request has a greatest length', () => {
  const hash = Buffer.alloc(32, 7);
  const most = { oldSize: 1, proof: Array.from({ length: 63 }, () => hash), note: signer.sign(text) };
  const request = formatAddCheckpoint(most);
  assert.equal(parse(request)?.proof.length, 63);
  const line = `${hash.toString('base64')}\n`;
  assert.equal(parse(request.replace(line, line + line)), undefined);
  assert.throws(() => formatAddCheckpoint({ ...most, proof: [...most.proof, hash] }), RangeError);
  const bytes = WITNESS_PROTOCOL_LIMITS.requestBytesMax;
  const rest = bytes - Buffer.byteLength(formatAddCheckpoint({ ...most, note: signer.sign(`${text}\n`) }));
  const longest = `${text}${'x'.repeat(rest + 1)}\n`;
  const long = formatAddCheckpoint({ ...most, note: signer.sign(longest) });
  assert.equal(Buffer.byteLength(long), bytes + 1);
  assert.equal(parse(long), undefined);
  assert.ok(parse(long.replace('xx', 'x')));
});

test(`what is read is written again byte for byte, whatever was changed (seed ${seed})`, () => {
  const bytes = Buffer.from(example);
  const edit = fc.record({
    at: fc.nat(bytes.length - 1),
    remove: fc.nat(80),
    insert: fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc.constantFrom('\n', '\n\n', 'old 1\n', '\u2014 a ', '=', ' ').map((part) => Buffer.from(part)),
    ),
  });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 4 }), (edits) => {
      let changed = bytes;
      for (const { at, remove, insert } of edits) {
        changed = Buffer.concat([changed.subarray(0, at), insert, changed.subarray(at + remove)]);
      }
      const request = parseAddCheckpoint(changed);
      if (request !== undefined) assert.equal(formatAddCheckpoint(request), changed.toString());
    }),
    { seed, numRuns: 5_000 },
  );
});

test(`any bytes are read or refused, and never thrown at (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 100, max: 599 }), (body, status) => {
      parseAddCheckpoint(body);
      parseAddCheckpointAnswer({ status, contentType: sizeContentType, body }, text);
    }),
    { seed, numRuns: 5_000 },
  );
});

function answer(status: number, body: string, contentType = 'text/plain') {
  return parseAddCheckpointAnswer({ status, contentType, body: Buffer.from(body) }, text);
}

test('answers: cosignatures, a size, a refusal, or nothing of this protocol', () => {
  const line = formatSignatureLine(createCosigner('w.test', Buffer.alloc(32, 2)).cosign(text, 5));
  const cosigned = answer(200, line + line);
  assert.equal(cosigned.outcome === 'cosigned' && cosigned.signatures.length, 2);
  for (const body of ['', line.slice(0, -1), `\n${line}`, `x\n\n${line}`, 'ok\n', `${line}\n`]) {
    assert.equal(answer(200, body).outcome, 'malformed', JSON.stringify(body));
  }
  assert.deepEqual(answer(409, formatSizeLine(7), sizeContentType), { outcome: 'conflict', size: 7 });
  assert.deepEqual(answer(409, '0\n', 'Text/X.tlog.size; charset=utf-8'), { outcome: 'conflict', size: 0 });
  for (const body of ['7', '07\n', '7\n\n', '-7\n', '']) {
    assert.equal(answer(409, body, sizeContentType).outcome, 'refused', JSON.stringify(body));
  }
  assert.equal(answer(409, '7\n').outcome, 'refused');
  const refused = { outcome: 'refused', status: 403, reason: 'No\u0020[31m good' };
  assert.deepEqual(answer(403, 'No\u001b[31m good\nmore'), refused);
  const malformed = parseAddCheckpointAnswer({ status: 500, contentType: '', body: Buffer.of(0xff) }, text);
  assert.equal(malformed.outcome, 'malformed');
});
