/**
 * No way to a model goes round the credits: lines, WebSocket, REST, other APIs and the prompt queue at once.
 * [H-10] [H-12]
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LlmChunk, ModelClient } from '../server/models/model-client.ts';
import { HttpBench, PERSON } from './support/http-bench.ts';
import { RpcClient } from './support/rpc-client.ts';
import { providersOf } from './support/scripted-provider.ts';
import { WebSocketLines } from './support/websocket-lines.ts';

const ANSWER_TOKENS = 16;
const PAID_FOR = 7;
const EACH = 5;

/** Every answer uses up all that is held for it. */
class WholeAnswers implements ModelClient {
  readonly provider = 'openai';
  readonly defaultModel = 'small';
  calls = 0;

  async *stream(): AsyncGenerator<LlmChunk, void, undefined> {
    this.calls += 1;
    yield { type: 'delta', text: 'hello' };
    yield { type: 'end', finishReason: 'stop', inputTokens: 5, outputTokens: ANSWER_TOKENS };
  }

  async models(): Promise<readonly { name: string }[]> {
    return [{ name: this.defaultModel }];
  }

  async close(): Promise<void> {}
}

/** How each request ended: `ok`, or the key of its error. */
type Ends = Promise<string[]>;

async function onLines(
  client: RpcClient<RpcClient['lines'] | WebSocketLines>,
  method: string,
  input: object,
): Ends {
  const ids = new Set(Array.from({ length: EACH }, () => client.send(method, input)));
  const ends: string[] = [];
  while (ends.length < EACH) {
    const { id, error } = await client.next();
    if (id !== undefined && id !== null && ids.has(id))
      ends.push(error ? String(error.data['reason']) : 'ok');
  }
  return ends;
}

function overHttp(bench: HttpBench, key: string, path: string, body: object): Ends {
  const ask = async () => {
    const response = await bench.ask('POST', path, { body, headers: { authorization: `Bearer ${key}` } });
    const text = await response.text();
    return response.ok ? 'ok' : (JSON.parse(text) as { error: { code: string } }).error.code;
  };
  return Promise.all(Array.from({ length: EACH }, ask));
}

async function untilJobsEnd(client: RpcClient): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    if ((await client.call('jobs.follow', { follow: false }))['unfinished'] === 0) return;
    assert.ok(tries < 600, 'The jobs did not end');
    await sleep(50);
  }
}

test('of many requests on every face and in the queue as many are answered as are paid for', async () => {
  const model = new WholeAnswers();
  await using bench = await HttpBench.start({
    providers: providersOf(model),
    environment: {
      SIGNUP_CREDITS: '0',
      MODEL_PRICES: '{"*":{"input":0,"output":1}}',
      LLM_MAX_OUTPUT_TOKENS: String(ANSWER_TOKENS),
      SESSION_GENERATIONS_MAX: '16',
      RATE_MAX_MESSAGES_USER: '1000',
      MAX_IN_FLIGHT: '8',
    },
  });
  const { accessToken: key } = await bench.register(PERSON);
  const operatorKey = (await readFile(join(bench.dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  using operator = await RpcClient.open(bench.linePort);
  await operator.call('session.authenticate', { key: operatorKey });
  using lines = await RpcClient.open(bench.linePort);
  await lines.call('session.authenticate', { key });
  using queued = await RpcClient.open(bench.linePort);
  await queued.call('session.authenticate', { key });
  const browser = new RpcClient(await WebSocketLines.open(Number(new URL(bench.origin).port)));
  await browser.call('session.authenticate', { key });
  const { account } = await lines.call('credits.balance');
  const amount = PAID_FOR * ANSWER_TOKENS;
  await operator.call('credits.grant', { account, amount, reason: 'test' });
  const messages = [{ role: 'user', content: 'hi' }];
  const ends = await Promise.all([
    onLines(lines, 'completions.create', {
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'hi' }] }],
    }),
    onLines(browser, 'chat.send', { text: 'hi' }),
    onLines(queued, 'jobs.submit', { prompt: 'hi' }),
    overHttp(bench, key, '/submit', { prompt: 'hi' }),
    overHttp(bench, key, '/chat', { message: 'hi' }),
    overHttp(bench, key, '/v1/chat/completions', { model: 'small', messages }),
    overHttp(bench, key, '/v1/chat/completions', { model: 'small', messages, stream: true }),
    overHttp(bench, key, '/v1/messages', { model: 'small', messages, max_tokens: ANSWER_TOKENS }),
  ]);
  const all = ends.flat();
  assert.equal(all.filter((end) => end === 'ok').length, PAID_FOR, all.join(' '));
  await untilJobsEnd(queued);
  assert.equal(model.calls, PAID_FOR);
  const { available, held, spent } = await lines.call('credits.balance');
  assert.deepEqual([available, held, spent], [0, 0, amount]);
  browser.lines.reset();
});
