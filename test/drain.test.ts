/** A server that ends lets everybody finish, tells everybody, and takes nobody in. [P-16] */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineClient, type LineTransport } from './support/line-client.ts';
import { ResumableClient } from './support/resumable-client.ts';
import { RpcClient } from './support/rpc-client.ts';
import { providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

async function start(environment: Record<string, string> = {}) {
  const provider = new ScriptedProvider();
  const server = await startTestServer({ environment, providers: providersOf(provider) });
  return { provider, server };
}

async function assertSentAway(client: RpcClient<LineTransport>): Promise<void> {
  const last = await client.next();
  assert.deepEqual(
    [last.id, last.error?.data['reason'], last.error?.data['closing']],
    [null, 'draining', true],
  );
  assert.equal(last.error?.data['retryAfterMs'], 2_750);
  assert.equal(await client.lines.rest(), '');
}

test('idle clients are told when to come back, and closed', async () => {
  const { server } = await start();
  using program = await RpcClient.open(server.port);
  await program.call('server.ping');
  using person = await LineClient.open(server.port);
  await person.until('/lang es\n');
  const drained = server.drain();
  const notice = await program.next();
  assert.deepEqual(notice.params, { reconnectAfterMs: 2_750 });
  await assertSentAway(program);
  assert.match(await person.rest(), /^FAIL \* draining: .* 3 s\n$/);
  program.reset();
  person.reset();
  await drained;
  await assert.rejects(LineClient.open(server.port), { code: 'ECONNREFUSED' });
});

test('what runs is finished, nothing new is begun', async () => {
  const { provider, server } = await start();
  using program = await ResumableClient.open(server.port);
  using person = await LineClient.open(server.port);
  program.send('chat.send', { text: 'hello' }, 1);
  const first = await provider.next();
  person.send('hello\nand more\n');
  const second = await provider.next();
  const drained = server.drain();
  assert.equal((await program.next()).params?.['trace'], `${program.session}:m1`);
  assert.equal((await program.next()).method, 'server.draining');
  program.send('chat.send', { text: 'too late' }, 2);
  const refused = await program.response(2);
  assert.deepEqual([refused.error?.data['reason'], refused.error?.data['retryAfterMs']], ['draining', 5_000]);
  assert.equal(program.rpc.lines.received.includes('closing'), false);
  second.say('to a person');
  second.end();
  const rest = await person.rest();
  assert.match(rest, /to a person\n-- Usuario-\d+:m1 .*\nFAIL send draining: .*\nFAIL \* draining: .*\n$/);
  first.say('to a program');
  first.end();
  assert.equal((await program.response(1)).result?.['text'], 'to a program');
  await assertSentAway(program.rpc);
  program.cut();
  person.reset();
  await drained;
});

test('what does not finish in time is cut, and its client told', async () => {
  const { provider, server } = await start({ LIMIT_DRAIN_MS: '60' });
  using program = await RpcClient.open(server.port);
  using person = await LineClient.open(server.port);
  program.send('chat.send', { text: 'hello' }, 1);
  const [first] = [await provider.next(), person.send('hello\n')];
  const second = await provider.next();
  second.say('half an ans');
  await person.until('half an ans');
  const drained = server.drain();
  await program.notification('server.draining');
  await assertSentAway(program);
  assert.match(await person.rest(), /^\nFAIL \* draining: .*\n$/);
  await Promise.all([first.aborted(), second.aborted()]);
  program.reset();
  person.reset();
  await drained;
});

test('a peer that does not close its side holds the end up for a moment only', async () => {
  const { server } = await start({ LIMIT_CLOSE_GRACE_MS: '50' });
  using program = await RpcClient.open(server.port);
  await program.call('server.ping');
  await server.drain();
  await program.notification('server.draining');
  await assertSentAway(program);
});
