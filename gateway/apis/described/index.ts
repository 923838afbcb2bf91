/** The APIs of others in `/openapi.json`: of what is described here, the addresses that the gateway has. */
import type { DescribedPaths } from '../../http/openapi.ts';
import type { ExternalApi } from '../external-api.ts';
import { ANTHROPIC_DESCRIPTION } from './anthropic.ts';
import { CHAT_DESCRIPTION } from './chat.ts';
import { describeAddress } from './describe.ts';
import { IMAGES_DESCRIPTION } from './images.ts';
import { JOBS_DESCRIPTION } from './jobs.ts';
import { OLLAMA_DESCRIPTION } from './ollama.ts';
import { OPENAI_BATCHES_DESCRIPTION } from './openai-batches.ts';
import { OPENAI_DESCRIPTION } from './openai.ts';
import { SUMMARIES_DESCRIPTION } from './summaries.ts';

const DESCRIPTIONS = [
  CHAT_DESCRIPTION,
  IMAGES_DESCRIPTION,
  SUMMARIES_DESCRIPTION,
  JOBS_DESCRIPTION,
  OPENAI_DESCRIPTION,
  OPENAI_BATCHES_DESCRIPTION,
  ANTHROPIC_DESCRIPTION,
  OLLAMA_DESCRIPTION,
] as const;

export function describedPaths(apis: readonly ExternalApi[]): DescribedPaths {
  const served = new Set(
    apis.flatMap(({ addresses }) => addresses.map(({ method, path }) => `${method} ${path}`)),
  );
  const paths: Record<string, DescribedPaths[string]> = {};
  for (const api of DESCRIPTIONS) {
    for (const [name, described] of Object.entries(api.addresses)) {
      if (!served.has(name)) continue;
      const [method = '', path = ''] = name.split(' ');
      for (const [url, methods] of Object.entries(describeAddress(api, [method, path], described))) {
        paths[url] = { ...paths[url], ...methods };
      }
    }
  }
  return paths;
}
