/**
 * Whose money a message uses, on a running server: a team's wallet beside one's own, budgets, and what each
 * change does to open connections and to answers that run.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { COST, CostlyProvider } from './support/costly-provider.ts';
import { LineClient } from './support/line-client.ts';
import { connectAs, register, type Person } from './support/people.ts';
import type { RpcClient } from './support/rpc-client.ts';
import { startTestServer } from './support/test-server.ts';

/** An answer needs 16 at least. */
const TOO_LITTLE = 15;
const SOON_MS = 1_000;

const ENVIRONMENT = {
  MODEL_PRICES: '{"*":{"input":0,"output":1}}',
  LLM_MAX_OUTPUT_TOKENS: String(COST),
  RATE_MAX_MESSAGES_USER: '10000',
  MAX_IN_FLIGHT: '8',
};

const provider = new CostlyProvider();
let server: Awaited<ReturnType<typeof startTestServer>>;
let dataDir: string;
let adminKey: string;
let teams = 0;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hilo-wallets-'));
  server = await startTestServer({
    providers: [provider],
    environment: { DATA_DIR: dataDir, ...ENVIRONMENT },
  });
  adminKey = (await readFile(join(dataDir, 'keys', 'admin.key'), 'utf8')).trim();
});

after(async () => {
  await server.drain();
  await rm(dataDir, { recursive: true });
});

async function asAdmin(name: string, input: object): Promise<Record<string, unknown>> {
  using admin = await connectAs(server, { accessToken: adminKey });
  return await admin.call(name, input);
}

interface TestTeam {
  readonly name: string;
  readonly account: string;
}

/** A team with so many credits, and these members. */
async function teamOf(credits: number, people: readonly Person[]): Promise<TestTeam> {
  const name = `team-${++teams}`;
  const account = String((await asAdmin('teams.create', { name }))['account']);
  for (const { email } of people) await asAdmin('teams.setMember', { team: name, user: email });
  if (credits > 0) await asAdmin('credits.grant', { account, amount: credits });
  return { name, account };
}

async function availableIn(account: string): Promise<number> {
  return Number((await asAdmin('credits.balance', { account }))['available']);
}

const ASKED = [{ role: 'user', parts: [{ type: 'text', text: 'hello' }] }];

async function outcomes(client: RpcClient, count: number, wallet?: string): Promise<string[]> {
  const input = { messages: ASKED, ...(wallet !== undefined && { wallet }) };
  const ids = Array.from({ length: count }, () => client.send('completions.create', input));
  const left = new Map(ids.map((id) => [id, '']));
  while ([...left.values()].includes('')) {
    const { id, error, result } = await client.next();
    if (id === undefined || id === null || !left.has(id)) continue;
    left.set(id, result ? 'answered' : String(error?.data['reason']));
  }
  return [...left.values()];
}

async function payingTeam(client: RpcClient, input: object): Promise<string | undefined> {
  const { credits } = await client.call('chat.send', input);
  return (credits as { team?: string }).team;
}

/** An answer that has begun and does not end. */
async function beginWaiting(client: RpcClient, input: object = {}) {
  const request = client.send('chat.send', { text: 'wait', ...input });
  await client.notification('chat.started');
  return request;
}

async function reasonSoon(client: RpcClient, request: string | number): Promise<string> {
  const startedMs = performance.now();
  const { error } = await client.response(request);
  assert.ok(performance.now() - startedMs < SOON_MS, 'it takes less than a second');
  return String(error?.data['reason']);
}

test('a message uses the wallet that was chosen: for itself, for the session, or as a default', async () => {
  const ana = await register(server);
  const { name, account } = await teamOf(200, [ana]);
  using client = await connectAs(server, ana);
  const own = Number((await client.call('credits.balance'))['available']);

  const once = await client.call('chat.send', { text: 'a', wallet: name });
  assert.deepEqual(once['credits'], { charged: COST, balance: 180, team: name });
  const usual = await client.call('chat.send', { text: 'b' });
  assert.deepEqual(usual['credits'], { charged: COST, balance: own - COST });

  const chosen = await client.call('session.wallet', { wallet: name.toUpperCase() });
  assert.deepEqual([chosen['team'], chosen['account'], chosen['available']], [name, account, 180]);
  assert.equal(await payingTeam(client, { text: 'c' }), name);
  assert.equal(await payingTeam(client, { text: 'd', wallet: 'own' }), undefined);
  await client.call('session.wallet', { wallet: 'own' });

  await client.call('users.update', { wallet: name });
  using later = await connectAs(server, ana);
  assert.equal((await later.call('session.wallet'))['team'], name);
  assert.equal(await payingTeam(later, { text: 'e' }), name);
  assert.equal(await availableIn(account), 200 - 3 * COST);
  assert.equal(await client.failure('chat.send', { text: 'f', wallet: 'nobody' }), 'not_found');
});

