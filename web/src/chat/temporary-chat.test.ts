import assert from 'node:assert/strict';
import { it } from 'node:test';
import { signal } from '@preact/signals';
import { DISCONNECTED, type Outcome } from '../../../shared/client/message.ts';
import { EMPTY_CHAT, NEW_CONVERSATION, type ChatState } from './chat-state.ts';
import { keptOfTemporary, TemporaryChat } from './temporary-chat.ts';

function setUp(conversation = 'c1') {
  const chat = signal<ChatState>({ ...EMPTY_CHAT, conversation });
  const done: string[] = [];
  let isOnline = true;
  const clear = () => {
    const unsent = chat.value.draft;
    chat.value = { ...EMPTY_CHAT, conversation: NEW_CONVERSATION };
    return unsent;
  };
  const temporary = new TemporaryChat({
    chat,
    ask(method, params): Promise<Outcome> {
      done.push(`${method} ${JSON.stringify(params)}`);
      if (!isOnline) return Promise.resolve({ ok: false, failure: DISCONNECTED });
      return Promise.resolve({ ok: true, result: { temporary: 't1' } });
    },
    startNewConversation() {
      done.push('new');
      clear();
    },
    setDraft(draft) {
      chat.value = { ...chat.value, draft };
    },
    opener: { begin: clear },
  });
  const said = (text: string) => {
    chat.value = { ...chat.value, conversation: 't1', draft: text };
  };
  return { chat, temporary, done, said, cut: () => (isOnline = false) };
}

it('begins after what was shown, and has no address', async () => {
  const { chat, temporary, done, said } = setUp();
  assert.equal(temporary.isOn.value, false);
  assert.equal(temporary.addressed.value.conversation, 'c1');
  await temporary.begin();
  assert.deepEqual(done, ['new', 'chat.new {"temporary":true}']);
  assert.equal(temporary.isOn.value, true);
  said('hello');
  assert.equal(chat.value.conversation, 't1');
  assert.equal(temporary.addressed.value.conversation, NEW_CONVERSATION);
  assert.deepEqual(keptOfTemporary(chat.value), { ...EMPTY_CHAT, conversation: NEW_CONVERSATION });
});

it('ends when something else is shown', async () => {
  const { chat, temporary, said } = setUp();
  await temporary.begin();
  said('hello');
  chat.value = { ...EMPTY_CHAT, conversation: 'c1' };
  assert.equal(temporary.isOn.value, false);
  chat.value = { ...EMPTY_CHAT, conversation: NEW_CONVERSATION };
  assert.equal(temporary.isOn.value, false);
});

it('ends with its session, and says so; what follows is not taken for temporary', async () => {
  const { chat, temporary, done, said } = setUp();
  temporary.sessionStarted();
  assert.deepEqual(done, []);
  await temporary.begin();
  said('hello');
  temporary.sessionStarted();
  assert.equal(chat.value.conversation, NEW_CONVERSATION);
  assert.equal(chat.value.draft, 'hello');
  assert.deepEqual([temporary.isOn.value, temporary.hasEnded.value], [false, true]);
  assert.equal(done.at(-1), 'chat.new {}');
});

it('says that there is none without a connection', async () => {
  const { temporary, cut } = setUp();
  cut();
  await temporary.begin();
  assert.deepEqual([temporary.isOn.value, temporary.hasEnded.value], [false, true]);
});
