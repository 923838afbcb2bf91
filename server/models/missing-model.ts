import type { Clock } from '../../shared/clock.ts';
import type { ModelClient } from './model-client.ts';
import { SELECT_LIMITS, type ProviderSource } from './select.ts';

export interface MissingModel {
  readonly model: string;
  /** What is there instead. */
  readonly available: readonly string[];
}

/**
 * Tells of an Ollama that is there but does not have its model: each message would only show that the
 * companion stands in. Looks when Ollama is or becomes the first choice, again and again until it has
 * answered once.
 */
export function watchForMissingModel(
  providers: ProviderSource,
  clock: Pick<Clock, 'after'>,
  tell: (missing: MissingModel) => void,
): void {
  let looking: ModelClient | undefined;
  const look = async () => {
    const [first] = providers.current();
    if (first?.provider !== 'ollama') looking = undefined;
    if (first?.provider !== 'ollama' || first === looking) return;
    looking = first;
    const available = await modelsOf(first, clock);
    if (available === undefined) {
      clock.after(SELECT_LIMITS.probeIntervalMs, () => {
        if (looking === first) looking = undefined;
        void look();
      });
    } else if (!has(available, first.defaultModel)) {
      tell({ model: first.defaultModel, available });
    }
  };
  providers.onChange(() => void look());
  void look();
}

/** A name without a tag means the tag `latest`. */
function has(models: readonly string[], model: string): boolean {
  return models.includes(model) || models.includes(`${model}:latest`);
}

/** Undefined when it does not say in time. */
async function modelsOf(
  provider: ModelClient,
  clock: Pick<Clock, 'after'>,
): Promise<readonly string[] | undefined> {
  const late = new AbortController();
  const stopTimer = clock.after(SELECT_LIMITS.probeTimeoutMs, () => late.abort());
  try {
    return (await provider.models(late.signal)).map(({ name }) => name);
  } catch {
    return undefined;
  } finally {
    stopTimer();
  }
}
