/** What happens to the turn that runs, from its first moment to its end. */
import type { ErrorKey } from '../../../shared/errors.ts';
import type { RequestId } from '../../../shared/client/message.ts';
import {
  append,
  items,
  joined,
  paged,
  placed,
  withoutLast,
  type ChatState,
  type Refusal,
} from './chat-state.ts';
import { observePace } from './queue-estimate.ts';
import { partThinking } from '../ui/thinking.ts';
import {
  BLANK_TURN,
  NO_ANSWER,
  type Item,
  type Asked,
  type Phase,
  type Turn,
  type Versions,
} from './turn.ts';

export interface NewTurn {
  readonly id: string;
  readonly requestId: RequestId;
  readonly text: string;
  readonly nowMs: number;
  readonly attachments?: Turn['attachments'];
}

/** The message appears in the conversation at once; `dispatched` says whether it is on its way. */
export function submitted(
  state: ChatState,
  { id, requestId, text, nowMs, attachments = [] }: NewTurn,
): ChatState {
  if (state.live) return state;
  const live: Turn = { ...BLANK_TURN, id, requestId, text, sentAtMs: nowMs, attachments };
  return { ...state, pages: append(state.pages, live), live, draft: '', refusal: undefined };
}

/** Sends a failed or lost turn again; it moves to the end, where the model will see it. */
export function retried(state: ChatState, id: string, requestId: RequestId): ChatState {
  const old = state.pages.flat().find((item) => item.id === id);
  if (state.live || old?.kind !== 'turn') return state;
  const { text, sentAtMs, asked, promptMessage, promptVersions, attachments } = old;
  const said = { requestId, text, sentAtMs, attachments };
  const without = state.pages.map((page) =>
    page.includes(old) ? page.filter((item) => item !== old) : page,
  );
  const again = { ...state, pages: without, revision: state.revision + 1 };
  if (asked.name === 'send') {
    const live: Turn = { ...BLANK_TURN, id, ...said };
    return { ...again, pages: append(without, live), live };
  }
  const live: Turn = { ...BLANK_TURN, id, ...said, asked, promptMessage, promptVersions };
  return branched(again, live, forkOf(without.flat(), asked));
}

/** Where the branch of a version leaves the one that is shown. */
function forkOf(all: readonly Item[], asked: Asked): number {
  if (asked.name === 'send') return all.length;
  const message = asked.name === 'edit' ? 'promptMessage' : 'answerMessage';
  const at = all.findIndex((item) => item.kind === 'turn' && item[message] === asked.message);
  return at < 0 ? all.length : at;
}

/** The turn runs in place of everything from there on, which comes back if nothing comes of it. */
export function branched(state: ChatState, live: Turn, fork: number): ChatState {
  const above = state.pages.flat().slice(0, fork);
  const pages = paged([...above, live]);
  return { ...state, pages, live, before: state.pages, revision: state.revision + 1 };
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
  | 'remembered'
> {
  /** Of the message that is new. */
  readonly siblings: Versions | undefined;
  readonly cut: boolean;
  readonly conversation: string;
  readonly attachments?: Turn['attachments'];
}

/** The response carries the whole text, which is used even if a delta was missed. */
export function completed(
  state: ChatState,
  requestId: RequestId,
  { cut, conversation, siblings, ...answer }: Completion,
): ChatState {
  const { live } = state;
  if (live?.requestId !== requestId) return state;
  const versions = live.asked.name === 'regenerate' ? 'answerVersions' : 'promptVersions';
  const turn: Turn = { ...live, ...answer, [versions]: siblings, phase: { name: 'done', cut } };
  return placed({ ...settle(state, turn), follows: true, settings: undefined }, conversation);
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
  'credits_held',
  'address_credits_used',
  'attachment_refused',
  'unsupported',
  'upstream_refused',
  'files_full',
  'documents_busy',
]);

export function failed(state: ChatState, requestId: RequestId, failure: Failure, nowMs: number): ChatState {
  const { live } = state;
  if (live?.requestId !== requestId) return state;
  const { reason, values, retryAfterMs } = failure;
  const isVersion = live.asked.name !== 'send';
  // Perhaps from another window or device of the same person.
  if (reason === 'cancelled') {
    if (isVersion && live.answer === '') return takenBack(state);
    const where = live.stopping ? {} : ({ elsewhere: true } as const);
    return settle(state, { ...live, phase: { name: 'stopped', ...where } });
  }
  if (reason === 'draining' && live.answer === '') return dispatched(state, false);
  if ((isVersion || RETURNED.has(reason)) && live.answer === '') {
    const limitedUntilMs = reason === 'rate_limited' ? nowMs + retryAfterMs : state.limitedUntilMs;
    return { ...takenBack(state), limitedUntilMs, refusal: { reason, values } };
  }
  const retryAtMs = retryAfterMs > 0 ? nowMs + retryAfterMs : 0;
  const ended = settle(state, { ...live, phase: { name: 'failed', reason, values, retryAtMs } });
  const turn = items(ended).at(-1);
  // The branch that was left stands again, and what had arrived below it.
  if (!state.before || turn?.kind !== 'turn') return ended;
  return { ...ended, pages: append(state.before, turn) };
}

/**
 * The live message leaves the conversation and returns to where it was written: to the composer, before what
 * was typed since, or to the message whose words it was to replace.
 */
export function takenBack(state: ChatState): ChatState {
  const { live } = state;
  if (!live) return state;
  if (live.asked.name !== 'send' || live.elsewhere) return withdrawn(state, live);
  const draft = joined(live.text, state.draft);
  return { ...state, pages: withoutLast(state.pages), live: undefined, draft };
}

/** A version of which nothing came: what was shown before it is shown again. */
function withdrawn(state: ChatState, { asked, text, elsewhere }: Turn): ChatState {
  const pages = state.before ?? withoutLast(state.pages);
  const back = { ...state, pages, live: undefined, before: undefined, revision: state.revision + 1 };
  if (asked.name !== 'edit' || elsewhere) return back;
  const old = pages.flat().find((item) => item.kind === 'turn' && item.promptMessage === asked.message);
  if (!old) return { ...back, draft: joined(text, state.draft) };
  return { ...back, editing: { turn: old.id, text } };
}

export function stopAsked(state: ChatState): ChatState {
  if (!state.live) return state;
  return state.live.phase.name === 'held' ? takenBack(state) : alter(state, { stopping: true });
}

/** A message that never left waits on; one that did is unanswered, as far as is known here. */
export function interrupted(state: ChatState): ChatState {
  const { live } = state;
  if (!live || (live.phase.name === 'held' && !live.elsewhere)) return state;
  if (live.elsewhere) return takenBack(state);
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
    before: undefined,
    revision: state.revision + 1,
  };
}
