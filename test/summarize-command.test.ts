/** `hilo summarize` against a running server. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { EXIT_FAILED, EXIT_USAGE } from '../cli/command.ts';
import { summarizeCommand } from '../cli/summarize/summarize-command.ts';
import { docxOf } from '../server/documents/documents.fixture.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

async function run(args: readonly string[], port = 1) {
  let out = '';
  let err = '';
  const code = await summarizeCommand(args, {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    env: { APP_PORT: String(port) },
  });
  return { code, out, err };
}

test('a file is summarised: the summary is the output, how far it is goes beside it', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-summarize-'));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'named.pdf');
  await writeFile(file, docxOf(['It is a DOCX, whatever its name.']));
  await using server = await startTestServer({ providers: providersOf(new EchoProvider()) });
  const plain = await run([file, '--length', 'short'], server.port);
  assert.equal(plain.code, 0, plain.err);
  assert.match(plain.out, /It is a DOCX, whatever its name\./);
  assert.match(plain.err, /^-- 1 parts, 1 calls/m);
  const json = await run([file, '--json'], server.port);
  const { parts, length } = JSON.parse(json.out) as { parts: number; length: string };
  assert.deepEqual([json.code, parts, length], [0, 1, 'medium']);
  const refused = await run(['http://127.0.0.1/'], server.port);
  assert.deepEqual([refused.code, refused.out], [EXIT_FAILED, '']);
  assert.match(refused.err, /public address/);
  assert.equal((await run([join(folder, 'missing')], server.port)).code, EXIT_FAILED);
});

test('what it cannot understand shows how it is used', async () => {
  for (const args of [[], ['a', 'b'], ['a', '--length', 'tiny'], ['a', '--unknown']]) {
    const { code, err } = await run(args);
    assert.equal(code, EXIT_USAGE);
    assert.match(err, /^Usage: hilo summarize/);
  }
  assert.equal((await run(['--help'])).code, 0);
});
