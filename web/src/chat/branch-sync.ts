/**
 * Keeps what is shown in step with the branch on which the server has this window: turns of other sessions
 * stream in, and whatever may have changed is read again. Never while a version or another session's turn
 * runs: the server has the new branch only once it is answered.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Ask } from '../../../shared/client/client.ts';
import { isErrorKey, isRecord, type Params } from '../../../shared/client/message.ts';
import type { ChatState } from './chat-state.ts';
import { begunElsewhere, continuedElsewhere, endedElsewhere } from './elsewhere.ts';
import { addressOf } from './opener.ts';
import { keptPageOf, opened, recalled } from './recalled.ts';

export interface BranchSyncOptions {
  readonly ask: Ask;
  readonly clock: Pick<Clock, 'now'>;
  readonly state: () => ChatState;
  readonly change: (next: ChatState) => void;
  /** As `change`, but not before the next frame. */
  readonly stream: (next: ChatState) => void;
  readonly keep: () => void;
}

export class BranchSync {
  readonly #options: BranchSyncOptions;
  #isReading = false;
  #isDue = false;
  #isGoing = false;

  constructor(options: BranchSyncOptions) {
    this.#options = options;
  }

  /** Reads the branch, as soon as nothing stands against it. */
  async refresh(): Promise<void> {
    const { ask, state, change, keep, clock } = this.#options;
    this.#isDue = true;
    while (this.#isDue && !this.#isReading && !isBranching(state())) {
      const conversation = addressOf(state());
      const { revision } = state();
      this.#isDue = false;
      if (conversation === undefined) return;
      this.#isReading = true;
      const outcome = await ask('conversations.open', { conversation });
      this.#isReading = false;
      const now = state();
      // When there is a connection again, it is asked again.
      if (!outcome.ok || addressOf(now) !== conversation) continue;
      if (now.revision !== revision || isBranching(now)) this.#isDue = true;
      else {
        change(branchOf(now, outcome.result, clock.now()));
        keep();
      }
    }
  }

  /** The turn of this window is over. */
  ended(): void {
    if (this.#isDue) void this.refresh();
  }

  /** Another session says something in a conversation. [C-3] */
  said(params: Params): void {
    const { state, change, stream, keep, clock } = this.#options;
    const { conversation, phase } = params;
    if (conversation !== addressOf(state())) return;
    switch (phase) {
      case 'started':
        return change(begunElsewhere(state(), params, clock.now()));
      case 'delta':
        return stream(continuedElsewhere(state(), params, clock.now()));
      case 'ended':
      case 'failed':
        change(endedElsewhere(state(), params));
        keep();
        break;
    }
    void this.refresh();
  }

  /** Goes to another version of a message, one way at a time; false when it does not lead there. */
  async goTo(message: string): Promise<boolean> {
    const { ask, state, change, keep } = this.#options;
    const conversation = addressOf(state());
    if (state().live || this.#isGoing) return false;
    this.#isGoing = true;
    const outcome = await ask('chat.branch', { message });
    this.#isGoing = false;
    const now = state();
    if (now.live || addressOf(now) !== conversation) return false;
    if (outcome.ok) change(recalled(now, keptPageOf(outcome.result)));
    else if (isErrorKey(outcome.failure.reason)) {
      const { reason, values } = outcome.failure;
      change({ ...now, refusal: { reason, values } });
    }
    keep();
    return outcome.ok;
  }
}

/** Of what `conversations.open` answers: the end of the branch, with what is being said there now. */
export function branchOf(state: ChatState, result: Params, nowMs: number): ChatState {
  const page = keptPageOf(result);
  const { running } = result;
  let next = state.pages.length === 0 ? opened(state, page) : recalled(state, page);
  for (const turn of Array.isArray(running) ? running.filter(isRecord) : [])
    next = begunElsewhere(next, turn, nowMs);
  return next;
}

function isBranching({ live }: ChatState): boolean {
  return live !== undefined && (live.elsewhere || live.asked.name !== 'send');
}
