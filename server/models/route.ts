import type { Access } from '../identity/access.ts';
import type { Price } from '../credits/price-table.ts';
import type { Capability, ProviderName, RouteAccess } from '../../shared/model-route.ts';
import type { ModelClient } from './model-client.ts';
import type { RouteGuard } from './route-guard.ts';

/** A model server. Its routes share it, and so its slots. */
export interface Upstream {
  readonly id: string;
  /** Calls at once; undefined when a call takes no slot. */
  readonly slots: number | undefined;
  readonly client: ModelClient;
}

/** They run only while the model is awaited and the consumer waits too. */
export interface RouteTimeouts {
  readonly firstTokenMs: number;
  readonly betweenTokensMs: number;
  readonly answerMs: number;
}

/** One model at one upstream, on the operator's terms. It is the same object as long as it exists. */
export interface Route {
  /** What clients name. */
  readonly id: string;
  readonly upstream: Upstream;
  readonly provider: ProviderName;
  /** What the upstream calls it. */
  readonly model: string;
  readonly price: Price;
  readonly access: RouteAccess;
  /** Ids of the routes that answer in its place when it fails, in order. */
  readonly fallbacks: readonly string[];
  readonly capabilities: ReadonlySet<Capability>;
  /** The prompt and the answer together. */
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  readonly timeouts: RouteTimeouts;
  readonly guard: RouteGuard;
}

/** Routes to try, in order. */
export type RouteChain = readonly [Route, ...Route[]];

const NEEDED: Readonly<Record<RouteAccess, readonly Access[]>> = {
  everyone: ['anonymous', 'user', 'admin'],
  users: ['user', 'admin'],
  teams: ['admin'],
  admins: ['admin'],
};

/** What somebody may use beside what their access says. */
export interface RouteRights {
  readonly access: Access;
  /** Ids of routes that their teams have. */
  readonly granted?: readonly string[] | undefined;
  /** Only what is in each of these lists: that of the wallet which pays, and that of the API key. */
  readonly only?: readonly (readonly string[])[] | undefined;
}

export type RouteUser = Access | RouteRights;

export function mayUseRoute({ id, access: needed }: Pick<Route, 'access' | 'id'>, user: RouteUser): boolean {
  if (typeof user === 'string') return NEEDED[needed].includes(user);
  const { access, granted, only } = user;
  if (only?.some((list) => !list.includes(id))) return false;
  return NEEDED[needed].includes(access) || (needed === 'teams' && granted?.includes(id) === true);
}
