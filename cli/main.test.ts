/** `./hilo` as a process. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HILO = join(ROOT, 'hilo');

test('version, help and a command that there is not', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const run = promisify(execFile);
  for (const word of ['version', '--version'])
    assert.equal((await run(HILO, [word])).stdout, `hilo ${version}\n`);
  assert.match((await run(HILO, ['--help'])).stdout, /hilo backup FOLDER/);
  for (const word of ['frob', 'toString']) await assert.rejects(run(HILO, [word]), { code: 3 });
});

test('a reader that has enough ends the command without a word', async () => {
  const child = spawn(HILO, ['help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code] = (await once(child, 'close')) as [number];
  assert.deepEqual([code, errors], [141, '']);
});
