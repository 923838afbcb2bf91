/** What the store of the conversation is made of. */
import type { ResumableSession } from '../../../shared/client/resumable-session.ts';
import type { ConnectionEvents, KnownGuest, Resumption } from '../../../shared/client/session-contract.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { ChatState } from './chat-state.ts';
import type { Drafts } from './opener.ts';

/** What the store needs of a connection. */
export type Line = Pick<
  ResumableSession,
  'state' | 'resumption' | 'start' | 'connectNow' | 'startAnew' | 'forget' | 'setVisible' | 'post' | 'call'
>;

export interface ChatStoreOptions {
  /** `wanted` is asked when a session begins. */
  readonly connect: (events: ConnectionEvents, wanted: () => Pick<KnownGuest, 'conversation'>) => Line;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Shows the newest state at the next frame. */
  readonly atFrame: (run: () => void) => void;
  readonly initial: ChatState;
  /** False when the browser did not keep it. */
  readonly save: (chat: ChatState, resumption: Resumption | undefined) => boolean;
  readonly saveDraft: (draft: string) => void;
  readonly drafts: Drafts;
  /** Called when the reader goes on here while another window holds the session. */
  readonly leaveSlot: () => Promise<void>;
}
