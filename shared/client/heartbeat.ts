/**
 * Detects whether the other side is still there. A line counts as alive as long as something arrives on it.
 * When it is silent, a probe asks for an answer; a line that stays silent after the probe is dead. There is
 * never more than one probe at once.
 *
 *   silence for `silenceMs`, or nothing heard for `unansweredMs` after a request, or a suspicion
 *        └──► probe ──── nothing heard for `probeMs` ────► dead
 */
import type { Clock } from '../clock.ts';
import { NamedTimers } from './named-timers.ts';

export interface HeartbeatLimits {
  readonly silenceMs: number;
  readonly unansweredMs: number;
  readonly probeMs: number;
}

/** A dead line is detected at most 5 s after a request or a suspicion. */
export const HEARTBEAT: HeartbeatLimits = { silenceMs: 30_000, unansweredMs: 1_000, probeMs: 4_000 };

export interface HeartbeatOptions extends HeartbeatLimits {
  readonly clock: Clock;
  /** Asks for a sign of life. */
  readonly probe: () => void;
  readonly dead: () => void;
}

export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #timers: NamedTimers<'silence' | 'unanswered' | 'probe'>;
  #isRunning = false;
  #isQuiet = false;
  #heardMs = 0;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#timers = new NamedTimers(options.clock);
  }

  start(): void {
    this.#isRunning = true;
    this.heard();
    this.#watchSilence(this.#options.silenceMs);
  }

  stop(): void {
    this.#isRunning = false;
    this.#timers.cancelAll();
  }

  /** Anything has arrived. */
  heard(): void {
    this.#heardMs = this.#options.clock.monotonic();
    this.#timers.cancel('unanswered');
    this.#timers.cancel('probe');
  }

  /** A request was sent, so an answer is expected. */
  asked(): void {
    if (!this.#isRunning || this.#timers.has('probe') || this.#timers.has('unanswered')) return;
    this.#timers.after('unanswered', this.#options.unansweredMs, () => this.suspect());
  }

  /** There is a reason to doubt the line: it is probed at once. */
  suspect(): void {
    if (!this.#isRunning || this.#timers.has('probe')) return;
    this.#timers.cancel('unanswered');
    this.#timers.after('probe', this.#options.probeMs, () => this.#options.dead());
    this.#options.probe();
  }

  /** While quiet, silence alone does not lead to a probe. */
  setQuiet(isQuiet: boolean): void {
    this.#isQuiet = isQuiet;
  }

  #watchSilence(delayMs: number): void {
    const { clock, silenceMs } = this.#options;
    this.#timers.after('silence', delayMs, () => {
      const leftMs = this.#heardMs + silenceMs - clock.monotonic();
      if (leftMs <= 0 && !this.#isQuiet) this.suspect();
      this.#watchSilence(leftMs > 0 ? leftMs : silenceMs);
    });
  }
}
