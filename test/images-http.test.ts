/** Images over HTTP: the addresses of existing clients, the package `openai`, and the bytes. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import sharp from 'sharp';
import { startApiBench, type ApiBench } from './support/api-bench.ts';

let bench: ApiBench;
let client: OpenAI;

before(async () => {
  bench = await startApiBench({ draws: true });
  client = new OpenAI({ apiKey: bench.key, baseURL: `${bench.origin}/v1`, timeout: 60_000 });
});

after(() => bench[Symbol.asyncDispose]());

const authorized = () => ({
  headers: { authorization: `Bearer ${bench.key}` },
  signal: AbortSignal.timeout(60_000),
});

interface Made {
  readonly id: string;
  readonly s3: Readonly<Record<string, string>>;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly images: readonly { readonly image: { readonly url: string; readonly bytes: number } }[];
}

async function make(body: object): Promise<Made> {
  const answer = await bench.post('/image/generate', body);
  assert.equal(answer.status, 200);
  return (await answer.json()) as Made;
}

test('POST /image/generate gives id, keys and meta; GET /image/{id} how it stands', async () => {
  const made = await make({ prompt: 'a hill', size: '96x64', seed: 3, style: 'oil' });
  assert.deepEqual(Object.keys(made.s3).sort(), ['image', 'input', 'preview', 'record']);
  assert.match(made.s3['image'] ?? '', /^requests\/\d{4}\/\d\d\/\d\d\/[\w-]+\/image\/original\.png$/);
  assert.deepEqual([made.meta['seed'], made.meta['style'], made.meta['size']], [3, 'oil', '96x64']);
  const read = await fetch(`${bench.origin}/image/${made.id}`, authorized());
  const { status, s3Keys } = (await read.json()) as { status: string; s3Keys: object };
  assert.deepEqual([status, s3Keys], ['ok', made.s3]);
  const other = await fetch(`${bench.origin}/image/019ad4f0-0000-7000-8000-000000000000`, authorized());
  assert.equal(other.status, 404);
  await other.body?.cancel();
});

test('the bytes are an image for their owner, and for whoever has the signed address', async () => {
  const made = await make({ prompt: 'a lake', size: '640x480' });
  const key = made.s3['image'] ?? '';
  const own = await fetch(`${bench.origin}/artifacts/image/${key}`, authorized());
  assert.equal(own.headers.get('content-type'), 'image/png');
  assert.equal(own.headers.get('x-content-type-options'), 'nosniff');
  const bytes = Buffer.from(await own.arrayBuffer());
  const [picture] = made.images;
  assert.equal(bytes.length, picture?.image.bytes);
  const { width, height, format } = await sharp(bytes).metadata();
  assert.deepEqual([width, height, format], [640, 480, 'png']);
  const signed = await fetch(bench.origin + (picture?.image.url ?? ''));
  assert.ok(Buffer.from(await signed.arrayBuffer()).equals(bytes));
  const preview = await fetch(`${bench.origin}/artifacts/image/${made.s3['preview'] ?? ''}`, authorized());
  assert.equal(preview.headers.get('content-type'), 'image/jpeg');
  const small = await sharp(Buffer.from(await preview.arrayBuffer())).metadata();
  assert.deepEqual([small.width, small.height, small.format], [512, 384, 'jpeg']);
  for (const [url, status] of [
    [`/artifacts/image/${key}?expires=1&signature=x`, 403],
    ['/artifacts/image/..%2f..%2fkeys%2fadmin.key', 404],
    [`/artifacts/chat/${key}`, 404],
    [`/artifacts/nowhere/${key}`, 400],
  ] as const) {
    const refused = await fetch(bench.origin + url, authorized());
    assert.equal(refused.status, status, url);
    await refused.body?.cancel();
  }
});

test('the package openai draws: base64, addresses, several at once', async () => {
  const data = await client.images.generate({ prompt: 'a moon', size: '64x64', n: 2 });
  assert.equal(data.data?.length, 2);
  for (const { b64_json: text = '' } of data.data ?? []) {
    const { width, format } = await sharp(Buffer.from(text, 'base64')).metadata();
    assert.deepEqual([width, format], [64, 'png']);
  }
  const links = await client.images.generate({
    prompt: 'a moon',
    size: '64x64',
    response_format: 'url',
  });
  const answer = await fetch(links.data?.[0]?.url ?? '');
  assert.equal((await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).width, 64);
  await assert.rejects(client.images.generate({ prompt: 'a moon', model: 'gpt-nowhere' }), { status: 404 });
  await assert.rejects(client.images.generate({ prompt: 'a moon', size: '1x1' }), { status: 400 });
});