test('the ledger names the team as payer and the person as actor; the receipt is the person’s', async () => {
  const [ana, bea] = [await register(server), await register(server)];
  const { name, account } = await teamOf(200, [ana, bea]);
  using client = await connectAs(server, ana);
  using other = await connectAs(server, bea);
  const own = (await client.call('credits.balance'))['account'];
  const sent = await client.call('chat.send', { text: 'ours?', wallet: name, receipt: 'inline' });
  const { index, proof } = sent['receipt'] as { index: number; proof: string };
  const extra = /^extra (.+)$/m.exec(proof)?.[1] ?? '';
  const entry = JSON.parse(Buffer.from(extra, 'base64').toString()) as Record<string, string>;
  assert.deepEqual([entry['account'], entry['actor'], entry['amount']], [account, own, String(COST)]);
  assert.equal((await client.call('ledger.receipt', { index }))['index'], index);
  assert.equal(await other.failure('ledger.receipt', { index }), 'not_found', 'members read no others’');
  assert.equal(await other.failure('ledger.erase', { exchange: index }), 'not_found');
  assert.equal((await other.call('credits.balance', { account }))['available'], 200 - COST);
  assert.equal(await other.failure('credits.statement', { account }), 'forbidden');
  assert.equal((await client.call('ledger.erase', { exchange: index }))['erased'], 1);
  const { promptSalt } = await client.call('ledger.receipt', { index });
  assert.equal(promptSalt, undefined, 'its texts are gone');
});

test('the text face says whose money was used, and whose it will be', async () => {
  const ana = await register(server);
  const { name } = await teamOf(100, [ana]);
  using owner = await connectAs(server, ana);
  const { key } = await owner.call('keys.create', { name: 'terminal' });
  using client = await LineClient.open(server.port);
  client.send(`/lang en\n/login ${String(key)}\n/wallet ${name}\nhello\n`);
  await client.until(`${name} · 100 credits available · team:`);
  await client.until(`${COST} credits (${name})`);
  client.send('/wallet own\nhello\n');
  await client.until('your own wallet · ');
  assert.match(await client.until(/-- .*\n/), new RegExp(` · ${COST} credits\\n`));
});

test('members at once, and keys with budgets among them, get exactly what the wallet has', async () => {
  const people = await Promise.all(Array.from({ length: 4 }, () => register(server)));
  const { name, account } = await teamOf(9 * COST + TOO_LITTLE, people);
  const clients = await Promise.all(people.map((person) => connectAs(server, person)));
  const budget = { credits: 2 * COST, period: 'day' };
  const keys = await Promise.all(
    clients.map(async (client) => {
      const { key } = await client.call('keys.create', { name: 'bounded', budget, wallet: name });
      return connectAs(server, { accessToken: String(key) });
    }),
  );
  const all = await Promise.all([
    ...clients.map((client) => outcomes(client, 6, name)),
    ...keys.map((client) => outcomes(client, 6)),
  ]);
  const answered = (some: readonly string[]) => some.filter((one) => one === 'answered').length;
  assert.equal(answered(all.flat()), 9, JSON.stringify(all));
  for (const some of all.slice(4)) assert.ok(answered(some) <= 2, 'no key goes beyond its budget');
  assert.equal(await availableIn(account), TOO_LITTLE);
  for (const client of [...clients, ...keys]) client.reset();
});

test('N requests against a budget for k: exactly k, whoever of the member’s keys asks', async () => {
  const ana = await register(server);
  const { name } = await teamOf(10_000, [ana]);
  const budget = { credits: 5 * COST + TOO_LITTLE, period: 'week' };
  await asAdmin('teams.setMember', { team: name, user: ana.email, budget });
  using client = await connectAs(server, ana);
  const { key } = await client.call('keys.create', { name: 'mine' });
  using program = await connectAs(server, { accessToken: String(key) });
  const all = (await Promise.all([outcomes(client, 8, name), outcomes(program, 8, name)])).flat();
  assert.equal(all.filter((one) => one === 'answered').length, 5, JSON.stringify(all));
  assert.equal(all.filter((one) => one === 'member_budget_used').length, 11);
  const { budget: seen } = await client.call('session.wallet', { wallet: name });
  assert.deepEqual(seen, { ...budget, used: 5 * COST });
  // Whoever revokes the key and makes another has the same budget.
  const [listed] = (await client.call('keys.list'))['keys'] as { id: string }[];
  await client.call('keys.revoke', { key: listed?.id });
  assert.deepEqual(await outcomes(client, 1, name), ['member_budget_used']);
});

