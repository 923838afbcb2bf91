/** Joins what the server has kept of a conversation with what is shown here, without duplicates. */
import { textOf, type Params } from '../../../shared/client/message.ts';
import { EMPTY_CHAT, items, restored, withEditingKept, type ChatState } from './chat-state.ts';
import { recordsOf, versionsOf } from './slot-records.ts';
import { BLANK_TURN, type Item, type Turn, type Versions } from './turn.ts';

/** One message and its answer, as the server has kept them. */
export interface KeptTurn {
  readonly user: string;
  readonly assistant: string;
  readonly trace: string;
  readonly promptMessage: string;
  readonly answerMessage: string;
  readonly end: 'done' | 'stopped' | 'erased';
  readonly sentAtMs: number;
  /** The answer that the message follows; empty when it follows none. */
  readonly parent: string;
  readonly promptVersions: Versions | undefined;
  readonly answerVersions: Versions | undefined;
  readonly attachments?: Turn['attachments'];
}

export interface KeptPage {
  /** Oldest first. */
  readonly turns: readonly KeptTurn[];
  /** Ask for what comes before this message; undefined when nothing does. */
  readonly earlier: string | undefined;
  /** This window stands at the newest message of all branches. */
  readonly follows: boolean;
  /** Messages before the last turn that the model was sent with it; undefined while that is not known. */
  readonly remembered: number | undefined;
}

/** Of a page of messages. Only whole turns are taken: what its beginning cuts off comes with the next. */
export function keptPageOf({ messages, before, follows, remembered }: Params): KeptPage {
  const end = {
    follows: follows !== false,
    remembered: typeof remembered === 'number' ? remembered : undefined,
  };
  const all = recordsOf(messages);
  const turns: KeptTurn[] = [];
  for (const [index, message] of all.entries()) {
    const answer = all[index + 1];
    if (message['role'] !== 'user' || answer?.['role'] !== 'assistant') continue;
    turns.push(keptTurnOf(message, answer));
  }
  if (before === undefined) return { turns, earlier: undefined, ...end };
  return { turns, earlier: turns[0]?.promptMessage ?? textOf(before), ...end };
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
    parent: textOf(prompt['parent']),
    promptVersions: versionsOf(prompt['siblings']),
    answerVersions: versionsOf(answer['siblings']),
    attachments: recordsOf(prompt['attachments']),
  };
}

/**
 * What the server has of the branch takes the place of what is shown of it. A turn that is known here stays
 * as it is, unless its answer did not arrive: then it is the server's. What the server does not have, such as
 * a message that failed, stays; what belongs to another branch goes.
 */
export function recalled(state: ChatState, page: KeptPage): ChatState {
  const { turns: kept } = page;
  if (kept.length === 0) return state;
  const settled = items(state).filter(({ id }) => id !== state.live?.id);
  // A notice ends what was said before this conversation.
  const boundary = settled.findLastIndex(({ kind }) => kind === 'notice') + 1;
  let next = boundary + beginOf(settled.slice(boundary), kept[0]);
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
    all.push(...settled.slice(next, place).filter(isHereAlone));
    if (known?.kind === 'turn') all.push(answered(known, turn));
    next = place + 1;
  }
  all.push(...settled.slice(next).filter(isHereAlone));
  const before = beforeOf(state, { all, added, page });
  const shown = restored(endingAs(all, page), state.live, { ...state, ...before, follows: page.follows });
  return withEditingKept({ ...shown, revision: state.revision + 1 });
}

/** Where in what is shown the page begins. */
function beginOf(own: readonly Item[], first: KeptTurn | undefined): number {
  const same = first ? own.findIndex((item) => isSame(item, first)) : -1;
  if (same >= 0 || !first?.parent) return Math.max(0, same);
  const parent = own.findIndex((item) => item.kind === 'turn' && item.answerMessage === first.parent);
  return parent + 1;
}

/** What can be read above everything that is shown now. */
function beforeOf(
  state: ChatState,
  { all, added, page }: { all: readonly Item[]; added: number; page: KeptPage },
): Pick<ChatState, 'dropped' | 'earlier'> {
  const [first] = all;
  const beginsAsKept =
    first?.kind === 'turn' && first.answerMessage === (page.turns[0]?.answerMessage ?? '-');
  if (beginsAsKept) return { dropped: 0, earlier: page.earlier };
  return { dropped: Math.max(0, state.dropped - added), earlier: state.earlier };
}

/** With what the server says of the last one. */
function endingAs(all: readonly Item[], { turns, remembered }: KeptPage): readonly Item[] {
  const last = turns.at(-1)?.answerMessage;
  if (remembered === undefined) return all;
  return all.map((item) =>
    item.kind === 'turn' && item.answerMessage === last ? { ...item, remembered } : item,
  );
}

/** Another conversation, as the server has kept its end. */
export function opened(state: ChatState, page: KeptPage): ChatState {
  const { turns, earlier, follows } = page;
  const rest = { ...state, dropped: 0, earlier, follows, revision: state.revision + 1 };
  return restored(endingAs(turns.map(turnOf), page), undefined, rest);
}

/** What comes before everything that is shown. */
export function precededBy(state: ChatState, { turns, earlier }: KeptPage): ChatState {
  const before = restored(turns.map(turnOf), undefined, EMPTY_CHAT).pages;
  const pages = [...before, ...state.pages];
  return { ...state, pages, earlier, dropped: 0, revision: state.revision + 1 };
}

function isSame(item: Item, { trace, user, answerMessage }: KeptTurn): boolean {
  if (item.kind !== 'turn') return false;
  if (item.answerMessage !== '' && answerMessage !== '') return item.answerMessage === answerMessage;
  return item.trace === '' ? item.phase.name === 'lost' && item.text === user : item.trace === trace;
}

function isHereAlone(item: Item): boolean {
  return item.kind === 'turn' && item.answerMessage === '';
}

function answered(turn: Turn, kept: KeptTurn): Turn {
  const { promptMessage, answerMessage, promptVersions, answerVersions, assistant, trace } = kept;
  const { attachments = turn.attachments } = kept;
  const versions = { promptVersions, answerVersions, attachments };
  const placed = { ...turn, promptMessage, answerMessage, ...versions };
  if (kept.end === 'erased' && !turn.erased) return { ...turnOf(kept), id: turn.id, receipt: turn.receipt };
  if (turn.phase.name !== 'lost') return placed;
  return { ...placed, answer: assistant, trace, phase: phaseOf(kept) };
}

/** Who answered, what it cost and its receipt are not known until somebody asks. */
export function turnOf(kept: KeptTurn): Turn {
  const { user, assistant, trace, promptMessage, answerMessage, sentAtMs } = kept;
  const { promptVersions, answerVersions, attachments = [] } = kept;
  const id = `kept ${answerMessage}`;
  const versions = { promptVersions, answerVersions, attachments };
  const said = { text: user, answer: assistant, trace, promptMessage, answerMessage, sentAtMs, ...versions };
  return { ...BLANK_TURN, id, requestId: id, ...said, phase: phaseOf(kept), erased: kept.end === 'erased' };
}

function phaseOf({ end }: KeptTurn): Turn['phase'] {
  return end === 'stopped' ? { name: 'stopped' } : { name: 'done', cut: false };
}
