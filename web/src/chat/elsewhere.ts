/** Turns that other sessions of the same person ask in the conversation that is shown. */
import { isErrorKey, isRecord, numberOf, textOf, type Params } from '../../../shared/client/message.ts';
import { items, withEditingKept, type ChatState } from './chat-state.ts';
import { appended, branched, settle, takenBack } from './live-turn.ts';
import { BLANK_TURN, type Item, type Phase, type Turn } from './turn.ts';

/**
 * It has begun, or runs already. Not shown while a turn of this window runs: each of the two then has its own
 * branch. Nor where this window stands on an older branch, and stays there.
 */
export function begunElsewhere(given: ChatState, params: Params, nowMs: number): ChatState {
  const trace = textOf(params['trace']);
  const all = items(given);
  const isKnown = all.some((item) => item.kind === 'turn' && item.trace === trace);
  if (trace === '' || given.live || !given.follows || isKnown) return given;
  const fork = forkOf(given, all, params);
  if (fork === undefined) return given;
  const old = all[fork];
  const again = params['prompt'] === undefined && old?.kind === 'turn' ? promptOf(old) : undefined;
  const said = again ?? { text: textOf(params['prompt']), attachments: namedFiles(params['files']) };
  const id = `elsewhere ${trace}`;
  const phase = { name: 'thinking' } as const;
  const live: Turn = {
    ...BLANK_TURN,
    ...said,
    id,
    requestId: id,
    trace,
    phase,
    sentAtMs: nowMs,
    elsewhere: true,
  };
  const state = withEditingKept({ ...branched(given, live, fork), editing: given.editing });
  const answer = textOf(params['text']);
  return answer === '' ? state : appended(state, id, answer, nowMs);
}

/** `from` is the length of the answer before it. */
export function continuedElsewhere(state: ChatState, params: Params, nowMs: number): ChatState {
  const { live } = state;
  if (!live?.elsewhere || live.trace !== params['trace']) return state;
  const known = { ...state, live: { ...live, answer: live.answer.slice(0, numberOf(params['from'])) } };
  return appended(known, live.requestId, textOf(params['text']), nowMs);
}

export function endedElsewhere(state: ChatState, params: Params): ChatState {
  const { live } = state;
  if (!live?.elsewhere || live.trace !== params['trace']) return state;
  if (params['phase'] === 'failed') {
    if (live.answer === '') return takenBack(state);
    return settle(state, { ...live, phase: failedAs(params['reason'], live) });
  }
  const promptMessage = textOf(params['promptMessage']);
  const answerMessage = textOf(params['answerMessage']);
  const attachments = Array.isArray(params['attachments'])
    ? params['attachments'].filter(isRecord)
    : live.attachments;
  const ids = { promptMessage, answerMessage };
  return settle(state, { ...live, ...ids, attachments, phase: { name: 'done', cut: false } });
}

function failedAs(reason: unknown, { stopping }: Turn): Phase {
  if (reason === 'cancelled') return stopping ? { name: 'stopped' } : { name: 'stopped', elsewhere: true };
  return { name: 'failed', reason: isErrorKey(reason) ? reason : 'internal', values: {}, retryAtMs: 0 };
}

/** Where it leaves what is shown; undefined when that is not in sight. */
function forkOf(state: ChatState, all: readonly Item[], params: Params): number | undefined {
  const parent = textOf(params['parent']);
  const prompt = textOf(params['promptMessage']);
  const find = (is: (turn: Turn) => boolean) => all.findIndex((item) => item.kind === 'turn' && is(item));
  if (params['prompt'] === undefined) return known(find((turn) => turn.promptMessage === prompt));
  if (parent !== '') {
    const before = find((turn) => turn.answerMessage === parent);
    return before < 0 ? known(all.length === 0 ? 0 : -1) : withUnsaid(all, before + 1);
  }
  const first = all.findLastIndex(({ kind }) => kind === 'notice') + 1;
  return state.earlier === undefined && state.dropped === 0 ? withUnsaid(all, first) : undefined;
}

/** What the server does not have, such as a message that failed, stays above it. */
function withUnsaid(all: readonly Item[], from: number): number {
  let fork = from;
  for (;;) {
    const item = all[fork];
    if (item?.kind !== 'turn' || item.answerMessage !== '' || item.phase.name === 'lost') return fork;
    fork += 1;
  }
}

function known(index: number): number | undefined {
  return index < 0 ? undefined : index;
}

/** Nothing but their names is known while the answer is given. */
function namedFiles(files: unknown): Params[] {
  return Array.isArray(files) ? files.map((name) => ({ name: textOf(name) })) : [];
}

function promptOf({ text, promptMessage, promptVersions, attachments }: Turn) {
  return { text, promptMessage, promptVersions, attachments };
}
