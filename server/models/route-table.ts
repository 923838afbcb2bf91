import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { plainModelName, type Capability, type RouteAccess } from '../../shared/model-route.ts';
import { ModelName } from '../../shared/operations/common.ts';
import type { Price } from '../credits/price-table.ts';
import { MODEL_LIMITS } from './limits.ts';
import type { ModelClient, ModelListing } from './model-client.ts';
import { RouteAliases } from './route-aliases.ts';
import type { RouteDirectory } from './route-directory.ts';
import { RouteGuard, type BreakerState } from './route-guard.ts';
import {
  mayUseRoute,
  type Route,
  type RouteChain,
  type RouteTimeouts,
  type RouteUser,
  type Upstream,
} from './route.ts';
import { UpstreamProbe } from './upstream-probe.ts';

/** On which terms a model is used. */
export interface RouteTerms {
  readonly price: Price;
  readonly access: RouteAccess;
  readonly fallbacks: readonly string[];
  readonly capabilities: readonly Capability[];
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  readonly timeouts: RouteTimeouts;
}

export interface RouteOptions extends RouteTerms {
  readonly id: string;
  /** The id of its upstream. */
  readonly upstream: string;
  readonly model: string;
  /** Other names of it; `*` in one stands for anything. A route of that name comes first. */
  readonly aliases?: readonly string[];
}

export interface UpstreamOptions {
  readonly id: string;
  readonly slots: number | undefined;
  readonly client: ModelClient;
  readonly isProbed: boolean;
  /** Where every model that the upstream lists is a route: its terms. */
  readonly termsOfListed?: ((model: string) => RouteTerms) | undefined;
}

export interface RouteTableOptions {
  readonly upstreams: readonly UpstreamOptions[];
  readonly routes: readonly RouteOptions[];
  /** Ids in order of preference. */
  readonly defaults: readonly string[];
  /** Whether a default is passed over while its upstream does not answer or does not have its model. */
  readonly passOverMissing: boolean;
  /** The id of the route that stands in when all others have failed. */
  readonly companion: string | undefined;
  readonly clock: Clock;
  /** Uniform in [0, 1); spreads retries. */
  readonly random: () => number;
  readonly maxRetries: number;
  readonly backoffInitialMs: number;
  /** An upstream answers and does not have the model of one of the routes; called once until it has it. */
  readonly onMissing?: (route: Route, available: readonly string[]) => void;
}

/** Names the default route to clients that must name one, unless a route has this name. */
const DEFAULT_NAME = 'default';

/** The routes of the settings, and those that follow from what upstreams list. */
export class RouteTable implements RouteDirectory {
  readonly #options: RouteTableOptions;
  /** In order of preference; the companion is the last resort. */
  readonly #defaultIds: readonly string[];
  readonly #upstreams: ReadonlyMap<string, KnownUpstream>;
  readonly #configured = new Map<string, Route>();
  readonly #aliases: RouteAliases;
  readonly #changeListeners = new Set<() => void>();
  readonly #breakerListeners = new Set<(route: Route, state: BreakerState) => void>();
  readonly #missing = new Set<Route>();
  /** Every route by its id, in the order of `list`. */
  #routes: ReadonlyMap<string, Route> = new Map();
  #byPlainName: ReadonlyMap<string, Route> = new Map();
  #state = '';

  /** Throws when a route names an upstream that there is not. */
  constructor(options: RouteTableOptions) {
    this.#options = options;
    const { defaults, companion } = options;
    this.#defaultIds = companion === undefined ? defaults : [...defaults, companion];
    this.#upstreams = new Map(options.upstreams.map((upstream) => [upstream.id, this.#know(upstream)]));
    for (const route of options.routes) this.#configured.set(route.id, this.#create(route));
    this.#aliases = new RouteAliases(options.routes);
    this.#collect();
  }

