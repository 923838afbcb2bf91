/** Edit, regenerate and branches on a running server, on both faces, over restarts. [C-1] [C-2] */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { commitTo } from '../server/ledger/commitment.ts';
import { LineClient } from './support/line-client.ts';
import { RpcClient } from './support/rpc-client.ts';
import { providersOf, ScriptedProvider } from './support/scripted-provider.ts';
import { startTestServer } from './support/test-server.ts';

const CLIENT = { client: 'test', version: '1' };

interface ShownMessage {
  readonly id: string;
  readonly text: string;
  readonly parent?: string;
  readonly siblings?: { readonly ids: readonly string[]; readonly index: number };
}

/** Answers each prompt with its number among all prompts, and keeps what it was sent. */
class CountingProvider extends ScriptedProvider {
  readonly sent: string[][] = [];

  async serve(): Promise<void> {
    for (;;) {
      const call = await this.next();
      this.sent.push(call.request.messages.slice(1).map(({ content }) => content));
      call.say(`answer ${this.sent.length}`);
      call.end();
    }
  }
}

let provider: CountingProvider;
let server: Awaited<ReturnType<typeof startTestServer>>;
let dataDir: string;

async function start(): Promise<void> {
  provider = new CountingProvider();
  void provider.serve();
  const environment = { DATA_DIR: dataDir, RATE_MAX_MESSAGES: '1000' };
  server = await startTestServer({ providers: providersOf(provider), environment });
}

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hilo-branches-'));
  await start();
});

after(async () => {
  await server.drain();
  await rm(dataDir, { recursive: true, force: true });
});

async function hello(more: object = {}): Promise<[RpcClient, Record<string, unknown>]> {
  const client = await RpcClient.open(server.port);
  return [client, await client.call('session.hello', { ...CLIENT, ...more })];
}

async function messagesOf(client: RpcClient, conversation: unknown, more: object = {}) {
  const { messages } = await client.call('conversations.messages', { conversation, ...more });
  return messages as ShownMessage[];
}

function textsOf(messages: readonly ShownMessage[]): string[] {
  return messages.map(({ text }) => text);
}

test('an edited message is a sibling of the first, and the model is not sent the first', async () => {
  const [client] = await hello();
  using _ = client;
  await client.call('chat.send', { text: 'one' });
  const first = await client.call('chat.send', { text: 'two' });
  const edited = await client.call('chat.edit', { message: first['promptMessage'], text: 'deux' });
  const ids = [first['promptMessage'], edited['promptMessage']];
  assert.deepEqual(edited['siblings'], { ids, index: 1 });
  assert.deepEqual(provider.sent.at(-1), ['one', 'answer 1', 'deux']);
  const after = await client.call('chat.send', { text: 'three' });
  assert.deepEqual(provider.sent.at(-1), ['one', 'answer 1', 'deux', 'answer 3', 'three']);
  const messages = await messagesOf(client, after['conversation']);
  assert.deepEqual(textsOf(messages), ['one', 'answer 1', 'deux', 'answer 3', 'three', 'answer 4']);
  assert.deepEqual(messages[2]?.siblings, { ids, index: 1 });
  assert.equal(messages[3]?.siblings, undefined);
});

test('a second answer is an exchange of its own, with its own salt; its prompt exists once', async () => {
  const [client] = await hello();
  using _ = client;
  const first = await client.call('chat.send', { text: 'one', receipt: 'inline' });
  const again = await client.call('chat.regenerate', { receipt: 'inline' });
  assert.equal(again['promptMessage'], first['promptMessage']);
  const ids = [first['answerMessage'], again['answerMessage']];
  assert.deepEqual(again['siblings'], { ids, index: 1 });
  const [one, two] = [first, again].map(
    ({ receipt }) => receipt as { index: number; promptSalt: string; proof: string },
  );
  assert.ok(one && two && one.index !== two.index);
  assert.notEqual(one.promptSalt, two.promptSalt);
  for (const { proof, promptSalt } of [one, two]) {
    const entry = Buffer.from(/extra (\S+)/.exec(proof)?.[1] ?? '', 'base64').toString();
    assert.ok(entry.includes(commitTo(Buffer.from(promptSalt, 'base64'), 'one')), entry);
  }
  const messages = await messagesOf(client, first['conversation']);
  assert.deepEqual(
    messages.map(({ id }) => id),
    [first['promptMessage'], again['answerMessage']],
  );
  assert.deepEqual(messages[1]?.siblings, { ids, index: 1 });
});

