import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LineEvents, LineTransport } from './line-transport.ts';
import { JsonRpcClient } from './json-rpc-client.ts';
import { LIES, startFakeServer, type Lie } from './fake-server.ts';
import { jsonRpcClient } from './json-rpc-client.ts';

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
  const peer = new ScriptedPeer();
  const violations: string[] = [];
  const client = new JsonRpcClient(peer.open, { violation: (text) => violations.push(text) });
  const opened = client.open();
  await peer.respond('session.hello', { session: 'Usuario-1', resumeToken: 'a', epoch: 'e', seq: 0 });
  await opened;
  const first = client.chat('first');
  const second = client.chat('second');
  peer.notify('chat.delta', { requestId: 2, text: 'an', seq: 1 });
  client.cut();
  const resumed = client.resume();
  const { params } = await peer.respond('session.resume', {
    session: 'Usuario-1',
    resumeToken: 'b',
    epoch: 'e',
    seq: 3,
    replayed: 2,
    running: [],
  });
  assert.deepEqual(params, { resumeToken: 'a', epoch: 'e', lastSeq: 1 });
  await resumed;
  peer.notify('chat.delta', { requestId: 2, text: 'swer', seq: 2 });
  assert.deepEqual(peer.sent('chat.send'), []);
  peer.line({ jsonrpc: '2.0', id: 2, result: { text: 'answer', trace: 'Usuario-1:m1', seq: 3 } });
  assert.equal((await first).text, 'answer');
  assert.deepEqual(peer.sent('chat.send'), [{ text: 'second', clientMessageId: 'm3' }]);
  peer.line({ jsonrpc: '2.0', id: 3, result: { text: 'again', trace: 'Usuario-1:m2', seq: 4 } });
  assert.equal((await second).text, 'again');
  assert.deepEqual(violations, []);
  client.cut();
});

test('A request fails with the reason that the server gave for closing', async () => {
  const peer = new ScriptedPeer();
  const client = new JsonRpcClient(peer.open, { violation: (text) => assert.fail(text) });
  const opened = client.open();
  await peer.respond('session.hello', { session: 'Usuario-1', resumeToken: 'a', epoch: 'e', seq: 0 });
  await opened;
  const answer = client.chat('hello');
  peer.line({
    jsonrpc: '2.0',
    id: null,
    error: { code: 4104, data: { reason: 'slow_consumer', closing: true } },
  });
  peer.events?.closed('');
  await assert.rejects(answer, { key: 'slow_consumer' });
  assert.equal(await client.closed, 'slow_consumer');
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

/** The other end of a client's pipe, in the hands of a test. */
class ScriptedPeer {
  events: LineEvents | undefined;
  #sent: { id?: number; method: string; params: unknown }[] = [];

  readonly open = (events: LineEvents): Promise<LineTransport> => {
    this.events = events;
    this.#sent = [];
    return Promise.resolve({
      send: (line) => void this.#sent.push(JSON.parse(line) as { method: string; params: unknown }),
      pause: () => undefined,
      resume: () => undefined,
      end: () => undefined,
      destroy: () => undefined,
    });
  };

  sent(method: string): unknown[] {
    return this.#sent.filter((message) => message.method === method).map(({ params }) => params);
  }

  line(message: object): void {
    this.events?.line(JSON.stringify(message));
  }

  notify(method: string, params: object): void {
    this.line({ jsonrpc: '2.0', method, params });
  }

  /** Answers the request that the client has sent, or is about to send within this turn of the event loop. */
  async respond(method: string, result: object): Promise<{ params: unknown }> {
    await new Promise((resolve) => setImmediate(resolve));
    const request = this.#sent.find((message) => message.method === method);
    assert.ok(request, `${method} was not sent`);
    this.line({ jsonrpc: '2.0', id: request.id, result });
    return request;
  }
}