  /** Probes each upstream once, so that the default is right when it resolves; then at intervals. */
  async start(): Promise<void> {
    const probes = [...this.#upstreams.values()].flatMap(({ probe }) => probe ?? []);
    await Promise.all(probes.map((probe) => probe.start()));
  }

  resolve(wanted: string | undefined, access: RouteUser): RouteChain {
    const first = wanted === undefined ? this.defaultRoute(access) : this.#find(wanted, access);
    const { companion } = this.#options;
    const ids = companion === undefined ? first.fallbacks : [...first.fallbacks, companion];
    const others = new Set<Route>();
    for (const id of first.id === companion ? [] : ids) {
      const route = this.#routes.get(id);
      if (route && route !== first && isForChat(route, access)) others.add(route);
    }
    return [first, ...others];
  }

  resolveEmbedding(wanted: string | undefined, access: RouteUser): Route {
    const route = this.#firstThat('embed', wanted, access);
    if (!route) throw new HiloError('not_found', { values: { what: wanted ?? 'embeddings' } });
    return route;
  }

  resolveImage(wanted: string | undefined, access: RouteUser): Route {
    const name = wanted !== undefined && isDefaultName(wanted) && !this.#named(wanted) ? undefined : wanted;
    const route = this.#firstThat('image', name, access);
    if (!route) throw new HiloError('not_found', { values: { what: wanted ?? 'images' } });
    return route;
  }

  named(wanted: string, access: RouteUser): Route | undefined {
    const route = this.#named(wanted);
    if (route) return mayUseRoute(route, access) ? route : undefined;
    return isDefaultName(wanted) ? this.defaultRoute(access) : undefined;
  }

  defaultRoute(access: RouteUser): Route {
    const { defaults, passOverMissing } = this.#options;
    let first: Route | undefined;
    for (const id of this.#defaultIds) {
      const route = this.#routes.get(id);
      if (!route || !isForChat(route, access)) continue;
      if (!passOverMissing || this.#isAvailable(route)) return route;
      first ??= route;
    }
    // Whoever may use only some routes need not have a default one among them.
    first ??= typeof access === 'string' ? undefined : this.#firstThat('chat', undefined, access);
    if (!first) throw new HiloError('not_found', { values: { what: defaults.join(', ') } });
    return first;
  }

  list(access: RouteUser): readonly Route[] {
    return [...this.#routes.values()].filter((route) => mayUseRoute(route, access));
  }

  onChange(listener: () => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  onBreakerState(listener: (route: Route, state: BreakerState) => void): () => void {
    this.#breakerListeners.add(listener);
    return () => this.#breakerListeners.delete(listener);
  }

  async close(): Promise<void> {
    const all = [...this.#upstreams.values()];
    for (const { probe } of all) probe?.close();
    await Promise.all(all.map(({ upstream }) => upstream.client.close()));
  }

  /** The named one, or the first one that can do it. */
  #firstThat(can: Capability, wanted: string | undefined, access: RouteUser): Route | undefined {
    const named = wanted === undefined ? undefined : this.#named(wanted);
    const all = wanted === undefined ? [...this.#routes.values()] : named ? [named] : [];
    return all.find((each) => each.capabilities.has(can) && mayUseRoute(each, access));
  }

  #find(wanted: string, access: RouteUser): Route {
    const route = this.#named(wanted);
    if (route && isForChat(route, access)) return route;
    if (!route && isDefaultName(wanted)) return this.defaultRoute(access);
    throw new HiloError('not_found', { values: { what: wanted } });
  }

  #named(wanted: string): Route | undefined {
    const own = this.#routes.get(wanted) ?? this.#byPlainName.get(plainModelName(wanted));
    return own ?? this.#routes.get(this.#aliases.idOf(wanted) ?? '');
  }

  #isAvailable({ upstream, model }: Route): boolean {
    const known = this.#upstreams.get(upstream.id);
    if (!known?.probe) return true;
    return known.probe.isUp && (known.plainNames?.has(plainModelName(model)) ?? true);
  }

  #know({ id, slots, client, isProbed, termsOfListed }: UpstreamOptions): KnownUpstream {
    const { clock } = this.#options;
    const upstream = { id, slots, client };
    if (!isProbed) return { upstream, probe: undefined, plainNames: undefined, listed: [], termsOfListed };
    const onAnswer = (wasDown: boolean) => this.#answered(known, wasDown);
    const probe = new UpstreamProbe({ client, clock, onAnswer, onDown: () => this.#tellChange() });
    const known: KnownUpstream = { upstream, probe, plainNames: undefined, listed: [], termsOfListed };
    return known;
  }

  #create({ upstream: upstreamId, capabilities, ...terms }: RouteOptions): Route {
    const { clock, random, maxRetries, backoffInitialMs } = this.#options;
    const known = this.#upstreams.get(upstreamId);
    if (!known) throw new Error(`The route ${terms.id} has no upstream ${upstreamId}`);
    const { upstream, probe } = known;
    const guard = new RouteGuard({
      clock,
      random,
      maxRetries,
      backoffInitialMs,
      onBreakerState: (state) => {
        for (const listener of this.#breakerListeners) listener(route, state);
      },
      isDown: () => probe?.isUp === false,
      onUnreachable: () => probe?.unreachable(),
    });
    const provider = upstream.client.provider;
    const route: Route = { ...terms, upstream, provider, capabilities: new Set(capabilities), guard };
    return route;
  }

  #answered(known: KnownUpstream, wasDown: boolean): void {
    const { upstream, probe } = known;
    const models = probe?.models;
    if (models) {
      const names = models.map(({ name }) => name);
      known.plainNames = new Set(names.map(plainModelName));
      this.#learn(known, models);
      for (const route of this.#configured.values()) this.#tellMissing(route, known, names);
    }
    for (const { guard, upstream: itsUpstream } of this.#routes.values()) {
      if (itsUpstream === upstream) guard.upstreamAnswered(wasDown);
    }
    this.#tellChange();
  }

  /** A listed route stays the same object while its model is listed, and keeps its breaker so. */
  #learn(known: KnownUpstream, models: readonly ModelListing[]): void {
    const { upstream, termsOfListed } = known;
    if (!termsOfListed) return;
    const before = new Map(known.listed.map((route) => [route.model, route]));
    const taken = new Set([...this.#configured.keys()].map(plainModelName));
    for (const route of this.#configured.values()) {
      if (route.upstream === upstream) taken.add(plainModelName(route.model));
    }
    const listed = new Map(models.map((listing) => [listing.name, listing]));
    known.listed = [...listed.values()]
      .filter(({ name }) => ModelName.safeParse(name).success && !taken.has(plainModelName(name)))
      .flatMap((listing) => {
        const { name: model } = listing;
        const terms = { id: model, upstream: upstream.id, model, ...termsOfListed(model) };
        const capabilities = capabilitiesOf(listing, terms.capabilities);
        if (capabilities.length === 0) return [];
        return [before.get(model) ?? this.#create({ ...terms, capabilities })];
      })
      .slice(0, MODEL_LIMITS.listedRoutesMax);
    this.#collect();
  }

  #tellMissing(route: Route, { upstream, plainNames }: KnownUpstream, models: readonly string[]): void {
    if (route.upstream !== upstream) return;
    if (plainNames?.has(plainModelName(route.model))) this.#missing.delete(route);
    else if (!this.#missing.has(route)) {
      this.#missing.add(route);
      this.#options.onMissing?.(route, models.slice(0, MODEL_LIMITS.toldModelsMax));
    }
  }

  #collect(): void {
    const { companion } = this.#options;
    const listed = [...this.#upstreams.values()].flatMap((known) => known.listed);
    const all = [...this.#configured.values(), ...listed];
    const routes = new Map<string, Route>();
    const byPlainName = new Map<string, Route>();
    // Of two upstreams that list the same name, the first one has it; the companion comes last.
    for (const isLast of [false, true]) {
      for (const route of all) {
        if ((route.id === companion) !== isLast || routes.has(route.id)) continue;
        routes.set(route.id, route);
        const plain = plainModelName(route.id);
        if (!byPlainName.has(plain)) byPlainName.set(plain, route);
      }
    }
    this.#routes = routes;
    this.#byPlainName = byPlainName;
  }

  /** Only when something is different from what the listeners know. */
  #tellChange(): void {
    const available = [...this.#routes.values()].filter((route) => this.#isAvailable(route));
    const state = JSON.stringify([[...this.#routes.keys()], available.map(({ id }) => id)]);
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#changeListeners) listener();
  }
}

interface KnownUpstream {
  readonly upstream: Upstream;
  readonly probe: UpstreamProbe | undefined;
  readonly termsOfListed: ((model: string) => RouteTerms) | undefined;
  /** Of the models that it listed; undefined until it has. */
  plainNames: ReadonlySet<string> | undefined;
  listed: readonly Route[];
}

/** Older versions of Ollama say nothing of what a model can do: then its name does. */
function capabilitiesOf(
  { name, capabilities }: ModelListing,
  usual: readonly Capability[],
): readonly Capability[] {
  if (capabilities === undefined) return /embed/iu.test(name) ? ['embed'] : usual;
  return capabilities.flatMap((word) => (Object.hasOwn(LISTED, word) ? (LISTED[word] ?? []) : []));
}

/** What Ollama's words mean here. Every model that answers can be held to a form. */
const LISTED: Readonly<Record<string, readonly Capability[]>> = {
  completion: ['chat', 'json'],
  embedding: ['embed'],
  vision: ['vision'],
  tools: ['tools'],
  thinking: ['thinking'],
};

function isDefaultName(name: string): boolean {
  return plainModelName(name) === DEFAULT_NAME;
}

function isForChat(route: Route, access: RouteUser): boolean {
  return route.capabilities.has('chat') && mayUseRoute(route, access);
}
