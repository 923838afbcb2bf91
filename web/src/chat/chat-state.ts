/**
 * The conversation as data, and the only functions that change it. All are pure: the same state and the same
 * event give the same next state, so a reload that replays what was missed ends where an unbroken stream
 * would.
 */
import type { ErrorKey, ErrorValues } from '../../../shared/errors.ts';
import type { KeptReceipt } from './proof/proof-contract.ts';
import { partThinking } from './thinking.ts';
import { observePace, type Pace } from './queue-estimate.ts';
import type { RequestId } from '../../../shared/client/message.ts';
import type { Loss } from '../../../shared/client/session-contract.ts';

/** Items a page of the list holds; only the last page changes while people talk. */
export const PAGE_ITEMS = 20;

export type Phase =
  /** Not sent: there is no connection, or the server is restarting. It goes out by itself. */
  | { readonly name: 'held' }
  | { readonly name: 'sending' }
  | { readonly name: 'queued'; readonly position: number; readonly sinceMs: number }
  /** The model is not in the machine's memory yet; that takes up to a minute. */
  | { readonly name: 'loading' }
  /** The model has begun; no word has come yet. */
  | { readonly name: 'thinking' }
  | { readonly name: 'streaming' }
  | { readonly name: 'done'; readonly cut: boolean }
  | { readonly name: 'stopped' }
  | {
      readonly name: 'failed';
      readonly reason: ErrorKey;
      readonly values: ErrorValues;
      readonly retryAtMs: number;
    }
  /** The session went away before the answer was whole. */
  | { readonly name: 'lost' };

export interface Turn {
  readonly kind: 'turn';
  /** Also the `clientMessageId`: however often it is sent, it is one message. */
  readonly id: string;
  readonly requestId: RequestId;
  readonly text: string;
  readonly sentAtMs: number;
  readonly phase: Phase;
  readonly answer: string;
  /** Reasoning that the model sends separately from its answer. */
  readonly thinking: string;
  /** Wall time at which the reasoning began; 0 when there was none. */
  readonly thinkingSinceMs: number;
  /** How long it took; 0 while it goes on or is not known. */
  readonly thinkingMs: number;
  readonly stopping: boolean;
  readonly model: string;
  readonly trace: string;
  readonly offline: boolean;
  readonly degraded: boolean;
  /** Credits; undefined while it is not known. */
  readonly charged: number | undefined;
  readonly receipt: KeptReceipt | undefined;
  /** What was said is gone, here and at the server; that it was said stays in the ledger. */
  readonly erased: boolean;
  /** Ids of its messages at the server; empty while they are not known. */
  readonly promptMessage: string;
  readonly answerMessage: string;
}

export type NoticeName = Loss | 'copied' | 'forgotten';

/** A line across the conversation: what is above it is no longer known to the model. */
export interface Notice {
  readonly kind: 'notice';
  readonly id: string;
  readonly name: NoticeName;
}

export type Item = Turn | Notice;

/** Why the composer shows a message; the draft is always kept. */
export interface Refusal {
  readonly reason: ErrorKey;
  readonly values: ErrorValues;
}

/** The next message begins a new conversation, even if there are others. */
export const NEW_CONVERSATION = 'new';

export interface ChatState {
  /** The id of the conversation at the server; undefined: the newest one of this visitor, if there is one. */
  readonly conversation: string | undefined;
  readonly pages: readonly (readonly Item[])[];
  /** The turn that runs, newer than its copy at the end of the pages. */
  readonly live: Turn | undefined;
  readonly draft: string;
  /** Wall time until which the server takes no message. */
  readonly limitedUntilMs: number;
  readonly refusal: Refusal | undefined;
  readonly pace: Pace;
  /** Earlier turns of this conversation that the browser no longer keeps. */
  readonly dropped: number;
  /** What comes before this message can be read at the server; undefined when all of it is here. */
  readonly earlier: string | undefined;
  /** Grows whenever a settled item changes. */
  readonly revision: number;
}

