/** What the stages of the pipeline do for a request without a conversation: nothing is added, nothing cut. */
import { HiloError, type ErrorValues } from '../../shared/errors.ts';
import { fill, type Locale, type Localised } from '../../shared/locale.ts';
import type { CompletionPart } from '../../shared/operations/completion-shapes.ts';
import type { LlmError, LlmMessage } from '../models/model-client.ts';
import type { Route, RouteChain } from '../models/route.ts';
import type { RouteDirectory } from '../models/route-directory.ts';
import type { TokenEstimator } from '../models/token-estimate.ts';
import { IMAGE_TOKENS } from '../attachments/attachment-parts.ts';
import { rawTokens } from '../support/raw-tokens.ts';
import type { CompletionTask, ExchangeRequest, Task } from './exchange.ts';
import type { Prompt } from './prompt-window.ts';

/** What the chat template of a model adds to each message. */
const MESSAGE_OVERHEAD_TOKENS = 4;

/**
 * The routes that can do what is asked, the wanted one first. Throws `not_found`, and `unsupported` when the
 * wanted one cannot do it.
 */
export function routesFor(
  { route, access, locale, task, attachments }: RouteWish,
  routes: Pick<RouteDirectory, 'resolve' | 'resolveEmbedding' | 'resolveImage'>,
): RouteChain {
  if (task?.kind === 'embeddings') return [routes.resolveEmbedding(route, access)];
  if (task?.kind === 'image') return [routes.resolveImage(route, access)];
  const chain = routes.resolve(route, access);
  const hasImages = attachments?.own.some(({ type }) => type === 'image');
  if (!task && !hasImages) return chain;
  const lackOf = (each: Route) => (task ? lackFor(each, task) : sees(each) ? undefined : ATTACHED_IMAGES);
  const [first, ...fallbacks] = chain;
  const lack = lackOf(first);
  if (lack) {
    const { what, param } = lack;
    throw new HiloError('unsupported', { values: { route: first.id, what: what[locale], param } });
  }
  return [first, ...fallbacks.filter((each) => !lackOf(each))];
}

type RouteWish = Pick<ExchangeRequest, 'access' | 'attachments' | 'locale' | 'route' | 'task'>;

/** Whether it may be sent images. */
export function sees({ capabilities }: Pick<Route, 'capabilities'>): boolean {
  return capabilities.has('vision');
}

/** Throws `context_length_exceeded`. Routes that could take over and are too small are left out of it. */
export function fitTask(
  { task, locale }: { readonly task: Task; readonly locale: Locale },
  routes: RouteChain,
  estimator: TokenEstimator,
): Prompt {
  if (task.kind === 'embeddings') {
    return { messages: [], rawTokens: task.input.reduce((sum, text) => sum + rawTokens(text), 0) };
  }
  if (task.kind === 'image') return { messages: [], rawTokens: rawTokens(task.prompt) };
  const prompt = { messages: task.messages, rawTokens: weightOf(task) };
  const [route] = routes;
  const tokens = Math.ceil(prompt.rawTokens * estimator.ratio(route.model));
  const budget = route.contextTokens - outputLimit(task, route);
  if (tokens > budget) throw tooLong('estimated', { tokens, budget }, locale);
  return prompt;
}

/** The longest answer that is asked for and allowed. */
export function outputLimit(task: Task | undefined, { maxOutputTokens }: Route): number {
  if (task?.kind === 'embeddings' || task?.kind === 'image') return 0;
  return Math.min(task?.maxOutputTokens ?? maxOutputTokens, maxOutputTokens);
}

/** Each image takes as long as the first one. */
export function timeoutsOf({ timeouts }: Route, task: Task | undefined): Route['timeouts'] {
  return task?.kind === 'image' ? { ...timeouts, betweenTokensMs: timeouts.firstTokenMs } : timeouts;
}

/** A route that cannot see, and stands in for one that can, is sent no images of earlier messages. */
export function seenBy(route: Route, messages: readonly LlmMessage[]): readonly LlmMessage[] {
  if (sees(route) || !hasImages(messages)) return messages;
  return messages.map(({ parts, ...message }) => {
    return parts ? { ...message, parts: parts.filter((part) => !hasImage(part)) } : message;
  });
}

/** Estimated, before the ratio of the model. */
export function weightOf({ messages, options }: Pick<CompletionTask, 'messages' | 'options'>): number {
  const { tools = [], responseFormat } = options;
  let tokens = tools.length === 0 ? 0 : rawTokens(JSON.stringify(tools));
  if (responseFormat?.type === 'json_schema') tokens += rawTokens(JSON.stringify(responseFormat.schema));
  for (const { content, parts = [] } of messages) {
    tokens += rawTokens(content) + MESSAGE_OVERHEAD_TOKENS;
    for (const part of parts) tokens += weightOfPart(part);
  }
  return tokens;
}

