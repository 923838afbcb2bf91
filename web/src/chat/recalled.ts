/** Joins what the server has kept of the conversation with what is shown here, without duplicates. */
import { isRecord, textOf } from '../../../shared/client/message.ts';
import { BLANK_TURN, items, restored, type ChatState, type Item, type Turn } from './chat-state.ts';

/** One message and its answer, as the server has kept them. */
export interface KeptTurn {
  readonly user: string;
  readonly assistant: string;
  readonly trace: string;
}

/** Of the response to `chat.history`, oldest first. */
export function keptTurnsOf(turns: unknown): KeptTurn[] {
  if (!Array.isArray(turns)) return [];
  return turns.filter(isRecord).map(({ user, assistant, trace }) => ({
    user: textOf(user),
    assistant: textOf(assistant),
    trace: textOf(trace),
  }));
}

/**
 * A turn that is known here stays as it is, unless its answer did not arrive: then it is the server's. Others
 * are added where they were said. What the server does not have, such as a message that failed, stays.
 */
export function recalled(state: ChatState, kept: readonly KeptTurn[]): ChatState {
  const settled = items(state).filter(({ id }) => id !== state.live?.id);
  // A notice ends what was said before this conversation.
  let next = settled.findLastIndex(({ kind }) => kind === 'notice') + 1;
  const all = settled.slice(0, next);
  let added = 0;
  for (const turn of kept) {
    const place = settled.findIndex((item, index) => index >= next && isSame(item, turn));
    if (place < 0) {
      all.push(turnOf(turn, added));
      added += 1;
      continue;
    }
    const known = settled[place];
    all.push(...settled.slice(next, place));
    if (known?.kind === 'turn') all.push(answered(known, turn));
    next = place + 1;
  }
  all.push(...settled.slice(next));
  const dropped = Math.max(0, state.dropped - added);
  return restored(all, state.live, { ...state, dropped, revision: state.revision + 1 });
}

function isSame(item: Item, { trace, user }: KeptTurn): boolean {
  if (item.kind !== 'turn') return false;
  return item.trace === '' ? item.phase.name === 'lost' && item.text === user : item.trace === trace;
}

function answered(turn: Turn, { assistant, trace }: KeptTurn): Turn {
  if (turn.phase.name !== 'lost') return turn;
  return { ...turn, answer: assistant, trace, phase: { name: 'done', cut: false } };
}

/** Who answered, what it cost and its receipt are not known until somebody asks. */
function turnOf({ user, assistant, trace }: KeptTurn, index: number): Turn {
  const id = `kept ${trace || index}`;
  const phase = { name: 'done', cut: false } as const;
  return { ...BLANK_TURN, id, requestId: id, sentAtMs: 0, text: user, answer: assistant, trace, phase };
}
