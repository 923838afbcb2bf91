/** The way to a model server: addresses, redirects, proxies, closed connections, what it says of failures. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { FailureReason, LlmErrorKind, ModelClient } from '../server/models/model-client.ts';
import { OllamaProvider } from '../server/models/ollama.ts';
import { OpenAiProvider } from '../server/models/openai.ts';
import { proxySettings } from '../server/models/proxy.ts';
import { systemClock } from '../shared/clock.ts';
import { ask, callModel, CLIENTS, startBench } from './support/model-bench.ts';

const WHOLE = JSON.stringify({ choices: [{ message: { content: 'hi' }, finish_reason: 'stop' }] });

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

interface Server {
  readonly url: string;
  /** Method, address and what names the caller, of each request. */
  readonly seen: { method: string; url: string; authorization: string | undefined }[];
  connections: number;
}

async function serve(t: TestContext, answer: Answer): Promise<Server> {
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    found.seen.push({ method, url, authorization: headers.authorization });
    request.resume().on('end', () => answer(response, request));
  });
  server.on('connection', () => (found.connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const found: Server = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    connections: 0,
  };
  return found;
}

function openAi(
  t: TestContext,
  baseUrl: string,
  options: { apiKey?: string; httpProxy?: string } = {},
): ModelClient {
  const { apiKey, httpProxy } = options;
  const proxy = proxySettings({ HTTP_PROXY: httpProxy });
  const client = new OpenAiProvider({ baseUrl, apiKey, model: 'm', proxy, clock: systemClock });
  t.after(() => client.close());
  return client;
}

const whole: Answer = (response) => void response.end(WHOLE);

test('a query stays behind the path; user and password become a header, unless there is a key', async (t) => {
  const server = await serve(t, whole);
  const base = server.url.replace('http://', 'http://user:pass@') + '/openai/deployments/d?api-version=1';
  assert.equal((await callModel(openAi(t, base))).text, 'hi');
  assert.equal((await callModel(openAi(t, base, { apiKey: 'key' }))).text, 'hi');
  const url = '/openai/deployments/d/chat/completions?api-version=1';
  const basic = `Basic ${Buffer.from('user:pass').toString('base64')}`;
  assert.deepEqual(server.seen, [
    { method: 'POST', url, authorization: basic },
    { method: 'POST', url, authorization: 'Bearer key' },
  ]);
});

test('Ollama behind a prefix and a password', async (t) => {
  const server = await serve(
    t,
    (response) => void response.end('{"message":{"content":"hi"},"done":true}\n'),
  );
  const host = server.url.replace('http://', 'http://user:pass@') + '/ollama/';
  const client = new OllamaProvider({
    host,
    model: 'm',
    clock: systemClock,
  });
  t.after(() => client.close());
  assert.equal((await callModel(client)).text, 'hi');
  const authorization = `Basic ${Buffer.from('user:pass').toString('base64')}`;
  assert.deepEqual(server.seen, [{ method: 'POST', url: '/ollama/api/chat', authorization }]);
});

test('a redirect on the same server is followed with its method and body', async (t) => {
  const server = await serve(t, (response, { url }) => {
    if (url === '/v1/chat/completions') response.writeHead(308, { Location: '/new/chat' }).end();
    else response.end(WHOLE);
  });
  assert.equal((await callModel(openAi(t, `${server.url}/v1`))).text, 'hi');
  assert.deepEqual(
    server.seen.map(({ method, url }) => `${method} ${url}`),
    ['POST /v1/chat/completions', 'POST /new/chat'],
  );
});

const REDIRECTS: readonly (readonly [
  title: string,
  status: number,
  location: string | undefined,
  requests: number,
])[] = [
  ['in a circle', 307, '/v1/chat/completions', 4],
  ['to another server', 307, 'https://else.example/v1?secret=1', 1],
  ['that makes a GET of a POST', 302, '/new', 1],
  ['without an address', 307, undefined, 1],
];

for (const [title, status, location, requests] of REDIRECTS) {
  test(`a redirect ${title} is told`, async (t) => {
    const server = await serve(t, (response) => {
      response.writeHead(status, location === undefined ? {} : { Location: location }).end();
    });
    const { error } = await callModel(openAi(t, `${server.url}/v1`, { apiKey: 'key' }));
    assert.deepEqual([error?.kind, error?.reason, error?.status], ['bad_request', 'redirect', status]);
    assert.equal(server.seen.length, requests);
    assert.doesNotMatch(error?.message ?? '', /secret/u);
  });
}

test('a connection that was closed while idle: the request is sent again at once', async (t) => {
  const used = new Set<unknown>();
  const resets: unknown[] = [];
  const server = await serve(t, (response, { socket }) => {
    if (used.has(socket)) {
      resets.push(socket);
      socket.resetAndDestroy();
    } else {
      used.add(socket);
      response.end(WHOLE);
    }
  });
  const client = openAi(t, `${server.url}/v1`);
  // Not every call finds the connection of the one before free again.
  for (let call = 0; call < 100 && resets.length < 3; call += 1) {
    assert.equal((await callModel(client)).text, 'hi');
  }
  assert.equal(resets.length, 3);
});

