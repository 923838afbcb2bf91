/** [F-1] [F-3] [H-8] Requests that do not fit into a line: over HTTP, over a socket, by the command line. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { callCommand } from '../cli/call.ts';
import { until } from '../gateway/gateway.fixture.ts';
import { HttpBench } from './support/http-bench.ts';
import { register } from './support/people.ts';
import { RpcClient } from './support/rpc-client.ts';
import { startTestServer } from './support/test-server.ts';

const MIB = 1024 * 1024;

/** An export in ChatGPT's format with so many bytes, as the body of an import. */
function importOf(bytes: number): string {
  const texts = Math.floor(bytes / 10_400);
  const conversations = Array.from({ length: 10 }, (_, index) => ({
    title: `Conversation ${index}`,
    mapping: Object.fromEntries(
      Array.from({ length: Math.floor(texts / 10) }, (_unused, number) => [
        `m${number}`,
        {
          parent: number === 0 ? null : `m${number - 1}`,
          message: {
            author: { role: number % 2 === 0 ? 'user' : 'assistant' },
            content: { content_type: 'text', parts: [`${number} "ñ" ${'word '.repeat(2_050)}`] },
          },
        },
      ]),
    ),
  }));
  return JSON.stringify({ data: JSON.stringify(conversations) });
}

interface Imported {
  readonly conversations: readonly object[];
  readonly messages: number;
}

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { error: { code: string } }).error.code;
}

test('an import of 15 MiB over HTTP works, and delays nobody for long', async () => {
  await using bench = await HttpBench.start();
  const { accessToken } = await bench.register();
  const headers = { authorization: `Bearer ${accessToken}` };
  const body = importOf(15 * MIB);
  const waits: number[] = [];
  const importing = fetch(`${bench.origin}/conversations/import`, { method: 'POST', headers, body });
  const done = new AbortController();
  void importing.then(() => done.abort());
  while (!done.signal.aborted) {
    const startMs = performance.now();
    await (await bench.ask('GET', '/ledger/checkpoint')).arrayBuffer();
    waits.push(performance.now() - startMs);
  }
  const response = await importing;
  assert.equal(response.status, 201);
  const { conversations, messages } = (await response.json()) as Imported;
  assert.equal(conversations.length, 10);
  assert.ok(messages > 1_400, String(messages));
  const median = waits.toSorted((a, b) => a - b).at(waits.length >> 1) ?? Infinity;
  // Reading the export alone takes half a second; it would take as many requests to be answered in between.
  assert.ok(waits.length > 20 && median < 200, `${waits.length} requests, ${median} ms`);
  const refused = await bench.ask('POST', '/conversations/import', {
    body: { data: `[${'x'.repeat(2 * MIB)}` },
    headers,
  });
  assert.deepEqual([refused.status, await codeOf(refused)], [422, 'import_refused']);
  assert.deepEqual(await readdir(join(bench.dataDir, 'uploads')), []);
});

test('what is too large is refused, with a key and without', async () => {
  await using bench = await HttpBench.start({ environment: { UPLOAD_BYTES_MAX: String(2 * MIB) } });
  const { accessToken } = await bench.register();
  const headers = { authorization: `Bearer ${accessToken}` };
  const post = (path: string, bytes: number, more: Record<string, string> = headers) =>
    fetch(`${bench.origin}${path}`, { method: 'POST', headers: more, body: 'x'.repeat(bytes) }).then(
      async (response) => [response.status, await codeOf(response)],
      // The answer may be lost when the client goes on sending what nobody reads.
      () => [413, 'unread'],
    );
  const announced = await post('/conversations/import', 3 * MIB);
  assert.ok(announced[0] === 413, String(announced));
  assert.deepEqual(await post('/conversations/import', 1.5 * MIB), [400, 'invalid_params']);
  assert.equal((await post('/conversations', 1.5 * MIB))[0], 413);
  assert.equal((await post('/conversations/import', 1.5 * MIB, {}))[0], 415);
  const chunked = connect(Number(new URL(bench.origin).port), '127.0.0.1');
  chunked.on('error', () => undefined);
  const said = text(chunked).catch(() => '');
  chunked.write(
    `POST /conversations/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${accessToken}\r\n` +
      'Transfer-Encoding: chunked\r\n\r\n',
  );
  const chunk = `${(64 * 1024).toString(16)}\r\n${'x'.repeat(64 * 1024)}\r\n`;
  for (let sent = 0; sent < 3 * MIB && chunked.writable; sent += 64 * 1024) {
    if (!chunked.write(chunk)) await Promise.race([once(chunked, 'drain'), once(chunked, 'close')]);
  }
  assert.match(await said, /^HTTP\/1\.1 413 [^]*"file_too_large"/);
  assert.deepEqual(await readdir(join(bench.dataDir, 'uploads')), []);
});

