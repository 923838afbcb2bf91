import { signal } from '@preact/signals';
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Outcome, Params } from '../../../../shared/client/message.ts';
import { EMPTY_CHAT, type ChatState } from '../chat-state.ts';
import { submitted } from '../live-turn.ts';
import { TRAY_LIMITS, TrayStore, type TrayFile } from './tray-store.ts';

const LOST: Outcome = { ok: false, failure: { reason: 'disconnected', message: '', values: {} } };

function fileOf(name: string, size = 10, type = 'text/plain'): TrayFile {
  const slice = (from: number, to: number) => ({
    arrayBuffer: () => Promise.resolve(new ArrayBuffer(Math.min(to, size) - from)),
  });
  return { name, size, type, slice };
}

function open({ mayGo = true } = {}) {
  const chat = signal<ChatState>(EMPTY_CHAT);
  const asked: { method: string; params: Params }[] = [];
  const sent: (readonly Params[])[] = [];
  const answers: { append?: Outcome } = {};
  let nowMs = 0;
  let files = 0;
  const ask = (method: string, params: Params): Promise<Outcome> => {
    asked.push({ method, params });
    if (method === 'files.append' && answers.append) return Promise.resolve(answers.append);
    if (method === 'files.begin') files += 1;
    return Promise.resolve({ ok: true, result: { file: `f${files}` } });
  };
  const tray = new TrayStore({
    line: { ask },
    chat,
    send(attachments) {
      if (!mayGo) return false;
      sent.push(attachments);
      const turn = { id: 't1', requestId: 'r1', text: 'What is it?', nowMs, attachments };
      chat.value = submitted(chat.value, turn);
      return true;
    },
    pieceBytes: () => 4,
    nowMs: () => nowMs,
    preview: ({ name }) => Promise.resolve(`data:${name}`),
  });
  const discarded = () =>
    asked.flatMap(({ method, params }) =>
      method === 'files.end' && params['discard'] === true ? [params['file']] : [],
    );
  const pass = (ms: number) => (nowMs += ms);
  return { tray, chat, asked, sent, answers, discarded, pass };
}

/** What waits for answers that are there already has gone on. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

const statesOf = ({ items }: TrayStore) => items.value.map(({ name, state }) => [name, state.name]);

it('uploads at once, in pieces, and shows pictures', async () => {
  const { tray, asked } = open();
  tray.add([fileOf('../notes.txt'), fileOf('sea.png', 4, 'image/png')]);
  assert.equal(tray.isSending, true);
  assert.deepEqual(statesOf(tray), [
    ['notes.txt', 'sending'],
    ['sea.png', 'sending'],
  ]);
  await settled();
  assert.equal(tray.isSending, false);
  assert.deepEqual(
    tray.items.value.map(({ state, preview }) => [state.name, preview]),
    [
      ['ready', undefined],
      ['ready', 'data:sea.png'],
    ],
  );
  assert.equal(asked.filter(({ method }) => method === 'files.append').length, 4);
});

it('does not take what is empty, too large or too many, and says which one it was', async () => {
  const { tray } = open();
  tray.add([fileOf('empty.txt', 0)]);
  assert.deepEqual(tray.fault.value, { name: 'empty', file: 'empty.txt' });
  tray.add([fileOf('large.txt', TRAY_LIMITS.fileBytesMax + 1)]);
  assert.deepEqual(tray.fault.value, { name: 'tooLarge', file: 'large.txt' });
  tray.add(Array.from({ length: 6 }, (_, at) => fileOf(`${at}.txt`)));
  assert.deepEqual(tray.fault.value, { name: 'tooMany', file: '5.txt' });
  assert.equal(tray.items.value.length, 5);
  await settled();
  tray.remove(tray.items.value[0]?.id ?? 0);
  assert.equal(tray.fault.value, undefined);
});

it('throws away what is taken out, also while it is on its way', async () => {
  const { tray, discarded } = open();
  tray.add([fileOf('a.txt')]);
  await settled();
  tray.remove(tray.items.value[0]?.id ?? 0);
  assert.deepEqual(discarded(), ['f1']);
  tray.add([fileOf('b.txt')]);
  tray.remove(tray.items.value[0]?.id ?? 0);
  await settled();
  assert.deepEqual([tray.items.value, discarded()], [[], ['f1', 'f2']]);
});

it('sends nothing while a file is on its way, or has failed', async () => {
  const { tray, sent, answers } = open();
  tray.add([fileOf('a.txt')]);
  assert.equal(await tray.submit(), false);
  await settled();
  answers.append = LOST;
  tray.add([fileOf('b.txt')]);
  await settled();
  assert.deepEqual(statesOf(tray), [
    ['a.txt', 'ready'],
    ['b.txt', 'failed'],
  ]);
  assert.equal(await tray.submit(), false);
  tray.remove(tray.items.value[1]?.id ?? 0);
  assert.equal(await tray.submit(), true);
  assert.deepEqual(sent, [[{ name: 'a.txt', bytes: 10, file: 'f1' }]]);
  assert.deepEqual(tray.items.value, []);
});

it('keeps what cannot go now', async () => {
  const { tray } = open({ mayGo: false });
  tray.add([fileOf('a.txt')]);
  await settled();
  assert.equal(await tray.submit(), false);
  assert.deepEqual(statesOf(tray), [['a.txt', 'ready']]);
});

it('sends a file again that the server may have let go of', async () => {
  const { tray, sent, pass } = open();
  tray.add([fileOf('a.txt')]);
  await settled();
  pass(TRAY_LIMITS.freshMs + 1);
  assert.equal(await tray.submit(), true);
  assert.deepEqual(sent, [[{ name: 'a.txt', bytes: 10, file: 'f2' }]]);
});

it('gives back what went with a message that is shown no more, and nothing of one that is over', async () => {
  const { tray, chat } = open();
  tray.add([fileOf('a.txt')]);
  await settled();
  await tray.submit();
  const before = chat.value;
  // The server has refused it.
  chat.value = EMPTY_CHAT;
  assert.deepEqual(statesOf(tray), [['a.txt', 'ready']]);
  await tray.submit();
  chat.value = { ...before, live: undefined };
  assert.deepEqual(tray.items.value, []);
});
