/** A client that is cut off comes back and misses nothing, repeats nothing, and is answered once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../shared/clock.ts';
import { ResumableClient } from './support/resumable-client.ts';
import { RpcClient, type RpcMessage } from './support/rpc-client.ts';
import { EchoProvider, providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer, type TestServerOptions } from './support/test-server.ts';

const SEED = 20_261_121;
const ID = 7;

async function start(options: TestServerOptions = {}) {
  const provider = new ScriptedProvider();
  const server = await startTestServer({ ...options, providers: providersOf(provider) });
  return { provider, server };
}

/** Until the server has noticed that so many connections are left, the asker's included. */
async function untilConnections(rpc: RpcClient, count: number): Promise<void> {
  while ((await rpc.call('server.stats'))['connections'] !== count);
}

const DELTAS = 6;

test('cut at every message of an answer, with and without having read it', async () => {
  const { provider, server } = await start();
  await using _ = server;
  for (let boundary = 0; boundary <= DELTAS + 1; boundary += 1) {
    for (const hasRead of [true, false]) {
      using client = await ResumableClient.open(server.port);
      client.send('chat.send', { text: 'hello' }, ID);
      const call = await provider.next();
      let said = '';
      for (let step = 0; step <= DELTAS + 1; step += 1) {
        if (step <= DELTAS) {
          call.say(`part ${step} `);
          said += `part ${step} `;
        } else {
          call.end();
        }
        if (step === boundary) {
          if (hasRead && step <= DELTAS) await client.untilStreamed(ID, said);
          client.cut();
          await client.resume();
        }
      }
      const response = await client.response(ID);
      assert.equal(response.result?.['text'], said);
      assert.equal(client.streamed(ID), said);
    }
  }
  assert.equal(provider.calls.length, 2 * (DELTAS + 2));
});

type Action = 'say' | 'read' | 'ack' | 'cut' | 'end' | 'cut in vain' | 'take over';
const Actions = fc.array(
  fc.constantFrom<Action>('say', 'say', 'say', 'read', 'ack', 'cut', 'end', 'cut in vain', 'take over'),
  { minLength: 3, maxLength: 14 },
);

test(`any sequence of cuts gives one whole answer (seed ${SEED})`, async () => {
  const { provider, server } = await start();
  await using _ = server;
  const property = fc.asyncProperty(Actions, async (actions) => {
    const callsBefore = provider.calls.length;
    using client = await ResumableClient.open(server.port);
    client.send('chat.send', { text: 'hello' }, ID);
    const call = await provider.next();
    let said = '';
    for (const [step, action] of actions.entries()) {
      if (action === 'say') {
        call.say(`${step}: ñandú `);
        said += `${step}: ñandú `;
      } else if (action === 'read') {
        await client.untilStreamed(ID, said);
      } else if (action === 'ack') {
        client.ack();
      } else {
        const before = client.rpc;
        if (action !== 'take over') client.cut(action === 'end' ? 'destroy' : 'reset');
        if (action === 'cut in vain') await client.resumeInVain();
        await client.resume();
        before.destroy();
      }
    }
    // An answer without text would be an error.
    call.say('end');
    said += 'end';
    call.end();
    const response = await client.response(ID);
    assert.equal(response.result?.['text'], said);
    assert.equal(client.streamed(ID), said);
    assert.equal(client.messages.filter(({ id }) => id === ID).length, 1);
    assert.equal(provider.calls.length, callsBefore + 1);
  });
  await fc.assert(property, { seed: SEED, numRuns: 40 });
});

test('a response whose connection was lost comes under its first id', async () => {
  const { provider, server } = await start();
  await using _ = server;
  using client = await ResumableClient.open(server.port);
  client.send('chat.send', { text: 'hello' }, 'my-id');
  const call = await provider.next();
  client.cut();
  call.say('whole');
  call.end();
  const { session, running } = await client.resume();
  assert.equal(session, client.session);
  const response = await client.response('my-id');
  assert.equal(response.result?.['text'], 'whole');
  assert.ok(Array.isArray(running));
});

test('a resumed session tells what runs, and it can be cancelled', async () => {
  const { provider, server } = await start();
  await using _ = server;
  using client = await ResumableClient.open(server.port);
  client.send('chat.send', { text: 'hello' }, ID);
  const call = await provider.next();
  call.say('first ');
  await client.untilStreamed(ID, 'first ');
  client.cut();
  assert.deepEqual((await client.resume())['running'], [ID]);
  client.send('chat.cancel', { requestId: ID }, 'cancel');
  await call.aborted();
  const [one, other] = [await client.next(), await client.next()].sort((a) => (a.id === ID ? -1 : 1));
  assert.equal(one?.error?.data['reason'], 'cancelled');
  assert.equal(other?.result?.['cancelled'], 1);
});

