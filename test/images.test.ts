/** Images over real sockets: drawn by the companion, and by a model server that can fail in every way. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startStub, type StubLlm, type StubOptions } from '../loadtest/stub-llm.ts';
import { RpcClient } from './support/rpc-client.ts';
import { startTestServer } from './support/test-server.ts';

const IMAGE_CREDITS = 250;

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly image: { readonly url: string; readonly bytes: number; readonly type: string };
  readonly preview: { readonly url: string; readonly bytes: number; readonly type: string };
}

interface Drawn {
  readonly id: string;
  readonly status: string;
  readonly prompt: string;
  readonly images: readonly Picture[];
  readonly keys: Readonly<Record<string, string>>;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly credits: { readonly charged: number; readonly balance: number };
}

async function start(context: TestContext, stub?: StubLlm, environment: Record<string, string> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-images-'));
  const models = stub && join(dataDir, 'models.json');
  if (models) await writeFile(models, JSON.stringify(modelsFile(stub.url)));
  const settings = { DATA_DIR: dataDir, LLM_MAX_RETRIES: '1', LLM_BACKOFF_INITIAL_MS: '1', ...environment };
  const server = await startTestServer({
    environment: models ? { ...settings, MODELS_FILE: models } : settings,
  });
  context.after(async () => {
    await server.drain();
    await rm(dataDir, { recursive: true });
  });
  return { server, dataDir };
}

function modelsFile(url: string) {
  const route = { upstream: 'one', model: 'stub' };
  return {
    upstreams: [{ id: 'one', kind: 'openai', baseUrl: `${url}/v1`, slots: 1 }],
    routes: [
      { ...route, id: 'talk', price: { input: 0, output: 0 } },
      {
        ...route,
        id: 'painter',
        capabilities: ['image'],
        price: { input: 0, output: 0, image: IMAGE_CREDITS },
      },
    ],
    default: 'talk',
  };
}

async function withStub(context: TestContext, options: StubOptions = {}) {
  const stub = await startStub(options);
  context.after(() => stub.close());
  const { server, dataDir } = await start(context, stub);
  const client = await RpcClient.open(server.port);
  context.after(() => client.destroy());
  return { stub, server, dataDir, client };
}

function eventsOf(client: RpcClient, name: string): Record<string, unknown>[] {
  return client.messages.flatMap(({ method, params }) => (method === name && params ? [params] : []));
}

async function draw(client: RpcClient, input: object): Promise<Drawn> {
  return (await client.call('images.generate', input)) as unknown as Drawn;
}

async function bytesOf(client: RpcClient, input: object): Promise<Buffer> {
  const id = client.send('artifacts.read', input);
  const { result } = await client.response(id);
  assert.ok(result);
  const pieces = eventsOf(client, 'artifacts.bytes').map(({ data }) => Buffer.from(String(data), 'base64'));
  client.messages.length = 0;
  const bytes = Buffer.concat(pieces);
  assert.equal(bytes.length, result['bytes']);
  return bytes;
}

test('without a model that draws, the same wish gives the same placeholder', async (context) => {
  const { server } = await start(context);
  const wishes = [
    { prompt: 'a boat', size: '320x240' },
    { prompt: 'a boat', size: '320x240' },
    { prompt: 'a boat', size: '320x240', seed: 7 },
  ];
  const hashes: string[] = [];
  for (const wish of wishes) {
    using client = await RpcClient.open(server.port);
    const { images, meta, keys, credits } = await draw(client, wish);
    assert.deepEqual([meta['provider'], meta['size'], credits.charged], ['offline', '320x240', 0]);
    const [picture] = images;
    assert.deepEqual([picture?.width, picture?.height, images.length], [320, 240, 1]);
    const bytes = await bytesOf(client, { service: 'image', key: keys['image'] });
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
    hashes.push(createHash('sha256').update(bytes).digest('hex'));
  }
  assert.equal(hashes[0], hashes[1]);
  assert.notEqual(hashes[0], hashes[2], 'another seed, another picture');
});

test('a route that draws is paid for each image, and events tell of each', async (context) => {
  const { stub, client } = await withStub(context);
  const drawn = await draw(client, { prompt: 'a tree', size: '64x80', n: 2, seed: 5, style: 'ink' });
  assert.deepEqual([drawn.status, drawn.images.length, drawn.meta['route']], ['ok', 2, 'painter']);
  assert.equal(drawn.credits.charged, IMAGE_CREDITS * 2);
  const { available, spent } = (await client.call('credits.balance')) as Record<string, number>;
  assert.deepEqual([available, spent], [drawn.credits.balance, IMAGE_CREDITS * 2]);
  const asked = stub.requests.map(({ body }) => body as Record<string, unknown>);
  assert.deepEqual(
    asked.map(({ prompt, seed, size, n }) => ({ prompt, seed, size, n })),
    [5, 6].map((seed) => ({ prompt: 'a tree\n\nStyle: ink', seed, size: '64x80', n: 1 })),
  );
  assert.deepEqual(
    eventsOf(client, 'images.image').map(({ index }) => index),
    [0, 1],
  );
  assert.equal(eventsOf(client, 'images.started')[0]?.['id'], drawn.id);
  const statement = (await client.call('credits.statement')) as { entries: { service?: string }[] };
  assert.ok(JSON.stringify(statement).includes('image'), 'the ledger knows the service');
});

test('an image is found again, listed page by page, and not by anybody else', async (context) => {
  const { server, client } = await withStub(context);
  const ids: string[] = [];
  for (const prompt of ['one', 'two', 'three']) ids.push((await draw(client, { prompt, size: '64x64' })).id);
  const found = (await client.call('images.get', { id: ids[0] })) as unknown as Drawn;
  assert.deepEqual([found.prompt, found.status], ['one', 'ok']);
  const first = (await client.call('images.list', { limit: 2 })) as { images: Drawn[]; nextCursor: string };
  assert.deepEqual(
    first.images.map(({ prompt }) => prompt),
    ['three', 'two'],
  );
  const next = (await client.call('images.list', { limit: 2, cursor: first.nextCursor })) as typeof first;
  assert.deepEqual([next.images.map(({ prompt }) => prompt), next.nextCursor], [['one'], undefined]);
  using stranger = await RpcClient.open(server.port);
  await assert.rejects(stranger.call('images.get', { id: ids[0] }), { message: /not_found|not exist/i });
  const { error } = await stranger.response(
    stranger.send('artifacts.read', { service: 'image', key: found.keys['image'] }),
  );
  assert.equal(error?.data['reason'], 'not_found');
  const link = new URL(found.images[0]?.image.url ?? '', 'http://gateway');
  const signed = {
    service: 'image',
    key: found.keys['image'],
    expires: Number(link.searchParams.get('expires')),
    signature: link.searchParams.get('signature'),
  };
  assert.equal((await bytesOf(stranger, signed)).length, found.images[0]?.image.bytes);
  const forged = await stranger.response(
    stranger.send('artifacts.read', { ...signed, key: found.keys['preview'] }),
  );
  assert.equal(forged.error?.data['reason'], 'link_refused');
});

test('hostile pictures of a model server are refused, charge nothing and leave no file', async (context) => {
  const { stub, client, dataDir } = await withStub(context);
  for (const kind of ['image_bomb', 'image_broken', 'image_svg', 'image_url', 'empty'] as const) {
    stub.configure({ always: [kind] });
    const { error } = await client.response(client.send('images.generate', { prompt: 'x', size: '64x64' }));
    assert.ok(['upstream_failed', 'upstream_unavailable'].includes(String(error?.data['reason'])), kind);
    stub.configure({ always: [] });
    // Closes the breaker again before it opens.
    assert.equal((await draw(client, { prompt: 'fine', size: '64x64' })).status, 'ok');
  }
  const failed = (await client.call('images.list')) as unknown as { images: Drawn[] };
  const statuses = failed.images.map(({ status, images }) => [status, images.length]);
  assert.equal(statuses.filter(([status]) => status === 'ok').length, 5);
  assert.ok(statuses.every(([status, count]) => (status === 'ok' ? count === 1 : count === 0)));
  const files = await readdir(join(dataDir, 'artifacts', 'image'), { recursive: true });
  assert.equal(files.filter((name) => name.endsWith('.png')).length, 5);
});

test('a model server may be busy, and may refuse options', async (context) => {
  const { stub, client } = await withStub(context, { always: ['reject_stream_options'] });
  stub.configure({ next: [{ kind: 'busy' }] });
  assert.equal((await draw(client, { prompt: 'x', size: '64x64' })).status, 'ok');
  const bodies = stub.requests.map(({ body }) => Object.keys(body as object));
  assert.ok(bodies[0]?.includes('response_format'));
  assert.ok(!bodies.at(-1)?.includes('response_format'), 'refused once, left out from then on');
  const before = stub.requests.length;
  await draw(client, { prompt: 'y', size: '64x64' });
  assert.equal(stub.requests.length, before + 1);
});

test('a cancelled drawing stops at once, and is told as cancelled', async (context) => {
  const { stub, client } = await withStub(context, { always: ['stall_headers'] });
  const asked = stub.next('request');
  const id = client.send('images.generate', { prompt: 'x', size: '64x64' });
  await asked;
  const aborted = stub.nextAbort();
  await client.call('chat.cancel', { requestId: id });
  const { error } = await client.response(id);
  assert.equal(error?.data['reason'], 'cancelled');
  await aborted;
  const { images } = (await client.call('images.list')) as unknown as { images: Drawn[] };
  assert.deepEqual(
    images.map(({ status }) => status),
    ['cancelled'],
  );
});

test('what is not affordable or not allowed is refused, and leaves no row', async (context) => {
  const { client } = await withStub(context);
  const reasons = [];
  for (const input of [
    { prompt: 'x', size: '9000x64' },
    { prompt: 'x', size: '32x64' },
    { prompt: 'x', route: 'nowhere' },
    { prompt: 'x', route: 'talk' },
    { prompt: '' },
    { prompt: 'x', n: 99 },
  ]) {
    reasons.push((await client.response(client.send('images.generate', input))).error?.data['reason']);
  }
  const wrong = 'invalid_params';
  assert.deepEqual(reasons, [wrong, wrong, 'not_found', 'not_found', wrong, wrong]);
  assert.deepEqual(((await client.call('images.list')) as unknown as { images: Drawn[] }).images, []);
});

test('a deleted image is gone, with its files', async (context) => {
  const { client, dataDir } = await withStub(context);
  const { id, keys } = await draw(client, { prompt: 'x', size: '64x64' });
  await client.call('images.delete', { id });
  const { error } = await client.response(client.send('images.get', { id }));
  assert.equal(error?.data['reason'], 'not_found');
  const read = await client.response(client.send('artifacts.read', { service: 'image', key: keys['image'] }));
  assert.equal(read.error?.data['reason'], 'not_found');
  assert.deepEqual(await pngsLeft(dataDir), []);
});

/** The outbox deletes at once, but not within the request. */
async function pngsLeft(dataDir: string): Promise<string[]> {
  const folder = join(dataDir, 'artifacts', 'image');
  for (let tries = 0; ; tries += 1) {
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.png'));
    if (names.length === 0 || tries === 100) return names;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
