import type { Rations } from '../../shared/rations.ts';
import type { Credentials, PrincipalResolver } from '../identity/principal.ts';
import type { Accounts } from '../ledger/accounts.ts';
import type { RouteDirectory } from '../models/route-directory.ts';
import type { SlidingRateWindow } from '../rationing/sliding-rate-window.ts';

export interface RationSources {
  readonly principals: PrincipalResolver;
  readonly exchange: { readonly rateWindow: Pick<SlidingRateWindow, 'state'> };
  readonly ledger: { readonly accounts: Pick<Accounts, 'balances'> };
  readonly routes: Pick<RouteDirectory, 'defaultRoute'>;
}

/**
 * What is left to whoever has shown these credentials. The credits are those of now; the function that comes
 * back tells the state of the window when it is called.
 */
export function rationsOf(sources: RationSources): (credentials: Credentials) => Promise<() => Rations> {
  const { principals, exchange, ledger, routes } = sources;
  return async (credentials) => {
    const { kind, owner, account, access } = await principals.resolve(credentials);
    const { output } = routes.defaultRoute(access).price;
    const isMetered = kind !== 'guest' && output > 0;
    // A ledger that cannot be read is a failure of the request itself, which says so.
    const wallet = isMetered ? await ledger.accounts.balances(account).catch(() => undefined) : undefined;
    const inTokens = (credits: number) => Math.max(0, Math.floor(credits / output));
    const tokens = wallet && { limit: inTokens(wallet.granted), remaining: inTokens(wallet.available) };
    return () => ({ requests: exchange.rateWindow.state(owner), ...(tokens && { tokens }) });
  };
}
