/**
 * Whether the other side is still there. A line counts as alive while it is heard from; a probe asks, and a
 * line that stays silent after it is dead. Never more than one probe at once.
 *
 *   silence for `silenceMs`, or a request without any word for `unansweredMs`, or a suspicion
 *        └──► probe ──── nothing heard for `probeMs` ────► dead
 */
import type { Clock } from '../clock.ts';
import { NamedTimers } from './named-timers.ts';

export interface HeartbeatLimits {
  readonly silenceMs: number;
  readonly unansweredMs: number;
  readonly probeMs: number;
}

/** At most 5 s from a request, or from a suspicion, until a dead line is known as such. */
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

  /** Anything has come in. */
  heard(): void {
    this.#heardMs = this.#options.clock.monotonic();
    this.#timers.cancel('unanswered');
    this.#timers.cancel('probe');
  }

  /** A request has gone out; the other side has something to say. */
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

  /** While quiet, silence alone is no reason to probe. */
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