test('one goes back to an earlier branch, and on from there', async () => {
  const [client] = await hello();
  using _ = client;
  const first = await client.call('chat.send', { text: 'one' });
  await client.call('chat.send', { text: 'two' });
  const edited = await client.call('chat.edit', { message: first['promptMessage'], text: 'uno' });
  const back = await client.call('chat.branch', { message: first['promptMessage'] });
  assert.deepEqual(textsOf(back['messages'] as ShownMessage[]).slice(0, 3), ['one', 'answer 7', 'two']);
  const history = await client.call('chat.history');
  assert.deepEqual(
    (history['turns'] as { user: string }[]).map(({ user }) => user),
    ['one', 'two'],
  );
  await client.call('chat.send', { text: 'three' });
  assert.deepEqual(
    provider.sent.at(-1)?.filter((text) => !text.startsWith('answer')),
    ['one', 'two', 'three'],
  );
  const other = await messagesOf(client, first['conversation'], { message: edited['answerMessage'] });
  assert.deepEqual(textsOf(other)[0], 'uno', 'the other branch is read without going there');
});

test('a message may follow any answer, or none', async () => {
  const [client] = await hello();
  using _ = client;
  const first = await client.call('chat.send', { text: 'one' });
  const { conversation } = first;
  await client.call('chat.send', { text: 'two' });
  await client.call('chat.send', { text: 'other', parent: first['answerMessage'] });
  assert.deepEqual(
    provider.sent.at(-1)?.filter((text) => !text.startsWith('answer')),
    ['one', 'other'],
  );
  const root = await client.call('chat.send', { text: 'anew', parent: null });
  assert.equal(root['conversation'], conversation);
  assert.deepEqual(provider.sent.at(-1), ['anew']);
  assert.equal((await messagesOf(client, conversation))[0]?.siblings?.ids.length, 2);
  assert.equal(
    await client.failure('chat.send', { text: 'x', parent: first['promptMessage'] }),
    'invalid_params',
  );
  assert.equal(
    await client.failure('chat.edit', { text: 'x', message: first['answerMessage'] }),
    'invalid_params',
  );
  assert.equal(
    await client.failure('chat.regenerate', { message: first['promptMessage'] }),
    'invalid_params',
  );
});

test('pages go back along one branch, from the newest message to the first', async () => {
  const [client] = await hello();
  using _ = client;
  let conversation: unknown;
  for (const text of ['1', '2', '3', '4', '5']) {
    ({ conversation } = await client.call('chat.send', { text }));
  }
  const read: string[] = [];
  let before: unknown;
  do {
    const input = { conversation, limit: 3, ...(before === undefined ? {} : { before }) };
    const page = await client.call('conversations.messages', input);
    read.unshift(...textsOf(page['messages'] as ShownMessage[]));
    ({ before } = page);
  } while (before !== undefined);
  assert.deepEqual(
    read.filter((text) => !text.startsWith('answer')),
    ['1', '2', '3', '4', '5'],
  );
  assert.equal(read.length, 10);
});

