/**
 * The conversation as data. It and `live-turn.ts` have the only functions that change it. All are pure: the
 * same state and the same event give the same next state, so a reload that replays what was missed ends where
 * an unbroken stream would.
 */
import type { ErrorKey, ErrorValues } from '../../../shared/errors.ts';
import type { Pace } from './queue-estimate.ts';
import type { Item, Turn } from './turn.ts';

/** Items a page of the list holds; only the last page changes while people talk. */
export const PAGE_ITEMS = 20;

/** Why the composer shows a message; the draft is always kept. */
export interface Refusal {
  readonly reason: ErrorKey;
  readonly values: ErrorValues;
}

/** Other words for a message, while they are being written. */
export interface Editing {
  /** The id of its turn. */
  readonly turn: string;
  readonly text: string;
}

/** What was chosen for a conversation that its first message is to begin. Empty: nothing. */
export interface BeginningSettings {
  readonly route: string;
  readonly persona: string;
  readonly instructions: string;
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
  /** The server has them with the first message; undefined from its answer on. */
  readonly settings: BeginningSettings | undefined;
  /** Wall time until which the server takes no message. */
  readonly limitedUntilMs: number;
  readonly refusal: Refusal | undefined;
  readonly pace: Pace;
  /** Earlier turns of this conversation that the browser no longer keeps. */
  readonly dropped: number;
  /** What comes before this message can be read at the server; undefined when all of it is here. */
  readonly earlier: string | undefined;
  /** What was shown before another version was asked for; it comes back when there is none. Not kept. */
  readonly before: ChatState['pages'] | undefined;
  readonly editing: Editing | undefined;
  /** This window stands at the newest message of all branches. */
  readonly follows: boolean;
  /** Grows whenever a settled item changes. */
  readonly revision: number;
}

export const EMPTY_CHAT: ChatState = {
  conversation: undefined,
  pages: [],
  live: undefined,
  draft: '',
  settings: undefined,
  limitedUntilMs: 0,
  refusal: undefined,
  pace: { perPlaceMs: undefined },
  dropped: 0,
  earlier: undefined,
  before: undefined,
  editing: undefined,
  follows: true,
  revision: 0,
};

export function items(state: ChatState): Item[] {
  const all = state.pages.flat();
  return state.live ? [...all.slice(0, -1), state.live] : all;
}

/** A conversation taken out of storage; a turn that still ran becomes the live one. */
export function restored(all: readonly Item[], live: Turn | undefined, rest: Partial<ChatState>): ChatState {
  const pages = paged(live ? [...all, live] : all);
  return { ...EMPTY_CHAT, ...rest, pages, live };
}

/** Adds to a settled turn what became known about it later. */
export function amended(
  state: ChatState,
  id: string,
  change: Partial<Omit<Turn, 'id' | 'kind' | 'requestId'>>,
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
  return amended(state, id, {
    text: '',
    answer: '',
    thinking: '',
    attachments: [],
    erased: true,
    receipt: rest,
  });
}

/** Everything below the last notice was said in the conversation that was erased. */
export function erasedConversation(state: ChatState): ChatState {
  const all = items(state);
  const first = all.findLastIndex(({ kind }) => kind === 'notice') + 1;
  let next = state;
  for (const item of all.slice(first)) {
    // Its messages are gone: the next one follows none of them.
    if (item.kind === 'turn') next = amended(erased(next, item), item.id, { ...NO_MESSAGES });
  }
  return next;
}

/** The server has said to which conversation the messages belong. */
export function placed(state: ChatState, conversation: string): ChatState {
  return conversation === '' || conversation === state.conversation ? state : { ...state, conversation };
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

const NO_MESSAGES = {
  promptMessage: '',
  answerMessage: '',
  promptVersions: undefined,
  answerVersions: undefined,
} as const;

/** In pages as they are drawn. */
export function paged(all: readonly Item[]): ChatState['pages'] {
  const pages: Item[][] = [];
  for (const item of all) {
    const last = pages.at(-1);
    if (last && last.length < PAGE_ITEMS) last.push(item);
    else pages.push([item]);
  }
  return pages;
}

/** Two texts that belong to one field. */
export function joined(first: string, second: string): string {
  return [first, second].filter((text) => text !== '').join('\n\n');
}

/** What was being written in place of a message that is no longer shown goes on in the composer. */
export function withEditingKept(state: ChatState): ChatState {
  const { editing } = state;
  if (!editing || state.pages.some((page) => page.some(({ id }) => id === editing.turn))) return state;
  return { ...state, editing: undefined, draft: joined(editing.text, state.draft) };
}

export function append(pages: ChatState['pages'], item: Item): ChatState['pages'] {
  const last = pages.at(-1);
  if (!last || last.length >= PAGE_ITEMS) return [...pages, [item]];
  return [...pages.slice(0, -1), [...last, item]];
}

export function withoutLast(pages: ChatState['pages']): ChatState['pages'] {
  const rest = pages.at(-1)?.slice(0, -1) ?? [];
  return rest.length > 0 ? [...pages.slice(0, -1), rest] : pages.slice(0, -1);
}