export const EMPTY_CHAT: ChatState = {
  conversation: undefined,
  pages: [],
  live: undefined,
  draft: '',
  limitedUntilMs: 0,
  refusal: undefined,
  pace: { perPlaceMs: undefined },
  dropped: 0,
  earlier: undefined,
  revision: 0,
};

export function items(state: ChatState): Item[] {
  const all = state.pages.flat();
  return state.live ? [...all.slice(0, -1), state.live] : all;
}

/** A conversation taken out of storage; a turn that still ran becomes the live one. */
export function restored(all: readonly Item[], live: Turn | undefined, rest: Partial<ChatState>): ChatState {
  const pages: Item[][] = [];
  for (const item of live ? [...all, live] : all) {
    const last = pages.at(-1);
    if (last && last.length < PAGE_ITEMS) last.push(item);
    else pages.push([item]);
  }
  return { ...EMPTY_CHAT, ...rest, pages, live };
}

export interface NewTurn {
  readonly id: string;
  readonly requestId: RequestId;
  readonly text: string;
  readonly nowMs: number;
}

/** The message appears in the conversation at once; `dispatched` says whether it is on its way. */
export function submitted(state: ChatState, { id, requestId, text, nowMs }: NewTurn): ChatState {
  if (state.live) return state;
  const live: Turn = { ...BLANK_TURN, id, requestId, text, sentAtMs: nowMs };
  return { ...state, pages: append(state.pages, live), live, draft: '', refusal: undefined };
}

/** Sends a failed or lost turn again; it moves to the end, where the model will see it. */
export function retried(state: ChatState, id: string, requestId: RequestId): ChatState {
  const old = state.pages.flat().find((item) => item.id === id);
  if (state.live || old?.kind !== 'turn') return state;
  const live: Turn = { ...BLANK_TURN, id, requestId, text: old.text, sentAtMs: old.sentAtMs };
  const without = state.pages.map((page) =>
    page.includes(old) ? page.filter((item) => item !== old) : page,
  );
  return { ...state, pages: append(without, live), live, revision: state.revision + 1 };
}

export function dispatched(state: ChatState, onTheWay: boolean): ChatState {
  return alter(state, { phase: { name: onTheWay ? 'sending' : 'held' } });
}

export function queued(state: ChatState, requestId: RequestId, position: number, nowMs: number): ChatState {
  if (state.live?.requestId !== requestId) return state;
  const before = state.live.phase;
  const pace = before.name === 'queued' ? observePace(state.pace, before, position, nowMs) : state.pace;
  return { ...alter(state, { phase: { name: 'queued', position, sinceMs: nowMs } }), pace };
}

/** Comes again when another provider takes over; only before the first word. */
export function started(
  state: ChatState,
  requestId: RequestId,
  { conversation, ...said }: Pick<Turn, 'model' | 'trace' | 'degraded'> & { readonly conversation: string },
): ChatState {
  if (state.live?.requestId !== requestId) return state;
  return placed(alter(state, { phase: { name: 'thinking' }, ...said, ...NO_ANSWER }), conversation);
}

/** Before the first word, and perhaps again when another provider takes over. */
export function loading(state: ChatState, requestId: RequestId): ChatState {
  if (state.live?.requestId !== requestId || state.live.phase.name === 'streaming') return state;
  return alter(state, { phase: { name: 'loading' } });
}

export function thought(state: ChatState, requestId: RequestId, text: string, nowMs: number): ChatState {
  const { live } = state;
  if (live?.requestId !== requestId) return state;
  const phase: Phase = live.phase.name === 'streaming' ? live.phase : { name: 'thinking' };
  const thinkingSinceMs = live.thinkingSinceMs || nowMs;
  return alter(state, { phase, thinking: live.thinking + text, thinkingSinceMs });
}

