/** What becomes of the conversation when its session ends for this window. */
import type { Loss } from '../../../shared/client/session-contract.ts';
import { append, NEW_CONVERSATION, withoutLast, type ChatState } from './chat-state.ts';
import { interrupted } from './live-turn.ts';
import { addressOf } from './opener.ts';
import type { NoticeName } from './turn.ts';

/** The server does not know the conversation any more: what is said next begins another one. */
export function forgotten(state: ChatState, noticeId: string, name: Loss | 'forgotten'): ChatState {
  return { ...divided(interrupted(state), noticeId, name), conversation: NEW_CONVERSATION };
}

/**
 * Another window holds the session. What the server has of the conversation goes on in both; a turn that runs
 * there is followed from here like one of any other session.
 */
export function parted(given: ChatState, noticeId: string): ChatState {
  if (addressOf(given) !== undefined) return withoutLive(given);
  const state = { ...given, conversation: NEW_CONVERSATION };
  const { live } = state;
  if (!live || live.phase.name === 'held') return divided(state, noticeId, 'copied');
  return divided({ ...state, live: undefined, pages: withoutLast(state.pages) }, noticeId, 'copied');
}

/** Draws the line, unless there is nothing above it; a message that waits to be sent comes below. */
function divided(state: ChatState, id: string, name: NoticeName): ChatState {
  const above = state.live ? withoutLast(state.pages) : state.pages;
  if (above.length === 0) return state;
  const pages = append(above, { kind: 'notice', id, name });
  return { ...state, pages: state.live ? append(pages, state.live) : pages, revision: state.revision + 1 };
}

function withoutLive(state: ChatState): ChatState {
  if (!state.live) return state;
  const pages = state.before ?? withoutLast(state.pages);
  return { ...state, live: undefined, before: undefined, pages, revision: state.revision + 1 };
}
