/** The APIs of others that the gateway speaks. Where two have one address, the first comes first. */
import type { ExternalApi } from './external-api.ts';
import { openAiApi } from './openai/index.ts';

export const EXTERNAL_APIS: readonly ExternalApi[] = [openAiApi];