test('a newer connection takes the session, and the older one is told so', async () => {
  const { server } = await start();
  await using _ = server;
  using client = await ResumableClient.open(server.port);
  const older = client.rpc;
  await client.resume();
  const last = await older.next();
  assert.deepEqual([last.id, last.error?.data['reason']], [null, 'superseded']);
  assert.equal(last.error?.data['closing'], true);
  assert.equal(await older.lines.rest(), '');
  older.destroy();
  client.send('server.ping', {}, ID);
  assert.equal((await client.response(ID)).result?.['pong'], true);
});

test('a token stays good until its successor is shown to have arrived', async () => {
  const { server } = await start();
  await using _ = server;
  using client = await ResumableClient.open(server.port);
  const first = client.resumeParams;
  client.cut();
  await client.resumeInVain();
  await client.resumeInVain();
  await client.resume();
  client.send('server.ping', {}, ID);
  await client.response(ID);
  using stranger = await RpcClient.open(server.port);
  assert.equal(await stranger.failure('session.resume', first), 'unknown_session');
  assert.equal(await stranger.failure('session.resume', { ...first, resumeToken: 'x' }), 'unknown_session');
  assert.equal(
    await stranger.failure('session.resume', { ...client.resumeParams, epoch: 'x' }),
    'unknown_session',
  );
});

test('a refused resume leaves everything as it was', async () => {
  const { server } = await start();
  await using _ = server;
  using client = await ResumableClient.open(server.port);
  client.send('server.ping', {}, ID);
  await client.response(ID);
  using second = await RpcClient.open(server.port);
  const ahead = { ...client.resumeParams, lastSeq: client.lastSeq + 1 };
  assert.equal(await second.failure('session.resume', ahead), 'ack_ahead');
  client.ack();
  client.send('server.ping', {}, ID);
  await client.response(ID);
  const behind = { ...client.resumeParams, lastSeq: 0 };
  assert.equal(await second.failure('session.resume', behind), 'gap');
  client.send('server.ping', {}, ID);
  await client.response(ID);
  const { replayed } = await second.call('session.resume', client.resumeParams);
  assert.equal(replayed, 0);
});

test('a resume comes first: a session that is there already cannot be left behind', async () => {
  const { provider, server } = await start();
  await using _ = server;
  using client = await ResumableClient.open(server.port);
  using other = await ResumableClient.open(server.port);
  assert.equal(await other.rpc.failure('session.resume', client.resumeParams), 'session_begun');
  using third = await RpcClient.open(server.port);
  third.send('chat.send', { text: 'hello' });
  await provider.next();
  assert.equal(await third.failure('session.resume', client.resumeParams), 'session_begun');
});

