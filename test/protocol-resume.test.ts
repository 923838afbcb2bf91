/** Rules of docs/protocol.md, tried on a running server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStub } from '../loadtest/stub-llm.ts';
import { ProtocolBench, SLOW_ANSWERS } from './support/protocol-bench.ts';
import type { RpcClient, RpcMessage } from './support/rpc-client.ts';

const HELLO = { client: 'test', version: '1' };

/** Some 300 KiB each. */
function longAnswers(url: string): Record<string, string> {
  return { LLM_PROVIDER: 'ollama', OLLAMA_HOST: url, LLM_MAX_OUTPUT_TOKENS: '60000' };
}

interface Ticket {
  readonly resumeToken: string;
  readonly epoch: string;
}

test('[R-1] [R-2] after hello every message of the session has the next number', async () => {
  await using bench = await ProtocolBench.start();
  const client = await bench.program();
  const hello = await client.call('session.hello', { ...HELLO, locale: 'es' });
  assert.deepEqual([hello['seq'], hello['locale']], [0, 'es']);
  await client.call('chat.send', { text: 'hola' });
  await client.call('server.ping');
  assert.equal(await client.failure('chat.send', { text: '' }), 'invalid_params');
  const numbers = client.messages.slice(1).map(seqOf);
  assert.deepEqual(
    numbers,
    [...numbers.keys()].map((index) => index + 1),
  );
  assert.equal(await client.failure('session.hello', HELLO), 'session_begun');
  const late = { resumeToken: hello['resumeToken'], epoch: hello['epoch'], lastSeq: 0 };
  assert.equal(await client.failure('session.resume', late), 'session_begun');
});

test('[R-3] tokens rotate, the used one is good until the new one has arrived', async () => {
  await using bench = await ProtocolBench.start();
  const first = await bench.program();
  const { ticket } = await hello(first);
  const second = await bench.program();
  const { resumeToken } = await resume(second, ticket, 0);
  assert.notEqual(resumeToken, ticket.resumeToken);
  const superseded = JSON.parse(await first.lines.rest()) as RpcMessage;
  assert.deepEqual(superseded.error?.data, { reason: 'superseded', closing: true });
  const third = await bench.program();
  await resume(third, ticket, 0);
  await third.call('server.ping');
  const fourth = await bench.program();
  assert.equal(await fourth.failure('session.resume', { ...ticket, lastSeq: 0 }), 'unknown_session');
});

test('[R-4] who acknowledges nothing for 30 s is a slow consumer', async (t) => {
  const stub = await startStub({ tokens: 60_000 });
  t.after(() => stub.close());
  await using bench = await ProtocolBench.start(longAnswers(stub.url));
  const client = await bench.program();
  await hello(client);
  assert.equal(await client.failure('session.ack', { seq: 1 }), 'ack_ahead');
  client.send('chat.send', { text: 'hello' });
  const startedMs = bench.clock.now();
  // From then on nothing more is read of the model.
  await bench.letTimePassUntil(client.lines.receives(65_536), 25);
  const { value, elapsedMs } = await bench.elapseUntil(client.lines.rest());
  assert.ok(value.length > 65_536 && value.length < 80_000, `${value.length} characters`);
  assert.match(value, /"reason":"slow_consumer","closing":true\}\}\}\n$/);
  assert.ok(bench.clock.now() - startedMs >= 30_000 && elapsedMs < 35_000, `${elapsedMs} ms`);
});

test('[R-4] who acknowledges gets everything', async (t) => {
  const stub = await startStub({ tokens: 60_000 });
  t.after(() => stub.close());
  await using bench = await ProtocolBench.start(longAnswers(stub.url));
  const client = await bench.program();
  await hello(client);
  const id = client.send('chat.send', { text: 'hello' });
  let message = await client.next();
  let deltas = '';
  for (; message.id !== id; message = await client.next()) {
    deltas += message.method === 'chat.delta' ? String(message.params?.['text']) : '';
    client.notify('session.ack', { seq: seqOf(message) });
    bench.clock.advance(25);
  }
  assert.ok(deltas.length > 200_000);
  assert.equal(message.result?.['text'], deltas);
});

test('[R-5] what concerns the connection is outside of the numbering', async () => {
  await using bench = await ProtocolBench.start();
  const client = await bench.program();
  await hello(client);
  assert.equal((await client.call('session.ack', { seq: 0 }))['seq'], 0);
  client.lines.send('nonsense\n');
  assert.equal((await client.next()).error?.data['seq'], undefined);
  assert.equal((await client.call('server.ping'))['seq'], 1);
});

