/** [J-10] A person has one window, one limit of answers and one balance, over all connections and keys. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { flowOf } from '../server/identity/principal.ts';
import type { LlmChunk } from '../server/models/model-client.ts';
import { connectAs, loginAgain, register } from './support/people.ts';
import { LineClient } from './support/line-client.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

/** The shortest answer for which credits are held. */
const ANSWER_TOKENS = 16;

class SixteenTokens extends EchoProvider {
  override async *stream(): AsyncGenerator<LlmChunk, void, undefined> {
    this.calls += 1;
    yield { type: 'delta', text: 'an answer' };
    yield { type: 'end', finishReason: 'stop', inputTokens: 7, outputTokens: ANSWER_TOKENS };
  }
}

let dataDir: string;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hilo-person-'));
});

after(() => rm(dataDir, { recursive: true }));

interface Connections {
  readonly programs: readonly RpcClient[];
  /** On the text face. */
  readonly text: LineClient;
}

/** Connections of one person: by two logins, by two API keys, and on the text face. */
async function connectionsOf(server: { readonly port: number }): Promise<Connections> {
  const person = await register(server);
  const first = await connectAs(server, person);
  const second = await connectAs(server, await loginAgain(server, person));
  const keys = await Promise.all(['one', 'two'].map((name) => first.call('keys.create', { name })));
  const byKey = await Promise.all(keys.map(({ key }) => connectAs(server, { accessToken: String(key) })));
  const text = await LineClient.open(server.port);
  text.send(`/login ${String(keys[0]?.['key'])}\n/me\n`);
  while (!(await text.line()).includes(person.email));
  return { programs: [first, second, ...byKey], text };
}

/** The same on the text face, where one message follows the other. */
async function sayAll(text: LineClient, count: number): Promise<string[]> {
  text.send('hello\n'.repeat(count));
  const ends: string[] = [];
  while (ends.length < count) {
    const line = await text.line();
    if (line.startsWith('-- ')) ends.push('ok');
    if (line.startsWith('FAIL ')) ends.push(line.split(/[ :]/)[2] ?? '');
  }
  return ends;
}

/** Sends so many messages on each connection at once; how each of them ended. */
async function sendAll(connections: readonly RpcClient[], each: number): Promise<string[]> {
  const outcomes = connections.map(async (client) => {
    const ids = new Set(Array.from({ length: each }, () => client.send('chat.send', { text: 'hello' })));
    const ends: string[] = [];
    while (ends.length < each) {
      const { id, error } = await client.next();
      if (id !== undefined && id !== null && ids.has(id))
        ends.push(error ? String(error.data['reason']) : 'ok');
    }
    return ends;
  });
  return (await Promise.all(outcomes)).flat();
}

function countOf(outcomes: readonly string[], wanted: string): number {
  return outcomes.filter((outcome) => outcome === wanted).length;
}

test('of many messages at once against a balance for seven, exactly seven are answered', async () => {
  const provider = new SixteenTokens();
  await using server = await startTestServer({
    providers: providersOf(provider),
    environment: {
      DATA_DIR: dataDir,
      ANONYMOUS_CREDITS: '0',
      SIGNUP_CREDITS: '0',
      MODEL_PRICES: '{"*":{"input":0,"output":1}}',
      LLM_MAX_OUTPUT_TOKENS: String(ANSWER_TOKENS),
      SESSION_GENERATIONS_MAX: '16',
      MAX_IN_FLIGHT: '8',
    },
  });
  const { programs, text } = await connectionsOf(server);
  const [first] = programs;
  assert.ok(first);
  const { account } = await first.call('credits.balance');
  using operator = await RpcClient.open(server.port);
  const key = (await readFile(join(dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  await operator.call('session.authenticate', { key });
  await operator.call('credits.grant', { account, amount: 7 * ANSWER_TOKENS, reason: 'test' });
  const outcomes = (await Promise.all([sendAll(programs, 5), sayAll(text, 5)])).flat();
  assert.equal(countOf(outcomes, 'ok'), 7, outcomes.join(' '));
  assert.equal(countOf(outcomes, 'credits_held'), 18, outcomes.join(' '));
  assert.equal(provider.calls, 7);
  const { available, held } = await first.call('credits.balance');
  assert.deepEqual([available, held], [0, 0]);
  for (const client of [...programs, text]) client.reset();
});

test('a user has one window of messages, a guest another', async () => {
  await using server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: { RATE_MAX_MESSAGES: '2', RATE_MAX_MESSAGES_USER: '7', SESSION_GENERATIONS_MAX: '16' },
  });
  const { programs, text } = await connectionsOf(server);
  const outcomes = await sendAll(programs, 4);
  assert.equal(countOf(outcomes, 'ok'), 7, outcomes.join(' '));
  assert.equal(countOf(outcomes, 'rate_limited'), 9, outcomes.join(' '));
  const who = await programs[0]?.call('session.whoami');
  assert.deepEqual([who?.['limit'], who?.['remaining']], [7, 0]);
  using guest = await RpcClient.open(server.port);
  assert.equal(countOf(await sendAll([guest], 4), 'ok'), 2);
  for (const client of [...programs, text]) client.reset();
});

test('[P-17] in a queue a user has one place, whatever the address, and guests share that of theirs', () => {
  assert.equal(flowOf('user:1', '192.0.2.1'), flowOf('user:1', '198.51.100.1'));
  assert.notEqual(flowOf('user:1', '192.0.2.1'), flowOf('user:2', '192.0.2.1'));
  assert.equal(flowOf('guest:1', '192.0.2.1'), flowOf('guest:2', '192.0.2.1'));
  assert.notEqual(flowOf('guest:1', '192.0.2.1'), flowOf('user:1', '192.0.2.1'));
});
