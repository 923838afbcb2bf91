/** A server whose Ollama does not have its model: the log says what to do, `/models` what there is. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { startStub } from '../loadtest/stub-llm.ts';
import { LineClient } from './support/line-client.ts';
import { ROOT } from './support/source-files.ts';

test('a model that was not pulled', async (t) => {
  const stub = await startStub({ models: ['here:1b'] });
  const folder = await mkdtemp(join(tmpdir(), 'hilo-missing-'));
  t.after(async () => {
    await stub.close();
    await rm(folder, { recursive: true });
  });
  const child = spawn(process.execPath, [join(ROOT, 'server/main.ts')], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, ...SETTINGS, DATA_DIR: join(folder, 'data'), OLLAMA_HOST: stub.url },
  });
  t.after(() => child.kill('SIGKILL'));
  const ready = once(child, 'message') as Promise<[{ ready: { port: number } }]>;
  assert.ok(child.stdout);
  const warnings: { level: number; msg: string; available: string[] }[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const entry = JSON.parse(line) as (typeof warnings)[number];
    if (entry.level === WARNING) warnings.push(entry);
    if (warnings.length > 0) break;
  }
  assert.match(warnings[0]?.msg ?? '', /run ollama pull gone:1b$/);
  assert.deepEqual(warnings[0]?.available, ['here:1b']);
  const [message] = await ready;
  using person = await LineClient.open(message.ready.port);
  person.send('/models\n');
  // In its place the companion answers, until it is there.
  await person.until('  gone:1b\n  here:1b\n* companion\n');
  person.reset();
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

const WARNING = 40;
const SETTINGS = {
  APP_PORT: '0',
  APP_PROXY_PORT: '0',
  METRICS_PORT: '0',
  LLM_PROVIDER: 'auto',
  OLLAMA_MODEL: 'gone:1b',
  HILO_LOCALE: 'en',
};