test('[R-6] a cut in mid-answer: what was missed follows, without a gap, under the first ids', async () => {
  await using bench = await ProtocolBench.start(SLOW_ANSWERS);
  const first = await bench.program();
  const { ticket } = await hello(first);
  first.send('chat.send', { text: 'hello' }, 'm');
  const lastSeq = seqOf(await first.notification('chat.delta'));
  first.destroy();
  await bench.settled();
  bench.clock.advance(1_000);
  await bench.settled();
  const second = await bench.program();
  const resumed = await resume(second, ticket, lastSeq);
  assert.deepEqual(resumed['running'], ['m']);
  assert.ok(Number(resumed['replayed']) >= 1);
  const { value } = await bench.elapseUntil(second.response('m'));
  const numbers = second.messages.slice(1).map(seqOf);
  assert.deepEqual(
    numbers,
    [...numbers.keys()].map((index) => lastSeq + 1 + index),
  );
  assert.equal(deltasOf(first) + deltasOf(second), value.result?.['text']);
});

test('[R-6] gap and ack_ahead leave the connection its own session', async () => {
  await using bench = await ProtocolBench.start();
  const first = await bench.program();
  const { ticket } = await hello(first);
  await first.call('server.ping');
  await first.call('session.ack', { seq: 1 });
  const second = await bench.program();
  assert.equal(await second.failure('session.resume', { ...ticket, lastSeq: 0 }), 'gap');
  assert.equal(await second.failure('session.resume', { ...ticket, lastSeq: 9 }), 'ack_ahead');
  await second.call('session.hello', HELLO);
});

test('[R-7] an answer goes on for 30 s without its client, a session for 15 min', async (t) => {
  const stub = await startStub({ firstTokenMs: 600_000 });
  t.after(() => stub.close());
  const timeouts = { LLM_TIMEOUT_SECONDS: '3000', LIMIT_LLM_ANSWER_SECONDS: '3000' };
  const environment = { LLM_PROVIDER: 'ollama', OLLAMA_HOST: stub.url, ...timeouts };
  await using bench = await ProtocolBench.start(environment);
  const first = await bench.program();
  const { ticket } = await hello(first);
  first.send('chat.send', { text: 'hello' }, 'm');
  const lastSeq = seqOf(await first.notification('chat.started'));
  first.lines.socket.resetAndDestroy();
  await pass(bench, 28_000);
  const second = await bench.program();
  const { resumeToken, running } = await resume(second, ticket, lastSeq);
  assert.deepEqual(running, ['m']);
  second.lines.socket.resetAndDestroy();
  await pass(bench, 33_000);
  const third = await bench.program();
  const newer = { ...ticket, resumeToken: String(resumeToken) };
  await resume(third, newer, lastSeq);
  assert.equal((await third.response('m')).error?.data['reason'], 'cancelled');
  const wrong = { resumeToken, epoch: '000000000000', lastSeq };
  assert.equal(await (await bench.program()).failure('session.resume', wrong), 'unknown_session');
  const last = String(third.messages.find(({ result }) => result)?.result?.['resumeToken']);
  third.lines.socket.resetAndDestroy();
  await pass(bench, 16 * 60_000);
  const late = { ...ticket, resumeToken: last, lastSeq };
  assert.equal(await (await bench.program()).failure('session.resume', late), 'unknown_session');
});

async function hello(client: RpcClient): Promise<{ ticket: Ticket }> {
  const { resumeToken, epoch } = await client.call('session.hello', HELLO);
  return { ticket: { resumeToken: String(resumeToken), epoch: String(epoch) } };
}

async function resume(client: RpcClient, ticket: Ticket, lastSeq: number): Promise<Record<string, unknown>> {
  return client.call('session.resume', { ...ticket, lastSeq });
}

/** Lets time pass in steps in which the server can look at its deadlines. */
async function pass(bench: ProtocolBench, totalMs: number): Promise<void> {
  await bench.settled();
  for (let passedMs = 0; passedMs < totalMs; passedMs += 1_000) bench.clock.advance(1_000);
  await bench.settled();
}

function seqOf(message: RpcMessage): number {
  const seq = message.params?.['seq'] ?? message.result?.['seq'] ?? message.error?.data['seq'];
  return Number(seq);
}

function deltasOf({ messages }: RpcClient): string {
  const deltas = messages.filter(({ method }) => method === 'chat.delta');
  return deltas.map(({ params }) => String(params?.['text'])).join('');
}
