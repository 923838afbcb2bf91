/** The APIs of others that the gateway speaks. Where two have one address, the first comes first. */
import { ANTHROPIC } from './anthropic/index.ts';
import type { ExternalApi } from './external-api.ts';
import { openAiApi } from './openai/index.ts';

export const EXTERNAL_APIS: readonly ExternalApi[] = [ANTHROPIC, openAiApi];
