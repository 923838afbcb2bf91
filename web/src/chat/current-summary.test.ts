import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { signal } from '@preact/signals';
import type { Outcome } from '../../../shared/client/message.ts';
import type { ConnectionState } from '../../../shared/client/session-contract.ts';
import type { Asking, LineListener } from '../connection/page-line.ts';
import { EMPTY_CHAT, placed, type ChatState } from './chat-state.ts';
import { submitted } from './live-turn.ts';
import { CurrentSummary } from './current-summary.ts';

const READY: ConnectionState = { name: 'ready', resumed: false, draining: false };

function setUp(initial: ChatState) {
  const chat = signal(initial);
  const forgotten = signal(0);
  const server = { title: 'from the server' };
  let listener: LineListener = {};
  let deleted = 0;
  const line: Pick<Asking, 'ask' | 'subscribe' | 'state'> = {
    state: signal(READY),
    ask: (_, params): Promise<Outcome> =>
      Promise.resolve({ ok: true, result: { id: Object.values(params)[0], title: server.title } }),
    subscribe: (given) => {
      listener = given;
      return () => {};
    },
  };
  const current = new CurrentSummary({ line, chat, forgotten, deleted: () => (deleted += 1) });
  const changed = (params: Record<string, unknown>) =>
    listener.notification?.('conversation.changed', params);
  return { chat, forgotten, server, current, changed, deleted: () => deleted };
}

it('reads the title of what is shown, and again when words were erased', async () => {
  const { chat, current, forgotten, server } = setUp({ ...EMPTY_CHAT, conversation: 'a' });
  await setImmediate();
  assert.equal(current.summary.value?.title, 'from the server');
  server.title = '';
  forgotten.value += 1;
  await setImmediate();
  assert.equal(current.summary.value?.title, '');
  chat.value = { ...EMPTY_CHAT, conversation: 'new' };
  assert.equal(current.summary.value, undefined);
});

it('reads again when it was renamed while it was read', async () => {
  const { chat, current, server, changed } = setUp({ ...EMPTY_CHAT, conversation: 'a' });
  await setImmediate();
  chat.value = { ...EMPTY_CHAT, conversation: 'b' };
  changed({ conversation: { id: 'b', title: 'renamed' } });
  server.title = 'renamed';
  await setImmediate();
  assert.equal(current.summary.value?.title, 'renamed');
});

it('names a conversation by its first words until the server does', async () => {
  const turn = { id: 'i', requestId: 'r', text: 'hello\nthere', nowMs: 5 };
  const { chat, current } = setUp(submitted(EMPTY_CHAT, turn));
  chat.value = placed(chat.peek(), 'a');
  assert.equal(current.summary.value?.title, 'hello');
  chat.value = { ...chat.peek(), live: undefined };
  await setImmediate();
  assert.equal(current.summary.value?.title, 'from the server');
});

it('follows what other windows do with it, and with no other one', async () => {
  const { current, changed, deleted } = setUp({ ...EMPTY_CHAT, conversation: 'a' });
  await setImmediate();
  changed({ conversation: { id: 'b', title: 'other' } });
  changed({ deleted: 'b' });
  assert.deepEqual([current.summary.value?.title, deleted()], ['from the server', 0]);
  changed({ conversation: { id: 'a', title: 'renamed' } });
  changed({ deleted: 'a' });
  assert.deepEqual([current.summary.value?.title, deleted()], ['renamed', 1]);
});
