/** The routes that the settings ask for. */
import { FREE, PriceTable, type Price } from '../credits/price-table.ts';
import { OFFLINE_MODEL, OfflineProvider, type Companion } from './offline.ts';
import { OllamaProvider } from './ollama.ts';
import { OpenAiProvider } from './openai.ts';
import { RouteTable, type RouteOptions, type RouteTableOptions, type RouteTerms } from './route-table.ts';
import type { ModelClient } from './model-client.ts';
import type { ProxySettings } from './proxy.ts';

export interface UpstreamSettings {
  readonly id: string;
  readonly kind: 'ollama' | 'openai';
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly slots: number;
  /** The terms of every model that it lists, but for the price; undefined when only `routes` are used. */
  readonly listed?: Omit<RouteTerms, 'price'> | undefined;
}

interface RouteSettings extends Omit<RouteOptions, 'price'> {
  /** As `prices` say when undefined. */
  readonly price: Price | undefined;
}

export interface ModelSettings {
  readonly upstreams: readonly UpstreamSettings[];
  readonly routes: readonly RouteSettings[];
  readonly defaults: readonly string[];
  readonly passOverMissing: boolean;
  /** The terms of the companion, but for the price; undefined when it does not answer at all. */
  readonly companion?: Omit<RouteTerms, 'price'> | undefined;
  readonly prices: Readonly<Record<string, Price>>;
  readonly sampling: { readonly temperature: number; readonly topP: number };
  readonly maxRetries: number;
  readonly backoffInitialMs: number;
  readonly companionDelayMs: number;
}

export interface RouteDependencies extends Pick<RouteTableOptions, 'clock' | 'random' | 'onMissing'> {
  readonly companion: Companion;
  /** Between us and the model servers. */
  readonly proxy?: ProxySettings | undefined;
}

/** Probes nothing before `start`. */
export function createRoutes(settings: ModelSettings, dependencies: RouteDependencies): RouteTable {
  const { companion: reply, ...others } = dependencies;
  const { companion, defaults, passOverMissing, maxRetries, backoffInitialMs } = settings;
  const prices = new PriceTable(settings.prices);
  const upstreams = settings.upstreams.map((upstream) => ({
    id: upstream.id,
    slots: upstream.slots,
    client: createClient(upstream, settings, dependencies),
    isProbed: upstream.kind === 'ollama',
    termsOfListed: termsOfListed(upstream, prices),
  }));
  const routes = settings.routes.map((route) => ({ ...route, price: route.price ?? prices.of(route.model) }));
  const own = { id: OFFLINE_MODEL, upstream: OFFLINE_MODEL, model: OFFLINE_MODEL, price: FREE };
  const client = new OfflineProvider({
    companion: reply,
    clock: dependencies.clock,
    pieceDelayMs: settings.companionDelayMs,
  });
  return new RouteTable({
    ...others,
    upstreams: [...upstreams, { id: OFFLINE_MODEL, slots: undefined, client, isProbed: false }],
    routes: companion ? [...routes, { ...own, ...companion }] : routes,
    companion: companion && OFFLINE_MODEL,
    defaults,
    passOverMissing,
    maxRetries,
    backoffInitialMs,
  });
}

function termsOfListed({ listed }: UpstreamSettings, prices: PriceTable) {
  return listed && ((model: string): RouteTerms => ({ ...listed, price: prices.of(model) }));
}

function createClient(
  { kind, baseUrl, apiKey, id }: UpstreamSettings,
  { sampling, routes }: ModelSettings,
  { clock, proxy }: RouteDependencies,
): ModelClient {
  const model = routes.find(({ upstream }) => upstream === id)?.model ?? '';
  if (kind === 'openai') return new OpenAiProvider({ baseUrl, apiKey, model, ...sampling, proxy, clock });
  return new OllamaProvider({ host: baseUrl, model, ...sampling, proxy, clock });
}
