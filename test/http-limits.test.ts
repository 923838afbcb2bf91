/** [G-8] [H-1] [H-4] What the server tells the gateway of a request, and what nobody may learn of a key. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { isRecord } from '../shared/client/message.ts';
import { encodeLocalHeader } from '../shared/proxy-protocol.ts';
import { HttpBench } from './support/http-bench.ts';
import { LineClient } from './support/line-client.ts';
import { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const CLIENT = '192.0.2.7';

test('before anything else of a message comes what is left to its sender', async () => {
  const environment = { MODEL_PRICES: '{"*":{"input":1,"output":2}}', RATE_MAX_MESSAGES: '2' };
  const logged: string[] = [];
  await using server = await startTestServer({
    log: pino({ level: 'info' }, { write: (line) => void logged.push(line) }),
    providers: providersOf(new EchoProvider()),
    environment: { ...environment, RATE_MAX_MESSAGES_USER: '2', SIGNUP_CREDITS: '1000' },
  });
  const lines = await LineClient.open(server.proxyPort);
  lines.send(encodeLocalHeader());
  const gateway = new RpcClient(lines);
  const ask = async (id: number, method: string, params: object, authorization?: string) => {
    const meta = { address: CLIENT, requestId: `mine-${id}`, ...(authorization && { authorization }) };
    gateway.lines.send(`${JSON.stringify({ jsonrpc: '2.0', id, method, params, meta })}\n`);
    return gateway.response(id);
  };
  const rations = () =>
    gateway.messages
      .filter(({ method }) => method === 'request.rations')
      .map(({ params }) => params as Record<string, unknown>);
  const person = { email: 'ana@example.org', password: 'a long sentence to sign in' };
  const { result } = await ask(1, 'auth.register', person);
  const key = `Bearer ${String(result?.['accessToken'])}`;
  assert.deepEqual(rations(), [], 'only messages are rationed');
  await ask(2, 'chat.send', { text: 'hello' }, key);
  assert.equal(gateway.messages[1]?.method, 'request.rations');
  await ask(3, 'chat.send', { text: 'hello again' }, key);
  const refused = await ask(4, 'chat.send', { text: 'and again' }, key);
  assert.equal(refused.error?.data['reason'], 'rate_limited');
  const exchanges = logged.filter((line) => line.includes('"Exchange"'));
  assert.deepEqual(
    exchanges.map((line) => (JSON.parse(line) as { request: string }).request),
    ['mine-2', 'mine-3', 'mine-4'],
  );
  const [first, second, third] = rations();
  assert.deepEqual([first, second, third].map(windowOf), [
    { limit: 2, remaining: 1 },
    { limit: 2, remaining: 0 },
    { limit: 2, remaining: 0 },
  ]);
  assert.deepEqual([first?.['requestId'], first?.['tokens']], [2, { limit: 500, remaining: 500 }]);
  const left = numberIn(second?.['tokens'], 'remaining');
  assert.ok(left < 500 && left > 0, String(left));
  await ask(5, 'chat.send', { text: 'hello' });
  assert.equal(rations()[3]?.['tokens'], undefined, 'a guest is given credits as they are needed');
  gateway.reset();
});

/** Its reset is when the newest message leaves the window. */
function windowOf(rations: Record<string, unknown> | undefined) {
  const requests = rations?.['requests'];
  const resetMs = numberIn(requests, 'resetMs');
  assert.ok(resetMs > 30_000 && resetMs <= 60_000, String(resetMs));
  return { limit: numberIn(requests, 'limit'), remaining: numberIn(requests, 'remaining') };
}

function numberIn(holder: unknown, name: string): number {
  const value = isRecord(holder) ? holder[name] : undefined;
  assert.ok(typeof value === 'number', name);
  return value;
}

test('a key is in no log and no answer, wherever it was shown', async () => {
  await using bench = await HttpBench.start();
  const { accessToken } = await bench.register();
  const headers = { authorization: `Bearer ${accessToken}` };
  const made = await bench.ask('POST', '/keys', { body: { name: 'program' }, headers });
  const { key } = (await made.json()) as { key: string };
  const named = { 'x-request-id': 'find-me-1' };
  const shown = [
    await bench.ask('GET', `/k/${key}/users/me`, { headers: named }),
    await bench.ask('GET', '/users/me', { headers: { 'x-api-key': key } }),
  ];
  assert.deepEqual(
    shown.map(({ status }) => status),
    [200, 200],
  );
  const others = [
    bench.ask('GET', `/k/${key}/nothing/here`),
    bench.ask('GET', `/k/${key}/ledger/receipt/x`),
    bench.ask('PUT', `/k/${key}/users/me`),
    bench.ask('POST', `/k/${key}/conversations`, { body: { title: 5 } }),
    bench.ask('GET', `/k/${key}x/users/me`),
    bench.ask('GET', `/k/${key}`),
    bench.ask('GET', `/users/me?key=${key}`, { headers }),
  ];
  for (const response of await Promise.all(others)) assert.ok(!(await response.text()).includes(key));
  assert.ok(bench.logged.length > 5);
  assert.ok(bench.logged.some((line) => line.includes('find-me-1')));
  for (const line of bench.logged) assert.ok(!line.includes(key.slice(5, 25)), line);
});
