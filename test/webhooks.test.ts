/** Webhooks of jobs, from a whole server to receivers on this machine. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { LlmError } from '../server/models/model-client.ts';
import { WEBHOOK_LIMITS } from '../server/webhooks/limits.ts';
import { ManualClock, type Clock } from '../shared/clock.ts';
import { connectAs, register } from './support/people.ts';
import type { RpcClient } from './support/rpc-client.ts';
import { EchoProvider, providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';
import { until } from './support/until.ts';
import { WebhookReceiver, type Received } from './support/webhook-receiver.ts';

const PRICED = { MODEL_PRICES: '{"*":{"input":1,"output":1}}', LLM_MAX_RETRIES: '0' };

interface Delivery {
  readonly id: string;
  readonly job: string;
  readonly status: string;
  readonly attempts: number;
  readonly tries: readonly { readonly status?: number; readonly fault?: string }[];
}

/** Its receivers are on this machine. */
function open(
  receivers: readonly WebhookReceiver[],
  more: { model?: ScriptedProvider; clock?: Clock; environment?: Record<string, string> } = {},
) {
  const allowed = { WEBHOOKS_ALLOW_HTTP: 'true', OUTBOUND_ALLOW: receivers.map(({ host }) => host).join() };
  return startTestServer({
    providers: providersOf(more.model ?? new EchoProvider()),
    environment: { ...PRICED, ...allowed, ...more.environment },
    ...(more.clock && { clock: more.clock }),
  });
}

/** By a key, which does not expire while a test lets hours pass. */
async function userWithSecret(server: { readonly port: number }) {
  const person = await register(server);
  using first = await connectAs(server, person);
  const { key } = await first.call('keys.create', { name: 'test' });
  const { secret } = await first.call('webhooks.rotate');
  const client = await connectAs(server, { accessToken: String(key) });
  return { client, key: String(key), secret: String(secret), person };
}

async function submit(client: RpcClient, webhook: string, prompt = 'hello'): Promise<string> {
  const { job } = await client.call('jobs.submit', { prompt, webhook });
  return (job as { id: string }).id;
}

async function deliveryOf(client: RpcClient, job: string): Promise<Delivery> {
  return (await client.call('jobs.get', { job }))['webhook'] as Delivery;
}

/** Throws when the signature is not right. The package's own check of the time needs the time of the day. */
function verified(secret: string, { headers, body }: Received): { type: string; data: { id: string } } {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = headers;
  const signed = new Webhook(secret).sign(String(id), new Date(Number(at) * 1_000), body);
  assert.ok(String(signature).split(' ').includes(signed), 'The signature is right');
  return JSON.parse(body) as never;
}

test('the end of a job is told with a signature that the package of Standard Webhooks verifies', async () => {
  using receiver = await WebhookReceiver.start();
  await using server = await open([receiver]);
  const { client, secret } = await userWithSecret(server);
  using _ = client;
  const job = await submit(client, receiver.url);
  const { headers, body } = await receiver.request(1);
  const told = new Webhook(secret).verify(body, headers as Record<string, string>) as Record<string, unknown>;
  assert.equal(headers['webhook-id'], `msg_${job}`);
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(told['type'], 'job.done');
  const { job: seen } = await client.call('jobs.get', { job });
  assert.deepEqual(told['data'], seen);
  assert.throws(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>));
  const delivery = await until(
    () => deliveryOf(client, job),
    ({ status }) => status === 'delivered',
  );
  assert.equal(delivery.attempts, 1);
  assert.deepEqual(
    delivery.tries.map(({ status }) => status),
    [204],
  );
});

test('a job that is cancelled and one that fails are told of too', async () => {
  using receiver = await WebhookReceiver.start();
  const model = new ScriptedProvider();
  await using server = await open([receiver], { model, environment: { MAX_IN_FLIGHT: '1' } });
  const { client, secret } = await userWithSecret(server);
  using _ = client;
  const failing = await submit(client, receiver.url);
  const waiting = await submit(client, receiver.url);
  await client.call('jobs.cancel', { job: waiting });
  const first = verified(secret, await receiver.request(1));
  assert.deepEqual([first.type, first.data.id], ['job.cancelled', waiting]);
  (await model.next()).fail(new LlmError('bad_request', 'No', { status: 400 }));
  const second = verified(secret, await receiver.request(2));
  assert.deepEqual([second.type, second.data.id], ['job.failed', failing]);
});

