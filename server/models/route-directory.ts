import type { BreakerState } from './route-guard.ts';
import type { Route, RouteChain, RouteUser } from './route.ts';

/**
 * All routes that there are. Every name that a client gives is looked up here: no other name reaches an
 * upstream.
 */
export interface RouteDirectory {
  /**
   * The routes to try, in order: the wanted one, or the default, then its fallbacks, the companion last where
   * it stands in. Throws `not_found` for a name that is not a chat route or that `access` may not use.
   */
  resolve(wanted: string | undefined, access: RouteUser): RouteChain;
  /** The same for a route that makes embeddings; its fallbacks would make other vectors, so it has none. */
  resolveEmbedding(wanted: string | undefined, access: RouteUser): Route;
  /**
   * A route that draws; the companion only where no other is named or may be used. No other one stands in for
   * it: a picture of another model is not what was asked for. Throws `not_found`.
   */
  resolveImage(wanted: string | undefined, access: RouteUser): Route;
  /** The route that a name stands for, whatever it does; undefined where `resolve` would throw. */
  named(wanted: string, access: RouteUser): Route | undefined;
  /** The route for messages that name none. Throws `not_found` when `access` may use no route. */
  defaultRoute(access: RouteUser): Route;
  /** What `access` may use, from memory: never an upstream request. */
  list(access: RouteUser): readonly Route[];
  /** Called after the routes, or the default among them, have changed; returns what removes the listener. */
  onChange(listener: () => void): () => void;
  /** Called when the circuit breaker of a route changes; returns what removes the listener. */
  onBreakerState(listener: (route: Route, state: BreakerState) => void): () => void;
  /** Ends the probes and closes the upstreams' clients. */
  close(): Promise<void>;
}