/** Messages as models are sent them. */
export function modelMessages(
  messages: readonly { readonly role: LlmMessage['role']; readonly parts: readonly CompletionPart[] }[],
): LlmMessage[] {
  return messages.map(({ role, parts }) => {
    const content = parts.map(textOf).join('');
    return parts.every(({ type }) => type === 'text') ? { role, content } : { role, content, parts };
  });
}

/**
 * Where a model server finds fault with the request itself, that is told to the client: no other try and no
 * other route would do better. Faults of the operator, such as a wrong key, are none of the client's.
 */
export function refusalOf(failure: LlmError, tokens: number, locale: Locale): HiloError | undefined {
  const { kind, reason, status, words } = failure;
  if (kind !== 'bad_request') return undefined;
  if (reason === 'context_too_small') return tooLong('upstream', { tokens }, locale, failure);
  if (reason !== undefined || !REFUSING.has(status ?? 0)) return undefined;
  return new HiloError('upstream_refused', { values: { detail: words ?? String(status) }, cause: failure });
}

/** The model server may count more than the estimate, or have a smaller context than the settings say. */
function tooLong(
  by: keyof typeof TOO_LONG,
  counts: ErrorValues,
  locale: Locale,
  cause?: LlmError,
): HiloError {
  const values = { ...counts, detail: fill(TOO_LONG[by][locale], counts) };
  return new HiloError('context_length_exceeded', { values, cause });
}

const TOO_LONG = {
  estimated: {
    en: 'about {tokens} tokens, and it takes at most {budget} beside its answer',
    es: 'unos {tokens} tokens, y admite como máximo {budget} además de su respuesta',
  },
  upstream: {
    en: 'that is what its server says; the estimate was about {tokens} tokens',
    es: 'eso dice su servidor; la estimación era de unos {tokens} tokens',
  },
} as const satisfies Record<string, Localised>;

const REFUSING: ReadonlySet<number> = new Set([400, 413, 422]);

interface Lack {
  readonly what: Localised;
  /** The member of the input that asks for it. */
  readonly param: string;
}

const TOOLS: Lack = { what: { en: 'tools', es: 'herramientas' }, param: 'tools' };
const REQUIRED_TOOLS: Lack = { what: TOOLS.what, param: 'toolChoice' };
const IMAGES: Lack = { what: { en: 'images', es: 'imágenes' }, param: 'messages' };
const ATTACHED_IMAGES: Lack = { ...IMAGES, param: 'attachments' };
const SUMMARIES: Lack = { what: { en: 'summaries', es: 'resúmenes' }, param: 'route' };
const JSON_FORMAT: Lack = {
  what: { en: 'structured output', es: 'salida estructurada' },
  param: 'responseFormat',
};

/** What a route cannot do of what is asked. The companion passes over tools that need not be used. */
function lackFor({ capabilities, provider }: Route, task: CompletionTask): Lack | undefined {
  const { messages, options, needsModel } = task;
  if (needsModel && provider === 'offline') return SUMMARIES;
  const { tools = [], toolChoice = 'auto', responseFormat } = options;
  if (tools.length > 0 && toolChoice !== 'none' && !capabilities.has('tools')) {
    if (provider !== 'offline') return TOOLS;
    if (toolChoice !== 'auto') return REQUIRED_TOOLS;
  }
  if (!capabilities.has('vision') && hasImages(messages)) return IMAGES;
  const isPlain = responseFormat === undefined || responseFormat.type === 'text';
  return isPlain || capabilities.has('json') ? undefined : JSON_FORMAT;
}

export function hasImages(messages: readonly LlmMessage[]): boolean {
  return messages.some(({ parts }) => parts?.some(hasImage));
}

function hasImage(part: CompletionPart): boolean {
  if (part.type === 'toolResult') return part.parts.some(({ type }) => type === 'image');
  return part.type === 'image';
}

function textOf(part: CompletionPart): string {
  if (part.type === 'text') return part.text;
  return part.type === 'toolResult' ? part.parts.map(textOf).join('\n') : '';
}

/** Beside its text. */
function weightOfPart(part: CompletionPart): number {
  switch (part.type) {
    case 'image':
      return IMAGE_TOKENS;
    case 'thinking':
      return rawTokens(part.text);
    case 'toolCall':
      return rawTokens(part.name) + rawTokens(part.arguments);
    case 'toolResult':
      return part.parts.filter(({ type }) => type === 'image').length * IMAGE_TOKENS;
    case 'text':
      return 0;
  }
}
