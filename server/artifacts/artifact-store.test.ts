import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'node:test';
import { isArtifactKey } from './artifact-key.ts';
import { bothArtifactStores, startS3 } from './artifact-store.fixture.ts';
import { readWhole, type ArtifactStore } from './artifact-store.ts';
import { FileArtifactStore } from './file-store.ts';
import { connectS3, S3ArtifactStore } from './s3-store.ts';

const onBoth = bothArtifactStores();
const TEXT = 'text/plain; charset=utf-8';

onBoth('what is put is read again, and replaced as a whole', async (store) => {
  await store.put('requests/a/input.json', Buffer.from('first'), TEXT);
  await store.put('requests/a/input.json', Buffer.from('second one'), TEXT);
  const found = await store.get('requests/a/input.json');
  assert.ok(found);
  assert.equal(found.bytes, 10);
  assert.equal((await readWhole(found)).toString(), 'second one');
  assert.equal(await store.get('requests/a/other.json'), undefined);
});

onBoth('streams of some megabytes come back byte for byte', async (store) => {
  const bytes = randomBytes(3 * 1024 * 1024);
  const parts = [bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)];
  await store.put('a/large.bin', { stream: Readable.from(parts), bytes: bytes.length }, 'image/png');
  const found = await store.get('a/large.bin');
  assert.ok(found && (await readWhole(found)).equals(bytes));
});

onBoth('lists have what begins with the prefix, and nothing that was deleted', async (store) => {
  const keys = [
    'requests/a/input.json',
    'requests/a/image/original.png',
    'requests/ab/input.json',
    'users/a',
  ];
  for (const key of keys) await store.put(key, Buffer.from(key), TEXT);
  assert.deepEqual(await keysOf(store, ''), keys.toSorted());
  assert.deepEqual(await keysOf(store, 'requests/a'), keys.slice(0, 3).toSorted());
  assert.deepEqual(await keysOf(store, 'requests/a/'), keys.slice(0, 2).toSorted());
  assert.deepEqual(await keysOf(store, 'nobody/'), []);
  await store.delete('requests/a/image/original.png');
  await store.delete('requests/a/image/original.png');
  await store.delete('requests/never/there');
  assert.deepEqual(await keysOf(store, 'requests/'), [keys[0], keys[2]]);
});

onBoth('no key leads out of the store', async (store) => {
  for (const key of [
    '../a',
    'a/../../b',
    '/etc/passwd',
    'a//b',
    '.new/a',
    'a/.b',
    'a\\b',
    'a\0b',
    '',
    'a/',
  ]) {
    await assert.rejects(store.put(key, Buffer.from('x'), TEXT), /Not a key/, key);
    await assert.rejects(store.get(key), /Not a key/, key);
    await assert.rejects(store.delete(key), /Not a key/, key);
  }
  await assert.rejects(keysOf(store, '../'), /Not a key/);
  assert.ok(!isArtifactKey('a'.repeat(513)));
});

onBoth('writers of many keys in one folder, with deletions between, lose nothing', async (store) => {
  const keys = Array.from({ length: 24 }, (_, at) => `days/one/${at}`);
  await Promise.all(
    keys.map(async (key, at) => {
      await store.put(key, Buffer.from(key), TEXT);
      if (at % 2 === 0) await store.delete(key);
    }),
  );
  assert.deepEqual(await keysOf(store, 'days/'), keys.filter((_, at) => at % 2 === 1).toSorted());
});

test('files are private, and drafts of a crash are gone after the next start', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-artifacts-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, '.new'));
  await writeFile(join(folder, '.new', 'half'), 'x');
  const store = await FileArtifactStore.open({ folder, newId: () => 'draft' });
  assert.deepEqual(await readdir(join(folder, '.new')), []);
  await store.put('a/b/c.txt', Buffer.from('x'));
  for (const [path, mode] of [
    ['a', 0o700],
    ['a/b', 0o700],
    ['a/b/c.txt', 0o600],
  ] as const) {
    assert.equal((await stat(join(folder, path))).mode & 0o777, mode, path);
  }
  await store.delete('a/b/c.txt');
  assert.deepEqual(await readdir(folder), ['.new'], 'no empty folder stays');
});

test('a stream with fewer bytes than announced is no artefact', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-artifacts-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const store = await FileArtifactStore.open({ folder, newId: () => 'draft' });
  await assert.rejects(store.put('a', { stream: Readable.from([Buffer.from('ab')]), bytes: 3 }), /2 bytes/);
  assert.equal(await store.get('a'), undefined);
  assert.deepEqual(await readdir(join(folder, '.new')), []);
});

test('a signed address of S3 works without a key, and only for its time', async (context) => {
  const { settings, bucket, stop } = await startS3({ signedUrlSeconds: 2 });
  const store = new S3ArtifactStore(await connectS3(settings), bucket('image'));
  context.after(async () => {
    await store.close();
    await stop();
  });
  await store.put('a/image.png', Buffer.from('the bytes'), 'image/png');
  const url = await store.signedUrl('a/image.png');
  assert.match(url, /X-Amz-Algorithm=AWS4-HMAC-SHA256/);
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'image/png');
  assert.equal(await answer.text(), 'the bytes');
  // s3rver passes over signatures of version 4: whether it is the right one is computed here.
  assert.equal(new URL(url).searchParams.get('X-Amz-Signature'), signatureOf(url, 'GET', 'S3RVER'));
  await pause(3_100);
  const late = await fetch(url);
  assert.equal(late.status, 403);
  await late.body?.cancel();
});

test('a key that is not known is refused, and a bucket that is not there is an error', async (context) => {
  const { settings, bucket, stop } = await startS3();
  context.after(stop);
  const credentials = { accessKeyId: 'nobody', secretAccessKey: 'wrong' };
  const wrong = new S3ArtifactStore(await connectS3({ ...settings, credentials }), bucket('image'));
  await assert.rejects(wrong.put('a', Buffer.from('x'), TEXT), { name: 'InvalidAccessKeyId' });
  await wrong.close();
  const missing = new S3ArtifactStore(await connectS3(settings), 'no-such-bucket');
  await assert.rejects(missing.put('a', Buffer.from('x'), TEXT), { name: 'NoSuchBucket' });
  await missing.close();
});

/** AWS Signature Version 4 in a query (AmazonS3/latest/API/sigv4-query-string-auth.html). */
function signatureOf(address: string, method: string, secret: string): string {
  const url = new URL(address);
  const named = (name: string) => url.searchParams.get(`X-Amz-${name}`) ?? '';
  const [, day = '', region = '', service = ''] = named('Credential').split('/');
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .sort()
    .join('&');
  assert.equal(named('SignedHeaders'), 'host');
  const parts = [method, url.pathname, query, `host:${url.host}\n`, 'host', 'UNSIGNED-PAYLOAD'];
  const hash = createHash('sha256').update(parts.join('\n')).digest('hex');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', named('Date'), scope, hash].join('\n');
  const hmac = (key: Buffer | string, data: string) => createHmac('sha256', key).update(data).digest();
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${secret}`);
  return hmac(key, text).toString('hex');
}

async function keysOf(store: ArtifactStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys.sort();
}
