import type { TurnPlacement } from '../conversations/turn-placement.ts';

/** Of what belongs to no conversation: only the ledger learns of it. */
export function keptNowhere(owner: string): TurnPlacement {
  return {
    keepsNothing: true,
    place: (_, write) =>
      write({
        conversation: { number: 0, id: '', owner, createdAt: 0 },
        newGuest: undefined,
        parent: null,
        promptMessage: 0,
        isNewPrompt: true,
        answerMessage: 0,
        clientMessageId: undefined,
        movedDevice: undefined,
        staying: undefined,
      }),
  };
}
