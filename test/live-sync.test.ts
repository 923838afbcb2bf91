/** Two sessions of one person in one conversation stay in step while an answer streams. [C-3] [C-4] */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { attached } from './support/attached-files.ts';
import { LineClient } from './support/line-client.ts';
import { RpcClient } from './support/rpc-client.ts';
import { providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

/** Of what a session may leave unconfirmed. */
const SOFT_LIMIT = 64 * 1024;
const PARTS = 24;
const CLIENT = { client: 'test', version: '1' };

let provider: ScriptedProvider;
let server: Awaited<ReturnType<typeof startTestServer>>;

before(async () => {
  provider = new ScriptedProvider();
  server = await startTestServer({
    providers: providersOf(provider),
    environment: { RATE_MAX_MESSAGES: '1000', MAX_IN_FLIGHT: '8' },
  });
});

after(() => server.drain());

async function hello(more: object = {}): Promise<[RpcClient, Record<string, unknown>]> {
  const client = await RpcClient.open(server.port);
  return [client, await client.call('session.hello', { ...CLIENT, ...more })];
}

/** Two sessions of one guest, in a conversation with one turn. */
async function pair() {
  const [one, { guestToken }] = await hello();
  const { conversation, answerMessage } = await exchange(one, 'chat.send', { text: 'first' }, ['answer']);
  const [two, greeting] = await hello({ guestToken });
  assert.equal(greeting['conversation'], conversation);
  return { one, two, conversation, answerMessage, guestToken, greeting };
}

/** A whole turn whose answer comes in these parts. */
async function exchange(client: RpcClient, name: string, input: object, parts: readonly string[]) {
  const id = client.send(name, input);
  const call = await provider.next();
  for (const part of parts) call.say(part);
  call.end();
  const { result, error } = await client.response(id);
  assert.ok(result, JSON.stringify(error));
  return result;
}

/** Reads on until the last event of a turn; returns its events. */
async function turnEvents(client: RpcClient): Promise<Record<string, unknown>[]> {
  const events: Record<string, unknown>[] = [];
  for (;;) {
    const { params = {} } = await client.notification('conversation.turn');
    events.push(params);
    if (params['phase'] !== 'started' && params['phase'] !== 'delta') return events;
  }
}

function answerIn(events: readonly Record<string, unknown>[]): string {
  return events.flatMap(({ phase, text }) => (phase === 'delta' ? [String(text)] : [])).join('');
}

test('files that one session sends are named to the other while the answer streams', async () => {
  const { one, two, conversation } = await pair();
  using _one = one;
  using _two = two;
  const attachments = await attached(one, { 'heron.txt': Buffer.from('The heron is grey.') });
  const id = one.send('chat.send', { text: 'Which colour?', attachments });
  const call = await provider.next();
  call.say('Grey');
  const started = (await two.notification('conversation.turn')).params;
  assert.deepEqual([started?.['phase'], started?.['files']], ['started', ['heron.txt']]);
  const opened = await two.call('conversations.open', { conversation });
  const [running] = opened['running'] as { files: string[] }[];
  assert.deepEqual(running?.files, ['heron.txt']);
  call.end();
  const { result } = await one.response(id);
  const ended = (await turnEvents(two)).at(-1);
  assert.deepEqual(ended?.['attachments'], result?.['attachments']);
  assert.ok(Array.isArray(result?.['attachments']));
});

test('what one session says, the other sees as it streams, numbered like everything else', async () => {
  const { one, two, conversation, answerMessage } = await pair();
  using _one = one;
  using _two = two;
  const id = one.send('chat.send', { text: 'second' });
  const call = await provider.next();
  call.say('Hel');
  const started = (await two.notification('conversation.turn')).params;
  assert.equal(started?.['phase'], 'started');
  assert.equal(started['prompt'], 'second');
  assert.equal(started['parent'], answerMessage);
  assert.equal((await two.notification('conversation.turn')).params?.['text'], 'Hel');
  call.say('lo');
  call.end();
  const result = (await one.response(id)).result;
  const events = await turnEvents(two);
  assert.equal(answerIn(events), 'lo');
  const { phase, answerMessage: written, trace } = events.at(-1) ?? {};
  assert.deepEqual([phase, written, trace], ['ended', result?.['answerMessage'], result?.['trace']]);
  const { params } = await two.notification('conversation.changed');
  assert.equal((params?.['conversation'] as { id: string } | undefined)?.id, conversation);
  const numbers = two.messages.flatMap(({ params: each }) =>
    each?.['seq'] === undefined ? [] : [each['seq']],
  );
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => index + 1),
  );
  assert.ok(!one.messages.some(({ method }) => method?.startsWith('conversation.')), 'not its own turn');
});

