/** Rules J-1 to J-11 of docs/protocol.md, tried on a running server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStub } from '../loadtest/stub-llm.ts';
import { ProtocolBench, SLOW_ANSWERS } from './support/protocol-bench.ts';
import type { RpcMessage } from './support/rpc-client.ts';

test('[J-1] ids are integers or strings, params objects or absent, batches refused', async () => {
  await using bench = await ProtocolBench.start();
  const client = await bench.program();
  client.send('server.ping', {}, 'a'.repeat(128));
  assert.equal((await client.next()).id, 'a'.repeat(128));
  client.lines.send('{"jsonrpc":"2.0","id":7,"method":"server.ping"}\n');
  assert.ok((await client.response(7)).result);
  const refused = [
    '[{"jsonrpc":"2.0","id":1,"method":"server.ping"}]',
    '{"jsonrpc":"2.0","id":1.5,"method":"server.ping"}',
    '{"jsonrpc":"2.0","id":null,"method":"server.ping"}',
    '{"jsonrpc":"1.0","method":"server.ping"}',
    '{"jsonrpc":"2.0","method":1}',
    '{"jsonrpc":"2.0","method":"server.ping","params":[]}',
  ];
  for (const line of refused) {
    client.lines.send(`${line}\n`);
    const { id, error } = await client.next();
    assert.deepEqual([id, error?.code], [null, -32600], line);
  }
});

test('[J-2] errors carry code, text in the language of the session, key, retry time and values', async () => {
  await using bench = await ProtocolBench.start({ RATE_MAX_MESSAGES: '1' });
  const client = await bench.program();
  await client.call('session.locale', { locale: 'es' });
  await client.call('chat.send', { text: 'hola' });
  const id = client.send('chat.send', { text: 'otra vez' });
  const { error } = await client.response(id);
  const { retryAfterMs, trace, ...data } = error?.data ?? {};
  assert.equal(error?.code, 4101);
  assert.match(error.message, /^Demasiados mensajes; inténtalo de nuevo en 60 s$/);
  assert.deepEqual(data, { reason: 'rate_limited', values: { seconds: 60 } });
  assert.equal(retryAfterMs, 60_000);
  assert.match(String(trace), /^Usuario-\d+:m2$/);
});

test('[J-3] a line that is no request is answered with its id where that can be read', async () => {
  await using bench = await ProtocolBench.start();
  const client = await bench.program();
  client.lines.send('{"id":3,"method":"server.ping"}\n{nonsense\n');
  const first = await client.next();
  assert.deepEqual([first.id, first.error?.data['reason']], [3, 'invalid_request']);
  const second = await client.next();
  assert.deepEqual([second.id, second.error?.data['reason']], [null, 'parse_error']);
});

test('[J-4] an id is free again after its response; 16 requests may be pending', async () => {
  const many = { SESSION_GENERATIONS_MAX: '16', RATE_MAX_MESSAGES: '100' };
  await using bench = await ProtocolBench.start({ ...SLOW_ANSWERS, ...many });
  const client = await bench.program();
  for (let id = 1; id <= 16; id += 1) client.send('chat.send', { text: 'hello' }, id);
  client.send('server.ping', {}, 1);
  assert.equal((await client.response(1)).error?.data['reason'], 'duplicate_id');
  client.send('server.ping', {}, 17);
  assert.equal((await client.response(17)).error?.data['reason'], 'too_many_pending');
  for (let id = 2; id <= 16; id += 1) await bench.elapseUntil(client.response(id));
  client.send('server.ping', {}, 2);
  assert.ok((await client.response(2)).result);
});

test('[J-5] a notification runs and is not answered; chat.send needs an id', async () => {
  await using bench = await ProtocolBench.start();
  const client = await bench.program();
  client.notify('session.locale', { locale: 'es' });
  assert.equal((await client.call('session.whoami'))['locale'], 'es');
  assert.equal(client.messages.length, 1);
  client.notify('chat.send', { text: 'hello' });
  const { id, error } = await client.next();
  assert.deepEqual([id, error?.data['reason']], [null, 'invalid_request']);
});

const NUMBERS = [
  ['ledger.consistency', 'from'],
  ['ledger.receipt', 'index'],
  ['ledger.erase', 'exchange'],
  ['credits.statement', 'limit'],
  ['credits.statement', 'before'],
  ['chat.history', 'limit'],
] as const;

test('[J-6] input is strict', async () => {
  await using bench = await ProtocolBench.start();
  const client = await bench.program();
  assert.equal(await client.failure('chat.send', { text: 'hello', more: 1 }), 'invalid_params');
  assert.equal(await client.failure('chat.send', {}), 'invalid_params');
  assert.match(client.messages.at(-1)?.error?.message ?? '', /^text: /);
  assert.equal(await client.failure('toString'), 'unknown_operation');
});

test('[J-1] a line that is nested too deeply, or has too many members, is not parsed', async () => {
  await using bench = await ProtocolBench.start();
  const client = await bench.program();
  const request = '{"jsonrpc":"2.0","id":1,"method":"server.ping","params":';
  for (const params of [`${'['.repeat(32)}${']'.repeat(32)}}`, `[${'[],'.repeat(8_000)}0]}`]) {
    client.lines.send(`${request}${params}\n`);
    const { id, error } = await client.next();
    assert.deepEqual([id, error?.data['reason']], [null, 'invalid_request']);
  }
  client.lines.send(`${request}{}}\n`);
  assert.equal((await client.next()).id, 1);
});

test('[J-6] what is no number is not made one', async () => {
  await using bench = await ProtocolBench.start({ LIMIT_COMMANDS_BURST: '1000' });
  const client = await bench.program();
  for (const value of [true, false, null, '0', '0x1', '', ' 1 ', [1], [], {}, 1.5]) {
    for (const [operation, member] of NUMBERS) {
      assert.equal(await client.failure(operation, { [member]: value }), 'invalid_params', operation);
    }
  }
});

test('[J-7] a stream: queued, started, deltas that join to the text of the response', async () => {
  await using bench = await ProtocolBench.startBusy();
  const client = await bench.program();
  client.send('chat.send', { text: 'one' }, 'first');
  await client.notification('chat.started');
  client.send('chat.send', { text: 'two' }, 'second');
  const { value } = await bench.elapseUntil(client.response('second'));
  const all = client.messages.filter(({ params }) => params?.['requestId'] === 'second');
  const names = all.map(({ method }) => method);
  assert.deepEqual(new Set(names), new Set(['chat.queued', 'chat.started', 'chat.delta']));
  assert.deepEqual(
    names,
    names.toSorted((a, b) => ORDER.indexOf(a ?? '') - ORDER.indexOf(b ?? '')),
  );
  assert.equal(textOf(all), value.result?.['text']);
});

test('[J-8] an answer can be stopped, and what came of it stays in the conversation', async () => {
  await using bench = await ProtocolBench.start(SLOW_ANSWERS);
  const client = await bench.program();
  assert.equal(await client.failure('chat.cancel', { requestId: 99 }), 'not_found');
  client.send('chat.send', { text: 'hello' }, 'm');
  await client.notification('chat.delta');
  client.send('chat.cancel', { requestId: 'm' }, 'c');
  const { error } = await client.response('m');
  assert.equal(error?.data['reason'], 'cancelled');
  const cancel = client.messages.find(({ id }) => id === 'c') ?? (await client.response('c'));
  assert.equal(cancel.result?.['cancelled'], 1);
  const { turns } = (await client.call('chat.history')) as { turns: { user: string; assistant: string }[] };
  assert.deepEqual(
    turns.map(({ user, assistant }) => ({ user, assistant })),
    [{ user: 'hello', assistant: textOf(client.messages) }],
  );
});

test('[J-9] the same clientMessageId is the same message', async () => {
  await using bench = await ProtocolBench.start();
  const client = await bench.program();
  const send = { text: 'hello', clientMessageId: 'x' };
  const first = await client.call('chat.send', send);
  assert.deepEqual(await client.call('chat.send', send), first);
  assert.equal((await client.call('session.whoami'))['remaining'], 9);
  assert.equal(await client.failure('chat.send', { ...send, text: 'other' }), 'conflict');
});

test('[J-10] 2 answers at once, 10 messages in 60 s; a refused one uses nothing up', async () => {
  await using bench = await ProtocolBench.start(SLOW_ANSWERS);
  const client = await bench.program();
  const ids = [client.send('chat.send', { text: 'a' }), client.send('chat.send', { text: 'b' })];
  assert.equal(await client.failure('chat.send', { text: 'c' }), 'too_many_pending');
  assert.equal(await client.failure('chat.send', { text: 'c '.repeat(20_000) }), 'too_many_pending');
  // What is cancelled before it is asked of a model uses nothing up either.
  while (client.messages.filter(({ method }) => method === 'chat.started').length < ids.length)
    await client.next();
  await client.call('chat.cancel');
  for (const id of ids)
    assert.ok(client.messages.some((message) => message.id === id) || (await client.response(id)));
  assert.equal(await client.failure('chat.send', { text: 'c '.repeat(20_000) }), 'message_too_long');
  const { tokens, budget } = (client.messages.at(-1)?.error?.data['values'] ?? {}) as Record<string, number>;
  assert.ok(tokens !== undefined && budget !== undefined && tokens > budget);
  assert.equal((await client.call('session.whoami'))['remaining'], 8);
});

test('[J-11] the trace of a message goes upstream', async (t) => {
  const stub = await startStub({});
  t.after(() => stub.close());
  await using bench = await ProtocolBench.start({ LLM_PROVIDER: 'ollama', OLLAMA_HOST: stub.url });
  const client = await bench.program();
  const id = client.send('chat.send', { text: 'hello' });
  const { value } = await bench.elapseUntil(client.response(id));
  assert.match(String(value.result?.['trace']), /^Usuario-1:m1$/);
  assert.ok(stub.requests.some(({ trace }) => trace === 'Usuario-1:m1'));
});

const ORDER = ['chat.queued', 'chat.started', 'chat.delta'];

function textOf(messages: readonly RpcMessage[]): string {
  const deltas = messages.filter(({ method }) => method === 'chat.delta');
  return deltas.map(({ params }) => String(params?.['text'])).join('');
}
