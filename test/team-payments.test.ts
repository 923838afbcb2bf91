/** What a team pays: batches, many requests at once, and the receipts of whoever has asked. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BatchView } from '../shared/operations/batch-shapes.ts';
import { batchNow, createBatch, keepFile, outcomesIn } from './support/batch-files.ts';
import { COST, CostlyProvider } from './support/costly-provider.ts';
import { bothServers, type ServerPlace } from './support/both-servers.ts';
import { LineClient } from './support/line-client.ts';
import { connectAs, register, type Person } from './support/people.ts';
import type { RpcClient } from './support/rpc-client.ts';
import { until } from './support/until.ts';

const GRANTED = 10 * COST;

const onBoth = bothServers();

async function open(place: ServerPlace) {
  const provider = new CostlyProvider();
  const environment = {
    MODEL_PRICES: '{"*":{"input":0,"output":1}}',
    LLM_MAX_OUTPUT_TOKENS: String(COST),
    HILO_LOCALE: 'en',
  };
  const server = await place.start({ providers: [provider], environment });
  const key = (await readFile(join(place.dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  const operator = await connectAs(server, { accessToken: key });
  const ana = await register(server);
  const account = String((await operator.call('teams.create', { name: 'lab' }))['account']);
  await operator.call('teams.setMember', { team: 'lab', user: ana.email });
  await operator.call('credits.grant', { account, amount: GRANTED });
  const availableIn = async (wallet?: string) =>
    Number((await operator.call('credits.balance', { account: wallet ?? account }))['available']);
  return { server, provider, operator, ana, availableIn };
}

async function batchOf(client: RpcClient, prompts: readonly string[], more: object = {}): Promise<BatchView> {
  const lines = prompts.map((prompt) => `${JSON.stringify({ prompt })}\n`);
  return createBatch(client, await keepFile(client, lines.join('')), more);
}

function over(client: RpcClient, { id }: BatchView): Promise<BatchView> {
  return until(
    () => batchNow(client, id),
    ({ endedAt }) => endedAt !== undefined,
    30_000,
  );
}

async function accountOf(client: RpcClient): Promise<{ account: string; available: number }> {
  const { account, available } = await client.call('credits.balance');
  return { account: String(account), available: Number(available) };
}

/** How each of so many requests at once ended. */
async function outcomes(client: RpcClient, count: number, wallet: string): Promise<string[]> {
  const messages = [{ role: 'user', parts: [{ type: 'text', text: 'hello' }] }];
  const ids = Array.from({ length: count }, () => client.send('completions.create', { messages, wallet }));
  const ends = new Map<string | number, string>();
  while (ends.size < count) {
    const { id, error, result } = await client.next();
    if (id === undefined || id === null || !ids.includes(id)) continue;
    ends.set(id, result ? 'answered' : String(error?.data['reason']));
  }
  return [...ends.values()];
}

onBoth(
  'members at once, and keys with budgets among them, get exactly what the wallet has',
  async (place) => {
    const { server, operator, availableIn } = await open(place);
    using _ = operator;
    const budget = { credits: 2 * COST, period: 'day' };
    const clients: RpcClient[] = [];
    for (let number = 0; number < 3; number += 1) {
      const client = await connectAs(server, await newMember(server, operator));
      const { key } = await client.call('keys.create', { name: 'bounded', budget, wallet: 'lab' });
      clients.push(client, await connectAs(server, { accessToken: String(key) }));
    }
    const all = await Promise.all(clients.map((client) => outcomes(client, 6, 'lab')));
    const answered = all.map((some) => some.filter((one) => one === 'answered').length);
    const sum = answered.reduce((before, count) => before + count, 0);
    assert.equal(sum, GRANTED / COST, JSON.stringify(all));
    const ofKeys = answered.filter((__, at) => at % 2 === 1);
    assert.ok(
      ofKeys.every((count) => count <= 2),
      'no key goes beyond its budget',
    );
    assert.equal(await availableIn(), 0);
    for (const client of clients) client.reset();
  },
);

