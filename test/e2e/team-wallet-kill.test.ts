/**
 * The wallet of a team across kill -9: several members, and keys with budgets among them, ask at once while
 * the server dies. In the end exactly as many answers are paid as the wallet is for, on both databases.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startStub, type StubLlm } from '../../loadtest/stub-llm.ts';
import { startPostgres, type TestPostgres } from '../../server/store/postgres.fixture.ts';
import { connectAs, register } from '../support/people.ts';
import { freePort, Process } from '../support/processes.ts';
import type { RpcClient } from '../support/rpc-client.ts';

const COST = 20;
const TOO_LITTLE = 15;
/** How many answers the wallet pays. */
const PAID_FOR = 12;
const OF_EACH_KEY = 2;
const MEMBERS = 3;
const KILLS = Number(process.env['KILLS'] ?? 2);

let stub: StubLlm;
let postgres: TestPostgres;
let folder: string;

before(async () => {
  stub = await startStub({ tokens: COST, tokensPerSecond: 200 });
  postgres = await startPostgres();
  folder = await mkdtemp(join(tmpdir(), 'hilo-team-kill-'));
});

after(async () => {
  await stub.close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Place {
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
}

async function placeOn(dialect: 'sqlite' | 'postgres'): Promise<Place> {
  const [port, proxyPort] = [await freePort(), await freePort()];
  const database = dialect === 'sqlite' ? {} : { DATABASE_URL: await postgres.createDatabase() };
  const environment = {
    APP_PORT: String(port),
    APP_PROXY_PORT: String(proxyPort),
    METRICS_PORT: '0',
    DATA_DIR: join(folder, dialect),
    LLM_PROVIDER: 'ollama',
    OLLAMA_HOST: stub.url,
    OLLAMA_MODEL: 'stub',
    MODEL_PRICES: '{"*":{"input":0,"output":1}}',
    LLM_MAX_OUTPUT_TOKENS: String(COST),
    RATE_MAX_MESSAGES_USER: '10000',
    MAX_IN_FLIGHT: '8',
    ...database,
  };
  return { port, environment };
}

/** As the operator. */
async function ask(place: Place, name: string, input: object): Promise<Record<string, unknown>> {
  const file = join(String(place.environment['DATA_DIR']), 'keys', 'admin.key');
  using client = await connectAs(place, { accessToken: (await readFile(file, 'utf8')).trim() });
  return await client.call(name, input);
}

interface Spender {
  /** An access token or an API key. */
  readonly accessToken: string;
  readonly isKey: boolean;
  /** Indexes in the ledger of the answers that it was given. */
  readonly answered: Set<number>;
}

async function spendersOf(place: Place, team: string): Promise<Spender[]> {
  const spenders: Spender[] = [];
  for (let number = 0; number < MEMBERS; number += 1) {
    const person = await register(place);
    await ask(place, 'teams.setMember', { team, user: person.email });
    using client = await connectAs(place, person);
    const budget = { credits: OF_EACH_KEY * COST + TOO_LITTLE, period: 'month' };
    const { key } = await client.call('keys.create', { name: 'bounded', wallet: team, budget });
    spenders.push({ accessToken: person.accessToken, isKey: false, answered: new Set() });
    spenders.push({ accessToken: String(key), isKey: true, answered: new Set() });
  }
  return spenders;
}

/** Asks until it is refused, or the server dies. `onAnswer` is told of each answer. */
async function spend(place: Place, spender: Spender, team: string, onAnswer: () => void): Promise<string> {
  using client = await connectAs(place, spender);
  for (;;) {
    const reply = await replyTo(client, { text: 'hello', wallet: team });
    if (reply === undefined) return 'died';
    const reason = reply.error && String(reply.error.data['reason']);
    // Others have the rest of the wallet under way, and may not come to spend it.
    if (reason === 'credits_held') continue;
    if (reason !== undefined) return reason;
    const { index } = (reply.result?.['receipt'] ?? {}) as { index?: number };
    spender.answered.add(index ?? 0);
    onAnswer();
  }
}

/** Undefined when the connection ends before. */
async function replyTo(client: RpcClient, input: object) {
  try {
    return await client.response(client.send('chat.send', input));
  } catch {
    return undefined;
  }
}

for (const dialect of ['sqlite', 'postgres'] as const) {
  test(`members and keys, killed ${KILLS} times: exactly as many as are paid · ${dialect}`, async () => {
    const place = await placeOn(dialect);
    let server = await Process.start('server/main.ts', place.environment);
    try {
      const { account, name } = (await ask(place, 'teams.create', { name: 'lab' })) as Record<string, string>;
      await ask(place, 'credits.grant', { account, amount: PAID_FOR * COST + TOO_LITTLE });
      const spenders = await spendersOf(place, String(name));
      for (let kill = 0; kill < KILLS; kill += 1) {
        const first = Promise.withResolvers<void>();
        const running = spenders.map((one) => spend(place, one, String(name), first.resolve));
        // With others in the middle of their answers.
        await first.promise;
        assert.equal(await server.exit('SIGKILL'), 'SIGKILL');
        await Promise.all(running);
        server = await Process.start('server/main.ts', place.environment);
      }
      const ends = await Promise.all(spenders.map((one) => spend(place, one, String(name), () => {})));
      for (const [at, { isKey, answered }] of spenders.entries()) {
        const expected = isKey ? /^(?:key_budget_used|insufficient_credits)$/ : /^insufficient_credits$/;
        assert.match(String(ends[at]), expected);
        if (isKey) assert.ok(answered.size <= OF_EACH_KEY, 'no key goes beyond its budget');
      }
      const { available, held, spent } = await ask(place, 'credits.balance', { account });
      assert.deepEqual([available, held, spent], [TOO_LITTLE, 0, PAID_FOR * COST]);
      const { rows } = await ask(place, 'credits.statement', { account });
      const charges = (rows as { index: number; amount: number }[]).filter(({ amount }) => amount < 0);
      assert.deepEqual(new Set(charges.map(({ amount }) => amount)), new Set([-COST]));
      const told = spenders.flatMap(({ answered }) => [...answered]);
      const paid = new Set(charges.map(({ index }) => index));
      assert.deepEqual(new Set(told).difference(paid), new Set(), 'every answer that came is in the ledger');
      assert.equal(new Set(told).size, told.length, 'none was paid for two');
      assert.equal(await server.exit('SIGTERM'), 0);
    } finally {
      await server[Symbol.asyncDispose]();
    }
  });
}
