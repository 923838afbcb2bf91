/** Joins what the server has kept of a conversation with what is shown here, without duplicates. */
import { isRecord, textOf, type Params } from '../../../shared/client/message.ts';
import { EMPTY_CHAT, items, restored, type ChatState } from './chat-state.ts';
import { BLANK_TURN, type Item, type Turn } from './turn.ts';

/** One message and its answer, as the server has kept them. */
export interface KeptTurn {
  readonly user: string;
  readonly assistant: string;
  readonly trace: string;
  readonly promptMessage: string;
  readonly answerMessage: string;
  readonly end: 'done' | 'stopped' | 'erased';
  readonly sentAtMs: number;
}

export interface KeptPage {
  /** Oldest first. */
  readonly turns: readonly KeptTurn[];
  /** Ask for what comes before this message; undefined when nothing does. */
  readonly earlier: string | undefined;
}

/** Of a page of messages. Only whole turns are taken: what its beginning cuts off comes with the next. */
export function keptPageOf({ messages, before }: Params): KeptPage {
  const all = Array.isArray(messages) ? messages.filter(isRecord) : [];
  const turns: KeptTurn[] = [];
  for (const [index, message] of all.entries()) {
    const answer = all[index + 1];
    if (message['role'] !== 'user' || answer?.['role'] !== 'assistant') continue;
    turns.push(keptTurnOf(message, answer));
  }
  if (before === undefined) return { turns, earlier: undefined };
  return { turns, earlier: turns[0]?.promptMessage ?? textOf(before) };
}

function keptTurnOf(prompt: Params, answer: Params): KeptTurn {
  const status = answer['status'];
  const isErased = status === 'erased' || prompt['status'] === 'erased';
  return {
    user: textOf(prompt['text']),
    assistant: textOf(answer['text']),
    trace: textOf(answer['trace']) || textOf(prompt['trace']),
    promptMessage: textOf(prompt['id']),
    answerMessage: textOf(answer['id']),
    end: isErased ? 'erased' : status === 'cancelled' ? 'stopped' : 'done',
    sentAtMs: Date.parse(textOf(prompt['createdAt'])) || 0,
  };
}

/**
 * A turn that is known here stays as it is, unless its answer did not arrive: then it is the server's. Others
 * are added where they were said. What the server does not have, such as a message that failed, stays.
 */
export function recalled(state: ChatState, { turns: kept, earlier }: KeptPage): ChatState {
  const settled = items(state).filter(({ id }) => id !== state.live?.id);
  // A notice ends what was said before this conversation.
  let next = settled.findLastIndex(({ kind }) => kind === 'notice') + 1;
  const all = settled.slice(0, next);
  let added = 0;
  for (const turn of kept) {
    const place = settled.findIndex((item, index) => index >= next && isSame(item, turn));
    if (place < 0) {
      all.push(turnOf(turn));
      added += 1;
      continue;
    }
    const known = settled[place];
    all.push(...settled.slice(next, place));
    if (known?.kind === 'turn') all.push(answered(known, turn));
    next = place + 1;
  }
  all.push(...settled.slice(next));
  const first = all[0];
  const beginsAsKept = first?.kind === 'turn' && first.promptMessage === (kept[0]?.promptMessage ?? '-');
  const before = beginsAsKept
    ? { dropped: 0, earlier }
    : { dropped: Math.max(0, state.dropped - added), earlier: state.earlier };
  return restored(all, state.live, { ...state, ...before, revision: state.revision + 1 });
}

/** Another conversation, as the server has kept its end. */
export function opened(state: ChatState, { turns, earlier }: KeptPage): ChatState {
  const rest = { ...state, dropped: 0, earlier, revision: state.revision + 1 };
  return restored(turns.map(turnOf), undefined, rest);
}

/** What comes before everything that is shown. */
export function precededBy(state: ChatState, { turns, earlier }: KeptPage): ChatState {
  const before = restored(turns.map(turnOf), undefined, EMPTY_CHAT).pages;
  const pages = [...before, ...state.pages];
  return { ...state, pages, earlier, dropped: 0, revision: state.revision + 1 };
}

function isSame(item: Item, { trace, user, promptMessage }: KeptTurn): boolean {
  if (item.kind !== 'turn') return false;
  if (promptMessage !== '' && item.promptMessage === promptMessage) return true;
  return item.trace === '' ? item.phase.name === 'lost' && item.text === user : item.trace === trace;
}

function answered(turn: Turn, kept: KeptTurn): Turn {
  const { promptMessage, answerMessage, assistant, trace } = kept;
  if (turn.phase.name !== 'lost') return { ...turn, promptMessage, answerMessage };
  return { ...turn, promptMessage, answerMessage, answer: assistant, trace, phase: phaseOf(kept) };
}

/** Who answered, what it cost and its receipt are not known until somebody asks. */
export function turnOf(kept: KeptTurn): Turn {
  const { user, assistant, trace, promptMessage, answerMessage, sentAtMs } = kept;
  const id = `kept ${answerMessage}`;
  const said = { text: user, answer: assistant, trace, promptMessage, answerMessage, sentAtMs };
  return { ...BLANK_TURN, id, requestId: id, ...said, phase: phaseOf(kept), erased: kept.end === 'erased' };
}

function phaseOf({ end }: KeptTurn): Turn['phase'] {
  return end === 'stopped' ? { name: 'stopped' } : { name: 'done', cut: false };
}