test('whoever comes near a budget is told at 80 % and at 100 %, once each', async () => {
  const ana = await register(server);
  const { name } = await teamOf(10_000, [ana]);
  const budget = { credits: 5 * COST, period: 'month' };
  await asAdmin('teams.setMember', { team: name, user: ana.email, budget });
  using client = await connectAs(server, ana);
  using lines = await LineClient.open(server.port);
  const { key } = await client.call('keys.create', { name: 'terminal' });
  lines.send(`/lang en\n/login ${String(key)}\n`);
  await lines.until('English from here on.\n');
  await lines.line();
  await outcomes(client, 5, name);
  const told = client.messages.flatMap(({ method, params }) => (method === 'credits.limit' ? [params] : []));
  assert.deepEqual(
    told.map((params) => [params?.['what'], params?.['percent'], params?.['used'], params?.['name']]),
    [
      ['member', 80, 4 * COST, name],
      ['member', 100, 5 * COST, name],
    ],
  );
  assert.match(
    await lines.line(),
    /^-- 80 % of your budget in the team \(team-\d+\) is used: 80 of 100 credits/,
  );
  assert.match(await lines.line(), /^-- 100 % of your budget/);
});

test('the budget of the server bounds everybody, and goes when it is taken away', async () => {
  const ana = await register(server);
  const { budget } = await asAdmin('server.budget', { budget: { credits: 1_000_000, period: 'month' } });
  const { used } = budget as { used: number };
  assert.ok(used > 0, 'what was spent before counts');
  await asAdmin('server.budget', { budget: { credits: used + COST, period: 'month' } });
  using client = await connectAs(server, ana);
  assert.deepEqual((await outcomes(client, 3)).toSorted(), [
    'answered',
    'server_budget_used',
    'server_budget_used',
  ]);
  await asAdmin('server.budget', { budget: null });
  assert.deepEqual(await outcomes(client, 1), ['answered']);
});

test('a member who is removed has an answer that runs cut off, and pays no more with the team', async () => {
  const ana = await register(server);
  const { name } = await teamOf(1_000, [ana]);
  using client = await connectAs(server, ana);
  await client.call('session.wallet', { wallet: name });
  const request = await beginWaiting(client);
  await asAdmin('teams.removeMember', { team: name, user: ana.email });
  assert.equal(await reasonSoon(client, request), 'wallet_withdrawn');
  assert.equal(await client.failure('chat.send', { text: 'x' }), 'not_found');
  await client.call('session.wallet', { wallet: 'own' });
  await client.call('chat.send', { text: 'x' });
});

test('a route that is withdrawn from a team, and a budget that is lowered, end what runs', async () => {
  const ana = await register(server);
  const { name } = await teamOf(1_000, [ana]);
  using client = await connectAs(server, ana);
  await client.call('session.wallet', { wallet: name });
  const byRoute = await beginWaiting(client);
  await asAdmin('teams.update', { team: name, routes: ['other-model'] });
  assert.equal(await reasonSoon(client, byRoute), 'route_withdrawn');
  assert.equal(await client.failure('chat.send', { text: 'x', model: 'test-model' }), 'not_found');
  assert.equal((await client.call('chat.send', { text: 'x' }))['model'], 'other-model');
  const { models } = await client.call('models.list');
  assert.deepEqual(models, ['other-model']);

  await asAdmin('teams.update', { team: name, routes: null });
  const budget = { credits: 10 * COST, period: 'day' };
  await asAdmin('teams.setMember', { team: name, user: ana.email, budget });
  const byBudget = await beginWaiting(client);
  await asAdmin('teams.setMember', { team: name, user: ana.email, budget: { ...budget, credits: COST } });
  assert.equal(await reasonSoon(client, byBudget), 'member_budget_used');
});

test('whoever is deactivated loses the answer that a team pays, within a second', async () => {
  const ana = await register(server);
  const { name } = await teamOf(1_000, [ana]);
  using client = await connectAs(server, ana);
  const request = await beginWaiting(client, { wallet: name });
  await asAdmin('users.setActive', { user: ana.email, active: false });
  assert.match(await reasonSoon(client, request), /^(?:auth_ended|cancelled)$/);
  assert.equal(await client.failure('users.me'), 'auth_required');
});

test('a job is paid by the wallet that was chosen, and fails once that is withdrawn', async () => {
  const ana = await register(server);
  const { name, account } = await teamOf(1_000, [ana]);
  using client = await connectAs(server, ana);
  await client.call('jobs.follow', { follow: true });
  const ended = async () => {
    for (;;) {
      const { params } = await client.notification('jobs.changed');
      const job = params?.['job'] as { status: string; reason?: { key: string } };
      if (job.status === 'done' || job.status === 'failed') return job.reason?.key ?? job.status;
    }
  };
  await client.call('jobs.submit', { prompt: 'hello', wallet: name });
  assert.equal(await ended(), 'done');
  assert.equal(await availableIn(account), 1_000 - COST);
  await client.call('jobs.submit', { prompt: 'wait', wallet: name });
  await provider.scripted.next();
  await asAdmin('teams.removeMember', { team: name, user: ana.email });
  assert.equal(await ended(), 'wallet_withdrawn');
  assert.equal(await availableIn(account), 1_000 - COST, 'what was held came back');
});
