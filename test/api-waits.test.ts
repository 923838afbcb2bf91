/**
 * What clients of all APIs are told when a wait helps: the model server limits the rate, its route is left
 * alone, other answers hold the credits. And what they are told when their key ends under an answer.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApiBench, type ApiBench } from './support/api-bench.ts';
import { connectAs } from './support/people.ts';

const MESSAGES = [{ role: 'user', content: 'hello' }];
const PATIENCE_MS = 60_000;

interface Api {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

const APIS: Readonly<Record<string, Api>> = {
  openai: { path: '/v1/chat/completions', body: { messages: MESSAGES } },
  responses: { path: '/v1/responses', body: { input: 'hello' } },
  anthropic: { path: '/v1/messages', body: { messages: MESSAGES, max_tokens: 4_000 } },
  ollama: { path: '/api/chat', body: { messages: MESSAGES } },
  chat: { path: '/chat', body: { message: 'hello' } },
};

interface Refused {
  readonly status: number;
  readonly retryAfter: number | undefined;
  readonly shouldRetry: string | null;
  readonly body: string;
}

async function ask(bench: ApiBench, api: Api, more: object = {}): Promise<Refused> {
  const response = await bench.post(api.path, { model: 'small', stream: true, ...api.body, ...more });
  const { status, headers } = response;
  const retryAfter = headers.get('retry-after');
  return {
    status,
    retryAfter: retryAfter === null ? undefined : Number(retryAfter),
    shouldRetry: headers.get('x-should-retry'),
    body: await response.text(),
  };
}

test('a rate limit of the model server is 429, with its wait, and concerns nobody else', async () => {
  await using bench = await startApiBench();
  bench.stub.configure({ next: [{ kind: 'rate_limited', count: 10, retryAfterMs: 30_000 }] });
  const types: Record<string, RegExp> = {
    openai: /"type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"/,
    anthropic: /^\{"type":"error","error":\{"type":"rate_limit_error"/,
    ollama: /^\{"error":"The model server takes no more requests at the moment; try again in 30 s"\}$/,
  };
  for (let round = 0; round < 2; round += 1) {
    for (const [name, api] of Object.entries(APIS)) {
      const { status, retryAfter, body } = await ask(bench, api);
      assert.deepEqual([status, retryAfter], [429, 30], name);
      assert.match(body, types[name] ?? /30 s/, name);
    }
  }
  assert.equal(
    (await ask(bench, { path: '/v1/chat/completions', body: { messages: MESSAGES } })).status,
    200,
  );
});

test('a route that is left alone is 503 with the time that is left, in all APIs', async () => {
  await using bench = await startApiBench({ environment: { LLM_MAX_RETRIES: '0' } });
  bench.stub.configure({ next: [{ kind: 'server_error', count: 5 }] });
  const { openai } = APIS;
  assert.ok(openai);
  for (let failure = 0; failure < 5; failure += 1) assert.equal((await ask(bench, openai)).status, 502);
  for (const [name, api] of Object.entries(APIS)) {
    const { status, retryAfter = 0, body } = await ask(bench, api);
    assert.equal(status, name === 'anthropic' ? 529 : 503, name);
    assert.ok(retryAfter > 0 && retryAfter <= 60, `${name}: ${retryAfter}`);
    if (name === 'anthropic') assert.match(body, /"type":"overloaded_error"/);
  }
  using lines = await connectAs({ port: bench.http.linePort }, { accessToken: bench.key });
  const { error } = await lines.response(lines.send('chat.send', { text: 'hi', model: 'small' }));
  assert.equal(error?.data['reason'], 'upstream_unavailable');
  assert.ok(Number(error.data['retryAfterMs']) > 0);
});

test(
  'credits that other answers hold are worth a wait; none at all are not',
  { timeout: PATIENCE_MS },
  async () => {
    await using bench = await startApiBench({ price: 1, environment: { SIGNUP_CREDITS: '2000' } });
    // It would take half a minute, and is given up when the others have been asked.
    bench.stub.configure({ tokens: 3_000, tokensPerSecond: 100 });
    const begun = bench.stub.next('token');
    const asked = { model: 'small', stream: true, messages: MESSAGES };
    const first = await bench.post('/v1/chat/completions', asked);
    await begun;
    for (const [name, api] of Object.entries(APIS)) {
      const { status, retryAfter, shouldRetry, body } = await ask(bench, api);
      assert.deepEqual([status, retryAfter], [402, 5], name);
      const isSdk = name === 'openai' || name === 'responses' || name === 'anthropic';
      assert.equal(shouldRetry, isSdk ? 'true' : null, name);
      assert.doesNotMatch(body, /insufficient_quota|billing_error/, name);
    }
    const over = bench.stub.nextAbort();
    await first.body?.cancel();
    await over;
    await bench.settled();
    const long = 'word '.repeat(3_000);
    for (const [name, body] of [
      ['openai', { messages: [{ role: 'user', content: long }] }],
      ['anthropic', { messages: [{ role: 'user', content: long }] }],
    ] as const) {
      const api = APIS[name];
      assert.ok(api);
      const refused = await ask(bench, api, body);
      assert.deepEqual([refused.status, refused.retryAfter, refused.shouldRetry], [402, undefined, 'false']);
      assert.match(refused.body, name === 'openai' ? /insufficient_quota/ : /billing_error/);
    }
  },
);

const ENDED: Readonly<Record<string, RegExp>> = {
  openai:
    /\ndata: \{"error":\{[^\n]*"type":"authentication_error","param":null,"code":"invalid_api_key"\}\}\n\n$/,
  responses: /event: response\.failed\ndata: [^\n]*"code":"invalid_api_key"[^\n]*\n\n$/,
  anthropic: /event: error\ndata: \{"type":"error","error":\{"type":"authentication_error"[^\n]*\n\n$/,
  ollama: /\n\{"error":"This key or login is no longer valid"\}\n$/,
  chat: /\n\[error\] auth_ended: This key or login is no longer valid\n$/,
};

for (const [name, api] of Object.entries(APIS)) {
  test(`${name}: a key that is revoked ends its answers as such, and what came is paid`, async () => {
    await using bench = await startApiBench({ price: 1 });
    bench.stub.configure({ tokens: 3_000, tokensPerSecond: 100 });
    const made = await bench.post('/keys', { name: 'passing' });
    const { id, key } = (await made.json()) as { id: string; key: string };
    const headers = { authorization: `Bearer ${key}` };
    const begun = bench.stub.next('token');
    const response = await bench.post(api.path, { model: 'small', stream: true, ...api.body }, headers);
    assert.equal(response.status, 200);
    await begun;
    const rest = response.text();
    const over = bench.stub.nextAbort();
    const revoked = await bench.http.ask('DELETE', `/keys/${id}`, {
      headers: { authorization: `Bearer ${bench.key}` },
    });
    assert.ok(revoked.ok);
    assert.match(await rest, ENDED[name] ?? /never/);
    const { tokensSent } = await over;
    const { spent } = await bench.settled();
    assert.ok(tokensSent < 2_000 && spent > 0 && spent < 2_000, `${tokensSent} tokens, ${spent} credits`);
  });
}

test('a whole answer under a key that is revoked is 401', async () => {
  await using bench = await startApiBench({ price: 1 });
  bench.stub.configure({ tokens: 3_000, tokensPerSecond: 100 });
  const made = await bench.post('/keys', { name: 'passing' });
  const { id, key } = (await made.json()) as { id: string; key: string };
  const begun = bench.stub.next('token');
  const asked = bench.post(
    '/v1/chat/completions',
    { model: 'small', messages: MESSAGES },
    { authorization: `Bearer ${key}` },
  );
  await begun;
  await bench.http.ask('DELETE', `/keys/${id}`, { headers: { authorization: `Bearer ${bench.key}` } });
  const response = await asked;
  assert.equal(response.status, 401);
  assert.match(await response.text(), /invalid_api_key/);
});
