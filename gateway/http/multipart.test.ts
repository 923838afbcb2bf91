/** Bodies of forms, read as they come: any chunking gives the same parts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundaryOf, MULTIPART_LIMITS, partsOf } from './multipart.ts';

const BODY = [
  'what comes before is passed over',
  '--x',
  'Content-Disposition: form-data; name="purpose"',
  '',
  'batch',
  '--x',
  'content-type: text/plain',
  'content-disposition: form-data; name="file"; filename="a \\"b\\" %22c%22.jsonl"',
  '',
  'line\r\n--not x\r\n-',
  '--x',
  'content-disposition: form-data; name=empty',
  '',
  '',
  '--x--',
  'what comes after too',
].join('\r\n');

async function read(pieces: Iterable<Buffer>, boundary = 'x'): Promise<unknown[]> {
  const parts: unknown[] = [];
  for await (const { name, filename, body } of partsOf(pieces, boundary)) {
    const text = Buffer.concat(await Array.fromAsync(body)).toString();
    parts.push([name, filename, text]);
  }
  return parts;
}

function chunks(text: string, size: number): Buffer[] {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
}

const PARTS = [
  ['purpose', undefined, 'batch'],
  ['file', 'a "b" "c".jsonl', 'line\r\n--not x\r\n-'],
  ['empty', undefined, ''],
];

test('parts with their names and bytes, whatever the chunks are', async () => {
  for (let size = 1; size <= BODY.length; size += 1) assert.deepEqual(await read(chunks(BODY, size)), PARTS);
});

test('a part that nobody reads, or not to its end, is passed over', async () => {
  const names: string[] = [];
  for await (const { name, body } of partsOf(chunks(BODY, 7), 'x')) {
    names.push(name);
    if (name === 'file') for await (const _ of body) break;
  }
  assert.deepEqual(names, ['purpose', 'file', 'empty']);
});

test('what ends too early, has too many parts, or no name, is refused', async () => {
  const isRefused = (error: unknown) => error instanceof Error && error.message === 'bad_request';
  for (let length = 0; length < BODY.indexOf('--x--') + 4; length += 1) {
    await assert.rejects(read([Buffer.from(BODY.slice(0, length))]), isRefused, String(length));
  }
  const one = '\r\n--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb';
  await assert.rejects(read([Buffer.from(one.repeat(MULTIPART_LIMITS.partsMax + 1))]), isRefused);
  await assert.rejects(read([Buffer.from('--x\r\n\r\n\r\nb\r\n--x--')]), isRefused);
  const head = `--x\r\na: ${'b'.repeat(MULTIPART_LIMITS.headBytesMax)}`;
  await assert.rejects(read(chunks(`${head}\r\n\r\n\r\n--x--`, 512)), isRefused);
});

test('the boundary is what the type says', () => {
  assert.equal(boundaryOf('multipart/form-data; boundary=abc'), 'abc');
  assert.equal(boundaryOf('Multipart/Form-Data; charset=utf-8; boundary="a b;c"'), 'a b;c');
  for (const type of [undefined, 'application/json', 'multipart/form-data', 'multipart/mixed; boundary=a']) {
    assert.throws(() => boundaryOf(type), String(type));
  }
});
