import type { Clock } from '../../../shared/clock.ts';

/** As Ollama writes them: whole nanoseconds. */
export interface Durations {
  readonly total_duration: number;
  readonly load_duration: number;
  readonly prompt_eval_duration?: number;
  readonly eval_duration?: number;
}

const NANOSECONDS_IN_MS = 1e6;

/**
 * The times of one answer, as they are seen from here. Waiting for a place at the model counts as loading, as
 * it does for Ollama.
 */
export class Stopwatch {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #begun: number;
  #started: number | undefined;
  #firstOutput: number | undefined;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
    this.#begun = clock.monotonic();
  }

  /** A model began to work; again when a fallback takes over. */
  started(): void {
    this.#started = this.#clock.monotonic();
  }

  output(): void {
    this.#firstOutput ??= this.#clock.monotonic();
  }

  /** When the answer came whole, nobody here saw its first word. */
  read(): Durations {
    const now = this.#clock.monotonic();
    const started = this.#started ?? this.#begun;
    const first = this.#firstOutput;
    return {
      total_duration: nanoseconds(now - this.#begun),
      load_duration: nanoseconds(started - this.#begun),
      ...(first !== undefined && { prompt_eval_duration: nanoseconds(first - started) }),
      eval_duration: nanoseconds(now - (first ?? started)),
    };
  }
}

function nanoseconds(ms: number): number {
  return Math.max(0, Math.round(ms * NANOSECONDS_IN_MS));
}
