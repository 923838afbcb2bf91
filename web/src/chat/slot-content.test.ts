/** What a reload finds again, and of whom. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryValues, type KeyValues } from '../ui/browser-values.ts';
import { items, restored, type ChatState } from './chat-state.ts';
import { SlotStorage } from './slot-storage.ts';
import { BLANK_TURN, type Notice, type Turn } from './turn.ts';

const SESSION = { session: 'Usuario-1', token: 't', epoch: 'e', lastSeq: 7 };

const turn = (id: string, more: Partial<Turn> = {}): Turn => ({
  ...BLANK_TURN,
  id,
  requestId: `r-${id}`,
  text: 'hello',
  sentAtMs: 5,
  phase: { name: 'done', cut: false },
  ...more,
});
const chatOf = (...all: (Turn | Notice)[]): ChatState => restored(all, undefined, {});
const kept = (chat: ChatState): ChatState => {
  const storage = new SlotStorage(memoryValues());
  assert.ok(storage.save('s', { chat, resumption: SESSION }, 1));
  return storage.load('s').chat;
};

/** Notes what is written where. */
function watched(values: KeyValues): KeyValues & { readonly written: string[] } {
  const written: string[] = [];
  return {
    written,
    get length() {
      return values.length;
    },
    // Browsers list them in any order.
    key: (index) => values.key(values.length - 1 - index),
    getItem: (name) => values.getItem(name),
    removeItem: (name) => values.removeItem(name),
    setItem: (name, value) => {
      written.push(name);
      values.setItem(name, value);
    },
  };
}

describe('a reload', () => {
  it('finds the lines between turns in their places', () => {
    const notice: Notice = { kind: 'notice', id: 'n', name: 'restarted' };
    const all = [turn('a'), notice, turn('b')];
    assert.deepEqual(items(kept(chatOf(...all))), all);
  });

  it('finds the place in the queue', () => {
    const live = turn('b', { phase: { name: 'queued', position: 4, sinceMs: 3 } });
    const chat = kept(restored([turn('a')], live, {}));
    assert.deepEqual(chat.live?.phase, { name: 'queued', position: 4, sinceMs: 3 });
    assert.equal(items(chat).length, 2);
  });

  it('still knows the conversation, and until when no message is taken', () => {
    const chat = kept({ ...chatOf(turn('a')), conversation: 'c1', limitedUntilMs: 9_000 });
    assert.equal(chat.conversation, 'c1');
    assert.equal(chat.limitedUntilMs, 9_000);
    assert.deepEqual(chat.refusal, { reason: 'rate_limited', values: {} });
    const free = kept(chatOf(turn('a')));
    assert.deepEqual([free.refusal, free.conversation, free.limitedUntilMs], [undefined, undefined, 0]);
  });

  it('reads at the server what the browser had no room for, if the server has kept it', () => {
    const known = kept({ ...chatOf(turn('a', { promptMessage: 'm1' })), dropped: 3 });
    assert.deepEqual([known.dropped, known.earlier], [0, 'm1']);
    const unknown = kept({ ...chatOf(turn('a')), dropped: 3, earlier: 'm0' });
    assert.deepEqual([unknown.dropped, unknown.earlier], [3, 'm0']);
    const notice: Notice = { kind: 'notice', id: 'n', name: 'restarted' };
    const across = kept({ ...chatOf(notice, turn('a', { promptMessage: 'm1' })), dropped: 3 });
    assert.deepEqual([across.dropped, across.earlier], [3, undefined]);
    const all = kept(chatOf(turn('a', { promptMessage: 'm1' })));
    assert.deepEqual([all.dropped, all.earlier], [0, undefined]);
  });

  it('finds other words for a message in the composer, if they are other', () => {
    const chat = { ...chatOf(turn('a', { text: 'old' }), turn('b')), draft: 'next' };
    assert.equal(kept({ ...chat, editing: { turn: 'a', text: 'new' } }).draft, 'new\n\nnext');
    assert.equal(kept({ ...chat, editing: { turn: 'a', text: 'old' } }).draft, 'next');
    assert.equal(kept({ ...chat, editing: { turn: 'gone', text: 'new' } }).draft, 'next');
  });

  it('finds nothing where nothing sound was written', () => {
    const values = memoryValues();
    for (const broken of ['{', '[1]', '"text"', 'null', '{"items":{"length":1}}']) {
      values.setItem('hilo.slot.s.past', broken);
      values.setItem('hilo.slot.s.live', broken);
      const { chat, resumption } = new SlotStorage(values).load('s');
      assert.deepEqual([items(chat), resumption, chat.live], [[], undefined, undefined], broken);
    }
    values.setItem('hilo.slot.s.drafts', '"text"');
    const drafts = new SlotStorage(values).drafts(() => 's');
    drafts.put('c1', 'one');
    assert.deepEqual([drafts.take('0'), drafts.take('c1')], ['', 'one']);
  });
});

