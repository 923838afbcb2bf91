/** API keys, and what bounds them. */
import { z } from 'zod';
import { KEY_SCOPES } from '../define-operation.ts';
import type { Locale } from '../locale.ts';
import { Amount, EXAMPLE_KEY, GivenTime, KeyView, Time, WalletName } from './common.ts';
import { Budget, RouteList, shownBudget } from './team-shapes.ts';

/** What is left out does not bound the key. */
export const KEY_POLICY = {
  /** Only operations of these scopes. */
  scopes: z.array(z.enum(KEY_SCOPES)).min(1).max(KEY_SCOPES.length),
  /** Only these routes. */
  routes: RouteList.min(1),
  /** Whose money it uses: `own`, or a team; else as its user has chosen. */
  wallet: WalletName,
  /** What it may spend, whoever pays. */
  budget: Budget,
  /** Messages in the window of the rate limit, beside the limit of its user. */
  rateMax: z.int().min(1).max(1_000_000),
  /** From then on it is worth nothing. */
  expiresAt: GivenTime,
} as const;

export const BoundKey = KeyView.extend({
  scopes: KEY_POLICY.scopes.optional(),
  routes: KEY_POLICY.routes.optional(),
  wallet: KEY_POLICY.wallet.optional(),
  budget: KEY_POLICY.budget.optional(),
  rateMax: KEY_POLICY.rateMax.optional(),
  expiresAt: Time.optional(),
});

export const ListedKey = BoundKey.extend({
  lastUsedAt: Time.optional(),
  /** Credits: in the period of its budget, or else in the month; and in all. */
  spent: z.strictObject({ inPeriod: Amount, inAll: Amount }),
});

export const EXAMPLE_LISTED_KEY: z.output<typeof ListedKey> = {
  ...EXAMPLE_KEY,
  scopes: ['chat'],
  budget: { credits: 5000, period: 'month' },
  spent: { inPeriod: 120, inAll: 870 },
};

/** `chat, jobs · 120 of 5000 credits a month` */
export function shownBounds(key: z.output<typeof ListedKey>, locale: Locale): readonly string[] {
  const { scopes, routes, budget, expiresAt, spent } = key;
  const { inPeriod, inAll } = spent;
  const of = { en: 'of', es: 'de' }[locale];
  const money = budget ? `${inPeriod} ${of} ${shownBudget(budget, locale)}` : `${inAll} ${CREDITS[locale]}`;
  const until = expiresAt === undefined ? [] : [`${UNTIL[locale]} ${expiresAt}`];
  return [...(scopes ? [scopes.join(', ')] : []), ...(routes ? [routes.join(', ')] : []), money, ...until];
}

const CREDITS = { en: 'credits', es: 'créditos' } as const;
const UNTIL = { en: 'until', es: 'hasta' } as const;
