import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  amended,
  append,
  cleared,
  drafted,
  EMPTY_CHAT,
  erased,
  erasedConversation,
  items,
  joined,
  NEW_CONVERSATION,
  PAGE_ITEMS,
  paged,
  placed,
  restored,
  unlimited,
  withEditingKept,
  withoutLast,
  type ChatState,
} from './chat-state.ts';
import {
  appended,
  completed,
  dispatched,
  failed,
  loading,
  queued,
  retried,
  started,
  stopAsked,
  submitted,
  takenBack,
  thought,
} from './live-turn.ts';
import { parted, forgotten } from './partings.ts';

const DONE = {
  answer: 'whole',
  model: 'm',
  trace: 't',
  offline: false,
  degraded: false,
  cut: false,
  conversation: '',
  promptMessage: '1',
  answerMessage: '2',
  siblings: undefined,
  remembered: undefined,
  charged: 3,
  receipt: { index: 7, proof: 'p', promptSalt: 'a', answerSalt: 'b', linkedWith: 0 },
};
const FAILURE = { reason: 'upstream_failed', values: {}, retryAfterMs: 0 } as const;

const sent = (state: ChatState = EMPTY_CHAT, id = 'a', text = 'hello') =>
  dispatched(submitted(state, { id, requestId: `r-${id}`, text, nowMs: 0 }), true);
const answered = (state: ChatState = EMPTY_CHAT, id = 'a') => completed(sent(state, id), `r-${id}`, DONE);
const look = (state: ChatState) =>
  items(state).map((item) =>
    item.kind === 'turn' ? `${item.id} ${item.phase.name} ${item.answer}`.trim() : item.name,
  );

it('goes from sending over waiting and thinking to a whole answer', () => {
  let state = sent(drafted(EMPTY_CHAT, 'hello'));
  assert.equal(state.draft, '');
  assert.deepEqual(look(state), ['a sending']);
  state = queued(state, 'r-a', 2, 0);
  state = queued(state, 'r-a', 1, 4_000);
  assert.deepEqual(look(state), ['a queued']);
  assert.equal(state.pace.perPlaceMs, 4_000);
  state = started(state, 'r-a', { model: 'm', trace: 't', degraded: false, conversation: 'c' });
  assert.equal(state.conversation, 'c');
  assert.deepEqual(look(state), ['a thinking']);
  state = appended(appended(state, 'r-a', 'who', 0), 'r-a', 'le', 0);
  assert.deepEqual(look(state), ['a streaming whole']);
  assert.deepEqual(look(completed(state, 'r-a', DONE)), ['a done whole']);
});

it('leaves settled turns alone while another runs', () => {
  const before = answered();
  const state = appended(sent(before, 'b'), 'r-b', 'x', 0);
  assert.equal(state.pages[0]?.[0], before.pages[0]?.[0]);
  assert.equal(appended(state, 'r-a', 'late', 0), state);
  assert.equal(state.revision, before.revision);
});

it('has one live turn at a time', () => {
  const state = sent();
  assert.equal(submitted(state, { id: 'b', requestId: 'r', text: 'x', nowMs: 0 }), state);
});

it('tells a stop by the reader from one that came from elsewhere', () => {
  const phase = (state: ChatState) => {
    const [turn] = items(failed(state, 'r-a', { ...FAILURE, reason: 'cancelled' }, 0));
    return turn?.kind === 'turn' ? turn.phase : undefined;
  };
  assert.deepEqual(phase(stopAsked(sent())), { name: 'stopped' });
  assert.deepEqual(phase(sent()), { name: 'stopped', elsewhere: true });
});

it('gives a limited message back to the composer, before what was typed since', () => {
  const state = failed(
    drafted(sent(answered(), 'b', 'again'), 'and this'),
    'r-b',
    { reason: 'rate_limited', values: {}, retryAfterMs: 9_000 },
    1_000,
  );
  assert.deepEqual(look(state), ['a done whole']);
  assert.equal(state.draft, 'again\n\nand this');
  assert.equal(state.limitedUntilMs, 10_000);
  assert.equal(state.refusal?.reason, 'rate_limited');
});

it('keeps what had arrived of an answer that failed, and tries again at the end under the same id', () => {
  const state = failed(appended(sent(), 'r-a', 'half', 0), 'r-a', FAILURE, 0);
  const later = answered(state, 'b');
  assert.deepEqual(look(later), ['a failed half', 'b done whole']);
  const again = retried(later, 'a', 'r-2');
  assert.deepEqual(look(again), ['b done whole', 'a held']);
  assert.equal(again.live?.requestId, 'r-2');
  assert.equal(retried(again, 'b', 'r-3'), again);
});

it('holds a message that a draining server refuses, and one that never left', () => {
  const state = failed(sent(), 'r-a', { ...FAILURE, reason: 'draining' }, 0);
  assert.deepEqual(look(state), ['a held']);
  assert.deepEqual(look(forgotten(answered(), 'n', 'restarted')), ['a done whole', 'restarted']);
  assert.deepEqual(look(forgotten(state, 'n', 'restarted')), ['a held']);
  const held = dispatched(sent(answered(), 'b'), false);
  assert.deepEqual(look(forgotten(held, 'n', 'restarted')), ['a done whole', 'restarted', 'b held']);
  assert.equal(forgotten(held, 'n', 'restarted').live?.id, 'b');
});

