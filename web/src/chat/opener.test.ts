import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DISCONNECTED, type Outcome, type Params } from '../../../shared/client/message.ts';
import { EMPTY_CHAT, items, type ChatState } from './chat-state.ts';
import { completed, dispatched, started, submitted } from './live-turn.ts';
import { branchOf } from './branch-sync.ts';
import { Opener } from './opener.ts';

const pageOf = (...words: string[]): Params => ({
  messages: words.flatMap((word, index) => [
    { id: String(index * 2 + 1), role: 'user', text: word, status: 'ok', trace: `t-${word}` },
    { id: String(index * 2 + 2), role: 'assistant', text: `to ${word}`, status: 'ok', trace: `t-${word}` },
  ]),
});

const NOT_FOUND = { reason: 'not_found', message: '', values: {} } as const;

function setUp(initial: ChatState = EMPTY_CHAT) {
  let state = initial;
  const asked: string[] = [];
  const outcomes: Record<string, Outcome | Promise<Outcome>> = {};
  const drafts = new Map<string, string>();
  const opener = new Opener({
    ask: async (method, params) => {
      asked.push(`${method} ${JSON.stringify(params)}`);
      return outcomes[method] ?? { ok: true, result: {} };
    },
    state: () => state,
    change: (next) => {
      state = next;
    },
    keep: () => {},
    branch: (given, result) => branchOf(given, result, 0),
    drafts: {
      put: (conversation, draft) => void drafts.set(conversation, draft),
      take: (conversation) => drafts.get(conversation) ?? '',
    },
  });
  const texts = () => items(state).map((item) => (item.kind === 'turn' ? item.text : item.name));
  return { opener, outcomes, asked, texts, state: () => state };
}

it('shows the newest messages, then the earlier ones when asked', async () => {
  const { opener, outcomes, texts, state, asked } = setUp({ ...EMPTY_CHAT, draft: 'mine' });
  outcomes['conversations.open'] = { ok: true, result: { ...pageOf('c'), before: '1' } };
  await opener.open('x');
  assert.deepEqual([texts(), state().conversation, state().draft], [['c'], 'x', '']);
  assert.equal(opener.opening.value.name, 'none');
  outcomes['conversations.messages'] = { ok: true, result: pageOf('a', 'b') };
  await Promise.all([opener.readEarlier(), opener.readEarlier()]);
  assert.deepEqual(texts(), ['a', 'b', 'c']);
  assert.equal(asked.filter((one) => one.startsWith('conversations.messages')).length, 1);
  assert.match(asked.at(-1) ?? '', /"before":"1"/);
});

it('waits for a connection, and reads what was wanted last', async () => {
  const { opener, outcomes, texts, state } = setUp();
  outcomes['conversations.open'] = { ok: false, failure: DISCONNECTED };
  await opener.open('x');
  await opener.open('y');
  assert.deepEqual(opener.opening.value, { name: 'reading', conversation: 'y' });
  outcomes['conversations.open'] = { ok: true, result: pageOf('a') };
  await opener.read();
  assert.deepEqual([texts(), state().conversation], [['a'], 'y']);
});

it('says of an id that is not known that it is not, and begins a conversation', async () => {
  const { opener, outcomes, state, asked } = setUp();
  outcomes['conversations.open'] = { ok: false, failure: NOT_FOUND };
  await opener.open('x');
  assert.deepEqual(opener.opening.value, { name: 'unknown', conversation: 'x' });
  assert.equal(state().conversation, 'new');
  assert.equal(asked.at(-1), 'chat.new {}');
});

it('ignores what comes for a conversation that was left again', async () => {
  const { opener, outcomes, texts } = setUp();
  const slow = Promise.withResolvers<Outcome>();
  outcomes['conversations.open'] = slow.promise;
  const first = opener.open('x');
  outcomes['conversations.open'] = { ok: true, result: pageOf('y') };
  await opener.open('y');
  slow.resolve({ ok: true, result: pageOf('x') });
  await first;
  assert.deepEqual(texts(), ['y']);
});

/** Sent in the conversation `x`; its answer is on its way. */
function running(): ChatState {
  const turn = { id: 'i', requestId: 'r', text: 'hello', nowMs: 0 };
  const sent = dispatched(submitted({ ...EMPTY_CHAT, conversation: 'x' }, turn), true);
  return started(sent, 'r', { model: 'm', trace: 't', degraded: false, conversation: 'x' });
}

it('lets an answer go on where it was asked, and shows it on return', async () => {
  const { opener, outcomes, texts, state } = setUp(running());
  outcomes['conversations.open'] = { ok: true, result: pageOf() };
  await opener.open('y');
  assert.deepEqual([texts(), state().live], [[], undefined]);
  assert.ok(
    opener.apply('r', (away) => ({ ...away, live: away.live && { ...away.live, answer: 'so far' } })),
  );
  assert.equal(
    opener.apply('other', () => EMPTY_CHAT),
    false,
  );
  await opener.open('x');
  assert.deepEqual([texts(), state().live?.answer], [['hello'], 'so far']);
});

it('comes back to a conversation that the server has not written yet', async () => {
  const { opener, outcomes, texts, state } = setUp(running());
  await opener.open('y');
  outcomes['conversations.open'] = { ok: false, failure: NOT_FOUND };
  await opener.open('x');
  assert.deepEqual([texts(), state().conversation, opener.opening.value.name], [['hello'], 'x', 'none']);
});

it('reads an answer at the server that came while it was away', async () => {
  const { opener, outcomes, texts } = setUp(running());
  await opener.open('y');
  const rest = { model: 'm', trace: 't', offline: false, degraded: false, charged: 0, receipt: undefined };
  const ids = {
    promptMessage: '1',
    answerMessage: '2',
    siblings: undefined,
    remembered: undefined,
    conversation: 'x',
  };
  opener.apply('r', (away) => completed(away, 'r', { answer: 'whole', cut: false, ...rest, ...ids }));
  outcomes['conversations.open'] = { ok: true, result: pageOf('hello') };
  await opener.open('x');
  assert.deepEqual(texts(), ['hello']);
});

it('leaves what was not sent with its conversation', async () => {
  const held = submitted(
    { ...EMPTY_CHAT, conversation: 'x' },
    { id: 'i', requestId: 'r', text: 'hi', nowMs: 0 },
  );
  const { opener, state } = setUp(held);
  await opener.open('y');
  assert.equal(state().draft, '');
  await opener.open('x');
  assert.equal(state().draft, 'hi');
});
