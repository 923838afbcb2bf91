/** What the models need of the configuration. */
import type { ServerConfig } from './config/config.ts';
import type { RouteSettings } from './models/create-routes.ts';

export function routeSettings(config: ServerConfig): RouteSettings {
  return {
    ...config.models,
    prices: config.MODEL_PRICES,
    sampling: { temperature: config.LLM_TEMPERATURE, topP: config.LLM_TOP_P },
    maxRetries: config.LLM_MAX_RETRIES,
    backoffInitialMs: config.LLM_BACKOFF_INITIAL_MS,
    companionDelayMs: config.COMPANION_DELAY_MS,
  };
}
