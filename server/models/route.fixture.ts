/** For tests: routes to clients of the test's own. */
import type { Clock } from '../../shared/clock.ts';
import { FREE, type Price } from '../credits/price-table.ts';
import type { ModelClient } from './model-client.ts';
import { RouteTable } from './route-table.ts';
import type { RouteTimeouts } from './route.ts';

export interface TestRouteOptions {
  readonly clock: Clock;
  readonly random?: () => number;
  readonly slots?: number;
  readonly maxRetries?: number;
  readonly backoffInitialMs?: number;
  readonly timeouts?: RouteTimeouts;
  /** Of the prompt. */
  readonly inputTokens?: number;
  readonly maxOutputTokens?: number;
  readonly priceOf?: (model: string) => Price;
  /** Other models of the first client, which are routes too. */
  readonly others?: readonly string[];
}

/** The default model of each client is a route; the first is the default, the others are its fallbacks. */
export function routesTo(clients: readonly ModelClient[], options: TestRouteOptions): RouteTable {
  const own = clients.map((client, index) => ({ id: client.defaultModel, upstream: `upstream-${index}` }));
  const others = (options.others ?? []).map((id) => ({ id, upstream: 'upstream-0' }));
  const maxOutputTokens = options.maxOutputTokens ?? 1_024;
  const companion = clients.find(({ provider }) => provider === 'offline')?.defaultModel;
  return new RouteTable({
    clock: options.clock,
    random: options.random ?? (() => 0.5),
    maxRetries: options.maxRetries ?? 3,
    backoffInitialMs: options.backoffInitialMs ?? 2_000,
    upstreams: clients.map((client, index) => ({
      id: `upstream-${index}`,
      slots: client.provider === 'offline' ? undefined : (options.slots ?? 2),
      client,
      isProbed: false,
    })),
    routes: [...own, ...others].map(({ id, upstream }) => ({
      id,
      upstream,
      model: id,
      price: (id === companion ? undefined : options.priceOf?.(id)) ?? FREE,
      access: 'everyone',
      fallbacks: own.filter((other) => other.upstream !== upstream).map((other) => other.id),
      capabilities: ['chat'],
      contextTokens: (options.inputTokens ?? 2_000) + maxOutputTokens,
      maxOutputTokens,
      timeouts: options.timeouts ?? { firstTokenMs: 30_000, betweenTokensMs: 15_000, answerMs: 300_000 },
    })),
    defaults: own.slice(0, 1).map(({ id }) => id),
    passOverMissing: false,
    companion,
  });
}
