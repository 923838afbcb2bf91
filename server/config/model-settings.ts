/** Which models there are: from `MODELS_FILE`, or without it from the variables of one server each. */
import { isKey, type CrossFault, type Environment } from '../../shared/environment.ts';
import type { Limits } from '../../shared/limits.ts';
import {
  plainModelName,
  type Capability,
  type RouteAccess,
  type UpstreamKind,
} from '../../shared/model-route.ts';
import { COMPANION, type ModelsFile } from './models-file.ts';

const OPENAI_URL = 'https://api.openai.com/v1';
const OPENAI_DEFAULT_MODEL = 'gpt-4o-mini';
const GROQ_URL = 'https://api.groq.com/openai/v1';
const GROQ_DEFAULT_MODEL = 'llama-3.1-8b-instant';
const MS_PER_SECOND = 1_000;

interface Price {
  readonly input: number;
  readonly output: number;
}

interface Terms {
  readonly access: RouteAccess;
  readonly fallbacks: readonly string[];
  readonly capabilities: readonly Capability[];
  /** Tokens of the prompt and the answer together. */
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  readonly timeouts: {
    readonly firstTokenMs: number;
    readonly betweenTokensMs: number;
    readonly answerMs: number;
  };
}

interface RouteSetting extends Terms {
  readonly id: string;
  readonly upstream: string;
  readonly model: string;
  readonly aliases?: readonly string[];
  /** When undefined, `prices` applies. */
  readonly price: Price | undefined;
}

interface UpstreamSetting {
  readonly id: string;
  readonly kind: UpstreamKind;
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly slots: number;
  /** The terms of every model that it lists; undefined when only `routes` are used. */
  readonly listed: Terms | undefined;
}

export interface ModelSettings {
  readonly upstreams: readonly UpstreamSetting[];
  readonly routes: readonly RouteSetting[];
  /** Ids of routes, in order of preference. */
  readonly defaults: readonly string[];
  /** Whether a default route is skipped while its upstream does not answer or does not have its model. */
  readonly passOverMissing: boolean;
  /** Undefined when the companion does not answer at all. */
  readonly companion: Terms | undefined;
}

export interface ModelVariables {
  readonly LLM_PROVIDER: 'auto' | 'ollama' | 'openai' | 'offline';
  readonly OLLAMA_HOST: string;
  readonly OLLAMA_MODEL: string;
  readonly OPENAI_BASE_URL?: string | undefined;
  readonly OPENAI_API_KEY?: string | undefined;
  readonly OPENAI_MODEL?: string | undefined;
  readonly GROQ_API_KEY?: string | undefined;
  readonly limits: Limits;
}

/**
 * In `auto`: Ollama while it answers and has its model, then the OpenAI-compatible server if there is one,
 * then the companion. In the other modes the order never changes.
 */
export function modelsOfVariables(variables: ModelVariables): ModelSettings {
  const { LLM_PROVIDER: mode, limits } = variables;
  const plain = defaultTerms(limits);
  // What the model cannot do of it, its server refuses.
  const terms: Terms = { ...plain, capabilities: ['chat', 'vision', 'tools', 'json', 'thinking'] };
  const openai = mode === 'auto' || mode === 'openai' ? openAi(variables, terms) : undefined;
  const fallbacks = openai ? [openai.route.id] : [];
  const ollama =
    mode === 'auto' || mode === 'ollama' ? ollamaOf(variables, { ...terms, fallbacks }) : undefined;
  const all = [ollama, openai].filter((entry) => entry !== undefined);
  return {
    upstreams: all.map(({ upstream }) => upstream),
    routes: all.map(({ route }) => route),
    defaults: [...all.map(({ route }) => route.id), COMPANION].slice(0, mode === 'auto' ? undefined : 1),
    passOverMissing: mode === 'auto',
    companion: plain,
  };
}

