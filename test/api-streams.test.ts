/** Streams of the APIs of others: many at once, and clients that stop reading or leave in the middle. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ManualClock } from '../shared/clock.ts';
import { standsStill } from '../gateway/gateway.fixture.ts';
import { startApiBench, type ApiBench } from './support/api-bench.ts';

const STREAMS = 512;
const TOKENS = 12;
/** Between two tokens of each model call. */
const TOKEN_MS = 100;
const PATIENCE_MS = 60_000;
/** On a machine that does nothing else it is some 100 ms. */
const STALL_MS = 15_000;

/** More than the buffers of all sockets on the way can hold: some ten megabytes. */
const LONG_TOKENS = 1_000_000;

interface Api {
  readonly path: string;
  readonly body: object;
  /** The last thing in a whole stream. */
  readonly end: RegExp;
}

const MESSAGES = [{ role: 'user', content: 'tell me' }];
const APIS: Readonly<Record<string, Api>> = {
  ollama: { path: '/api/chat', body: { messages: MESSAGES }, end: /"done":true[^\n]*\n$/ },
  openai: {
    path: '/v1/chat/completions',
    body: { messages: MESSAGES, stream: true },
    end: /data: \[DONE\]\n\n$/,
  },
  anthropic: {
    path: '/v1/messages',
    body: { messages: MESSAGES, stream: true, max_tokens: LONG_TOKENS },
    end: /event: message_stop\ndata: [^\n]*\n\n$/,
  },
};

async function open(bench: ApiBench, { path, body }: Api, agent = new Agent()): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${bench.key}`, 'content-type': 'application/json' };
  const asked = request(`${bench.origin}${path}`, { method: 'POST', headers, agent });
  asked.end(JSON.stringify({ model: 'small', ...body }));
  const [response] = (await once(asked, 'response', { signal: AbortSignal.timeout(PATIENCE_MS) })) as [
    IncomingMessage,
  ];
  assert.equal(response.statusCode, 200, path);
  // A client that leaves is an error to this end as well.
  response.on('error', () => undefined);
  return response;
}

test('512 streams of all APIs at once come to their ends', { timeout: 2 * PATIENCE_MS }, async () => {
  const clock = new ManualClock();
  await using bench = await startApiBench({
    price: 1,
    kind: 'ollama',
    stub: { mode: 'prose', tokens: TOKENS, tokensPerSecond: 1, clock },
    slots: STREAMS,
    environment: { LIMIT_COMPLETIONS_MAX: String(STREAMS), RATE_MAX_MESSAGES_USER: '10000' },
  });
  const apis = Object.values(APIS);
  const agent = new Agent({ maxSockets: Infinity });
  const streams = Array.from({ length: STREAMS }, async (_, index) => {
    const api = apis[index % apis.length];
    assert.ok(api);
    const { text, gapMs } = await readAll(await open(bench, api, agent));
    assert.match(text, api.end);
    return gapMs;
  });
  const gaps = Promise.all(streams);
  // The model says nothing before all of them are there.
  await Promise.race([gaps, until(() => bench.stub.totals.inFlight === STREAMS)]);
  for (let token = 0; token <= TOKENS; token += 1) {
    clock.advance(1_000);
    await sleep(TOKEN_MS);
  }
  const longest = Math.max(...(await gaps));
  assert.equal(bench.stub.totals.answered, STREAMS);
  assert.ok(longest < STALL_MS, `${longest} ms without a part`);
  assert.equal((await bench.account()).held, 0);
});

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; !condition(); await sleep(20)) {
    if (performance.now() > deadline) throw new Error('It did not happen');
  }
}

/** All of the body, and the longest time between two parts of it. */
async function readAll(response: IncomingMessage): Promise<{ text: string; gapMs: number }> {
  let text = '';
  let gapMs = 0;
  let last = performance.now();
  for await (const chunk of response) {
    text += String(chunk);
    gapMs = Math.max(gapMs, performance.now() - last);
    last = performance.now();
  }
  return { text, gapMs };
}

for (const [name, api] of Object.entries(APIS)) {
  const unread = `${name}: a client that stops reading stops the model, and so does one that leaves`;
  test(unread, { timeout: PATIENCE_MS }, async () => {
    await using bench = await startApiBench({
      kind: 'ollama',
      price: 1,
      stub: { mode: 'prose', tokens: LONG_TOKENS },
      maxOutputTokens: LONG_TOKENS,
    });
    const begun = bench.stub.next('token');
    const over = bench.stub.nextAbort();
    const response = await open(bench, api);
    const record = await begun;
    const sent = await standsStill(() => record.tokensSent);
    assert.ok(sent < LONG_TOKENS / 2, `${sent} tokens were read ahead`);
    response.destroy();
    assert.equal((await over).outcome, 'aborted');
    await bench.settled();
  });

  test(
    `${name}: a client that leaves in the middle stops the model, and pays for what it got`,
    { timeout: PATIENCE_MS },
    async () => {
      await using bench = await startApiBench({
        price: 1,
        kind: 'ollama',
        stub: { mode: 'prose', tokens: 5_000, tokensPerSecond: 100 },
        maxOutputTokens: 5_000,
      });
      const over = bench.stub.nextAbort();
      const response = await open(bench, api);
      let bytes = 0;
      for await (const chunk of response) {
        bytes += (chunk as Buffer).length;
        if (bytes > 1_000) break;
      }
      const record = await over;
      assert.ok(record.tokensSent > 0 && record.tokensSent < 2_500, `${record.tokensSent} tokens`);
      const { spent } = await bench.settled();
      assert.ok(spent > 0 && spent < 2_500, `${spent} credits`);
    },
  );
}
