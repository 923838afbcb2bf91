/** Credits, receipts and erasure, through the whole server with real sockets and a real ledger on disk. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { ledgerCommand } from '../cli/ledger/ledger-command.ts';
import { verifyReceipt } from '../shared/ledger/receipt.ts';
import { LlmError, type LlmChunk, type ModelClient } from '../server/models/model-client.ts';
import { OfflineProvider } from '../server/models/offline.ts';
import { ManualClock, systemClock } from '../shared/clock.ts';
import { bytesIn } from './support/bytes-in.ts';
import { RpcClient, type RpcMessage } from './support/rpc-client.ts';
import { EchoProvider, providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer, type TestServerOptions } from './support/test-server.ts';

/** 1 credit for each input token, 2 for each output token; many messages at once are allowed. */
const PRICED = {
  MODEL_PRICES: '{"*":{"input":1,"output":2}}',
  RATE_MAX_MESSAGES: '10000',
  SESSION_GENERATIONS_MAX: '100',
  LIMIT_PENDING_REQUESTS_MAX: '100',
  MAX_IN_FLIGHT: '50',
  LLM_MAX_RETRIES: '0',
};

/** What the first message brings of a gift of 20,000: its hold is above 2,000. */
const PORTIONS = 3_000;

interface Balance {
  readonly available: number;
  readonly held: number;
  readonly spent: number;
  readonly granted: number;
}

interface SentReceipt {
  readonly index: number;
  readonly proof: string;
  readonly promptSalt: string;
  readonly answerSalt: string;
}

async function priced(context: TestContext, options: TestServerOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-credits-'));
  const environment = { ...PRICED, DATA_DIR: folder, ...options.environment };
  const server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    ...options,
    environment,
  });
  let isDrained = false;
  const drain = async () => {
    if (isDrained) return;
    isDrained = true;
    await server.drain();
  };
  context.after(async () => {
    await drain();
    await rm(folder, { recursive: true });
  });
  return { ...server, drain, folder };
}

async function balanceOf(client: RpcClient): Promise<Balance> {
  const balance = (await client.call('credits.balance')) as unknown as Balance;
  assert.equal(balance.available + balance.held + balance.spent, balance.granted);
  assert.ok(balance.available >= 0 && balance.held >= 0 && balance.spent >= 0);
  return balance;
}

/** The exit code and the report of `hilo ledger verify`. */
async function verifyFolder(folder: string): Promise<{ code: number; text: string }> {
  let text = '';
  const sink = { write: (part: string) => (text += part) };
  const code = await ledgerCommand(['verify', '--data-dir', folder], { stdout: sink, stderr: sink, env: {} });
  return { code, text };
}

test('an exchange costs what its tokens cost, and the answer carries a proof', async (context) => {
  const server = await priced(context);
  const client = await RpcClient.open(server.port);
  const result = await client.call('chat.send', { text: 'hola', receipt: 'inline' });
  assert.deepEqual(result['credits'], { charged: 7 + 2 * 3, balance: PORTIONS - 13 });
  const { verifierKey } = await client.call('ledger.checkpoint');
  const receipt = result['receipt'] as SentReceipt;
  const verdict = await verifyReceipt({ receipt: receipt.proof, verifierKey: String(verifierKey) });
  assert.ok(verdict.ok);
  const entry = JSON.parse(verdict.entry) as Record<string, string>;
  assert.equal(entry['trace'], result['trace']);
  assert.deepEqual([entry['amount'], entry['service'], entry['actor']], ['13', 'chat', entry['account']]);
  const commitment = (salt: string, text: string) =>
    hash('sha256', Buffer.concat([Buffer.from(salt, 'base64'), Buffer.from(text)]), 'base64');
  assert.equal(entry['prompt'], commitment(receipt.promptSalt, 'hola'));
  assert.equal(entry['answer'], commitment(receipt.answerSalt, 'echo: hola'));
  assert.deepEqual(await balanceOf(client), {
    account: verdict.entry.match(/"account":"([^"]+)"/)?.[1],
    available: PORTIONS - 13,
    held: 0,
    spent: 13,
    granted: PORTIONS,
    gift: 20_000 - PORTIONS,
  });
  client.destroy();
});