onBoth('a batch is paid by the wallet that was chosen: named, or as a default', async (place) => {
  const { server, operator, ana, availableIn } = await open(place);
  using _ = operator;
  using client = await connectAs(server, ana);
  const before = await accountOf(client);
  const named = await over(client, await batchOf(client, ['a', 'b', 'c'], { wallet: 'lab' }));
  assert.deepEqual([named.status, named.counts.done], ['completed', 3]);
  assert.equal(await availableIn(), GRANTED - 3 * COST);
  await client.call('users.update', { wallet: 'lab' });
  using later = await connectAs(server, ana);
  await over(later, await batchOf(later, ['d']));
  assert.equal(await availableIn(), GRANTED - 4 * COST);
  assert.equal((await accountOf(client)).available, before.available, 'the own account has paid nothing');
  await over(later, await batchOf(later, ['e'], { wallet: 'own' }));
  assert.equal((await accountOf(client)).available, before.available - COST);
  const file = await keepFile(client, '{"prompt":"f"}\n');
  assert.equal(await client.failure('batches.create', { file, wallet: 'elsewhere' }), 'not_found');
  const { key } = await client.call('keys.create', { name: 'program', wallet: 'lab' });
  using program = await connectAs(server, { accessToken: String(key) });
  await over(program, await batchOf(program, ['g'], { wallet: 'Lab' }));
  const another = await keepFile(program, '{"prompt":"h"}\n');
  assert.equal(await program.failure('batches.create', { file: another, wallet: 'own' }), 'forbidden');
  assert.equal(await availableIn(), GRANTED - 5 * COST, 'a key with the wallet of a team uses that');
});

onBoth('a batch that the team cannot pay is refused whole; what comes after leaving fails', async (place) => {
  const { server, provider, operator, ana, availableIn } = await open(place);
  using _ = operator;
  using client = await connectAs(server, ana);
  const many = Array.from({ length: 11 }, (__, at) => `line ${at}`);
  const refused = await over(client, await batchOf(client, many, { wallet: 'lab' }));
  assert.deepEqual([refused.status, refused.faults[0]?.code], ['failed', 'insufficient_credits']);
  const batch = await batchOf(client, ['wait', 'b'], { wallet: 'lab' });
  await provider.scripted.next();
  await operator.call('teams.removeMember', { team: 'lab', user: ana.email });
  const ended = await over(client, batch);
  const reasons = (await outcomesIn(client, ended.failures)).map(({ reason }) => reason?.key);
  assert.ok(reasons.includes('wallet_withdrawn'), JSON.stringify(reasons));
  const spent = GRANTED - (await availableIn());
  assert.equal(spent, ended.counts.done * COST, 'what was held came back');
});

onBoth('a receipt without an index is that of the newest answer, whoever has paid', async (place) => {
  const { server, operator, ana } = await open(place);
  using _ = operator;
  using client = await connectAs(server, ana);
  const answer = async (wallet: string) => {
    const { receipt, answerMessage } = await client.call('chat.send', { text: 'hello', wallet });
    return { index: (receipt as { index: number }).index, message: answerMessage };
  };
  const own = await answer('own');
  assert.equal((await client.call('ledger.receipt'))['index'], own.index);
  const byTeam = await answer('lab');
  const receipt = await client.call('ledger.receipt');
  assert.equal(receipt['index'], byTeam.index);
  assert.equal((receipt['exchange'] as { charged: number }).charged, COST);
  const ofMessage = await client.call('ledger.receipt', { message: byTeam.message });
  assert.equal(ofMessage['index'], byTeam.index);
  assert.equal(
    await typed(server, client, '/receipt'),
    await typed(server, client, `/receipt ${byTeam.index}`),
  );
  const again = await answer('own');
  assert.equal((await client.call('ledger.receipt'))['index'], again.index);
  const other = await connectAs(server, await newMember(server, operator));
  assert.equal(await other.failure('ledger.receipt'), 'not_found', 'members have no others’');
  other.reset();
});

async function newMember(server: { readonly port: number }, operator: RpcClient): Promise<Person> {
  const person = await register(server);
  await operator.call('teams.setMember', { team: 'lab', user: person.email });
  return person;
}

/** The first lines of the answer on the text face. */
async function typed(server: { readonly port: number }, client: RpcClient, command: string): Promise<string> {
  const { key } = await client.call('keys.create', { name: 'terminal' });
  using lines = await LineClient.open(server.port);
  lines.send(`/lang en\n/login ${String(key)}\n`);
  await lines.until('English from here on.\n');
  await lines.line();
  lines.send(`${command}\n`);
  return `${await lines.line()}\n${await lines.line()}`;
}