test('an answer that fails is told, and so is a second answer to a prompt that was there', async () => {
  const { one, two, answerMessage } = await pair();
  using _one = one;
  using _two = two;
  await exchange(one, 'chat.regenerate', {}, ['again']);
  const again = await turnEvents(two);
  assert.equal(again[0]?.['prompt'], undefined);
  assert.ok(Number(again[0]?.['promptMessage']) < Number(answerMessage));
  const id = one.send('chat.send', { text: 'stop me' });
  const call = await provider.next();
  call.say('half');
  await one.notification('chat.delta');
  await one.call('chat.cancel', { requestId: id });
  const stopped = await turnEvents(two);
  assert.deepEqual([stopped.at(-1)?.['phase'], stopped.at(-1)?.['reason']], ['failed', 'cancelled']);
});

test('a session that opens the conversation in mid-stream gets the text so far, then the rest', async () => {
  const { one, two, conversation, guestToken } = await pair();
  using _one = one;
  using _two = two;
  await two.call('chat.new');
  const id = one.send('chat.send', { text: 'second' });
  const call = await provider.next();
  call.say('so far ');
  await one.notification('chat.delta');
  const opened = await two.call('conversations.open', { conversation });
  const [running] = opened['running'] as { text: string; prompt: string; trace: string }[];
  assert.deepEqual([running?.text, running?.prompt], ['so far ', 'second']);
  const [late] = await hello({ guestToken });
  using _late = late;
  call.say('and the rest');
  call.end();
  const result = (await one.response(id)).result;
  assert.equal(running?.trace, result?.['trace']);
  assert.equal(`${running?.text}${answerIn(await turnEvents(two))}`, result?.['text']);
  const joined = await turnEvents(late);
  assert.equal(joined[0]?.['phase'], 'started');
  assert.equal(answerIn(joined), result?.['text']);
});

test('a guest sees nothing of another guest, whatever conversation it names', async () => {
  const { one, two, conversation } = await pair();
  using _one = one;
  using _two = two;
  const [stranger] = await hello({ conversation });
  using _stranger = stranger;
  assert.equal(await stranger.failure('conversations.open', { conversation }), 'not_found');
  await exchange(one, 'chat.send', { text: 'private' }, ['very']);
  await turnEvents(two);
  await stranger.call('server.ping');
  assert.ok(!JSON.stringify(stranger.messages).includes('private'));
});

test('one in netcat and one in a program stay in step in mid-stream, in both directions', async () => {
  const [program] = await hello();
  using _program = program;
  const email = 'in-step@example.org';
  const { accessToken } = await program.call('auth.register', { email, password: 'correct horse battery' });
  await program.call('session.authenticate', { key: accessToken });
  const { key } = await program.call('keys.create', { name: 'netcat' });
  const first = await exchange(program, 'chat.send', { text: 'first' }, ['answer']);
  using person = await LineClient.open(server.port);
  person.send(`/lang en\n/login ${String(key)}\n/open ${String(first['conversation'])}\n`);
  await person.until('> first\nanswer\n');
  const id = program.send('chat.send', { text: 'from the program' });
  const call = await provider.next();
  call.say('Hel');
  await person.until('-- from another of your sessions:\n> from the program\nHel');
  call.say('lo');
  call.end();
  const { result } = await program.response(id);
  await person.until(`lo\n-- ${String(result?.['trace'])}\n`);
  person.send('from netcat\n');
  const theirs = await provider.next();
  theirs.say('one ');
  await person.until('one ');
  const started = await program.notification('conversation.turn');
  assert.equal(started.params?.['prompt'], 'from netcat');
  theirs.say('two');
  theirs.end();
  assert.equal(answerIn(await turnEvents(program)), 'one two');
  await person.until(/two\n-- Usuario-\d+:m\d+ .*\n/);
});

test('an answer of another session does not come between a line and its own answer', async () => {
  const [program] = await hello();
  using _program = program;
  const email = 'in-turn@example.org';
  const { accessToken } = await program.call('auth.register', { email, password: 'correct horse battery' });
  await program.call('session.authenticate', { key: accessToken });
  const { key } = await program.call('keys.create', { name: 'netcat' });
  const { conversation } = await exchange(program, 'chat.send', { text: 'first' }, ['answer']);
  using person = await LineClient.open(server.port);
  person.send(`/lang en\n/login ${String(key)}\n/open ${String(conversation)}\n`);
  await person.until('answer\n');
  person.send('mine\n');
  const own = await provider.next();
  own.say('my answer');
  await person.until('my answer');
  await exchange(program, 'chat.send', { text: 'theirs' }, ['their answer']);
  own.end();
  await person.until(
    /^\n-- Usuario-\d+:m\d+ .*\n-- from another of your sessions:\n> theirs\ntheir answer\n-- /,
  );
});

