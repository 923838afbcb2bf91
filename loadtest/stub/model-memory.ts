/** Which models are in memory, as Ollama's `GET /api/ps` lists them. */
import type { Clock } from '../../shared/clock.ts';

/** Ollama's OLLAMA_KEEP_ALIVE; nothing is unloaded here, but `expires_at` is computed with it. */
const KEEP_ALIVE_MS = 300_000;

interface Loaded {
  readonly readyAtMs: number;
  users: number;
  /** Of the last answer; undefined until one has ended. */
  answeredAtMs: number | undefined;
}

export class ModelMemory {
  readonly #clock: Clock;
  readonly #models = new Map<string, Loaded>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A request wants the model; gives back how long its load still takes. */
  enter(model: string, loadMs: number): number {
    const nowMs = this.#clock.now();
    const loaded = this.#models.get(model) ?? {
      readyAtMs: nowMs + loadMs,
      users: 0,
      answeredAtMs: undefined,
    };
    this.#models.set(model, loaded);
    loaded.users += 1;
    return Math.max(0, loaded.readyAtMs - nowMs);
  }

  /** The request is over. A load that nobody waits for any more is dropped, as Ollama does. */
  leave(model: string): void {
    const loaded = this.#models.get(model);
    if (!loaded) return;
    loaded.users -= 1;
    const nowMs = this.#clock.now();
    if (nowMs >= loaded.readyAtMs) loaded.answeredAtMs = nowMs;
    else if (loaded.users === 0) this.#models.delete(model);
  }

  list(): unknown {
    const nowMs = this.#clock.now();
    return {
      models: Array.from(this.#models, ([name, { answeredAtMs }]) => ({
        name,
        model: name,
        size: 1_000_000,
        size_vram: 0,
        // Until the first answer has ended, Ollama computes it anew for each look.
        expires_at: new Date((answeredAtMs ?? nowMs) + KEEP_ALIVE_MS).toISOString(),
      })),
    };
  }
}
