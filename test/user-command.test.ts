/** `./hilo user`, as a process, on a running server. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { PASSWORD } from './support/people.ts';
import { freePort, Process, PROCESS_ENVIRONMENT } from './support/processes.ts';
import { RpcClient } from './support/rpc-client.ts';

const HILO = join(import.meta.dirname, '../hilo');
const LIMITED = { timeout: 120_000 };

let dataDir = '';
let port = 0;
let server: Process;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hilo-user-'));
  port = await freePort();
  const ports = { APP_PORT: String(port), APP_PROXY_PORT: '0', METRICS_PORT: '0' };
  server = await Process.start('server/main.ts', { ...ports, DATA_DIR: dataDir, LLM_PROVIDER: 'offline' });
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true });
});

async function user(args: readonly string[], input = '') {
  const env = { ...PROCESS_ENVIRONMENT, APP_PORT: String(port), DATA_DIR: dataDir };
  const child = spawn(HILO, ['user', ...args], { env });
  child.stdin.end(input);
  const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, 'close')) as [number | null];
  const [out, err] = await outputs;
  return { code, out, err };
}

async function login(email: string, password: string): Promise<string> {
  using client = await RpcClient.open(port);
  const { result, error } = await client.response(client.send('auth.login', { email, password }));
  const { role } = (result?.['user'] ?? { role: undefined }) as { role: unknown };
  return String(error ? error.data['reason'] : role);
}

test('an administrator with a password from standard input', LIMITED, async () => {
  const options = ['ana@example.org', '--name', 'Ana', '--admin', '--password-stdin'];
  const made = await user(['create', ...options], `${PASSWORD}\n`);
  assert.deepEqual(made, { code: 0, out: 'Made: ana@example.org · Ana · administrator\n', err: '' });
  assert.equal(await login('ana@example.org', PASSWORD), 'admin');
  const kept = await user(['deactivate', 'ana@example.org']);
  assert.equal(kept.code, 1);
  assert.match(kept.err, /^last_admin: /);
  assert.match((await user(['deactivate', '--force', 'ana@example.org'])).out, / · not active\n$/);
  await user(['activate', 'ana@example.org']);
  const again = await user(['create', 'ana@example.org']);
  assert.equal(again.code, 1);
  assert.match(again.err, /^email_taken: /);
});

test('a user who sets a password by the token, before and after it is forgotten', LIMITED, async () => {
  const email = 'eva@example.org';
  const made = await user(['create', email]);
  assert.match(made.out, /^Made: eva@example\.org · user\n/);
  for (const password of [PASSWORD, 'another sentence']) {
    const { out } = password === PASSWORD ? made : await user(['reset', email]);
    const [, token] = /: \/reset (\S+)\n/.exec(out) ?? [];
    using client = await RpcClient.open(port);
    await client.call('auth.reset', { token, password });
    assert.equal(await login(email, password), 'user');
  }
  assert.equal((await user(['deactivate', email])).out, 'eva@example.org · user · not active\n');
  assert.equal(await login(email, 'another sentence'), 'login_failed');
  assert.match((await user(['list'])).out, /eva@example\.org · user · not active\n/);
  assert.equal((await user(['activate', email])).out, 'eva@example.org · user\n');
  assert.equal(await login(email, 'another sentence'), 'user');
});

test('what is not a command of it, and a user that there is not', LIMITED, async () => {
  for (const args of [
    [],
    ['frob'],
    ['create'],
    ['create', 'a@b.c', 'a password'],
    ['reset'],
    ['list', 'x'],
  ]) {
    const { code, err } = await user(args);
    assert.equal(code, 3, args.join(' '));
    assert.match(err, /^Usage: hilo user/);
  }
  const { code, err } = await user(['reset', 'nobody@example.org']);
  assert.equal(code, 1);
  assert.match(err, /^not_found: /);
});
