/**
 * The file of `MODELS_FILE`: the model servers, the routes that lead to their models, and their terms.
 * docs/models.md describes it.
 */
import { z } from 'zod';
import { CAPABILITIES, plainModelName, ROUTE_ACCESS, UPSTREAM_KINDS } from '../../shared/model-route.ts';
import { isHttpUrl } from '../../shared/environment.ts';
import { ModelName } from '../../shared/operations/common.ts';
import { PriceSchema } from './prices.ts';

export const MODELS_FILE_LIMITS = {
  upstreamsMax: 32,
  routesMax: 256,
  tokensMax: 100_000_000,
  aliasesMax: 64,
} as const;

/** The route of the companion has this id, in any file. */
export const COMPANION = 'companion';

const Seconds = z.int().min(1).max(86_400);
const Tokens = z.int().min(1).max(MODELS_FILE_LIMITS.tokensMax);

const Timeouts = z.strictObject({
  firstTokenSeconds: Seconds.optional(),
  betweenTokensSeconds: Seconds.optional(),
  answerSeconds: Seconds.optional(),
});

const Upstream = z.strictObject({
  id: ModelName,
  kind: z.enum(UPSTREAM_KINDS),
  baseUrl: z.string().refine(isHttpUrl, 'a URL that begins with http:// or https://'),
  /** The name of the environment variable that has the key. The key itself must not be in the file. */
  keyVariable: z
    .string()
    .regex(/^[A-Z][A-Z\d_]*$/, 'the name of an environment variable, in capitals')
    .optional(),
  /** Calls at the same time; MAX_IN_FLIGHT when absent. */
  slots: z.int().min(1).max(10_000).optional(),
  /** For those of its routes that have no value of their own. */
  timeouts: Timeouts.default({}),
});

const Alias = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\w.:/@*-]+$/, 'the name of a model, in which * stands for any characters');

const Route = z.strictObject({
  id: ModelName,
  aliases: z.array(Alias).max(MODELS_FILE_LIMITS.aliasesMax).default([]),
  upstream: z.string(),
  model: z.string().min(1).max(200),
  /** MODEL_PRICES when absent. */
  price: PriceSchema.optional(),
  access: z.enum(ROUTE_ACCESS).default('everyone'),
  fallbacks: z.array(z.string()).max(16).default([]),
  capabilities: z.array(z.enum(CAPABILITIES)).default(['chat']),
  contextTokens: Tokens.optional(),
  maxOutputTokens: Tokens.optional(),
  timeouts: Timeouts.default({}),
});

export const ModelsFileSchema = z
  .strictObject({
    upstreams: z.array(Upstream).min(1).max(MODELS_FILE_LIMITS.upstreamsMax),
    routes: z.array(Route).min(1).max(MODELS_FILE_LIMITS.routesMax),
    /** The routes of messages that name no route: the first one that the caller may use is taken. */
    default: z.union([z.string(), z.array(z.string()).min(1)]),
    /** Whether the offline companion answers when everything else has failed. */
    companion: z.boolean().default(true),
  })
  .superRefine(crossCheck);

export type ModelsFile = z.output<typeof ModelsFileSchema>;

export interface FileFault {
  /** Such as `routes[2].price.input`. */
  readonly path: string;
  readonly message: string;
}

/** The file, or all its faults. */
export function readModelsFile(text: string): ModelsFile | readonly FileFault[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return [{ path: '', message: `not JSON (${(error as Error).message})` }];
  }
  const result = ModelsFileSchema.safeParse(json);
  if (result.success) return result.data;
  return result.error.issues.map(({ path, message }) => ({ path: pathText(path), message }));
}

type Draft = Pick<ModelsFile, 'upstreams' | 'routes' | 'default'>;
type Tell = (path: (string | number)[], message: string) => void;

function crossCheck(file: Draft, context: z.RefinementCtx): void {
  const tell: Tell = (path, message) => context.addIssue({ code: 'custom', path, message });
  checkIds(file.upstreams, 'upstreams', tell);
  checkIds(file.routes, 'routes', tell);
  checkAliases(file.routes, tell);
  const upstreams = new Set(file.upstreams.map(({ id }) => id));
  const routes = new Map(file.routes.map((route) => [route.id, route]));
  for (const [index, { id, upstream, fallbacks, ...route }] of file.routes.entries()) {
    const at = ['routes', index];
    if (!upstreams.has(upstream)) tell([...at, 'upstream'], `there is no upstream "${upstream}"`);
    for (const [place, fallback] of fallbacks.entries()) {
      if (!routes.has(fallback) || fallback === id) {
        tell([...at, 'fallbacks', place], `there is no other route "${fallback}"`);
      }
    }
    const { contextTokens, maxOutputTokens } = route;
    if (contextTokens !== undefined && maxOutputTokens !== undefined && contextTokens <= maxOutputTokens) {
      tell([...at, 'contextTokens'], 'more than maxOutputTokens: it is the prompt and the answer together');
    }
  }
  for (const id of [file.default].flat()) {
    if (!routes.get(id)?.capabilities.includes('chat')) tell(['default'], `there is no chat route "${id}"`);
  }
}

/**
 * Clients may write a model's name in any form that Ollama allows, so two ids must differ in more than that.
 */
function checkIds(entries: readonly { readonly id: string }[], list: string, tell: Tell): void {
  const seen = new Set<string>([COMPANION]);
  for (const [index, { id }] of entries.entries()) {
    const plain = plainModelName(id);
    if (plain === COMPANION) tell([list, index, 'id'], `"${COMPANION}" is the offline companion`);
    else if (seen.has(plain)) tell([list, index, 'id'], `"${id}" is there twice`);
    seen.add(plain);
  }
}

/** An alias means one route, and hides none. */
function checkAliases(routes: Draft['routes'], tell: Tell): void {
  const seen = new Set([COMPANION, ...routes.map(({ id }) => plainModelName(id))]);
  for (const [index, { aliases }] of routes.entries()) {
    for (const [place, alias] of aliases.entries()) {
      const plain = plainModelName(alias);
      if (seen.has(plain)) tell(['routes', index, 'aliases', place], `"${alias}" is there twice`);
      seen.add(plain);
    }
  }
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
