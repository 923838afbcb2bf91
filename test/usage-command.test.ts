/** `hilo usage` against a running server, and what the managers of a team see. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { EXIT_FAILED, EXIT_USAGE } from '../cli/command.ts';
import { usageCommand } from '../cli/usage/usage-command.ts';
import { startApiBench, type ApiBench } from './support/api-bench.ts';
import { RpcClient } from './support/rpc-client.ts';

let bench: ApiBench;

before(async () => {
  bench = await startApiBench({ kind: 'ollama' });
  using client = await RpcClient.open(bench.http.linePort);
  await client.call('session.authenticate', { key: bench.key });
  await client.call('chat.send', { text: 'a secret sentence' });
});

after(() => bench[Symbol.asyncDispose]());

async function run(args: readonly string[], key = bench.key) {
  let out = '';
  let err = '';
  const code = await usageCommand(args, {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    stdin: Readable.from(['']) as NodeJS.ReadStream,
    env: { APP_PORT: String(bench.http.linePort), HILO_KEY: key },
  });
  return { code, out, err };
}

test('what was used is shown as text, as JSON and as CSV', async () => {
  const text = await run([]);
  assert.equal(text.code, 0, text.err);
  assert.match(text.out, /^ {2}chat +1 +█{20}$/m);
  const json = await run(['--json']);
  const { totals } = JSON.parse(json.out) as { totals: { requests: number; inputTokens: number } };
  assert.equal(totals.requests, 1);
  const csv = await run(['--csv']);
  const [head = '', row = '', ...rest] = csv.out.split('\r\n');
  assert.deepEqual(rest, ['']);
  const cells = Object.fromEntries(head.split(',').map((name, at) => [name, row.split(',')[at]]));
  assert.deepEqual(
    [cells['service'], cells['status'], cells['inputTokens']],
    ['chat', 'ok', String(totals.inputTokens)],
  );
  assert.doesNotMatch(csv.out, /secret/);
});

test('what it cannot do it says, and nobody sees what is not theirs', async () => {
  assert.equal((await run(['1', '2', '3'])).code, EXIT_USAGE);
  assert.equal((await run(['--json', '--csv'])).code, EXIT_USAGE);
  const none = await run([], '');
  assert.deepEqual([none.code, none.out], [EXIT_FAILED, '']);
  for (const args of [['--user', 'all'], ['--team', 'nothing'], ['yesterday']]) {
    const refused = await run(args);
    assert.deepEqual([refused.code, refused.out], [EXIT_FAILED, ''], args.join(' '));
  }
});

test('what a team has paid for is seen by its managers, and by no other member', async () => {
  const admin = await bench.http.administrator();
  using operator = await RpcClient.open(bench.http.linePort);
  await operator.call('session.authenticate', { key: admin });
  const { id: team } = await operator.call('teams.create', { name: 'Readers' });
  using member = await RpcClient.open(bench.http.linePort);
  await member.call('session.authenticate', { key: bench.key });
  const { id: user } = await member.call('users.me');
  assert.equal(await member.failure('usage.overview', { team }), 'not_found');
  await operator.call('teams.setMember', { team, user, role: 'member' });
  assert.equal(await member.failure('usage.overview', { team }), 'forbidden');
  await operator.call('teams.setMember', { team, user, role: 'manager' });
  const { totals } = await member.call('usage.overview', { team });
  assert.equal((totals as { requests: number }).requests, 0);
  assert.equal(await member.failure('usage.overview', { team, user: 'all' }), 'invalid_params');
});
