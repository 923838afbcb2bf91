/** The providers that the settings ask for. */
import type { Clock } from '../../shared/clock.ts';
import { createCompanion } from '../companion/index.ts';
import type { ServerConfig } from '../config/config.ts';
import { OfflineProvider } from './offline.ts';
import { OllamaProvider } from './ollama.ts';
import { OpenAiProvider } from './openai.ts';
import { ProviderSelect } from './select.ts';

const OPENAI_URL = 'https://api.openai.com/v1';
const OPENAI_DEFAULT_MODEL = 'gpt-4o-mini';
const GROQ_URL = 'https://api.groq.com/openai/v1';
const GROQ_DEFAULT_MODEL = 'llama-3.1-8b-instant';

/** Throws when the chosen provider lacks its settings, which `readServerConfig` has refused before. */
export function createProviders(config: ServerConfig, clock: Clock): ProviderSelect {
  const sampling = { temperature: config.LLM_TEMPERATURE, topP: config.LLM_TOP_P };
  return new ProviderSelect({
    mode: config.LLM_PROVIDER,
    clock,
    ollama: new OllamaProvider({
      host: config.OLLAMA_HOST,
      model: config.OLLAMA_MODEL,
      ...sampling,
      inputTokensMax: config.limits.llmInputTokens,
      outputTokensMax: config.limits.llmOutputTokens,
      clock,
    }),
    openai: openAiProvider(config, clock),
    offline: new OfflineProvider({
      companion: createCompanion({ helplines: config.helplines }),
      clock,
      pieceDelayMs: config.COMPANION_DELAY_MS,
    }),
  });
}

/** A base URL alone is enough (vLLM and llama.cpp need no key); so is a key of Groq or OpenAI. */
function openAiProvider(config: ServerConfig, clock: Clock): OpenAiProvider | undefined {
  const { OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL, GROQ_API_KEY } = config;
  const sampling = { temperature: config.LLM_TEMPERATURE, topP: config.LLM_TOP_P, clock };
  if (OPENAI_BASE_URL !== undefined || OPENAI_API_KEY !== undefined) {
    return new OpenAiProvider({
      baseUrl: OPENAI_BASE_URL ?? OPENAI_URL,
      apiKey: OPENAI_API_KEY,
      model: OPENAI_MODEL ?? OPENAI_DEFAULT_MODEL,
      ...sampling,
    });
  }
  if (GROQ_API_KEY === undefined) return undefined;
  return new OpenAiProvider({
    baseUrl: GROQ_URL,
    apiKey: GROQ_API_KEY,
    model: OPENAI_MODEL ?? GROQ_DEFAULT_MODEL,
    ...sampling,
  });
}