it('writes what is settled only when a turn has ended, and each slot its own', () => {
  const values = watched(memoryValues());
  const storage = new SlotStorage(values);
  const pasts = () => values.written.filter((name) => name.endsWith('.past'));
  const live = turn('b', { phase: { name: 'streaming' } });
  for (const answer of ['', 'ha', 'half']) {
    storage.save('s', { chat: restored([turn('a')], { ...live, answer }, {}), resumption: SESSION }, 1);
  }
  assert.equal(storage.load('s').chat.live?.answer, 'half');
  assert.deepEqual(pasts(), ['hilo.slot.s.past']);
  const ended = { ...chatOf(turn('a'), turn('b')), revision: 1 };
  storage.save('s', { chat: ended, resumption: SESSION }, 1);
  storage.save('u', { chat: ended, resumption: SESSION }, 1);
  assert.deepEqual(pasts(), ['hilo.slot.s.past', 'hilo.slot.s.past', 'hilo.slot.u.past']);
  assert.equal(items(storage.load('u').chat).length, 2);
});

describe('the slots of people who share a browser', () => {
  const all = watched(memoryValues());
  const [guest, ana, ben] = ['', 'team.ana', 'ben'].map((owner) => new SlotStorage(all, owner));
  assert.ok(guest && ana && ben);
  all.setItem('hilo.theme', 'dark');
  const save = (storage: SlotStorage, id: string, savedAtMs: number) =>
    storage.save(storage.nameOf(id), { chat: chatOf(turn('a')), resumption: SESSION }, savedAtMs);
  save(guest, 'g1', 2);
  save(ana, 'a1', 5);
  save(ben, 'b1', 3);
  save(ana, 'a2', 4);
  save(guest, 'g2', 1);
  const names = (slots: { slot: string }[]) => slots.map(({ slot }) => slot);

  it('are told apart by their owner, the newest first', () => {
    assert.deepEqual(names(guest.own()), ['g1', 'g2']);
    assert.deepEqual(names(ana.own()), ['team.ana.a1', 'team.ana.a2']);
    assert.deepEqual(names(ben.own()), ['ben.b1']);
    assert.deepEqual(ben.list(), [
      { slot: 'team.ana.a1', savedAtMs: 5 },
      { slot: 'team.ana.a2', savedAtMs: 4 },
      { slot: 'ben.b1', savedAtMs: 3 },
      { slot: 'g1', savedAtMs: 2 },
      { slot: 'g2', savedAtMs: 1 },
    ]);
  });

  it('go whole, and without those of others', () => {
    const own = ana.nameOf('a1');
    ana.saveDraft(own, 'words');
    ana.drafts(() => own).put('c1', 'more words');
    ana.removeOwn();
    assert.deepEqual(ana.own(), []);
    assert.deepEqual(names(ben.list()), ['ben.b1', 'g1', 'g2']);
    const left = Array.from({ length: all.length }, (_, index) => all.key(index) ?? '');
    assert.deepEqual(
      left.filter((name) => name.includes('ana')),
      [],
    );
    assert.equal(items(ben.load('ben.b1').chat).length, 1);
    assert.equal(all.getItem('hilo.theme'), 'dark');
  });
});

describe('what was written and not sent', () => {
  it('is found again until it is sent or emptied', () => {
    const values = memoryValues();
    const storage = new SlotStorage(values);
    assert.ok(storage.saveDraft('s', 'words'));
    assert.equal(storage.load('s').chat.draft, 'words');
    assert.ok(storage.saveDraft('s', ''));
    assert.equal(storage.load('s').chat.draft, '');
    assert.equal(values.length, 0);
  });

  it('is kept for each conversation and each slot, and taken once', () => {
    const values = memoryValues();
    let slot = 's';
    const drafts = new SlotStorage(values).drafts(() => slot);
    drafts.put('c1', 'one');
    drafts.put('c2', 'two');
    slot = 'u';
    assert.equal(drafts.take('c1'), '');
    slot = 's';
    assert.equal(drafts.take('c1'), 'one');
    assert.equal(drafts.take('c1'), '');
    assert.equal(drafts.take('c2'), 'two');
    assert.equal(values.length, 0);
    drafts.put('c1', 'one');
    drafts.put('c1', '');
    assert.equal(values.length, 0);
  });

  it('gives way to newer words when there are more than twenty', () => {
    const drafts = new SlotStorage(memoryValues()).drafts(() => 's');
    for (let index = 0; index < 20; index += 1) drafts.put(`c${index}`, `words ${index}`);
    drafts.put('c0', 'words 0, and more');
    drafts.put('c20', 'words 20');
    assert.equal(drafts.take('c1'), '');
    assert.equal(drafts.take('c0'), 'words 0, and more');
    assert.equal(drafts.take('c2'), 'words 2');
    assert.equal(drafts.take('c20'), 'words 20');
  });
});
