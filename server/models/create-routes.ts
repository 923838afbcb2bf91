/** The routes that the settings ask for. */
import { FREE, PriceTable, type Price } from '../credits/price-table.ts';
import { ImageWorkshop } from '../images/image-workshop.ts';
import { OFFLINE_MODEL, OfflineProvider, type Companion } from './offline.ts';
import { OllamaProvider } from './ollama.ts';
import { OpenAiProvider } from './openai.ts';
import { RouteTable, type RouteOptions, type RouteTableOptions, type RouteTerms } from './route-table.ts';
import type { UpstreamKind } from '../../shared/model-route.ts';
import type { ModelClient } from './model-client.ts';
import type { ProxySettings } from './proxy.ts';

export interface UpstreamSettings {
  readonly id: string;
  readonly kind: UpstreamKind;
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly slots: number;
  /** The terms of every model that it lists, except the price; undefined when only `routes` are used. */
  readonly listed?: Omit<RouteTerms, 'price'> | undefined;
}

interface OwnRouteSettings extends Omit<RouteOptions, 'price'> {
  /** As `prices` say when undefined. */
  readonly price: Price | undefined;
}

export interface RouteSettings {
  readonly upstreams: readonly UpstreamSettings[];
  readonly routes: readonly OwnRouteSettings[];
  readonly defaults: readonly string[];
  readonly passOverMissing: boolean;
  /** The terms of the companion, except the price; undefined when it does not answer at all. */
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
export function createRoutes(settings: RouteSettings, dependencies: RouteDependencies): RouteTable {
  const { companion: reply, ...others } = dependencies;
  const { companion, defaults, passOverMissing, maxRetries, backoffInitialMs } = settings;
  const workshop = new ImageWorkshop();
  const prices = new PriceTable(settings.prices);
  const upstreams = settings.upstreams.map((upstream) => ({
    id: upstream.id,
    slots: upstream.slots,
    client: createClient(upstream, settings, { ...dependencies, workshop }),
    isProbed: UPSTREAMS[upstream.kind].isProbed,
    termsOfListed: termsOfListed(upstream, prices),
  }));
  const routes = settings.routes.map((route) => ({ ...route, price: route.price ?? prices.of(route.model) }));
  const own = { id: OFFLINE_MODEL, upstream: OFFLINE_MODEL, model: OFFLINE_MODEL, price: FREE };
  // Its pictures are placeholders, and say so.
  const capabilities: RouteTerms['capabilities'] = [...(companion?.capabilities ?? []), 'image'];
  const client = new OfflineProvider({
    companion: reply,
    clock: dependencies.clock,
    workshop,
    pieceDelayMs: settings.companionDelayMs,
  });
  return new RouteTable({
    ...others,
    upstreams: [...upstreams, { id: OFFLINE_MODEL, slots: undefined, client, isProbed: false }],
    routes: companion ? [...routes, { ...own, ...companion, capabilities }] : routes,
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

interface UpstreamType {
  /** Its list of models is its sign of life, and tells which routes there are. */
  readonly isProbed: boolean;
  create(upstream: UpstreamSettings & ClientOptions): ModelClient;
}

/** `model` is used where a request names no model. */
interface ClientOptions extends Pick<RouteDependencies, 'clock' | 'proxy'> {
  readonly workshop: ImageWorkshop;
  readonly model: string;
  readonly temperature: number;
  readonly topP: number;
}

/** How each kind of model server is spoken to. */
const UPSTREAMS: Readonly<Record<UpstreamKind, UpstreamType>> = {
  ollama: {
    isProbed: true,
    create: ({ baseUrl, model, temperature, topP, proxy, clock }) =>
      new OllamaProvider({ host: baseUrl, model, temperature, topP, proxy, clock }),
  },
  openai: {
    isProbed: false,
    create: ({ baseUrl, apiKey, model, temperature, topP, proxy, clock, workshop }) =>
      new OpenAiProvider({ baseUrl, apiKey, model, temperature, topP, proxy, clock, workshop }),
  },
};

function createClient(
  upstream: UpstreamSettings,
  { sampling, routes }: RouteSettings,
  { clock, proxy, workshop }: RouteDependencies & { readonly workshop: ImageWorkshop },
): ModelClient {
  const model = routes.find((route) => route.upstream === upstream.id)?.model ?? '';
  return UPSTREAMS[upstream.kind].create({ ...upstream, ...sampling, model, clock, proxy, workshop });
}
