import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ManualClock } from '../../../shared/clock.ts';
import { drafted, EMPTY_CHAT, items, type ChatState } from './chat-state.ts';
import { ChatStore } from './chat-store.ts';
import type { Line } from './chat-store-options.ts';
import type {
  ConnectionEvents,
  ConnectionState,
  Resumption,
} from '../../../shared/client/session-contract.ts';
import { DISCONNECTED, type Outcome, type Params, type RequestId } from '../../../shared/client/message.ts';

const READY: ConnectionState = { name: 'ready', resumed: false, draining: false };
const START = { guestToken: undefined, conversation: undefined };
const SESSION: Resumption = { session: 'Usuario-1', token: 't', epoch: 'e', lastSeq: 0 };

class FakeLine implements Line {
  state: ConnectionState = { name: 'idle' };
  resumption: Resumption | undefined = SESSION;
  readonly posted: { id: RequestId; params: Params }[] = [];
  readonly called: string[] = [];
  outcome: Outcome = { ok: true, result: {} };
  /** Of single operations. */
  readonly outcomes: Record<string, Outcome> = {};

  start(): void {
    this.state = { name: 'connecting', attempt: 0 };
  }
  connectNow(): void {}
  startAnew(): void {}
  forget(): void {
    this.resumption = undefined;
  }
  setVisible(): void {}

  post(id: RequestId, _method: string, params: Params): boolean {
    if (this.state.name !== 'ready') return false;
    this.posted.push({ id, params });
    return true;
  }

  call(method: string): Promise<Outcome> {
    if (!/^(?:credits|models)\./.test(method)) this.called.push(method);
    return Promise.resolve(this.outcomes[method] ?? this.outcome);
  }
}

function setUp(initial: ChatState = EMPTY_CHAT, hasRoom = () => true) {
  const clock = new ManualClock(1_000);
  const line = new FakeLine();
  const saved: ChatState[] = [];
  const frames: (() => void)[] = [];
  let events: ConnectionEvents | undefined;
  let ids = 0;
  const store = new ChatStore({
    connect: (given) => {
      events = given;
      return line;
    },
    clock,
    newId: () => `n${(ids += 1)}`,
    atFrame: (run) => void frames.push(run),
    initial,
    save: (chat) => saved.push(chat) > 0 && hasRoom(),
    saveDraft: () => {},
    drafts: { put: () => {}, take: () => '' },
    leaveSlot: () => Promise.resolve(),
  });
  if (!events) throw new Error('The store has not connected');
  const say = events;
  const ready = () => {
    line.state = READY;
    say.stateChanged(READY);
    say.sessionStarted({ ...START, loss: undefined });
  };
  const last = () => items(store.chat.value).at(-1);
  const phase = () => {
    const item = last();
    return item?.kind === 'turn' ? item.phase.name : item?.name;
  };
  return { clock, line, store, saved, frames, say, ready, phase };
}

it('holds what is sent before there is a connection, and sends it once there is', () => {
  const { line, store, ready, phase } = setUp();
  store.start();
  store.setDraft('  hello  ');
  assert.ok(store.send());
  assert.equal(phase(), 'held');
  ready();
  assert.equal(phase(), 'sending');
  assert.deepEqual(line.posted[0]?.params, { text: '  hello', clientMessageId: 'n1' });
});

it('sends what was chosen with the first message until that is answered', () => {
  const { line, store, say, ready, saved } = setUp();
  store.start();
  ready();
  store.choose({ route: '', persona: 'tutor', instructions: 'Be brief' });
  assert.equal(saved.at(-1)?.settings?.persona, 'tutor');
  const settings = { persona: 'tutor', instructions: 'Be brief' };
  store.setDraft('hi');
  store.send();
  assert.deepEqual(line.posted[0]?.params['settings'], settings);
  const failure = { reason: 'internal', message: '', values: {} } as const;
  say.response(line.posted[0]?.id ?? '', { ok: false, failure });
  store.retry(store.chat.value.pages[0]?.[0]?.id ?? '');
  assert.deepEqual(line.posted[1]?.params['settings'], settings);
  say.response(line.posted[1]?.id ?? '', { ok: true, result: { text: 'ho', conversation: 'c' } });
  store.setDraft('more');
  store.send();
  assert.deepEqual([line.posted.length, line.posted[2]?.params['settings']], [3, undefined]);
});