test('a new connection that breaks is a failure, and is not tried twice', async (t) => {
  const server = await serve(t, (_response, request) => request.socket.resetAndDestroy());
  assert.equal((await callModel(openAi(t, `${server.url}/v1`))).error?.kind, 'unreachable');
  assert.equal(server.seen.length, 1);
});

test('a proxy is used, but not for this machine', async (t) => {
  const proxy = await serve(t, whole);
  const server = await serve(t, whole);
  const httpProxy = proxy.url;
  assert.equal((await callModel(openAi(t, 'http://models.example/v1', { httpProxy }))).text, 'hi');
  assert.deepEqual(
    proxy.seen.map(({ url }) => url),
    ['http://models.example/v1/chat/completions'],
  );
  assert.equal((await callModel(openAi(t, `${server.url}/v1`, { httpProxy }))).text, 'hi');
  assert.deepEqual([proxy.seen.length, server.seen.length], [1, 1]);
});

interface Refusal {
  readonly title: string;
  readonly status: number;
  readonly body: unknown;
  readonly kind: LlmErrorKind;
  readonly reason?: FailureReason;
  readonly words: string;
}

const REFUSALS: readonly Refusal[] = [
  {
    title: 'a wrong key',
    status: 401,
    body: { error: { message: 'Bad key', code: 'invalid_api_key' } },
    kind: 'bad_request',
    reason: 'wrong_key',
    words: 'Bad key',
  },
  {
    title: 'an unknown model',
    status: 404,
    body: { error: "model 'm' not found" },
    kind: 'bad_request',
    reason: 'unknown_model',
    words: "model 'm' not found",
  },
  {
    title: 'a wrong path',
    status: 404,
    body: { detail: 'Not Found' },
    kind: 'bad_request',
    reason: 'wrong_address',
    words: 'Not Found',
  },
  {
    title: 'a small context',
    status: 400,
    body: { error: { message: 'maximum context length is 8' } },
    kind: 'bad_request',
    reason: 'context_too_small',
    words: 'maximum context length is 8',
  },
  {
    title: 'a small context, as a fault of the server',
    status: 500,
    body: { error: 'exceeds the available context size' },
    kind: 'bad_request',
    reason: 'context_too_small',
    words: 'exceeds the available context size',
  },
  {
    title: 'no money',
    status: 429,
    body: { error: { message: 'Pay', code: 'insufficient_quota' } },
    kind: 'bad_request',
    reason: 'out_of_credit',
    words: 'Pay',
  },
  {
    title: 'too little memory',
    status: 500,
    body: { error: 'model requires more system memory' },
    kind: 'server_error',
    reason: 'out_of_memory',
    words: 'model requires more system memory',
  },
  {
    title: 'a role',
    status: 400,
    body: { error: { message: 'System role not supported' } },
    kind: 'bad_request',
    words: 'System role not supported',
  },
  {
    title: 'a list of faults with their input',
    status: 422,
    body: { detail: [{ loc: ['body', 'model'], msg: 'Field required', input: 'hola mundo' }] },
    kind: 'bad_request',
    words: 'body.model: Field required',
  },
  {
    title: 'a text of many lines',
    status: 400,
    body: `no\n\u001b[31m${'x'.repeat(400)}`,
    kind: 'bad_request',
    words: `no [31m${'x'.repeat(293)}…`,
  },
];

for (const { title, status, body, kind, reason, words } of REFUSALS) {
  test(`what the server says of ${title} is told`, async (t) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const server = await serve(t, (response) => void response.writeHead(status).end(text));
    const { error } = await callModel(openAi(t, `${server.url}/v1`));
    assert.deepEqual(
      [error?.kind, error?.status, error?.reason, error?.words],
      [kind, status, reason, words],
    );
    assert.equal(error?.message, `${status}: ${words}`);
  });
}

test('what the server quotes of the messages is left out', async (t) => {
  const prompt = 'My neighbour at number 12 has told me everything';
  const server = await serve(t, (response) => {
    response
      .writeHead(400)
      .end(JSON.stringify({ error: `Invalid input: "${prompt.slice(3, 40)}" is not allowed` }));
  });
  for (const client of [openAi(t, `${server.url}/v1`), CLIENTS.ollama(server.url, systemClock)]) {
    const { error } = await callModel(client, ask(prompt));
    assert.equal(error?.words, 'Invalid input: "…" is not allowed');
    await client.close();
  }
});

test('a key that no header can carry is our fault, not an unreachable server', async (t) => {
  const { provider: _, stub } = await startBench(t, 'openai');
  const { error } = await callModel(openAi(t, `${stub.url}/v1`, { apiKey: 'a\nb' }));
  assert.deepEqual([error?.kind, error?.reason], ['bad_request', 'invalid_setting']);
});