test('of many requests at once exactly as many are admitted as can be paid for', async (context) => {
  const call = new ScriptedProvider();
  const environment = { ANONYMOUS_CREDITS: '2500', LLM_MAX_OUTPUT_TOKENS: '100' };
  const server = await priced(context, { providers: providersOf(call), environment });
  const client = await RpcClient.open(server.port);
  const ids = Array.from({ length: 40 }, () => client.send('chat.send', { text: 'hola' }));
  const refusals: RpcMessage[] = [];
  const started = new Set<unknown>();
  while (refusals.length + started.size < ids.length) {
    const message = await client.next();
    if (message.error) refusals.push(message);
    else if (message.method === 'chat.started') started.add(message.params?.['requestId']);
  }
  const during = await balanceOf(client);
  const [refused] = refusals;
  assert.equal(refused?.error?.data['reason'], 'credits_held');
  const values = refused?.error?.data['values'] as { balance: number; need: number };
  assert.ok(values.need > during.available, 'who is refused could not have been paid for');
  assert.equal(during.spent, 0);
  for (const one of call.calls) {
    one.say('x');
    one.end();
  }
  for (const id of ids.filter((one) => started.has(one))) await client.response(id);
  const after = await balanceOf(client);
  assert.equal(after.held, 0);
  assert.equal(after.spent, started.size * 13);
  client.destroy();
});

test('the answer is clamped to what is affordable', async (context) => {
  const call = new ScriptedProvider();
  const environment = { ANONYMOUS_CREDITS: '600', LLM_MAX_OUTPUT_TOKENS: '1000' };
  const server = await priced(context, { providers: providersOf(call), environment });
  const client = await RpcClient.open(server.port);
  const id = client.send('chat.send', { text: 'hola' });
  const one = await call.next();
  assert.ok(one.request.maxOutputTokens < 100 && one.request.maxOutputTokens >= 16);
  one.say('x');
  one.end();
  await client.response(id);
  assert.equal((await balanceOf(client)).held, 0);
  client.destroy();
});

test('a hold ends exactly once: by error, cancel and disconnect nothing is lost', async (context) => {
  const call = new ScriptedProvider();
  const server = await priced(context, { providers: providersOf(call) });
  const client = await RpcClient.open(server.port);
  const key = (await readFile(join(server.folder, 'keys', 'admin.key'), 'utf8')).trim();

  const silent = client.send('chat.send', { text: 'cancelled before a word' });
  await call.next();
  await client.call('chat.cancel', { requestId: silent });
  assert.equal((await client.response(silent)).error?.data['reason'], 'cancelled');
  const { spent: forInput, held } = await balanceOf(client);
  assert.ok(forInput > 0, 'the input that was sent is billed');
  assert.equal(held, 0);

  const spoken = client.send('chat.send', { text: 'cancelled in the middle' });
  (await call.next()).say('some words that were read');
  await client.notification('chat.delta');
  await client.call('chat.cancel', { requestId: spoken });
  assert.equal((await client.response(spoken)).error?.data['reason'], 'cancelled');
  const afterCancel = await balanceOf(client);
  assert.ok(afterCancel.spent > forInput, 'what was delivered is billed');
  assert.equal(afterCancel.held, 0);

  const broken = client.send('chat.send', { text: 'fails in the middle' });
  const failing = await call.next();
  failing.say('half');
  failing.fail(new LlmError('cut_off', 'Cut'));
  assert.equal((await client.response(broken)).error?.data['reason'], 'upstream_failed');
  assert.equal((await balanceOf(client)).spent, afterCancel.spent, 'a failure is free');
  const { rows } = await client.call('credits.statement', { limit: 1 });
  const [written] = rows as { amount: number; trace: string }[];
  assert.deepEqual([written?.amount, written?.trace], [0, 'Usuario-1:m3'], 'and is written down');
  const { account } = await client.call('credits.balance');

  client.send('chat.send', { text: 'the client goes away' });
  const left = await call.next();
  client.destroy();
  await left.aborted();

  const admin = await RpcClient.open(server.port);
  await admin.call('session.authenticate', { key });
  const patienceEndsMs = Date.now() + 10_000;
  for (let held: unknown; held !== 0;) {
    assert.ok(Date.now() < patienceEndsMs, `${String(held)} credits are still held`);
    held = (await admin.call('credits.balance', { account }))['held'];
  }
  admin.destroy();
  await server.drain();
  assert.equal((await verifyFolder(server.folder)).code, 2);
});