it('keeps an unanswered message when the session is lost, not one that runs elsewhere', () => {
  const running = appended(sent(answered(), 'b'), 'r-b', 'ha', 0);
  assert.deepEqual(look(forgotten(running, 'n', 'expired')), ['a done whole', 'b lost ha', 'expired']);
  assert.deepEqual(look(parted(running, 'n')), ['a done whole', 'copied']);
  assert.deepEqual(look(forgotten(EMPTY_CHAT, 'n', 'gap')), []);
});

it('takes a message back that has not left', () => {
  const state = stopAsked(dispatched(sent(), false));
  assert.deepEqual([look(state), state.draft, state.live], [[], 'hello', undefined]);
  assert.equal(takenBack(EMPTY_CHAT), EMPTY_CHAT);
});

it('fills pages, and gives the same conversation back after it was kept', () => {
  let state = EMPTY_CHAT;
  for (let turn = 0; turn < PAGE_ITEMS * 2 + 1; turn += 1) state = answered(state, `t${turn}`);
  assert.deepEqual(
    state.pages.map((page) => page.length),
    [PAGE_ITEMS, PAGE_ITEMS, 1],
  );
  const running = sent(state, 'live');
  const all = items(running);
  const again = restored(all.slice(0, -1), running.live, {});
  assert.deepEqual(items(again), all);
  assert.deepEqual(look(cleared(running)), []);
});

it('changes a settled turn alone, and never the one that runs', () => {
  const state = sent(answered(answered(), 'b'), 'c');
  const next = amended(state, 'b', { charged: 9 });
  const charges = items(next).map((item) => item.kind === 'turn' && item.charged);
  assert.deepEqual(charges, [3, 9, undefined]);
  assert.equal(items(next)[0], items(state)[0]);
  assert.ok(next.revision > state.revision);
  assert.equal(amended(state, 'c', { charged: 9 }), state);
});

it('erases the texts and the salts of a turn and keeps its proof', () => {
  const state = answered();
  const turn = items(state)[0];
  assert.ok(turn?.kind === 'turn');
  const gone = items(erased(state, turn))[0];
  assert.ok(gone?.kind === 'turn' && gone.erased);
  assert.doesNotMatch(JSON.stringify(gone), /hello|whole|Salt":"[ab]/);
  assert.equal(gone.receipt?.proof, 'p');
});

it('gives the text back when the credits do not suffice', () => {
  const state = failed(
    sent(),
    'r-a',
    { reason: 'insufficient_credits', values: { balance: 1, need: 2 }, retryAfterMs: 0 },
    0,
  );
  assert.deepEqual([state.draft, state.refusal?.values], ['hello', { balance: 1, need: 2 }]);
  assert.deepEqual(items(state), []);
});

it('measures how long a model thought, beside its answer or at its beginning', () => {
  let state = thought(sent(), 'r-a', 'hm', 1_000);
  state = appended(thought(state, 'r-a', ' so', 5_000), 'r-a', 'Yes', 13_000);
  assert.equal(state.live?.thinking, 'hm so');
  assert.equal(state.live?.thinkingMs, 12_000);
  assert.equal(appended(state, 'r-a', '.', 20_000).live?.thinkingMs, 12_000);
  state = appended(sent(), 'r-a', '<think>hm', 1_000);
  assert.equal(state.live?.thinkingMs, 0);
  assert.equal(appended(state, 'r-a', '</think>Yes', 4_000).live?.thinkingMs, 3_000);
  assert.equal(appended(sent(), 'r-a', 'Yes', 4_000).live?.thinkingSinceMs, 0);
});

it('tells loading from thinking, until the first word', () => {
  let state = loading(sent(), 'r-a');
  assert.deepEqual(look(state), ['a loading']);
  state = thought(state, 'r-a', 'hm', 0);
  assert.deepEqual(look(state), ['a thinking']);
  assert.deepEqual(look(loading(appended(state, 'r-a', 'Yes', 0), 'r-a')), ['a streaming Yes']);
});

it('erases a conversation up to the line above which another one was', () => {
  const before = answered(answered(EMPTY_CHAT, 'a'), 'b');
  const versions = {
    promptVersions: { ids: ['1', '9'], index: 0 },
    answerVersions: { ids: ['2', '8'], index: 0 },
  };
  let state = forgotten(before, 'n', 'restarted');
  state = amended(answered(answered(state, 'c'), 'd'), 'd', versions);
  const gone = erasedConversation(state);
  assert.deepEqual(look(gone), ['a done whole', 'b done whole', 'restarted', 'c done', 'd done']);
  const turns = items(gone).filter((item) => item.kind === 'turn');
  assert.deepEqual(
    turns.map(({ text, erased: isErased }) => [text, isErased]),
    [
      ['hello', false],
      ['hello', false],
      ['', true],
      ['', true],
    ],
  );
  // The next message follows none of them.
  assert.deepEqual(
    turns.map((turn) => [turn.promptMessage, turn.answerMessage, turn.promptVersions, turn.answerVersions]),
    [
      ['1', '2', undefined, undefined],
      ['1', '2', undefined, undefined],
      ['', '', undefined, undefined],
      ['', '', undefined, undefined],
    ],
  );
  const whole = items(erasedConversation(before));
  assert.ok(whole.every((item) => item.kind === 'turn' && item.erased));
  assert.equal(whole.length, 2);
});

