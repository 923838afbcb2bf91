/** `.env.example` names every variable, with its true default, and both processes run with it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseEnvironment } from '../shared/environment-file.ts';
import { GATEWAY_VARIABLES, readGatewayConfig } from '../gateway/config.ts';
import { SETTING_TEXTS } from '../server/config/setting-texts.ts';
import { FOREIGN_VARIABLES, GATEWAY_ONLY } from '../shared/process-settings.ts';
import { misspeltSettings } from '../shared/misspelt.ts';
import { readServerConfig, SERVER_VARIABLES } from '../server/config/config.ts';
import { exampleVariables } from './support/example-environment.ts';
import { projectFiles, ROOT } from './support/source-files.ts';

const EXAMPLE = exampleVariables();
const TEXT = projectFiles().find(({ path }) => path === '.env.example')?.text ?? '';
const NO_VARIABLES = {};

test('each variable is in the example or among the texts of the other settings, once, and no other', () => {
  const expected = new Set([...SERVER_VARIABLES, ...GATEWAY_VARIABLES]);
  const explained = [...EXAMPLE.map(({ name }) => name), ...Object.keys(SETTING_TEXTS)];
  assert.deepEqual(explained.sort(), [...expected].sort());
});

test('the example stays short', () => {
  assert.ok(EXAMPLE.length <= 36, `${EXAMPLE.length} settings`);
});

test('the server knows which settings are those of the gateway, and takes none for a misspelt one', () => {
  const gatewayOnly = GATEWAY_VARIABLES.filter((name) => !SERVER_VARIABLES.includes(name));
  assert.deepEqual(GATEWAY_ONLY.toSorted(), gatewayOnly.sort());
  const all = [...SERVER_VARIABLES, ...GATEWAY_ONLY];
  assert.deepEqual(misspeltSettings(all, all, FOREIGN_VARIABLES), []);
});

test('each variable is explained', () => {
  assert.deepEqual(
    EXAMPLE.filter(({ about }) => about === '').map(({ name }) => name),
    [],
  );
});

test('the values in the example are the defaults', () => {
  const values = Object.fromEntries(EXAMPLE.map(({ name, value }) => [name, value]));
  assert.deepEqual(readServerConfig(values), readServerConfig(NO_VARIABLES));
  assert.deepEqual(readGatewayConfig(values), readGatewayConfig(NO_VARIABLES));
});

test('the example is read as it is meant', () => {
  const values = Object.fromEntries(EXAMPLE.map(({ name, value }) => [name, value]));
  assert.deepEqual(parseEnvironment(TEXT), values);
});

test('both processes start with the example as their .env, and end when asked', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-example-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, '.env'), TEXT);
  for (const path of ['server/main.ts', 'gateway/main.ts']) {
    const child = spawn(process.execPath, [join(ROOT, path)], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // The ports may be in use on this machine, and no model is needed; all else is the example's.
      env: { ...process.env, ...FREE_PORTS, LLM_PROVIDER: 'offline' },
    });
    t.after(() => child.kill('SIGKILL'));
    const [message] = (await once(child, 'message')) as [{ ready: { port: number } }];
    assert.ok(message.ready.port > 0, path);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    assert.equal(code, 0, path);
  }
});

const FREE_PORTS = { APP_PORT: '0', APP_PROXY_PORT: '0', WS_PORT: '0', METRICS_PORT: '0' };