test('two devices do not move each other; a place survives a reconnect and a restart', async () => {
  const [laptop, { guestToken }] = await hello({ device: 'laptop' });
  const first = await laptop.call('chat.send', { text: 'one' });
  const { conversation } = first;
  const second = await laptop.call('chat.regenerate');
  const [phone] = await hello({ device: 'phone', guestToken });
  await phone.call('chat.branch', { message: first['answerMessage'] });
  const said = await laptop.call('chat.send', { text: 'on the laptop' });
  assert.equal((await messagesOf(laptop, conversation)).at(-1)?.id, said['answerMessage']);
  assert.equal((await messagesOf(phone, conversation)).at(-1)?.id, first['answerMessage']);
  phone.reset();
  laptop.reset();
  await server.drain();
  await start();
  const [again, greeting] = await hello({ device: 'phone', guestToken });
  using _again = again;
  assert.equal(greeting['conversation'], conversation);
  assert.equal((await messagesOf(again, conversation)).at(-1)?.id, first['answerMessage']);
  const [tablet] = await hello({ device: 'tablet', guestToken });
  using _tablet = tablet;
  assert.equal((await messagesOf(tablet, conversation)).at(-1)?.id, said['answerMessage']);
  const next = await again.call('chat.send', { text: 'on the phone' });
  const seen = await messagesOf(tablet, conversation);
  assert.equal(seen.at(-1)?.id, said['answerMessage'], 'the tablet stays on its branch');
  await again.call('chat.branch', { message: second['answerMessage'] });
  await again.call('chat.branch', { message: first['answerMessage'] });
  assert.equal((await messagesOf(again, conversation)).at(-1)?.id, next['answerMessage']);
});

test('a repeated edit or second answer is not made twice, also after a restart', async () => {
  const [client, { guestToken }] = await hello();
  const first = await client.call('chat.send', { text: 'one' });
  const edit = { message: first['promptMessage'], text: 'uno', clientMessageId: 'e' };
  const edited = await client.call('chat.edit', edit);
  const again = { message: edited['answerMessage'], clientMessageId: 'r' };
  const regenerated = await client.call('chat.regenerate', again);
  const ask = async (asking: RpcClient) => {
    const calls = provider.sent.length;
    assert.equal((await asking.call('chat.edit', edit))['answerMessage'], edited['answerMessage']);
    const repeated = await asking.call('chat.regenerate', again);
    assert.equal(repeated['answerMessage'], regenerated['answerMessage']);
    assert.equal(repeated['text'], regenerated['text']);
    assert.equal(await asking.failure('chat.edit', { ...edit, text: 'dos' }), 'conflict');
    assert.equal(await asking.failure('chat.send', { text: 'uno', clientMessageId: 'r' }), 'conflict');
    const other = { ...again, message: first['answerMessage'] };
    assert.equal(await asking.failure('chat.regenerate', other), 'conflict');
    assert.equal(await asking.failure('chat.edit', { ...edit, clientMessageId: 'r' }), 'conflict');
    assert.equal(provider.sent.length, calls);
  };
  await ask(client);
  client.reset();
  await server.drain();
  await start();
  const [later] = await hello({ guestToken });
  using _ = later;
  await ask(later);
});

test('what belongs to another guest is not found', async () => {
  const [owner] = await hello();
  const [stranger] = await hello();
  using _owner = owner;
  using _stranger = stranger;
  const { conversation, promptMessage, answerMessage } = await owner.call('chat.send', { text: 'mine' });
  const tries: [string, object][] = [
    ['chat.send', { text: 'x', conversation }],
    ['chat.send', { text: 'x', parent: answerMessage }],
    ['chat.edit', { text: 'x', message: promptMessage }],
    ['chat.regenerate', { message: answerMessage }],
    ['chat.branch', { message: answerMessage }],
    ['conversations.get', { conversation }],
    ['conversations.messages', { conversation }],
    ['conversations.open', { conversation }],
  ];
  for (const [name, input] of tries) assert.equal(await stranger.failure(name, input), 'not_found', name);
  const own = await stranger.call('chat.send', { text: 'own' });
  const before = { conversation: own['conversation'], before: answerMessage };
  assert.equal(await stranger.failure('conversations.messages', before), 'not_found');
});

