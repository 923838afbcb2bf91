import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryNetwork } from '../../shared/client/memory-transport.fixture.ts';
import { LIES, startFakeServer, type Lie } from './fake-server.ts';
import { jsonRpcClient, SessionClient } from './session-client.ts';

const TARGET = { host: '127.0.0.1', connectTimeoutMs: 5_000 };

test('An honest server gives answers and no complaint', async () => {
  const { answers, violations } = await converse('none');
  assert.deepEqual(violations, []);
  assert.deepEqual(answers, ['echo: one', 'echo: two', 'echo: three']);
});

const NOTICED: readonly Lie[] = LIES.filter(
  (lie) => !['none', 'foreign_answer', 'foreign_trace'].includes(lie),
);
for (const lie of NOTICED) {
  test(`Notices a server that lies: ${lie}`, async () => {
    const { answers, violations, failures } = await converse(lie);
    assert.ok(violations.length + failures.length > 0, `Nothing noticed in ${JSON.stringify(answers)}`);
  });
}

test('After a cut it takes up what was missed, and sends again only what never arrived', async () => {
  const { network, client, violations } = await opened();
  const first = client.chat('first');
  const second = client.chat('second');
  network.peer.notify('chat.delta', { requestId: 2, text: 'an', seq: 1 });
  client.cut();
  network.peer.drop({});
  const resumed = client.resume();
  const { params } = await reconnected(network);
  assert.deepEqual(params, { resumeToken: 'a', epoch: 'e', lastSeq: 1 });
  network.peer.answer({ ...HELLO, resumeToken: 'b', seq: 3, replayed: 2, running: [] });
  await resumed;
  network.peer.notify('chat.delta', { requestId: 2, text: 'swer', seq: 2 });
  assert.deepEqual(network.peer.inputs('chat.send'), []);
  network.peer.say({ id: 2, result: { text: 'answer', trace: 'Usuario-1:m1', seq: 3 } });
  assert.equal((await first).text, 'answer');
  assert.deepEqual(network.peer.inputs('chat.send'), [{ text: 'second', clientMessageId: 'm2' }]);
  network.peer.say({ id: 3, result: { text: 'again', trace: 'Usuario-1:m2', seq: 4 } });
  assert.equal((await second).text, 'again');
  assert.deepEqual(violations, []);
});

test('A request fails with the reason that the server gave for closing', async () => {
  const { network, client, violations } = await opened();
  const answer = client.chat('hello');
  network.peer.say({
    id: null,
    error: { code: 4104, data: { reason: 'slow_consumer', closing: true } },
  });
  network.peer.drop({});
  await assert.rejects(answer, { key: 'slow_consumer' });
  assert.equal(await client.closed, 'slow_consumer');
  assert.deepEqual(violations, []);
});

test('A session that is gone is no resumption, and what waited for it fails', async () => {
  const { network, client } = await opened();
  const answer = client.chat('hello');
  client.cut();
  network.peer.drop({});
  const resumed = client.resume();
  await reconnected(network);
  network.peer.refuse('unknown_session');
  await assert.rejects(answer, { key: 'unknown_session' });
  network.peer.answer(HELLO);
  await assert.rejects(resumed, { key: 'expired' });
});

test('A connection that cannot be made says why', async () => {
  const network = new MemoryNetwork();
  const client = clientOf(network, []);
  const opening = client.open();
  network.peer.drop({ error: new Error('connect ECONNREFUSED') });
  await assert.rejects(opening, { key: 'connect_failed', message: 'connect ECONNREFUSED' });
});

async function converse(lie: Lie) {
  const server = await startFakeServer(lie);
  const violations: string[] = [];
  const failures: unknown[] = [];
  const client = jsonRpcClient(
    { ...TARGET, port: server.port },
    { violation: (text) => violations.push(text) },
  );
  const answers: string[] = [];
  await client.open();
  for (const text of ['one', 'two', 'three']) {
    try {
      answers.push((await client.chat(text)).text);
    } catch (error) {
      failures.push(error);
    }
  }
  // What comes after the last answer belongs to the test too; the end of the connection is behind it.
  client.close();
  await client.closed;
  server.close();
  return { answers, violations, failures };
}

const HELLO = { session: 'Usuario-1', resumeToken: 'a', epoch: 'e', seq: 0, locale: 'en' };

async function opened() {
  const network = new MemoryNetwork();
  const violations: string[] = [];
  const client = clientOf(network, violations);
  const opening = client.open();
  network.peer.open();
  network.peer.answer(HELLO);
  await opening;
  return { network, client, violations };
}

/** The client connects again within this turn of the event loop. Gives its request to resume. */
async function reconnected(network: MemoryNetwork) {
  await new Promise((resolve) => setImmediate(resolve));
  network.peer.open();
  return network.peer.requested('session.resume');
}

function clientOf(network: MemoryNetwork, violations: string[]): SessionClient {
  return new SessionClient(network.open, 5_000, { violation: (text) => violations.push(text) });
}
