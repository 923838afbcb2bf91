/** Exchanges under way, so that a change of what somebody may do reaches the answers that run. */
import type { HiloError } from '../../shared/errors.ts';
import type { Payer } from '../credits/meter.ts';
import type { Access } from '../identity/access.ts';

export interface RunningExchange {
  readonly owner: string;
  readonly payer: Payer;
  readonly access: Access;
  /** The id of the route that works on it, or will. */
  readonly route: () => string;
  readonly stop: (reason: HiloError) => void;
}

export class RunningExchanges {
  readonly #running = new Set<RunningExchange>();

  /** Returns what removes it. */
  add(run: RunningExchange): () => void {
    this.#running.add(run);
    return () => this.#running.delete(run);
  }

  /** Ends those for which there is a reason now. */
  async recheck(refusalOf: (run: RunningExchange) => Promise<HiloError | undefined>): Promise<void> {
    await Promise.all(
      [...this.#running].map(async (run) => {
        const refusal = await refusalOf(run);
        if (refusal && this.#running.has(run)) run.stop(refusal);
      }),
    );
  }
}