test('the companion that stands in is free, and is in the ledger all the same', async (context) => {
  class Broken implements ModelClient {
    readonly provider = 'ollama';
    readonly defaultModel = 'broken';
    async *stream(): AsyncGenerator<LlmChunk, void, undefined> {
      throw new LlmError('bad_request', 'No such model');
    }
    models = () => Promise.resolve([]);
    alive = () => Promise.resolve(true);
    close = () => Promise.resolve();
  }
  const companion = { reply: () => 'I am here', splitForStreaming: (text: string) => [text] };
  const offline = new OfflineProvider({ companion, clock: systemClock, pieceDelayMs: 0 });
  const server = await priced(context, { providers: providersOf(new Broken(), offline) });
  const client = await RpcClient.open(server.port);
  const result = await client.call('chat.send', { text: 'hola' });
  assert.equal(result['degraded'], true);
  assert.deepEqual(result['credits'], { charged: 0, balance: PORTIONS });
  const { rows } = await client.call('credits.statement');
  assert.deepEqual(
    (rows as { type: string; amount: number; trace?: string }[]).map(({ type, amount }) => [type, amount]),
    [
      ['charge', 0],
      ['grant', PORTIONS],
    ],
  );
  client.destroy();
});

test('what was never said is not erased, and costs the ledger nothing', async (context) => {
  const server = await priced(context);
  const client = await RpcClient.open(server.port);
  const before = await client.call('ledger.checkpoint');
  assert.deepEqual(await client.call('ledger.erase', { exchange: 'all' }), { erased: 0 });
  assert.equal((await client.call('ledger.checkpoint'))['size'], before['size']);
  client.destroy();
});

test('the number on a statement, or none, leads to the proof', async (context) => {
  const call = new ScriptedProvider();
  const server = await priced(context, { providers: providersOf(call) });
  const client = await RpcClient.open(server.port);
  const id = client.send('chat.send', { text: 'hola' });
  (await call.next()).say('some words');
  await client.notification('chat.delta');
  await client.call('chat.cancel', { requestId: id });
  await client.response(id);
  const { rows } = await client.call('credits.statement', { limit: 1 });
  const [row] = rows as { index: number }[];
  const index = row?.index ?? -1;
  const named = await client.call('ledger.receipt', { index });
  assert.equal(named['index'], index);
  assert.deepEqual(await client.call('ledger.receipt'), named);
  assert.equal((await client.call('ledger.erase', { exchange: index }))['erased'], 1);
  client.destroy();
});

test('an answer that runs for minutes is paid for', async (context) => {
  const call = new ScriptedProvider();
  const clock = new ManualClock(Date.now());
  const environment = { LIMIT_LLM_BETWEEN_TOKENS_SECONDS: '300' };
  const server = await priced(context, { providers: providersOf(call), environment, clock });
  const client = await RpcClient.open(server.port);
  const id = client.send('chat.send', { text: 'hola' });
  const one = await call.next();
  one.say('slow');
  await client.notification('chat.delta');
  for (let seconds = 0; seconds < 120; seconds += 5) clock.advance(5_000);
  one.end();
  const { credits } = (await client.response(id)).result ?? {};
  assert.equal((credits as { charged: number } | undefined)?.charged, 13);
  client.destroy();
});

test('statements come in pages, newest first', async (context) => {
  const server = await priced(context);
  const client = await RpcClient.open(server.port);
  for (let count = 0; count < 5; count += 1) await client.call('chat.send', { text: `message ${count}` });
  const seen: number[] = [];
  for (let before: number | undefined; ;) {
    const page = await client.call(
      'credits.statement',
      before === undefined ? { limit: 2 } : { limit: 2, before },
    );
    seen.push(...(page['rows'] as { index: number }[]).map(({ index }) => index));
    before = page['next'] as number | undefined;
    if (before === undefined) break;
  }
  assert.equal(seen.length, 6);
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => b - a),
  );
  client.destroy();
});

test('only the operator grants; the same id twice is one grant, else a conflict', async (context) => {
  const server = await priced(context);
  const client = await RpcClient.open(server.port);
  const grant = { account: 'team-blue', amount: 500, reason: 'November', id: 'grant-1' };
  assert.equal(await client.failure('credits.grant', grant), 'auth_required');
  assert.equal(await client.failure('session.authenticate', { key: 'x'.repeat(43) }), 'auth_failed');
  const key = (await readFile(join(server.folder, 'keys', 'admin.key'), 'utf8')).trim();
  await client.call('session.authenticate', { key });
  const first = await client.call('credits.grant', grant);
  assert.deepEqual(await client.call('credits.grant', grant), first);
  assert.equal(await client.failure('credits.grant', { ...grant, amount: 501 }), 'conflict');
  assert.equal((await client.call('credits.balance', { account: 'team-blue' }))['available'], 500);
  client.destroy();
});