test('of a client that goes away in the middle nothing stays, and it may begin again', async () => {
  await using bench = await HttpBench.start();
  const { accessToken } = await bench.register();
  const folder = join(bench.dataDir, 'uploads');
  for (let count = 0; count < 6; count += 1) {
    const socket = connect(Number(new URL(bench.origin).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `POST /conversations/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${accessToken}\r\n` +
        `Content-Length: ${4 * MIB}\r\n\r\n${'x'.repeat(2 * MIB)}`,
    );
    await until(async () => (await readdir(folder)).length === 1);
    socket.destroy();
    await until(async () => (await readdir(folder)).length === 0);
  }
});

test('a client of the socket sends a file in pieces; nobody else can use it', async () => {
  await using server = await startTestServer();
  using mine = await RpcClient.open(server.port);
  using other = await RpcClient.open(server.port);
  const { file } = await mine.call('files.begin');
  const bytes = Buffer.from(importOf(110_000));
  const piece = (at: number, length: number) => ({
    file,
    at,
    data: bytes.subarray(at, at + length).toString('base64'),
  });
  const reason = async (client: RpcClient, name: string, input: object) =>
    (await client.response(client.send(name, input))).error?.data['reason'];
  await mine.call('files.append', piece(0, 30_000));
  assert.equal(await reason(mine, 'files.append', piece(0, 30_000)), 'file_position');
  assert.equal(
    await reason(mine, 'files.append', { file, at: 30_000, data: 'not base64' }),
    'invalid_params',
  );
  assert.equal(await reason(mine, 'conversations.import', { file }), 'file_incomplete');
  for (let at = 30_000; at < bytes.length; at += 40_000) await mine.call('files.append', piece(at, 40_000));
  await mine.call('files.end', { file });
  assert.equal(await reason(other, 'files.append', piece(0, 3)), 'not_found');
  assert.equal(await reason(other, 'files.end', { file, discard: true }), 'not_found');
  assert.equal(await reason(other, 'conversations.import', { file }), 'not_found');
  const imported = await mine.call('conversations.import', { file });
  assert.ok((imported['conversations'] as object[]).length > 0);
  assert.equal(await reason(mine, 'conversations.import', { file }), 'not_found');
});

test('an input of the command line may be in files, however long', async (context) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-large-'));
  context.after(() => rm(dataDir, { recursive: true, force: true }));
  await using server = await startTestServer({ environment: { DATA_DIR: dataDir } });
  const { data } = JSON.parse(importOf(MIB / 2)) as { data: string };
  const [exported, input] = [join(dataDir, 'export.json'), join(dataDir, 'input.json')];
  await writeFile(exported, data);
  await writeFile(input, JSON.stringify({ data }));
  const { email } = await register(server);
  const run = async (...args: string[]) => {
    let [out, err] = ['', ''];
    const code = await callCommand(['conversations.import', ...args], {
      stdout: { write: (part: string) => (out += part) },
      stderr: { write: (part: string) => (err += part) },
      env: { DATA_DIR: dataDir, APP_PORT: String(server.port) },
    });
    return { code, out, err };
  };
  for (const words of [`data=@${exported}`, `@${input}`]) {
    const { code, out, err } = await run(words, JSON.stringify({ user: email }));
    assert.deepEqual([code, err], [0, '']);
    assert.equal((JSON.parse(out) as Imported).conversations.length, 10);
  }
  const nobodys = await run(`data=@${exported}`);
  assert.match(nobodys.err, /^account_needed: That belongs to an account, and the operator has none/);
  const missing = await run('data=@/nonexistent');
  assert.match(missing.err, /The file \/nonexistent cannot be read: ENOENT/);
});
