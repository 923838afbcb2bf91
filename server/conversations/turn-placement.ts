/** Where a turn stands in its conversation, decided at the moment when it is written. */
import type { SentAttachment } from '../attachments/attachment.ts';
import type { Guest } from '../identity/principal.ts';

export type TurnStatus = 'ok' | 'cancelled' | 'failed';

/** What is said in one exchange, when it is complete. */
export interface SaidTurn {
  /** The number of its exchange. */
  readonly exchange: number;
  readonly trace: string;
  readonly prompt: string;
  readonly answer: string;
  /** What was sent with the prompt. */
  readonly attachments?: readonly SentAttachment[] | undefined;
  readonly status: TurnStatus;
}

export interface PlacedTurn {
  /** Its row is written together with the first turn. */
  readonly conversation: {
    readonly number: number;
    readonly id: string;
    readonly owner: string;
    readonly createdAt: number;
  };
  /** A guest whose row is written together with the turn. */
  readonly newGuest: Guest | undefined;
  /** The message that the prompt follows; null for the first of a branch. */
  readonly parent: number | null;
  readonly promptMessage: number;
  /** False when a prompt that was said before is answered once more: its message exists already. */
  readonly isNewPrompt: boolean;
  readonly answerMessage: number;
  readonly clientMessageId: string | undefined;
  /** A device that stood at an older message, and stands at the newest one from now on. */
  readonly movedDevice: string | undefined;
  /** Devices that stood at the newest message and stay there, although this turn makes another one newer. */
  readonly staying: { readonly message: number; readonly devices: readonly string[] } | undefined;
}

/** A seam between the pipeline, which knows no conversation, and the conversation. */
export interface TurnPlacement {
  /**
   * Only the ledger learns of it: no text is kept. Read this when nothing can be erased until the write has
   * ended, since its owner may have erased everything while the answer was running.
   */
  readonly keepsNothing?: boolean;
  /** Called when nothing refuses the message any more, before a model is asked. */
  admitted?(text: string): Promise<void> | undefined;
  /**
   * Runs `write` when no other turn of the conversation is being written. The turn becomes the newest one
   * when that has succeeded; when it has failed, the conversation is as before.
   */
  place<Result>(turn: SaidTurn, write: (placed: PlacedTurn) => Promise<Result>): Promise<Result>;
}
