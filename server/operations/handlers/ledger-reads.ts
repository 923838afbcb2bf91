/** Reading old parts of the ledger on behalf of a client: a few at once, in fair turns, with a deadline. */
import type { Clock } from '../../../shared/clock.ts';
import { orLedgerFault } from '../../credits/ledger-fault.ts';
import { flowOf } from '../../identity/principal.ts';
import { LocalModelSlots } from '../../rationing/local-model-slots.ts';
import { runInTurn } from '../../rationing/run-in-turn.ts';
import type { Call } from '../call.ts';

export const LEDGER_READ_LIMITS = {
  /** Reading and hashing run on the main thread; more at once would only delay everything else. */
  atOnce: 2,
  waitingMax: 256,
  durationGuessMs: 20,
} as const;

/** Rejects with `HiloError` only; with `queue_full` when too many reads wait. */
export type LedgerReads = <Value>(call: Call, read: () => Promise<Value>) => Promise<Value>;

export function createLedgerReads(clock: Clock): LedgerReads {
  const { atOnce, waitingMax, durationGuessMs } = LEDGER_READ_LIMITS;
  const slots = new LocalModelSlots({ clock, slots: atOnce, queueMax: waitingMax, durationGuessMs });
  return ({ principal, connection, signal }, read) => {
    const turn = { client: flowOf(principal.owner, connection.address), owner: principal.owner };
    return orLedgerFault(() => runInTurn(slots, turn, signal, read));
  };
}