test('after a rotation both secrets sign for a day, then the new one alone', async () => {
  using receiver = await WebhookReceiver.start();
  const clock = new ManualClock(1_000_000);
  await using server = await open([receiver], { clock });
  const { client, key, secret, person } = await userWithSecret(server);
  using _ = client;
  using own = await connectAs(server, person);
  const rotated = await own.call('webhooks.rotate');
  assert.notEqual(rotated['secret'], secret);
  assert.ok(rotated['previousUntil'] !== undefined);
  const job = await submit(client, receiver.url);
  const both = await receiver.request(1);
  await until(
    () => deliveryOf(client, job),
    ({ status }) => status === 'delivered',
  );
  verified(secret, both);
  verified(String(rotated['secret']), both);
  clock.advance(WEBHOOK_LIMITS.overlapMs);
  using later = await connectAs(server, { accessToken: key });
  await submit(later, receiver.url);
  const one = await receiver.request(2);
  verified(String(rotated['secret']), one);
  assert.throws(() => verified(secret, one));
});

test('a receiver that answers 500 for an hour is told again with the same id, later and later', async () => {
  using receiver = await WebhookReceiver.start();
  receiver.answer = (response) => void response.writeHead(500).end();
  const clock = new ManualClock(1_000_000);
  await using server = await open([receiver], { clock });
  const { client, secret } = await userWithSecret(server);
  using _ = client;
  const job = await submit(client, receiver.url);
  const startedMs = clock.now();
  let count = 1;
  for (const delay of WEBHOOK_LIMITS.delaysMs) {
    await receiver.request(count);
    const { attempts } = await until(
      () => deliveryOf(client, job),
      (delivery) => delivery.attempts === count,
    );
    assert.equal(attempts, count);
    if (clock.now() - startedMs > 60 * 60_000) receiver.answer = (response) => void response.end();
    // The server's random number is 0.5.
    const wholeMs = delay * (1 + WEBHOOK_LIMITS.jitter / 2);
    clock.advance(wholeMs - 1);
    assert.equal(receiver.received.length, count, 'Not a moment earlier');
    clock.advance(1);
    count += 1;
    await receiver.request(count);
    if (clock.now() - startedMs > 60 * 60_000 + delay) break;
  }
  const { tries } = await until(
    () => deliveryOf(client, job),
    ({ status }) => status === 'delivered',
  );
  assert.deepEqual(
    tries.map(({ status }) => status),
    [...Array.from({ length: tries.length - 1 }, () => 500), 200],
  );
  assert.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 1);
  assert.equal(new Set(receiver.received.map(({ body }) => body)).size, 1);
  for (const one of receiver.received) verified(secret, one);
});

test('Retry-After is respected; 410 ends it; a redirect inwards is not followed', async () => {
  using receiver = await WebhookReceiver.start();
  using inside = await WebhookReceiver.start();
  receiver.answer = (response, { path }) => {
    if (path === '/later') response.writeHead(503, { 'retry-after': '600' }).end();
    else if (path === '/gone') response.writeHead(410).end();
    else response.writeHead(307, { location: inside.url }).end();
  };
  const clock = new ManualClock(1_000_000);
  await using server = await open([receiver, inside], { clock });
  const { client } = await userWithSecret(server);
  using _ = client;
  const tried = async (path: string) => {
    const job = await submit(client, `http://${receiver.host}${path}`);
    const read = () => deliveryOf(client, job);
    const isTried = ({ attempts }: Delivery) => attempts === 1;
    // A receiver that has failed is left alone for a moment.
    for (;;) {
      clock.advance(WEBHOOK_LIMITS.pauseMaxMs);
      const found = await Promise.race([until(read, isTried), sleep(300)]);
      if (found) return found as Delivery & { nextAt?: string };
    }
  };
  const later = await tried('/later');
  assert.equal(later.status, 'due');
  assert.ok(Date.parse(later.nextAt ?? '') - clock.now() > 500_000);
  const gone = await tried('/gone');
  assert.deepEqual([gone.status, gone.tries[0]?.status], ['failed', 410]);
  const redirected = await tried('/elsewhere');
  assert.deepEqual([redirected.status, redirected.tries[0]?.status], ['due', 307]);
  assert.deepEqual(inside.received, []);
});

