/** What bounds spending, put together: what was spent, the budgets, and the server's own. */
import type { Clock } from '../shared/clock.ts';
import { AllowanceRows } from './credits/allowance-rows.ts';
import { Budgets } from './credits/budgets.ts';
import { PeriodAllowances } from './credits/period-allowances.ts';
import { ServerBudget } from './credits/server-budget.ts';
import { Spending } from './credits/spending.ts';
import type { ApiKeys } from './identity/api-keys.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Log } from './observability/log.ts';
import type { Store } from './store/store.ts';
import { every } from './support/every.ts';

const KEY_SWEEP_MS = 60 * 60 * 1_000;

export interface MoneyParts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly log: Log;
  /** In whose days, weeks and months budgets are counted. */
  readonly zone: string;
  readonly opened: AsyncDisposableStack;
}

export async function openMoney({ store, ledger, clock, log, zone, opened }: MoneyParts) {
  const spending = new Spending({ store, ledger, zone, log });
  await spending.start();
  opened.adopt(spending, () => spending.close());
  const budgets = new Budgets({ spending, clock, zone });
  const { accounts } = ledger;
  const rows = new AllowanceRows(store);
  const periodAllowances = new PeriodAllowances({ rows, accounts, spending, clock, log });
  await periodAllowances.start();
  opened.adopt(periodAllowances, () => periodAllowances.close());
  return { spending, budgets, periodAllowances, serverBudget: await ServerBudget.open(store), zone };
}

/** What a key has spent is of no concern to any budget after a while. */
export function sweepRevokedKeys(
  apiKeys: ApiKeys,
  { clock, log }: Pick<MoneyParts, 'clock' | 'log'>,
): () => void {
  return every(clock, KEY_SWEEP_MS, () =>
    apiKeys.forgetRevoked().catch((error: unknown) => {
      log.error({ err: error }, 'Revoked API keys could not be deleted');
    }),
  );
}