test('a session that confirms nothing costs little, and gets the whole answer when it goes on', async () => {
  const { one, two } = await pair();
  using _one = one;
  using _two = two;
  const part = 'x'.repeat(8 * 1024);
  const id = one.send('chat.send', { text: 'much' });
  const call = await provider.next();
  for (let parts = 0; parts < PARTS; parts += 1) {
    call.say(part);
    for (let length = 0; length < part.length;) {
      const { params } = await one.notification('chat.delta');
      length += String(params?.['text']).length;
      one.notify('session.ack', { seq: params?.['seq'] });
    }
  }
  assert.ok(two.lines.received.length < SOFT_LIMIT + 2 * part.length, 'the rest was not sent to it');
  call.end();
  await one.response(id);
  const deltas: number[] = [];
  for (let phase: unknown; phase !== 'ended';) {
    const { params } = await two.notification('conversation.turn');
    ({ phase } = params ?? {});
    if (phase === 'delta') deltas.push(String(params?.['text']).length);
    two.notify('session.ack', { seq: params?.['seq'] });
  }
  assert.equal(
    deltas.reduce((sum, length) => sum + length, 0),
    PARTS * part.length,
  );
  assert.ok(
    Math.max(...deltas) > PARTS * part.length - SOFT_LIMIT - 2 * part.length,
    'what was missed is one',
  );
});

test('after a resume the events that were missed come, and then the rest', async () => {
  const { one, two, greeting } = await pair();
  using _one = one;
  const id = one.send('chat.send', { text: 'second' });
  const call = await provider.next();
  call.say('Hel');
  await two.notification('conversation.turn');
  two.reset();
  call.say('lo');
  await one.notification('chat.delta');
  using again = await RpcClient.open(server.port);
  const { resumeToken, epoch } = greeting;
  await again.call('session.resume', { resumeToken, epoch, lastSeq: 1 });
  call.end();
  await one.response(id);
  assert.equal(answerIn(await turnEvents(again)), 'Hello');
});

test('an answer is stopped from another session of its owner, and by nobody else', async () => {
  const { one, two } = await pair();
  const [stranger] = await hello();
  using _one = one;
  using _two = two;
  using _stranger = stranger;
  const id = one.send('chat.send', { text: 'a long story' });
  const call = await provider.next();
  call.say('Once');
  const trace = (await two.notification('conversation.turn')).params?.['trace'];
  assert.equal(await stranger.failure('chat.cancel', { trace }), 'not_found');
  assert.equal((await two.call('chat.cancel', { trace }))['cancelled'], 1);
  assert.equal((await one.response(id)).error?.data?.reason, 'cancelled');
  const last = (await turnEvents(two)).at(-1);
  assert.deepEqual([last?.['phase'], last?.['reason']], ['failed', 'cancelled']);
  assert.equal(await two.failure('chat.cancel', { trace }), 'not_found');
});

test('an answer that another session reads has receipt, model and cost, for its owner alone', async () => {
  const { one, two, conversation } = await pair();
  const [stranger] = await hello();
  using _one = one;
  using _two = two;
  using _stranger = stranger;
  const { answerMessage: message, credits } = await exchange(one, 'chat.send', { text: 'second' }, ['so']);
  const { exchange: facts, ...receipt } = await two.call('ledger.receipt', { message });
  const { trace, charged, provider: by, finish } = facts as Record<string, unknown>;
  assert.deepEqual([by, finish], ['ollama', 'stop']);
  assert.equal(charged, (credits as Record<string, unknown>)['charged']);
  const again = await two.call('ledger.receipt', { index: receipt['index'] });
  assert.deepEqual([again['exchange'], again['promptSalt']], [facts, receipt['promptSalt']]);
  const { messages } = await two.call('conversations.messages', { conversation });
  assert.equal((messages as { trace?: string }[]).at(-1)?.trace, trace);
  assert.equal(await stranger.failure('ledger.receipt', { message }), 'not_found');
});

test('opening says how much of it the model was sent, and whether the place follows the newest', async () => {
  const { one, two, conversation, answerMessage } = await pair();
  using _one = one;
  using _two = two;
  const result = await exchange(one, 'chat.send', { text: 'second' }, ['fine']);
  assert.equal(result['remembered'], 2);
  const opened = await two.call('conversations.open', { conversation });
  assert.deepEqual([opened['remembered'], opened['follows']], [2, true]);
  const again = await exchange(one, 'chat.regenerate', { message: answerMessage }, ['other']);
  assert.equal(again['remembered'], 0);
  const back = await two.call('chat.branch', { message: answerMessage });
  assert.deepEqual([back['remembered'], back['follows']], [2, false]);
  assert.equal((await two.call('conversations.open', { conversation }))['follows'], false);
});