/** Reasoning ends with the first word of the answer, whether it came beside it or at its beginning. */
export function appended(state: ChatState, requestId: RequestId, text: string, nowMs: number): ChatState {
  const { live } = state;
  if (live?.requestId !== requestId) return state;
  const answer = live.answer + text;
  const phase: Phase = live.phase.name === 'streaming' ? live.phase : { name: 'streaming' };
  if (live.thinkingMs > 0) return alter(state, { phase, answer });
  const { isThinking, thinking } = partThinking(answer);
  const thinkingSinceMs = live.thinkingSinceMs || (thinking === '' && !isThinking ? 0 : nowMs);
  const isOver = thinkingSinceMs > 0 && !isThinking;
  const thinkingMs = isOver ? Math.max(1, nowMs - thinkingSinceMs) : 0;
  return alter(state, { phase, answer, thinkingSinceMs, thinkingMs });
}

export interface Completion extends Pick<
  Turn,
  | 'answer'
  | 'model'
  | 'trace'
  | 'offline'
  | 'degraded'
  | 'charged'
  | 'receipt'
  | 'promptMessage'
  | 'answerMessage'
> {
  readonly cut: boolean;
  readonly conversation: string;
}

/** The response carries the whole text, which is used even if a delta was missed. */
export function completed(
  state: ChatState,
  requestId: RequestId,
  { cut, conversation, ...answer }: Completion,
): ChatState {
  if (state.live?.requestId !== requestId) return state;
  return placed(settle(state, { ...state.live, ...answer, phase: { name: 'done', cut } }), conversation);
}

/** Adds to a settled turn what became known about it later. */
export function amended(
  state: ChatState,
  id: string,
  change: Partial<Pick<Turn, 'charged' | 'receipt' | 'text' | 'answer' | 'thinking' | 'erased'>>,
): ChatState {
  if (state.live?.id === id) return state;
  const holds = (page: readonly Item[]) => page.some((item) => item.id === id);
  const alterTurn = (item: Item) => (item.kind === 'turn' && item.id === id ? { ...item, ...change } : item);
  const pages = state.pages.map((page) => (holds(page) ? page.map(alterTurn) : page));
  return { ...state, pages, revision: state.revision + 1 };
}

/** The texts are removed, and with the salts the means to show what they were. */
export function erased(state: ChatState, { id, receipt }: Turn): ChatState {
  const rest = receipt && { ...receipt, promptSalt: '', answerSalt: '' };
  return amended(state, id, { text: '', answer: '', thinking: '', erased: true, receipt: rest });
}

/** Everything below the last notice was said in the conversation that was erased. */
export function erasedConversation(state: ChatState): ChatState {
  const all = items(state);
  const first = all.findLastIndex(({ kind }) => kind === 'notice') + 1;
  let next = state;
  for (const item of all.slice(first)) if (item.kind === 'turn') next = erased(next, item);
  return next;
}

export interface Failure extends Refusal {
  readonly retryAfterMs: number;
}

/** Refusals that sending the same text again cannot fix, or that ask for a pause: the text goes back. */
const RETURNED: ReadonlySet<ErrorKey> = new Set([
  'rate_limited',
  'message_too_long',
  'line_too_long',
  'invalid_params',
  'insufficient_credits',
  'address_credits_used',
]);

export function failed(state: ChatState, requestId: RequestId, failure: Failure, nowMs: number): ChatState {
  const { live } = state;
  if (live?.requestId !== requestId) return state;
  const { reason, values, retryAfterMs } = failure;
  if (reason === 'cancelled' && live.stopping) return settle(state, { ...live, phase: { name: 'stopped' } });
  if (reason === 'draining' && live.answer === '') return dispatched(state, false);
  if (RETURNED.has(reason) && live.answer === '') {
    const limitedUntilMs = reason === 'rate_limited' ? nowMs + retryAfterMs : state.limitedUntilMs;
    return { ...takenBack(state), limitedUntilMs, refusal: { reason, values } };
  }
  const retryAtMs = retryAfterMs > 0 ? nowMs + retryAfterMs : 0;
  return settle(state, { ...live, phase: { name: 'failed', reason, values, retryAtMs } });
}

/** The live message leaves the conversation and returns to the composer, before what was typed since. */
export function takenBack(state: ChatState): ChatState {
  const { live } = state;
  if (!live) return state;
  const draft = state.draft === '' ? live.text : `${live.text}\n\n${state.draft}`;
  return { ...state, pages: withoutLast(state.pages), live: undefined, draft };
}