it('shows deltas at the next frame and everything else at once', () => {
  const { line, store, frames, say, ready } = setUp();
  store.start();
  ready();
  store.setDraft('hi');
  store.send();
  const requestId = line.posted[0]?.id;
  say.notification('chat.started', { requestId, model: 'm', trace: 't', degraded: false });
  assert.equal(store.chat.value.live?.phase.name, 'thinking');
  say.notification('chat.delta', { requestId, text: 'ho' });
  assert.equal(store.chat.value.live?.answer, '');
  frames.at(-1)?.();
  assert.equal(store.chat.value.live?.answer, 'ho');
});

it('sends again, under its own id, what neither runs nor was answered after a cut', () => {
  const { line, store, say, ready } = setUp();
  store.start();
  ready();
  store.setDraft('hi');
  store.send();
  say.caughtUp([]);
  assert.equal(line.posted.length, 2);
  assert.deepEqual(line.posted[1], line.posted[0]);
  say.caughtUp([line.posted[0]?.id ?? '']);
  assert.equal(line.posted.length, 2);
});

it('counts a limit down and lets the draft go afterwards', () => {
  const { clock, line, store, say, ready } = setUp();
  store.start();
  ready();
  store.setDraft('hi');
  store.send();
  const failure = { reason: 'rate_limited', message: '', values: {}, retryAfterMs: 5_000 } as const;
  say.response(line.posted[0]?.id ?? '', { ok: false, failure });
  assert.equal(store.chat.value.draft, 'hi');
  assert.equal(store.send(), false);
  clock.advance(5_000);
  assert.equal(store.chat.value.refusal, undefined);
  assert.ok(store.send());
});

it('stops once, and ends a turn that the server no longer knows', async () => {
  const { line, store, ready, phase } = setUp();
  store.start();
  ready();
  store.setDraft('hi');
  store.send();
  line.outcome = { ok: false, failure: { reason: 'not_found', message: '', values: {} } };
  store.stop();
  assert.deepEqual(line.called, ['chat.cancel']);
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(phase(), 'stopped');
});

it('refuses what would not fit into a line, and keeps it', () => {
  const { line, store, ready } = setUp();
  store.start();
  ready();
  store.setDraft('ñ'.repeat(40_000));
  assert.equal(store.send(), false);
  assert.equal(store.chat.value.refusal?.reason, 'line_too_long');
  assert.equal(store.chat.value.draft.length, 40_000);
  assert.equal(line.posted.length, 0);
});

it('says what a lost session leaves, and retries under the same id', () => {
  const { line, store, say, ready, phase } = setUp();
  store.start();
  ready();
  store.setDraft('hi');
  store.send();
  say.sessionStarted({ ...START, loss: 'restarted' });
  assert.equal(phase(), 'restarted');
  const id = items(store.chat.value)[0]?.id ?? '';
  store.retry(id);
  assert.equal(line.posted.at(-1)?.params['clientMessageId'], id);
});

it('forgets with the whole session what it cannot tell the server to forget', async () => {
  const { line, store, ready } = setUp(drafted(EMPTY_CHAT, 'secret'));
  store.start();
  ready();
  store.send();
  store.startNewConversation();
  await Promise.resolve();
  assert.deepEqual(line.called, ['chat.cancel', 'chat.new']);
  assert.deepEqual(line.resumption, SESSION);
  line.outcome = { ok: false, failure: DISCONNECTED };
  store.startNewConversation();
  await Promise.resolve();
  assert.equal(line.resumption, undefined);
  assert.deepEqual(items(store.chat.value), []);
});

it('keeps everything when the page is left', () => {
  const { store, saved } = setUp(drafted(EMPTY_CHAT, 'kept'));
  store.leave();
  assert.equal(saved.at(-1)?.draft, 'kept');
});