test('a charge can be paid back, once and never by more than it was', async (context) => {
  const server = await priced(context);
  const client = await RpcClient.open(server.port);
  await client.call('chat.send', { text: 'hola' });
  const { rows } = await client.call('credits.statement');
  const [charge] = rows as { index: number }[];
  const key = (await readFile(join(server.folder, 'keys', 'admin.key'), 'utf8')).trim();
  await client.call('session.authenticate', { key });
  const refund = { charge: charge?.index, reason: 'wrong answer' };
  assert.equal(await client.failure('credits.refund', { ...refund, amount: 14 }), 'refund_too_high');
  assert.equal(await client.failure('credits.refund', { charge: 99_999, amount: 1 }), 'not_found');
  assert.equal((await client.call('credits.refund', { ...refund, amount: 13 }))['balance'], PORTIONS);
  assert.equal(await client.failure('credits.refund', { ...refund, amount: 1 }), 'refund_too_high');
  assert.equal((await balanceOf(client)).spent, 0);
  client.destroy();
});

test('nobody reads or erases what is not theirs', async (context) => {
  const server = await priced(context);
  const [owner, other] = [await RpcClient.open(server.port), await RpcClient.open(server.port)];
  const sent = await owner.call('chat.send', { text: 'private words' });
  const { index } = sent['receipt'] as { index: number };
  const { account } = await owner.call('credits.balance');
  assert.equal(await other.failure('ledger.receipt', { index }), 'not_found');
  assert.equal(await other.failure('ledger.erase', { exchange: index }), 'not_found');
  assert.equal(await other.failure('ledger.erase', { exchange: 'all', account }), 'forbidden');
  assert.equal(await other.failure('credits.balance', { account }), 'forbidden');
  assert.equal((await owner.call('ledger.receipt', { index }))['index'], index);
  owner.destroy();
  other.destroy();
});

test('what is erased is nowhere under the data directory, and everything still verifies', async (context) => {
  const server = await priced(context);
  const client = await RpcClient.open(server.port);
  await client.call('chat.send', { text: 'these words may stay' });
  const sent = await client.call('chat.send', { text: 'quite unmistakable phrase', receipt: 'inline' });
  const receipt = sent['receipt'] as SentReceipt;
  assert.deepEqual((await client.call('ledger.erase', { exchange: receipt.index }))['erased'], 1);
  assert.deepEqual((await client.call('ledger.erase', { exchange: receipt.index }))['erased'], 0);
  const again = await client.call('ledger.receipt', { index: receipt.index });
  assert.equal('promptSalt' in again, false);
  const { verifierKey } = await client.call('ledger.checkpoint');
  for (const proof of [receipt.proof, String(again['proof'])]) {
    assert.ok((await verifyReceipt({ receipt: proof, verifierKey: String(verifierKey) })).ok);
  }
  client.destroy();
  const salts = [receipt.promptSalt, receipt.answerSalt].map((salt) => Buffer.from(salt, 'base64'));
  const traces = [Buffer.from('unmistakable'), ...salts];
  await assertNowhere(server.folder, traces);
  await server.drain();
  await assertNowhere(server.folder, traces);
  assert.equal((await verifyFolder(server.folder)).code, 2);
});

async function assertNowhere(folder: string, traces: readonly Buffer[]): Promise<void> {
  const bytes = await bytesIn(folder);
  for (const trace of traces) assert.equal(bytes.includes(trace), false, 'what was erased is there');
  assert.ok(bytes.includes('these words may stay'), 'the search looks where texts are');
}

test('a grant to an account that nobody has says so, and one to a person does not', async (context) => {
  const { port, folder } = await priced(context);
  using person = await RpcClient.open(port);
  await person.call('chat.send', { text: 'hello' });
  const { account } = await person.call('credits.balance');
  using operator = await RpcClient.open(port);
  await operator.call('session.authenticate', {
    key: (await readFile(join(folder, 'keys', 'admin.key'), 'utf8')).trim(),
  });
  const grant = (name: unknown) => operator.call('credits.grant', { account: name, amount: 5 });
  assert.equal((await grant('team-blue'))['isUnowned'], true);
  assert.equal((await grant(account))['isUnowned'], undefined);
  assert.equal((await grant('house'))['isUnowned'], undefined);
});
