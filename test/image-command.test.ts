/** `hilo image` against a running server, and what an interrupt does to commands that wait. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { EXIT_FAILED, EXIT_USAGE } from '../cli/command.ts';
import { imageCommand } from '../cli/image/image-command.ts';
import { startStub } from '../loadtest/stub-llm.ts';
import { startTestServer } from './support/test-server.ts';

const PROJECT = join(import.meta.dirname, '..');

async function run(args: readonly string[], env: Record<string, string> = {}) {
  let out = '';
  let err = '';
  const code = await imageCommand(args, {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    env: { APP_PORT: '1', ...env },
  });
  return { code, out, err };
}

async function scratch(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-image-command-'));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

test('a picture goes to a file, whose name is the output', async (context) => {
  const folder = await scratch(context);
  await using server = await startTestServer();
  const env = { APP_PORT: String(server.port) };
  const first = join(folder, 'first.png');
  const plain = await run(['a', 'small', 'boat', '--size', '320x240', '--seed', '7', '--out', first], env);
  assert.deepEqual([plain.code, plain.out], [0, `${first}\n`], plain.err);
  assert.match(plain.err, /^-- \S+ · 0 credits\n-- .*placeholder/m);
  const bytes = await readFile(first);
  assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [320, 240]);

  const again = join(folder, 'again.png');
  const words = ['a small boat', '--size', '320x240', '--seed', '7', '--out', again, '--json'];
  const json = await run(words, env);
  const { file, prompt, meta } = JSON.parse(json.out) as Record<string, unknown>;
  assert.deepEqual([json.code, file, prompt], [0, again, 'a small boat']);
  assert.deepEqual(meta, { ...(meta as object), size: '320x240', seed: 7 });
  assert.ok(bytes.equals(await readFile(again)), 'the same seed, the same picture');
});

test('what fails says so in the language that is set, and leaves no file', async (context) => {
  const folder = await scratch(context);
  await using server = await startTestServer();
  const env = { APP_PORT: String(server.port), HILO_LOCALE: 'es' };
  const missing = await run(['x', '--out', join(folder, 'not-there', 'x.png')], env);
  assert.deepEqual([missing.code, missing.out], [EXIT_FAILED, '']);
  assert.match(missing.err, /^No se puede escribir el archivo .*: ENOENT\n$/);
  const out = join(folder, 'x.png');
  for (const wrong of [
    ['--route', 'nowhere'],
    ['--size', '32x64'],
    ['--key', 'wrong'],
  ]) {
    const { code, out: said, err } = await run(['x', '--out', out, ...wrong], env);
    assert.deepEqual([code, said], [EXIT_FAILED, ''], wrong.join(' '));
    assert.ok(err.length > 0);
  }
  assert.deepEqual(await readdir(folder), []);
  assert.equal((await run(['x', '--out', out])).code, EXIT_FAILED, 'no server is there');
});

test('what it cannot understand shows how it is used', async () => {
  for (const args of [[], ['x', '--size', 'huge'], ['x', '--seed', '-1'], ['x', '--unknown']]) {
    const { code, err } = await run(args);
    assert.equal(code, EXIT_USAGE);
    assert.match(err, /^Usage: hilo image/);
  }
  const help = await run(['--help'], { HILO_LOCALE: 'es' });
  assert.equal(help.code, 0);
  assert.match(help.out, /^Uso: hilo image/);
});

test(
  'an interrupt cancels the picture and the summary at the model',
  { timeout: 60_000 },
  async (context) => {
    const folder = await scratch(context);
    const stub = await startStub({ always: ['stall_headers'] });
    context.after(() => stub.close());
    const models = join(folder, 'models.json');
    const route = { upstream: 'one', model: 'stub', price: { input: 0, output: 0 } };
    const painter = { ...route, id: 'painter', capabilities: ['image'] };
    await writeFile(
      models,
      JSON.stringify({
        upstreams: [{ id: 'one', kind: 'openai', baseUrl: `${stub.url}/v1`, slots: 2 }],
        routes: [{ ...route, id: 'talk' }, painter],
        default: 'talk',
      }),
    );
    const text = join(folder, 'text.txt');
    await writeFile(text, 'A text of which nothing will be said.');
    await using server = await startTestServer({ environment: { MODELS_FILE: models } });
    const out = join(folder, 'x.png');
    for (const args of [
      ['image', 'x', '--out', out],
      ['summarize', text],
    ]) {
      const asked = stub.next('request');
      const env = { ...process.env, APP_PORT: String(server.port) };
      const child = spawn(join(PROJECT, 'hilo'), args, { env, stdio: 'ignore', detached: true });
      const ended = once(child, 'exit');
      await asked;
      const aborted = stub.nextAbort();
      // As a terminal does: to all of the group.
      process.kill(-(child.pid ?? assert.fail()), 'SIGINT');
      await aborted;
      const [code, signal] = (await ended) as [number | null, string | null];
      assert.ok(signal === 'SIGINT' || code === 130, `${args[0] ?? ''}: ${String(code)} ${String(signal)}`);
    }
    assert.ok(!(await readdir(folder)).includes('x.png'));
  },
);
