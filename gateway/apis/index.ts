/** What the gateway speaks beside the addresses of operations. Of two with one address, the first counts. */
import { ANTHROPIC } from './anthropic/index.ts';
import { chatApi } from './chat/index.ts';
import type { ExternalApi } from './external-api.ts';
import { imagesApi } from './images/index.ts';
import { jobsApi } from './jobs/index.ts';
import { ollamaApi } from './ollama/index.ts';
import { openAiBatches } from './openai/batches/index.ts';
import { openAiApi } from './openai/index.ts';
import { summariesApi } from './summaries/index.ts';

export const EXTERNAL_APIS: readonly ExternalApi[] = [
  chatApi,
  imagesApi,
  summariesApi,
  jobsApi,
  ANTHROPIC,
  openAiBatches,
  openAiApi,
  ollamaApi,
];
