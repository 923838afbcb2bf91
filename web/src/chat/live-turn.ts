/** What happens to the turn that runs, from its first moment to its end. */
import type { ErrorKey } from '../../../shared/errors.ts';
import type { RequestId } from '../../../shared/client/message.ts';
import { append, placed, withoutLast, type ChatState, type Refusal } from './chat-state.ts';
import { observePace } from './queue-estimate.ts';
import { partThinking } from '../ui/thinking.ts';
import { BLANK_TURN, NO_ANSWER, type Item, type Phase, type Turn } from './turn.ts';

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

/** A message that never left waits on; one that did is unanswered, as far as is known here. */
export function interrupted(state: ChatState): ChatState {
  const { live } = state;
  if (!live || live.phase.name === 'held') return state;
  return settle(state, { ...live, phase: { name: live.stopping ? 'stopped' : 'lost' } });
}

function alter(state: ChatState, change: Partial<Turn>): ChatState {
  return state.live ? { ...state, live: { ...state.live, ...change } } : state;
}

export function settle(state: ChatState, turn: Turn): ChatState {
  const last = state.pages.at(-1) ?? [];
  const page: readonly Item[] = [...last.slice(0, -1), { ...turn, stopping: false }];
  return {
    ...state,
    pages: [...state.pages.slice(0, -1), page],
    live: undefined,
    revision: state.revision + 1,
  };
}