test('a message has a bounded number of versions', async () => {
  using client = await RpcClient.open(server.port);
  await client.call('chat.send', { text: 'one' });
  for (let version = 1; version < 100; version += 1) await client.call('chat.regenerate');
  assert.equal(await client.failure('chat.regenerate'), 'too_many_versions');
});

test('erasing one answer erases its prompt and the other answers, on every branch', async () => {
  const [client] = await hello();
  using _ = client;
  const first = await client.call('chat.send', { text: 'a secret' });
  const again = await client.call('chat.regenerate');
  await client.call('chat.send', { text: 'what follows' });
  const { index: exchange } = first['receipt'] as { index: number };
  assert.equal((await client.call('ledger.erase', { exchange }))['erased'], 2);
  const messages = await messagesOf(client, first['conversation']);
  assert.deepEqual(textsOf(messages).slice(0, 3), ['', '', 'what follows']);
  const { receipt } = again as { receipt: { index: number } };
  assert.equal((await client.call('ledger.receipt', { index: receipt.index }))['promptSalt'], undefined);
  assert.equal(await client.failure('chat.regenerate', { message: first['answerMessage'] }), 'not_found');
  await client.call('chat.send', { text: 'and then' });
  assert.ok(!provider.sent.at(-1)?.includes('a secret'));
});

test('on the text face: another answer, another wording, and the way back', async () => {
  using person = await LineClient.open(server.port);
  person.send('/lang en\none\n');
  await person.until(/-- Usuario-\d+:m1 .*\n/);
  person.send('/regenerate\n');
  const [, first = ''] =
    /-- version 2 of 2; the others: \/branch (\d+)\n/.exec(await person.until(/others: .*\n/)) ?? [];
  assert.notEqual(first, '');
  person.send('/edit uno\n');
  await person.until(/-- version 2 of 2; the others: \/branch \d+\n/);
  person.send(`/branch ${first}\n`);
  await person.until(/> one\n-- version 1 of 2; .*\nanswer \d+\n-- version 1 of 2; .*\n/);
  person.send('/history\n/branch 999999\n/branch x\n');
  await person.until(/> one\nanswer \d+\n/);
  await person.until('FAIL branch not_found: ');
  await person.until('FAIL branch invalid_params: ');
});

test('a conversation is opened on the text face, by its id', async () => {
  using person = await LineClient.open(server.port);
  const [client] = await hello();
  using _ = client;
  person.send('/lang en\n/open 0193a5c1-6f7a-7e3b-9c40-5d2f8a1b7c60\n');
  await person.until('FAIL open not_found: ');
  const { conversation } = await client.call('chat.send', { text: 'first words' });
  await client.call('chat.new');
  await client.call('chat.send', { text: 'elsewhere' });
  const opened = await client.call('conversations.open', { conversation });
  assert.equal((opened['conversation'] as { title: string }).title, 'first words');
  assert.deepEqual(textsOf(opened['messages'] as ShownMessage[])[0], 'first words');
  assert.equal((await client.call('chat.send', { text: 'more' }))['conversation'], conversation);
});

test('what was asked for last is the conversation, whatever takes longer', async () => {
  const [client] = await hello();
  using _ = client;
  const { conversation } = await client.call('chat.send', { text: 'before' });
  for (let count = 0; count < 5; count += 1) {
    // The reading of the one is still under way when the other has begun.
    client.send('conversations.open', { conversation });
    client.send('chat.new');
    const anew = (await client.response(client.send('chat.send', { text: 'anew' }))).result;
    assert.notEqual(anew?.['conversation'], conversation);
    const next = await client.call('chat.send', { text: 'next' });
    assert.equal(next['conversation'], anew?.['conversation']);
    const opening = client.send('conversations.open', { conversation });
    client.send('chat.new');
    await client.response(opening);
    const later = await client.call('chat.send', { text: 'later' });
    assert.notEqual(later['conversation'], conversation);
  }
});
