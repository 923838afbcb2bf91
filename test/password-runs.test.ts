/** How much work a login is must not tell anything: each attempt runs argon2 once, whoever it is about. */
import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { PASSWORD, register } from './support/people.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

/** Counts the runs of argon2 in this process, where the server runs too. */
class PasswordRuns implements Disposable {
  count = 0;
  readonly #hook = createHook({
    init: (_id, type) => {
      if (type === 'ARGON2REQUEST') this.count += 1;
    },
  }).enable();

  async of(run: () => Promise<unknown>): Promise<number> {
    const before = this.count;
    await run();
    return this.count - before;
  }

  [Symbol.dispose](): void {
    this.#hook.disable();
  }
}

test('argon2 runs once, whether the account exists, is active, or has a password', async (context) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-runs-'));
  context.after(() => rm(dataDir, { recursive: true }));
  const environment = { DATA_DIR: dataDir };
  await using server = await startTestServer({ providers: providersOf(new EchoProvider()), environment });
  const [person, inactive] = [await register(server), await register(server)];
  using operator = await RpcClient.open(server.port);
  const key = (await readFile(join(dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  await operator.call('session.authenticate', { key });
  await operator.call('users.setActive', { user: inactive.id, active: false });
  await operator.call('users.create', { email: 'unset@example.org' });
  using client = await RpcClient.open(server.port);
  using runs = new PasswordRuns();
  const attempts: readonly [email: string, password: string, reason: string][] = [
    ['nobody@example.org', PASSWORD, 'login_failed'],
    [person.email, 'not the password', 'login_failed'],
    [inactive.email, PASSWORD, 'login_failed'],
    ['unset@example.org', '', 'invalid_params'],
    ['unset@example.org', PASSWORD, 'login_failed'],
  ];
  for (const [email, password, reason] of attempts) {
    const count = await runs.of(async () => {
      assert.equal(await client.failure('auth.login', { email, password }), reason, email);
    });
    assert.equal(count, reason === 'login_failed' ? 1 : 0, `${email}: ${reason}`);
  }
  const right = () => client.call('auth.login', { email: person.email, password: PASSWORD });
  assert.equal(await runs.of(right), 1);
  const taken = () => client.failure('auth.register', { email: person.email, password: PASSWORD });
  const fresh = () => client.call('auth.register', { email: 'new@example.org', password: PASSWORD });
  assert.deepEqual([await runs.of(taken), await runs.of(fresh)], [1, 1]);
});
