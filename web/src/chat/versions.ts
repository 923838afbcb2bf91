/** Other words for a message that was sent, and other answers to it. */
import type { RequestId } from '../../../shared/client/message.ts';
import { items, type ChatState } from './chat-state.ts';
import { branched } from './live-turn.ts';
import { BLANK_TURN, type Turn } from './turn.ts';

export interface NewVersion {
  readonly id: string;
  readonly requestId: RequestId;
  readonly nowMs: number;
}

/** Whether the server knows the message, and still has its words. */
export function mayEdit({ promptMessage, erased, phase }: Turn): boolean {
  return promptMessage !== '' && !erased && (phase.name === 'done' || phase.name === 'stopped');
}

export function mayRegenerate(turn: Turn): boolean {
  return turn.answerMessage !== '' && mayEdit(turn);
}

/** Opens the message for other words. One that never got an answer goes back to the composer. */
export function editingBegun(state: ChatState, id: string): ChatState {
  const turn = settledTurn(state, id);
  if (!turn || state.live || !mayEdit(turn)) return state;
  const { editing } = state;
  return editing?.turn === id ? state : { ...state, editing: { turn: id, text: turn.text } };
}

/** The newest message that can have other words. */
export function newestEditable(state: ChatState): Turn | undefined {
  const last = items(state).findLast((item) => item.kind === 'turn' && mayEdit(item));
  return last?.kind === 'turn' ? last : undefined;
}

/** The words in the open editor are on their way; the first version stays a branch. */
export function edited(state: ChatState, { id, requestId, nowMs }: NewVersion, text: string): ChatState {
  const { editing } = state;
  const old = editing && settledTurn(state, editing.turn);
  if (!old || state.live) return state;
  const { attachments } = old;
  const asked = { name: 'edit', message: old.promptMessage } as const;
  const live: Turn = { ...BLANK_TURN, id, requestId, text, sentAtMs: nowMs, asked, attachments };
  return branched({ ...state, editing: undefined, refusal: undefined }, live, indexOf(state, old));
}

/** The message of this turn is to be answered once more. */
export function regenerated(
  state: ChatState,
  turnId: string,
  { id, requestId, nowMs }: NewVersion,
): ChatState {
  const old = settledTurn(state, turnId);
  if (!old || state.live || !mayRegenerate(old)) return state;
  const { text, promptMessage, promptVersions, attachments } = old;
  const asked = { name: 'regenerate', message: old.answerMessage } as const;
  const said = { text, sentAtMs: nowMs, promptMessage, promptVersions, attachments };
  const live: Turn = { ...BLANK_TURN, id, requestId, ...said, asked };
  return branched({ ...state, refusal: undefined }, live, indexOf(state, old));
}

/**
 * The turn above which the model no longer sees what was said; undefined when it sees everything, or that is
 * not known.
 */
export function memoryBegins(all: readonly (Turn | { readonly kind: 'notice' })[]): string | undefined {
  const below = all.slice(all.findLastIndex(({ kind }) => kind === 'notice') + 1);
  const said = below.filter(
    (item): item is Turn => item.kind === 'turn' && !item.erased && item.answer !== '' && isOver(item),
  );
  const last = said.at(-1);
  if (last?.remembered === undefined) return undefined;
  const first = said.length - 1 - last.remembered / MESSAGES_OF_A_TURN;
  return first > 0 ? said[Math.ceil(first)]?.id : undefined;
}

const MESSAGES_OF_A_TURN = 2;

function isOver({ phase }: Turn): boolean {
  return phase.name === 'done' || phase.name === 'stopped';
}

function settledTurn(state: ChatState, id: string): Turn | undefined {
  const found = state.pages.flat().find((item) => item.id === id);
  return found?.kind === 'turn' && found.id !== state.live?.id ? found : undefined;
}

function indexOf(state: ChatState, turn: Turn): number {
  return state.pages.flat().indexOf(turn);
}
