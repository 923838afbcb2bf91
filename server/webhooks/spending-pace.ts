/** Credits that the whole server has spent in the last hour; holds one number for each minute of it. */
import { ALERT_LIMITS } from './limits.ts';

export class SpendingPace {
  readonly #samples: { readonly at: number; readonly spent: number }[] = [];

  /** `spent` is the total of all time. What was spent before the first call does not count. */
  inLastHour(spent: number, now: number): number {
    const { paceWindowMs, paceStepMs } = ALERT_LIMITS;
    const last = this.#samples.at(-1);
    if (!last || now - last.at >= paceStepMs) this.#samples.push({ at: now, spent });
    while ((this.#samples[0]?.at ?? now) < now - paceWindowMs) this.#samples.shift();
    return spent - (this.#samples[0]?.spent ?? spent);
  }
}