test('a receiver that stalls delays nobody else, and is given up in time', async () => {
  using stalling = await WebhookReceiver.start();
  using other = await WebhookReceiver.start();
  stalling.answer = () => {};
  const clock = new ManualClock(1_000_000);
  await using server = await open([stalling, other], { clock });
  const { client } = await userWithSecret(server);
  using _ = client;
  const { client: neighbour } = await userWithSecret(server);
  using __ = neighbour;
  const stalled: string[] = [];
  for (let number = 0; number < 8; number += 1) {
    stalled.push(await submit(client, stalling.url, `stalled ${number}`));
  }
  await stalling.request(1);
  await submit(client, other.url);
  await submit(neighbour, other.url);
  await other.request(2);
  clock.advance(WEBHOOK_LIMITS.totalMs);
  const { tries } = await until(
    () => deliveryOf(client, stalled[0] ?? ''),
    ({ attempts }) => attempts === 1,
  );
  assert.equal(tries[0]?.fault, 'timeout');
  assert.ok(stalling.received.length <= 2, 'One at a time');
});

test('what is due outlives the server, and is sent by the next one with the same id', async () => {
  using receiver = await WebhookReceiver.start();
  receiver.answer = () => {};
  const folder = await mkdtemp(join(tmpdir(), 'hilo-webhooks-'));
  const environment = { DATA_DIR: folder };
  const before = await open([receiver], { environment });
  const { client, key, secret } = await userWithSecret(before);
  const job = await submit(client, receiver.url);
  await receiver.request(1);
  client.reset();
  // It is broken off: nobody knows whether it has arrived.
  await before.drain();
  receiver.answer = (response) => void response.writeHead(200).end();
  await using after = await open([receiver], { environment });
  verified(secret, await receiver.request(2));
  {
    using again = await connectAs(after, { accessToken: key });
    const { attempts } = await until(
      () => deliveryOf(again, job),
      ({ status }) => status === 'delivered',
    );
    assert.equal(attempts, 1);
    const { deliveries } = await again.call('webhooks.list');
    assert.deepEqual(
      (deliveries as Delivery[]).map((one) => [one.job, one.status]),
      [[job, 'delivered']],
    );
  }
  assert.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 1);
  await after.drain();
  await rm(folder, { recursive: true, force: true });
});

test('an erased job is told of no more, and its webhook is in no list', async () => {
  using receiver = await WebhookReceiver.start();
  receiver.answer = (response) => void response.writeHead(500).end();
  const clock = new ManualClock(1_000_000);
  await using server = await open([receiver], { clock });
  const { client } = await userWithSecret(server);
  using _ = client;
  const job = await submit(client, receiver.url);
  await until(
    () => deliveryOf(client, job),
    ({ attempts }) => attempts === 1,
  );
  await client.call('jobs.erase', { job });
  clock.advance(60 * 60_000);
  assert.deepEqual((await client.call('webhooks.list'))['deliveries'], []);
  await submit(client, receiver.url);
  await receiver.request(2);
  assert.notEqual(receiver.received[1]?.headers['webhook-id'], `msg_${job}`);
});

test('where nothing may be sent, for whom, and without what: refused before anything is held', async () => {
  await using server = await startTestServer({ environment: PRICED });
  const person = await register(server);
  using client = await connectAs(server, person);
  const refusal = (webhook: string) => client.failure('jobs.submit', { prompt: 'hello', webhook });
  assert.equal(await refusal('https://example.org/'), 'webhook_unsigned');
  await client.call('webhooks.rotate');
  for (const url of [
    'http://example.org/',
    'https://127.0.0.1/',
    'https://[::ffff:10.0.0.1]/',
    'https://169.254.169.254/latest',
    'https://example.org:22/',
    'https://user:secret@example.org/',
    'ftp://example.org/',
    'nonsense',
  ]) {
    assert.equal(await refusal(url), 'webhook_refused', url);
  }
  assert.deepEqual((await client.call('jobs.list'))['jobs'], []);
  assert.equal((await client.call('credits.balance'))['held'], 0);
  const { key } = await client.call('keys.create', { name: 'test' });
  using program = await connectAs(server, { accessToken: String(key) });
  assert.equal(await program.failure('webhooks.rotate'), 'key_not_enough');
  await client.call('auth.logout');
  assert.equal(await refusal('https://example.org/'), 'auth_required');
});
