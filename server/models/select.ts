/** Which providers a message is tried with now, first to last. */
import type { Clock } from '../../shared/clock.ts';
import type { ModelClient } from './model-client.ts';

export const SELECT_LIMITS = {
  probeIntervalMs: 10_000,
  probeTimeoutMs: 2_000,
  /** A busy machine may miss one probe; a call that fails meanwhile goes on to the next provider anyway. */
  missedProbesMax: 2,
} as const;

export type ProviderMode = 'auto' | 'ollama' | 'openai' | 'offline';

export interface ProviderSource {
  /** Never empty; the last is the offline companion. */
  current(): readonly ModelClient[];
  /** Called after `current` has changed; returns what removes the listener. */
  onChange(listener: (providers: readonly ModelClient[]) => void): () => void;
}

export interface ProviderSelectOptions {
  readonly mode: ProviderMode;
  readonly ollama?: ModelClient | undefined;
  readonly openai?: ModelClient | undefined;
  readonly offline: ModelClient;
  readonly clock: Clock;
  readonly probeIntervalMs?: number;
  readonly probeTimeoutMs?: number;
}

/**
 * Whether an answer from `provider` stands in for a model that should have answered. The companion is no
 * stand-in where it is the first choice: nothing else is configured, or nothing else is there.
 */
export function isDegraded(provider: ModelClient, tried: readonly ModelClient[]): boolean {
  return provider.provider === 'offline' && tried[0]?.provider !== 'offline';
}

/**
 * In `auto`: Ollama while it answers its probes, then the OpenAI-compatible server if there is one, then the
 * companion. In the other modes the order never changes. Throws when the mode's own provider is missing.
 */
export class ProviderSelect implements ProviderSource {
  readonly #options: ProviderSelectOptions;
  readonly #listeners = new Set<(providers: readonly ModelClient[]) => void>();
  readonly #closing = new AbortController();
  #current: readonly ModelClient[];
  #ollamaAlive = false;
  #missedProbes = 0;
  #cancelTimer: () => void = () => {};

  constructor(options: ProviderSelectOptions) {
    this.#options = options;
    this.#current = this.#order();
  }

  /** Probes once, so that `current` is right when it resolves, and from then on at intervals. */
  async start(): Promise<void> {
    const { mode, ollama } = this.#options;
    if (mode === 'auto' && ollama) await this.#probe(ollama);
  }

  current(): readonly ModelClient[] {
    return this.#current;
  }

  onChange(listener: (providers: readonly ModelClient[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends the probes and closes the providers. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelTimer();
    const { ollama, openai, offline } = this.#options;
    await Promise.all([ollama?.close(), openai?.close(), offline.close()]);
  }

  async #probe(ollama: ModelClient): Promise<void> {
    const alive = await this.#isAlive(ollama);
    if (this.#closing.signal.aborted) return;
    this.#missedProbes = alive ? 0 : this.#missedProbes + 1;
    const considered = alive || (this.#ollamaAlive && this.#missedProbes < SELECT_LIMITS.missedProbesMax);
    if (considered !== this.#ollamaAlive) {
      this.#ollamaAlive = considered;
      this.#current = this.#order();
      for (const listener of this.#listeners) listener(this.#current);
    }
    const { clock, probeIntervalMs = SELECT_LIMITS.probeIntervalMs } = this.#options;
    this.#cancelTimer = clock.after(probeIntervalMs, () => void this.#probe(ollama));
  }

  async #isAlive(ollama: ModelClient): Promise<boolean> {
    const { clock, probeTimeoutMs = SELECT_LIMITS.probeTimeoutMs } = this.#options;
    const late = new AbortController();
    const cancel = clock.after(probeTimeoutMs, () => late.abort());
    try {
      return await ollama.alive(AbortSignal.any([late.signal, this.#closing.signal]));
    } finally {
      cancel();
    }
  }

  #order(): readonly ModelClient[] {
    const { mode, ollama, openai, offline } = this.#options;
    if (mode === 'auto') {
      const alive = this.#ollamaAlive ? ollama : undefined;
      return [alive, openai, offline].filter((provider) => provider !== undefined);
    }
    if (mode === 'offline') return [offline];
    const chosen = mode === 'ollama' ? ollama : openai;
    if (!chosen) throw new Error(`The provider ${mode} is chosen but not configured`);
    return [chosen, offline];
  }
}