it('says that the browser keeps nothing, for as long as that is so', () => {
  const room = { left: false };
  const { store } = setUp(EMPTY_CHAT, () => room.left);
  store.setVisible(false);
  assert.equal(store.unkept.value, true);
  room.left = true;
  store.setVisible(false);
  assert.equal(store.unkept.value, false);
});

it('says for a moment that nothing was lost', () => {
  const { clock, store, say } = setUp();
  say.sessionResumed();
  assert.equal(store.resumed.value, true);
  clock.advance(5_000);
  assert.equal(store.resumed.value, false);
});

it('asks what a stopped answer has cost, and for its receipt', async () => {
  const { line, store, frames, say, ready } = setUp();
  const row = { index: 5, type: 'charge', trace: 'Usuario-1:m1', amount: -12 };
  line.outcomes['credits.statement'] = { ok: true, result: { balance: 88, rows: [row] } };
  line.outcomes['ledger.receipt'] = { ok: true, result: { index: 5, proof: 'the proof' } };
  store.start();
  ready();
  store.setDraft('hi');
  store.send();
  const requestId = line.posted[0]?.id ?? '';
  say.notification('chat.started', { requestId, model: 'm', trace: 'Usuario-1:m1', degraded: false });
  say.notification('chat.delta', { requestId, text: 'ho' });
  frames.at(-1)?.();
  store.stop();
  const failure = { reason: 'cancelled', message: '', values: {} } as const;
  say.response(requestId, { ok: false, failure });
  const settled = () => items(store.chat.value).find((item) => item.kind === 'turn');
  for (let turn = 0; turn < 8 && !settled()?.receipt; turn += 1) await Promise.resolve();
  assert.equal(settled()?.charged, 12);
  assert.equal(settled()?.receipt?.proof, 'the proof');
});

it('reads what another session has said in the conversation, once it is written', async () => {
  const { line, store, say } = setUp({ ...EMPTY_CHAT, conversation: 'c' });
  const messages = [
    { id: '1', role: 'user', text: 'elsewhere', status: 'ok', trace: 't' },
    { id: '2', role: 'assistant', text: 'hello', status: 'ok', trace: 't' },
  ];
  line.outcomes['conversations.open'] = { ok: true, result: { messages } };
  store.start();
  line.state = READY;
  const turn = { trace: 't', promptMessage: '1', answerMessage: '2' };
  say.notification('conversation.turn', { ...turn, conversation: 'other', phase: 'ended' });
  say.notification('conversation.turn', { ...turn, conversation: 'c', phase: 'delta', text: 'hel' });
  assert.deepEqual(line.called, []);
  say.notification('conversation.turn', { ...turn, conversation: 'c', phase: 'ended' });
  await setImmediate();
  assert.deepEqual(
    items(store.chat.value).map((item) => item.kind === 'turn' && item.text),
    ['elsewhere'],
  );
});

it('goes on with the conversation after a restart, and says when the server no longer has it', async () => {
  const { line, store, say } = setUp({ ...EMPTY_CHAT, conversation: 'c' });
  const names = () => items(store.chat.value).map((item) => (item.kind === 'notice' ? item.name : item.text));
  const messages = [
    { id: '1', role: 'user', text: 'hi', status: 'ok', trace: 't' },
    { id: '2', role: 'assistant', text: 'hello', status: 'ok', trace: 't' },
  ];
  line.outcomes['conversations.open'] = { ok: true, result: { messages } };
  store.start();
  line.state = READY;
  say.sessionStarted({ ...START, loss: 'restarted', conversation: 'c' });
  // What was asked is answered in this turn of the event loop.
  await setImmediate();
  assert.deepEqual(names(), ['hi']);
  say.sessionStarted({ ...START, loss: 'restarted', conversation: 'another' });
  assert.deepEqual(names(), ['hi', 'forgotten']);
  assert.equal(store.chat.value.conversation, 'new');
  assert.equal(line.called.at(-1), 'chat.new');
});
