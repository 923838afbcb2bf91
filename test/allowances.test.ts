/** Allowances on a running server: who sets them, who sees them, who is told, and how they end. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { LineClient } from './support/line-client.ts';
import { connectAs, register } from './support/people.ts';
import type { RpcClient } from './support/rpc-client.ts';
import { CostlyProvider, COST } from './support/costly-provider.ts';
import { startTestServer } from './support/test-server.ts';

const TERMS = { credits: 5 * COST, period: 'month', timeZone: 'America/Santiago' } as const;

let server: Awaited<ReturnType<typeof startTestServer>>;
let dataDir: string;
let adminKey: string;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hilo-allowances-'));
  server = await start();
  adminKey = (await readFile(join(dataDir, 'keys', 'admin.key'), 'utf8')).trim();
});

after(async () => {
  await server.drain();
  await rm(dataDir, { recursive: true });
});

function start() {
  return startTestServer({
    providers: [new CostlyProvider()],
    environment: {
      DATA_DIR: dataDir,
      MODEL_PRICES: '{"*":{"input":0,"output":1}}',
      LLM_MAX_OUTPUT_TOKENS: String(COST),
      SIGNUP_CREDITS: '0',
      ANONYMOUS_CREDITS: '0',
    },
  });
}

function operator(): Promise<RpcClient> {
  return connectAs(server, { accessToken: adminKey });
}

function limitsTold({ messages }: RpcClient) {
  const told = messages.filter(({ method }) => method === 'credits.limit');
  return told
    .map(({ params = {} }) => params)
    .map(({ what, percent, used, limit, name }) => [what, percent, used, limit, name]);
}

test('an administrator gives one, its owner spends it and is told at 80 and at 100 percent', async () => {
  const ana = await register(server);
  using admin = await operator();
  using client = await connectAs(server, ana);
  assert.equal(await client.failure('chat.send', { text: 'hello' }), 'insufficient_credits');
  const set = await admin.call('allowances.set', { account: ana.email, ...TERMS });
  assert.deepEqual([set['left'], set['carriedMax'], set['timeZone']], [5 * COST, 0, 'America/Santiago']);
  using lines = await LineClient.open(server.port);
  const { key } = await client.call('keys.create', { name: 'terminal' });
  lines.send(`/lang en\n/login ${String(key)}\n`);
  await lines.until('English from here on.\n');
  await lines.line();
  for (let message = 0; message < 5; message += 1) await client.call('chat.send', { text: 'hello' });
  assert.equal(await client.failure('chat.send', { text: 'hello' }), 'insufficient_credits');
  assert.match(await lines.line(), /^-- 80 % of the allowance is used: 80 of 100 credits until \d{4}-/);
  assert.match(await lines.line(), /^-- 100 % of the allowance is used: 100 of 100 credits/);
  while (limitsTold(client).length < 2) await client.next();
  assert.deepEqual(limitsTold(client), [
    ['allowance', 80, 4 * COST, 5 * COST, undefined],
    ['allowance', 100, 5 * COST, 5 * COST, undefined],
  ]);
  const balance = await client.call('credits.balance');
  const { account: _, ...allowance } = set;
  assert.deepEqual([balance['available'], balance['allowance']], [0, { ...allowance, left: 0 }]);
  const { rows } = await client.call('credits.statement');
  const first = (rows as Record<string, unknown>[]).at(-1);
  assert.equal(first?.['type'], 'allowance');
  assert.match(String(first?.['reason']), /^month:\d{4}-\d{2}-01$/);
});

test('of the wallet of a team its members are told, with its name', async () => {
  const ana = await register(server);
  using admin = await operator();
  const { account } = await admin.call('teams.create', { name: 'readers' });
  await admin.call('teams.setMember', { team: 'readers', user: ana.email });
  await admin.call('allowances.set', { account, credits: COST, period: 'week' });
  using client = await connectAs(server, ana);
  await client.call('session.wallet', { wallet: 'readers' });
  await client.call('chat.send', { text: 'hello' });
  while (limitsTold(client).length === 0) await client.next();
  assert.deepEqual(limitsTold(client), [['allowance', 100, COST, COST, 'readers']]);
  const { allowances } = await admin.call('allowances.list', { limit: 200 });
  assert.ok((allowances as { account: string }[]).some((one) => one.account === account));
  await admin.call('teams.delete', { team: 'readers' });
  assert.equal(await admin.failure('allowances.remove', { account }), 'not_found');
});

test('it outlives a restart, and ends with its account', async () => {
  const ana = await register(server);
  const { account } = await (await operator()).call('allowances.set', { account: ana.email, ...TERMS });
  await server.drain();
  server = await start();
  using admin = await operator();
  using client = await connectAs(server, ana);
  assert.equal((await client.call('credits.balance'))['available'], 5 * COST);
  await client.call('users.erase', { password: 'a long sentence' });
  assert.equal(await admin.failure('allowances.remove', { account }), 'not_found');
  assert.equal((await admin.call('credits.balance', { account }))['available'], 0);
});

test('only administrators, and only terms that exist', async () => {
  const ana = await register(server);
  using client = await connectAs(server, ana);
  const terms = { account: ana.email, ...TERMS };
  assert.equal(await client.failure('allowances.set', terms), 'forbidden');
  using admin = await operator();
  for (const wrong of [
    { timeZone: 'America/Nowhere' },
    { period: 'year' },
    { credits: 0 },
    { credits: 1.5 },
    { carriedMax: -1 },
  ]) {
    assert.equal(await admin.failure('allowances.set', { ...terms, ...wrong }), 'invalid_params');
  }
  const nobody = { ...terms, account: 'nobody@example.org' };
  assert.equal(await admin.failure('allowances.set', nobody), 'not_found');
  assert.equal(await admin.failure('allowances.remove', { account: ana.email }), 'not_found');
  const { entries } = await admin.call('admin.audit', { limit: 100 });
  assert.ok(
    (entries as { action: string; detail?: string }[]).some(
      ({ action, detail }) => action === 'allowance' && detail?.endsWith(' 100 month America/Santiago'),
    ),
  );
});

test('paying back is in the audit, with the charge and the amount', async () => {
  const ana = await register(server);
  using admin = await operator();
  await admin.call('allowances.set', { account: ana.email, ...TERMS });
  using client = await connectAs(server, ana);
  await client.call('chat.send', { text: 'hello' });
  const { rows } = await client.call('credits.statement');
  const { index } = (rows as { index: number; type: string }[]).find(({ type }) => type === 'charge') ?? {};
  await admin.call('credits.refund', { charge: index, amount: 3 });
  const { entries } = await admin.call('admin.audit', { limit: 1 });
  const [{ action, detail } = {}] = entries as { action?: string; detail?: string }[];
  assert.deepEqual([action, detail], ['refund', `#${String(index)} 3`]);
});

test('on the text face, in both languages', async () => {
  const ana = await register(server);
  using lines = await LineClient.open(server.port);
  lines.send(`/lang en\n/login ${adminKey}\n`);
  await lines.until('English from here on.\n');
  await lines.line();
  lines.send(`/set-allowance ${ana.email} 500 day 200 UTC\n`);
  assert.match(
    await lines.line(),
    /^500 credits a day \(UTC\), 500 left until \d{4}-\d\d-\d\d 00:00 UTC, up to 200 are carried over$/,
  );
  lines.send('/lang es\n');
  await lines.line();
  lines.send(`/end-allowance ${ana.email}\n`);
  assert.equal(await lines.line(), 'Terminada.');
});