export function modelsOfFile(file: ModelsFile, limits: Limits, environment: Environment): ModelSettings {
  const terms = defaultTerms(limits);
  const upstreams = new Map(file.upstreams.map((upstream) => [upstream.id, upstream]));
  return {
    upstreams: file.upstreams.map(({ id, kind, baseUrl, keyVariable, slots = limits.maxInFlight }) => {
      const apiKey = keyVariable === undefined ? undefined : environment[keyVariable]?.trim();
      return { id, kind, baseUrl, slots, apiKey, listed: undefined };
    }),
    routes: file.routes.map((route) => {
      const { maxOutputTokens = limits.llmOutputTokens } = route;
      return {
        ...route,
        price: route.price,
        maxOutputTokens,
        contextTokens: route.contextTokens ?? limits.llmInputTokens + maxOutputTokens,
        timeouts: {
          ...terms.timeouts,
          ...milliseconds(upstreams.get(route.upstream)?.timeouts),
          ...milliseconds(route.timeouts),
        },
      };
    }),
    defaults: [file.default].flat(),
    passOverMissing: false,
    companion: file.companion ? terms : undefined,
  };
}

/** The keys that upstreams of the file need but that are missing in the environment or invalid. */
export function keyFaults(file: ModelsFile, environment: Environment): CrossFault[] {
  return file.upstreams.flatMap(({ id, keyVariable }) => {
    if (keyVariable === undefined) return [];
    const value = environment[keyVariable]?.trim() ?? '';
    if (isKey(value)) return [];
    const found = value === '' ? 'nothing' : 'a value that is not shown';
    const expected = `the key of the upstream "${id}" in MODELS_FILE, in visible ASCII characters`;
    return [{ name: keyVariable, expected, found, others: [] }];
  });
}

function defaultTerms(limits: Limits): Terms {
  return {
    access: 'everyone',
    fallbacks: [],
    capabilities: ['chat'],
    contextTokens: limits.llmInputTokens + limits.llmOutputTokens,
    maxOutputTokens: limits.llmOutputTokens,
    timeouts: {
      firstTokenMs: limits.llmFirstTokenSeconds * MS_PER_SECOND,
      betweenTokensMs: limits.llmBetweenTokensSeconds * MS_PER_SECOND,
      answerMs: limits.llmAnswerSeconds * MS_PER_SECOND,
    },
  };
}

interface Entry {
  readonly upstream: UpstreamSetting;
  readonly route: RouteSetting;
}

function ollamaOf({ OLLAMA_HOST, OLLAMA_MODEL, limits }: ModelVariables, terms: Terms): Entry {
  const upstream = {
    id: 'ollama',
    kind: 'ollama',
    baseUrl: OLLAMA_HOST,
    apiKey: undefined,
    slots: limits.maxInFlight,
    listed: terms,
  } as const;
  const route = { ...terms, id: OLLAMA_MODEL, upstream: 'ollama', model: OLLAMA_MODEL, price: undefined };
  return { upstream, route };
}

/** A base URL alone is enough (vLLM and llama.cpp need no key); so is a key of Groq or OpenAI. */
function openAi(variables: ModelVariables, terms: Terms): Entry | undefined {
  const { OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL, GROQ_API_KEY, limits } = variables;
  const isOpenAi = OPENAI_BASE_URL !== undefined || OPENAI_API_KEY !== undefined;
  if (!isOpenAi && GROQ_API_KEY === undefined) return undefined;
  const model = OPENAI_MODEL ?? (isOpenAi ? OPENAI_DEFAULT_MODEL : GROQ_DEFAULT_MODEL);
  const isTaken = [variables.OLLAMA_MODEL, COMPANION].map(plainModelName).includes(plainModelName(model));
  const upstream = {
    id: 'openai',
    kind: 'openai',
    baseUrl: isOpenAi ? (OPENAI_BASE_URL ?? OPENAI_URL) : GROQ_URL,
    apiKey: isOpenAi ? OPENAI_API_KEY : GROQ_API_KEY,
    slots: limits.maxInFlight,
    listed: undefined,
  } as const;
  const id = isTaken ? `openai/${model}` : model;
  return { upstream, route: { ...terms, id, upstream: 'openai', model, price: undefined } };
}

/** Leaves out undefined members, so that they overwrite nothing. */
function milliseconds(
  timeouts: ModelsFile['routes'][number]['timeouts'] | undefined,
): Partial<Terms['timeouts']> {
  const { firstTokenSeconds, betweenTokensSeconds, answerSeconds } = timeouts ?? {};
  return {
    ...(firstTokenSeconds !== undefined && { firstTokenMs: firstTokenSeconds * MS_PER_SECOND }),
    ...(betweenTokensSeconds !== undefined && { betweenTokensMs: betweenTokensSeconds * MS_PER_SECOND }),
    ...(answerSeconds !== undefined && { answerMs: answerSeconds * MS_PER_SECOND }),
  };
}
