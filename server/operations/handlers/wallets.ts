/** Whose money is used, and what the whole server may spend. */
import type { Budgets, SpendingBudget } from '../../credits/budgets.ts';
import type { ServerBudget } from '../../credits/server-budget.ts';
import type { Wallets } from '../../credits/wallets.ts';
import type { Handlers } from '../call.ts';
import { OWN_WALLET, type Payers } from '../payers.ts';
import { requirePerson } from './users.ts';

export interface WalletServices {
  readonly payers: Pick<Payers, 'of'>;
  readonly wallets: Pick<Wallets, 'balance'>;
  readonly budgets: Pick<Budgets, 'used'>;
  readonly serverBudget: ServerBudget;
}

type WalletHandlers = Pick<Handlers, 'session.wallet' | 'server.budget'>;

export function walletHandlers({ payers, wallets, budgets, serverBudget }: WalletServices): WalletHandlers {
  return {
    async 'session.wallet'({ wallet }, call) {
      const { payer } = await payers.of(call, wallet);
      const { account, team } = payer;
      if (wallet !== undefined) call.session.wallet = team?.id ?? OWN_WALLET;
      const { available } = await wallets.balance(account);
      const budget = payer.budgets?.find(({ kind }) => kind === 'member');
      return {
        account,
        ...(team && { team: team.name }),
        available: Math.max(0, available),
        ...(budget && { budget: await withUsed(budgets, budget) }),
      };
    },

    async 'server.budget'({ budget: wanted }, call) {
      requirePerson(call);
      if (wanted !== undefined) await serverBudget.set(wanted ?? undefined);
      const { current } = serverBudget;
      if (!current) return {};
      return { budget: await withUsed(budgets, { kind: 'server', id: '', ...current }) };
    },
  };
}

async function withUsed(budgets: WalletServices['budgets'], budget: SpendingBudget) {
  const { credits, period } = budget;
  return { credits, period, used: await budgets.used(budget) };
}