it('belongs to the conversation that the server has named', () => {
  const state = placed(EMPTY_CHAT, 'c1');
  assert.equal(state.conversation, 'c1');
  assert.equal(placed(state, 'c1'), state);
  assert.equal(placed(state, ''), state);
  assert.equal(placed(state, 'c2').conversation, 'c2');
});

it('takes a refusal away with the next letter, but not while no message is taken', () => {
  const refused = (reason: 'rate_limited' | 'message_too_long'): ChatState => ({
    ...EMPTY_CHAT,
    draft: 'hi',
    limitedUntilMs: 9_000,
    refusal: { reason, values: {} },
  });
  const tooLong = refused('message_too_long');
  assert.equal(drafted(tooLong, 'hi'), tooLong);
  assert.deepEqual([drafted(tooLong, 'h').refusal, drafted(tooLong, 'h').draft], [undefined, 'h']);
  const limited = refused('rate_limited');
  assert.equal(drafted(limited, 'h').refusal, limited.refusal);
  const free = unlimited(limited);
  assert.deepEqual([free.limitedUntilMs, free.refusal, free.draft], [0, undefined, 'hi']);
});

it('begins a new conversation with what was being written, and with the pause that there is', () => {
  const state = cleared({ ...drafted(answered(), 'next'), conversation: 'c1', limitedUntilMs: 9_000 });
  assert.deepEqual(
    [state.conversation, state.draft, state.limitedUntilMs],
    [NEW_CONVERSATION, 'next', 9_000],
  );
  assert.deepEqual([items(state), state.live, state.settings], [[], undefined, undefined]);
  assert.ok(state.revision > answered().revision);
});

it('moves other words to the composer when their message is not shown any more', () => {
  const open = answered(answered(EMPTY_CHAT, 'a'), 'b');
  const state: ChatState = { ...open, draft: 'next', editing: { turn: 'a', text: 'other words' } };
  assert.equal(withEditingKept(state), state);
  assert.equal(withEditingKept(open), open);
  const later = { ...state, pages: paged(items(answered(EMPTY_CHAT, 'b'))) };
  assert.deepEqual(
    [withEditingKept(later).editing, withEditingKept(later).draft],
    [undefined, 'other words\n\nnext'],
  );
  // Wherever it stands among many pages.
  const many = Array.from({ length: PAGE_ITEMS * 3 }, (_, turn) => `t${turn}`).reduce(
    (state, id) => answered(state, id),
    EMPTY_CHAT,
  );
  for (const turn of ['t0', `t${PAGE_ITEMS + 3}`, `t${PAGE_ITEMS * 3 - 1}`]) {
    const editing = { ...many, editing: { turn, text: 'other words' } };
    assert.equal(withEditingKept(editing), editing);
  }
});

it('puts two texts into one field, and none where there is none', () => {
  assert.equal(joined('one', 'two'), 'one\n\ntwo');
  assert.equal(joined('', 'two'), 'two');
  assert.equal(joined('one', ''), 'one');
  assert.equal(joined('', ''), '');
});

it('draws full pages and a last one, however the items came', () => {
  const lengths = (pages: ChatState['pages']) => pages.map(({ length }) => length);
  const all = Array.from({ length: PAGE_ITEMS * 2 + 1 }, (_, n) => items(answered(EMPTY_CHAT, `t${n}`))[0]);
  const sure = all.filter((item) => item !== undefined);
  assert.deepEqual(lengths(paged([])), []);
  assert.deepEqual(lengths(paged(sure)), [PAGE_ITEMS, PAGE_ITEMS, 1]);
  assert.deepEqual(lengths(paged(sure.slice(1))), [PAGE_ITEMS, PAGE_ITEMS]);
  assert.deepEqual(paged(sure).flat(), sure);
  let pages: ChatState['pages'] = [];
  for (const item of sure) pages = append(pages, item);
  assert.deepEqual(pages, paged(sure));
  for (let { length } = sure; length > 0; length -= 1) {
    assert.deepEqual(pages, paged(sure.slice(0, length)));
    pages = withoutLast(pages);
  }
  assert.deepEqual([pages, withoutLast(pages)], [[], []]);
});

it('changes only the page that holds what is changed', () => {
  const many = Array.from({ length: PAGE_ITEMS + 2 }, (_, turn) => `t${turn}`).reduce(
    (state, id) => answered(state, id),
    EMPTY_CHAT,
  );
  const next = amended(many, 't1', { charged: 9 });
  assert.notEqual(next.pages[0], many.pages[0]);
  assert.equal(next.pages[1], many.pages[1]);
});