export function stopAsked(state: ChatState): ChatState {
  if (!state.live) return state;
  return state.live.phase.name === 'held' ? takenBack(state) : alter(state, { stopping: true });
}

/** The server has said to which conversation the messages belong. */
export function placed(state: ChatState, conversation: string): ChatState {
  return conversation === '' || conversation === state.conversation ? state : { ...state, conversation };
}

/** A message that never left waits on; one that did is unanswered, as far as is known here. */
export function interrupted(state: ChatState): ChatState {
  const { live } = state;
  if (!live || live.phase.name === 'held') return state;
  return settle(state, { ...live, phase: { name: live.stopping ? 'stopped' : 'lost' } });
}

/** The server does not know the conversation any more: what is said next begins another one. */
export function forgotten(state: ChatState, noticeId: string, name: Loss | 'forgotten'): ChatState {
  return { ...divided(interrupted(state), noticeId, name), conversation: NEW_CONVERSATION };
}

/** Another window holds the session, and a turn that runs there is shown there. */
export function parted(given: ChatState, noticeId: string): ChatState {
  const state = { ...given, conversation: NEW_CONVERSATION };
  const { live } = state;
  if (!live || live.phase.name === 'held') return divided(state, noticeId, 'copied');
  return divided({ ...state, live: undefined, pages: withoutLast(state.pages) }, noticeId, 'copied');
}

export function drafted(state: ChatState, draft: string): ChatState {
  if (draft === state.draft) return state;
  const { refusal } = state;
  return { ...state, draft, refusal: refusal?.reason === 'rate_limited' ? refusal : undefined };
}

/** After the window has moved on. */
export function unlimited(state: ChatState): ChatState {
  return { ...state, limitedUntilMs: 0, refusal: undefined };
}

export function cleared(state: ChatState): ChatState {
  return {
    ...EMPTY_CHAT,
    conversation: NEW_CONVERSATION,
    draft: state.draft,
    limitedUntilMs: state.limitedUntilMs,
    revision: state.revision + 1,
  };
}

const NO_ANSWER = { answer: '', thinking: '', thinkingSinceMs: 0, thinkingMs: 0 } as const;

export const BLANK_TURN = {
  kind: 'turn',
  phase: { name: 'held' },
  ...NO_ANSWER,
  stopping: false,
  model: '',
  trace: '',
  offline: false,
  degraded: false,
  charged: undefined,
  receipt: undefined,
  erased: false,
  promptMessage: '',
  answerMessage: '',
} as const;

/** Draws the line, unless there is nothing above it; a message that waits to be sent comes below. */
function divided(state: ChatState, id: string, name: NoticeName): ChatState {
  const above = state.live ? withoutLast(state.pages) : state.pages;
  if (above.length === 0) return state;
  const pages = append(above, { kind: 'notice', id, name });
  return { ...state, pages: state.live ? append(pages, state.live) : pages, revision: state.revision + 1 };
}

function alter(state: ChatState, change: Partial<Turn>): ChatState {
  return state.live ? { ...state, live: { ...state.live, ...change } } : state;
}

function settle(state: ChatState, turn: Turn): ChatState {
  const last = state.pages.at(-1) ?? [];
  const page: readonly Item[] = [...last.slice(0, -1), { ...turn, stopping: false }];
  return {
    ...state,
    pages: [...state.pages.slice(0, -1), page],
    live: undefined,
    revision: state.revision + 1,
  };
}

function append(pages: ChatState['pages'], item: Item): ChatState['pages'] {
  const last = pages.at(-1);
  if (!last || last.length >= PAGE_ITEMS) return [...pages, [item]];
  return [...pages.slice(0, -1), [...last, item]];
}

function withoutLast(pages: ChatState['pages']): ChatState['pages'] {
  const rest = pages.at(-1)?.slice(0, -1) ?? [];
  return rest.length > 0 ? [...pages.slice(0, -1), rest] : pages.slice(0, -1);
}
