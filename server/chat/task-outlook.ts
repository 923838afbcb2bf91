/** How much fits into a task and what it can cost at most, for those who plan several of them. */
import { greatestCharge } from '../credits/ledger-meter.ts';
import { cost } from '../credits/price-table.ts';
import type { Route, RouteChain } from '../models/route.ts';
import type { TokenEstimator } from '../models/token-estimate.ts';
import type { CompletionTask, ExchangeBasics } from './exchange.ts';

export interface OutlookRequest extends Pick<ExchangeBasics, 'route' | 'access' | 'locale'> {
  readonly task: CompletionTask;
}

export interface TaskOutlook {
  /** The one that will be asked first. */
  readonly route: Route;
  /** Multiply an estimate of tokens by it to get those of its model. */
  readonly ratio: number;
  /** The most that a call may be charged, whichever of the routes answers. */
  creditsMax(rawTokens: number, maxOutputTokens: number): number;
  /** What a call of this size is charged when the first route answers, as far as tokens can be estimated. */
  credits(rawTokens: number, outputTokens: number): number;
}

export function taskOutlook(routes: RouteChain, estimator: TokenEstimator): TaskOutlook {
  const [route] = routes;
  const candidates = routes.map(({ id, price }) => ({ route: id, price }));
  const inputOf = (rawTokens: number): number => Math.ceil(rawTokens * estimator.ratio(route.model));
  return {
    route,
    ratio: estimator.ratio(route.model),
    creditsMax: (rawTokens, maxOutputTokens) =>
      greatestCharge({ candidates, inputTokens: inputOf(rawTokens), maxOutputTokens }),
    credits: (rawTokens, outputTokens) => cost(route.price, inputOf(rawTokens), outputTokens),
  };
}
