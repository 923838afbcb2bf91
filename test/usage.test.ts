/** Use, over real sockets and HTTP: what is counted, who sees it, and events of other services. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectAs, PASSWORD, register } from './support/people.ts';
import { HttpBench, PERSON } from './support/http-bench.ts';
import { RpcClient } from './support/rpc-client.ts';
import { LineClient } from './support/line-client.ts';
import { EchoProvider, providersOf } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const PRICED = { MODEL_PRICES: '{"*":{"input":1,"output":1}}', USD_PER_CREDIT: '0.001' };

interface Totals {
  readonly requests: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly credits: number;
  readonly usd: number;
  readonly p50Ms?: number;
}

interface Overview {
  readonly user: string;
  readonly totals: Totals;
  readonly previous: Totals;
  readonly topServices: readonly { readonly service: string; readonly requests: number }[];
  readonly topModels: readonly { readonly model: string; readonly credits: number }[];
  readonly errorKeys: readonly { readonly key: string; readonly requests: number }[];
}

async function overview(client: RpcClient, input: object = {}): Promise<Overview> {
  return (await client.call('usage.overview', input)) as unknown as Overview;
}

/** Asked again until it says so: a job and a title end a moment after their answer. */
async function until<Value>(read: () => Promise<Value>, isSo: (value: Value) => boolean): Promise<Value> {
  const endMs = performance.now() + 20_000;
  for (;;) {
    const value = await read();
    if (isSo(value)) return value;
    assert.ok(performance.now() < endMs, JSON.stringify(value));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('what a person uses is counted by service, as the ledger charged it', async () => {
  await using server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: { ...PRICED, RATE_MAX_MESSAGES_USER: '4' },
  });
  using client = await connectAs(server, await register(server));
  await client.call('chat.send', { text: 'one' });
  await client.call('chat.send', { text: 'two' });
  const messages = [{ role: 'user', parts: [{ type: 'text', text: 'three' }] }];
  await client.call('completions.create', { messages });
  await client.call('jobs.submit', { prompt: 'four' });
  await client.call('chat.send', { text: 'five' });
  assert.equal(await client.failure('chat.send', { text: 'too many' }), 'rate_limited');
  const { totals, previous, topServices, topModels, errorKeys } = await until(
    () => overview(client),
    (seen) => seen.totals.requests === 6,
  );
  const { requests, errors, inputTokens, outputTokens, credits, usd, p50Ms = 0 } = totals;
  assert.deepEqual([requests, errors, inputTokens, outputTokens, credits, usd], [6, 1, 35, 15, 50, 0.05]);
  assert.ok(p50Ms > 0);
  assert.equal(previous.requests, 0);
  const counts = topServices.map(({ service, requests: count }) => [service, count] as const);
  assert.deepEqual(Object.fromEntries(counts), { chat: 4, gateway: 1, job: 1 });
  assert.equal(topModels[0]?.credits, 50);
  assert.deepEqual(errorKeys, [{ key: 'rate_limited', requests: 1 }]);
  const { rows } = await client.call('credits.statement');
  const charged = (rows as { type: string; amount: number }[]).filter(({ type }) => type === 'charge');
  assert.equal(
    charged.reduce((sum, { amount }) => sum - amount, 0),
    credits,
  );
  const costs = await client.call('usage.costs');
  assert.deepEqual([costs['credits'], costs['usd']], [50, 0.05]);
  const performance = (await client.call('usage.performance'))['rows'] as readonly Measured[];
  assert.deepEqual([performance.length, performance.filter(({ errorRate }) => errorRate > 0).length], [4, 1]);
  const { times, series } = await client.call('usage.timeseries', {
    by: 'service',
    bucket: 'hour',
    from: today(),
  });
  assert.ok((times as string[]).length >= 1);
  const sums = (series as Counted[]).map(({ key, requests: counted }) => [key, sum(counted)] as const);
  assert.deepEqual(Object.fromEntries(sums), { chat: 4, gateway: 1, job: 1 });
  const { events, nextCursor } = await client.call('usage.events', { limit: 4 });
  const rest = await client.call('usage.events', { limit: 4, cursor: nextCursor });
  const all = [...(events as Event[]), ...(rest['events'] as Event[])];
  assert.deepEqual([all.length, rest['nextCursor']], [6, undefined]);
  assert.equal(all[0]?.meta['outcome'], 'rate_limited');
  assert.doesNotMatch(JSON.stringify(all), /"(?:one|two|echo)/);
  const refused = await client.call('usage.events', { outcome: 'rate_limited', service: 'chat' });
  assert.equal((refused['events'] as Event[]).length, 1);
});

interface Measured {
  readonly errorRate: number;
}

interface Counted {
  readonly key: string;
  readonly requests: readonly number[];
}

interface Event {
  readonly meta: Readonly<Record<string, unknown>>;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

test('the text face shows the same as lines with bars', async () => {
  await using server = await startTestServer({
    providers: providersOf(new EchoProvider()),
    environment: PRICED,
  });
  const person = await LineClient.open(server.port);
  person.send('/lang en\nhello\n');
  await person.until('echo: hello');
  person.send('/usage\n');
  await person.until(/1 requests · 7 \+ 3 tokens in and out · 10 credits \(0\.01 US\$\)/);
  await person.until(/chat +1 +█{20}/);
  await person.until(/test-model +10 +█{20}/);
  person.destroy();
});

test('clients of an analytics service find their addresses, and their events come back', async () => {
  await using bench = await HttpBench.start({ environment: PRICED });
  const { accessToken } = await bench.register();
  const admin = await bench.administrator();
  const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
  const me = (await (await bench.me(accessToken)).json()) as { id: string };
  const document = {
    ts: new Date(Date.now() - 60_000).toISOString(),
    userId: me.id,
    username: 'ana',
    service: 'transcription',
    action: 'transcribe',
    requestId: 'r-1',
    provider: 'whisper',
    model: 'large',
    latencyMs: 1_234.5,
    status: 'ok',
    tokens: { in: 4, out: 6 },
    size: { inputBytes: 100, outputBytes: 10 },
    cost: { usd: 0.25 },
    meta: { minutes: 2, nested: { words: ['uno'] } },
  };
  const post = (body: object, key: string) => bench.ask('POST', '/analytics/events', { body, ...as(key) });
  assert.equal((await post(document, accessToken)).status, 403);
  const made = await bench.ask('POST', '/keys', { body: { name: 'program' }, ...as(admin) });
  const { key } = (await made.json()) as { key: string };
  const first = await post(document, key);
  assert.deepEqual([first.status, await first.json()], [201, { requestId: 'r-1', recorded: true }]);
  assert.deepEqual(await (await post(document, key)).json(), { requestId: 'r-1', recorded: false });
  const failed = { ...document, requestId: 'r-2', status: 503, cost: undefined };
  assert.deepEqual(await (await post(failed, key)).json(), { requestId: 'r-2', recorded: true });
  for (const wrong of [
    { ...document, requestId: 'r-3', ts: '2020-01-01T00:00:00.000Z' },
    { ...document, requestId: 'r-3', meta: { long: 'x'.repeat(5_000) } },
    { ...document, requestId: 'r-3', more: 1 },
    { ...document, requestId: 'r-3', ts: '2026-02-31' },
  ]) {
    assert.equal((await post(wrong, key)).status, 400);
  }
  assert.equal((await post({ ...document, requestId: 'r-3', userId: 'nobody' }, key)).status, 404);
  const read = async (path: string, bearer = accessToken) => {
    const response = await bench.ask('GET', path, as(bearer));
    return { status: response.status, body: (await response.json()) as Overview & { events: object[] } };
  };
  const { body } = await read(`/analytics/user/${me.id}/overview`);
  assert.deepEqual([body.totals.requests, body.totals.errors, body.totals.usd], [2, 1, 0.25]);
  assert.deepEqual(body.errorKeys, [{ key: 'http_503', requests: 1 }]);
  assert.equal((await read(`/analytics/user/${me.id}/timeseries?bucket=month&from=${today()}`)).status, 200);
  assert.equal((await read(`/analytics/user/${me.id}/perf`)).status, 200);
  assert.equal((await read(`/analytics/user/${me.id}/costs`)).status, 200);
  const { body: listed } = await read('/usage/events?model=large');
  assert.deepEqual(listed.events[1], document);
  const { body: all } = await read(`/usage/overview?user=${PERSON.email}`, admin);
  assert.deepEqual([all.user, all.totals.requests], [me.id, 2]);
  for (const path of ['/usage/overview?user=all', `/analytics/user/admin@example.org/overview`]) {
    assert.equal((await read(path)).status, 403);
  }
  assert.equal((await bench.ask('GET', `/analytics/user/${me.id}/overview`)).status, 401);
});

test('questions that cannot be answered say why', async () => {
  await using server = await startTestServer({ providers: providersOf(new EchoProvider()) });
  using client = await RpcClient.open(server.port);
  const refused = async (name: string, input: object) => {
    assert.equal(await client.failure(name, input), 'invalid_params', JSON.stringify(input));
  };
  await refused('usage.overview', { from: '2026-02-02', to: '2026-02-01' });
  await refused('usage.overview', { from: '1990-01-01' });
  await refused('usage.overview', { from: 'yesterday' });
  await refused('usage.overview', { from: '2026-02-31' });
  await refused('usage.timeseries', { bucket: 'hour', from: '2026-01-01', to: '2026-02-28' });
  await refused('usage.timeseries', { timeZone: 'Nowhere/Never' });
  assert.equal(await client.failure('usage.events', { cursor: 'made-up' }), 'cursor_unknown');
  assert.deepEqual((await overview(client)).totals.requests, 0);
  const year = await client.call('usage.timeseries', { from: '2025-01-01', to: '2025-12-31' });
  assert.equal((year['times'] as string[]).length, 365);
  assert.equal((year['series'] as { requests: number[] }[])[0]?.requests.length, 365);
});

test('what a user has used goes when they go, and is part of what they take along', async (context) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-usage-'));
  context.after(() => rm(dataDir, { recursive: true, force: true }));
  const adminKey = async () => (await readFile(join(dataDir, 'keys', 'admin.key'), 'utf8')).trim();
  const environment = { ...PRICED, DATA_DIR: dataDir };
  await using server = await startTestServer({ providers: providersOf(new EchoProvider()), environment });
  const person = await register(server);
  using client = await connectAs(server, person);
  await client.call('chat.send', { text: 'one' });
  assert.equal((await overview(client)).totals.requests, 1);
  let exported = '';
  for (let cursor: unknown; ;) {
    const part = await client.call('users.export', cursor === undefined ? {} : { cursor });
    exported += String(part['text']);
    cursor = part['nextCursor'];
    if (cursor === undefined) break;
  }
  const lines = exported
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    lines.filter(({ type }) => type === 'usage').map(({ service, tokens }) => [service, tokens]),
    [['chat', { in: 7, out: 3 }]],
  );
  await client.call('users.erase', { password: PASSWORD });
  using operator = await connectAs(server, { accessToken: await adminKey() });
  const everybody = await overview(operator, { user: 'all' });
  assert.deepEqual([everybody.totals.requests, everybody.totals.credits], [1, 10]);
  assert.deepEqual((await operator.call('usage.events', { user: 'all' }))['events'], []);
});
