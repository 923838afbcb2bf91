import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Amount, WalletName } from './common.ts';
import { Budget, shownBudget, TeamName } from './team-shapes.ts';

export const sessionWallet = defineOperation({
  name: 'session.wallet',
  summary: {
    en: 'Show or choose whose money this session uses: your own, or a team’s',
    es: 'Muestra o elige el monedero de esta sesión: el tuyo o el de un equipo',
  },
  access: 'anonymous',
  scope: 'usage',
  effect: 'write',
  /** `own`, or a team. */
  input: z.strictObject({ wallet: WalletName.optional() }),
  output: z.strictObject({
    /** Its name in the ledger. */
    account: z.string(),
    /** The name of the team; absent for one's own. */
    team: TeamName.optional(),
    available: Amount,
    /** What one may spend of it, and how much of that is used. */
    budget: Budget.extend({ used: Amount }).optional(),
  }),
  errors: ['not_found', 'forbidden'],
  text: {
    command: 'wallet',
    args: ['wallet'],
    render: ({ team, account, available, budget }, locale) => {
      const credits = { en: 'credits available', es: 'créditos disponibles' }[locale];
      const used = { en: 'used', es: 'gastados' }[locale];
      const bound = budget ? [`${shownBudget(budget, locale)} (${budget.used} ${used})`] : [];
      return [team ?? OWN[locale], `${available} ${credits}`, ...bound, account].join(' · ');
    },
  },
  examples: [
    {
      input: { wallet: 'research' },
      output: {
        account: 'team:0190a5d4-7c11-7b2e-9a55-1f0c5a3b7d20',
        team: 'research',
        available: 9120,
        budget: { credits: 500, period: 'week', used: 80 },
      },
    },
  ],
});

const OWN = { en: 'your own wallet', es: 'tu propio monedero' } as const;