test('lines sent right behind a resume belong to the resumed session', async () => {
  const { server } = await start();
  await using _ = server;
  using client = await ResumableClient.open(server.port);
  client.cut();
  using rpc = await RpcClient.open(server.port);
  const lines = [
    { jsonrpc: '2.0', id: 'resume', method: 'session.resume', params: client.resumeParams },
    { jsonrpc: '2.0', id: 'who', method: 'session.whoami' },
  ];
  rpc.lines.send(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await rpc.response('resume');
  const who = await rpc.response('who');
  assert.equal(who.result?.['session'], client.session);
  assert.equal(who.result?.['seq'], 1);
});

test('another run of the server knows no session of this one', async () => {
  const first = await start();
  const client = await ResumableClient.open(first.server.port);
  client.cut();
  await first.server.drain();
  const second = await start();
  await using _ = second.server;
  using rpc = await RpcClient.open(second.server.port);
  assert.equal(await rpc.failure('session.resume', client.resumeParams), 'unknown_session');
  assert.equal((await rpc.call('session.hello', { client: 'test', version: '1' }))['seq'], 0);
});

test('a generation goes on for a while without a client; the session lasts longer', async () => {
  const clock = new ManualClock();
  const { provider, server } = await start({ clock });
  await using _ = server;
  using watcher = await RpcClient.open(server.port);
  using client = await ResumableClient.open(server.port);
  client.send('chat.send', { text: 'hello' }, ID);
  const call = await provider.next();
  client.cut();
  await untilConnections(watcher, 1);
  clock.advance(29_000);
  await watcher.call('server.ping');
  assert.equal(call.isAborted, false);
  clock.advance(3_000);
  await call.aborted();
  await client.resume();
  const response = await client.response(ID);
  assert.equal(response.error?.data['reason'], 'cancelled');
  client.cut();
  await untilConnections(watcher, 1);
  clock.advance(15 * 60_000 - 2_000);
  await client.resume();
  client.cut();
  await untilConnections(watcher, 1);
  clock.advance(15 * 60_000 + 2_000);
  assert.equal(await watcher.failure('session.resume', client.resumeParams), 'unknown_session');
});

test('without session.hello a generation ends with its connection', async () => {
  const { provider, server } = await start();
  await using _ = server;
  using rpc = await RpcClient.open(server.port);
  rpc.send('chat.send', { text: 'hello' });
  const call = await provider.next();
  rpc.reset();
  await call.aborted();
});

test('who reads but confirms nothing is closed as slow; the session goes on', async () => {
  const { provider, server } = await start({
    environment: { LIMIT_WRITE_PROGRESS_MS: '60', LIMIT_SWEEP_MS: '10' },
  });
  await using _ = server;
  using client = await ResumableClient.open(server.port);
  client.send('chat.send', { text: 'hello' }, ID);
  const call = await provider.next();
  const piece = 'x'.repeat(1_024);
  for (let count = 0; count < 400; count += 1) call.say(piece);
  call.end();
  let received = 0;
  let closing: unknown;
  while (closing === undefined) {
    const message = await client.rpc.next();
    closing = message.error?.data['closing'];
    if (closing === undefined) received += textOf(message).length;
    else assert.equal(message.error?.data['reason'], 'slow_consumer');
  }
  const takenBytes = call.taken * piece.length;
  assert.ok(received >= 60_000 && received < 70_000, `received ${received}`);
  assert.ok(takenBytes <= 140_000, `taken ${takenBytes}`);
  client.cut();
  await client.resume();
  while (!client.messages.some(({ id }) => id === ID)) {
    await client.next();
    client.ack();
  }
  assert.equal(client.streamed(ID), piece.repeat(400));
});

test('sixteen large responses at once reach a reader that confirms later', async () => {
  const { server } = await start();
  await using _ = server;
  using client = await ResumableClient.open(server.port);
  const ids = Array.from({ length: 16 }, (__, index) => index);
  const lines = ids.map((id) => JSON.stringify({ jsonrpc: '2.0', id, method: 'operations.list' }));
  client.rpc.lines.send(`${lines.join('\n')}\n`);
  for (const id of ids) assert.ok((await client.response(id)).result);
  client.ack();
  client.cut();
  await client.resume();
  client.send('server.ping', {}, ID);
  await client.response(ID);
});

test('what was forgotten unread makes a gap, and nothing else', async () => {
  const environment = { LIMIT_REPLAY_BYTES_MAX: '30000', LIMIT_OUTBOX_SOFT_BYTES: '30000' };
  const { server } = await start({ environment });
  await using _ = server;
  using client = await ResumableClient.open(server.port);
  const { resumeParams } = client;
  for (const id of [1, 2, 3, 4]) {
    client.send('operations.list', {}, id);
    await client.response(id);
  }
  client.cut();
  using rpc = await RpcClient.open(server.port);
  assert.equal(await rpc.failure('session.resume', resumeParams), 'gap');
  await client.resume();
});

test('a history longer than the outbox reaches who asked for it', async () => {
  const provider = new EchoProvider();
  await using server = await startTestServer({
    providers: providersOf(provider),
    environment: { RATE_MAX_MESSAGES: '100', LLM_INPUT_TOKEN_BUDGET: '100000' },
  });
  using client = await ResumableClient.open(server.port);
  const text = 'ñ'.repeat(20_000);
  for (const id of [1, 2, 3, 4, 5]) {
    client.send('chat.send', { text }, id);
    await client.response(id);
    client.ack();
  }
  client.send('chat.history', {}, ID);
  const turns = (await client.response(ID)).result?.['turns'] as { user: string; assistant: string }[];
  assert.deepEqual(
    turns.map(({ user, assistant }) => user.length + assistant.length),
    Array.from({ length: 5 }, () => 2 * 20_000 + 'echo: '.length),
  );
  client.cut();
  await client.resume();
});

function textOf({ params }: RpcMessage): string {
  const text = params?.['text'];
  return typeof text === 'string' ? text : '';
}
