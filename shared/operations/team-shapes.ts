/** What the operations of teams share. */
import { z } from 'zod';
import type { Locale } from '../locale.ts';
import { AccountName, Amount, Email, ModelName, PersonName, RowId, SHAPES, Time } from './common.ts';

export const TeamName = z.string().regex(SHAPES.teamName.pattern);
/** An id, or a name. */
export const TeamReference = z.string().min(1).max(100);
/** A manager adds and removes members, and sets their budgets. */
export const TeamRole = z.enum(['member', 'manager']);
/** A calendar day, a week that begins on Monday, or a calendar month, in the server's time zone. */
export const Period = z.enum(['day', 'week', 'month']);
/** The most that may be spent in each period. */
export const Budget = z.strictObject({ credits: Amount, period: Period });
/** Ids of routes. */
export const RouteList = z.array(ModelName).max(200);
/** Ids of personas. */
export const PersonaList = z.array(z.string().min(1).max(60)).max(100);

export const Team = z.strictObject({
  id: RowId,
  name: TeamName,
  /** The wallet: its name in the ledger. */
  account: AccountName,
  /** What the caller is in it; absent for an administrator who is no member. */
  role: TeamRole.optional(),
  /** The caller's own budget. */
  budget: Budget.optional(),
  /** What its wallet pays for; absent: every route that the member may use. */
  routes: RouteList.optional(),
  /** Personas that its members may choose. */
  personas: PersonaList,
  createdAt: Time,
});

export const TeamMember = z.strictObject({
  user: RowId,
  email: Email,
  name: PersonName,
  role: TeamRole,
  budget: Budget.optional(),
});

export const EXAMPLE_TEAM: z.output<typeof Team> = {
  id: '0190a5d4-7c11-7b2e-9a55-1f0c5a3b7d20',
  name: 'research',
  account: 'team:0190a5d4-7c11-7b2e-9a55-1f0c5a3b7d20',
  personas: [],
  createdAt: '2026-01-01T00:00:00.000Z',
};

export const EXAMPLE_MEMBER = {
  user: '0190a5d4-7c11-7b2e-9a55-1f0c5a3b7d10',
  email: 'ana@example.org',
  name: 'Ana',
  role: 'member',
} as const;

type BudgetView = z.output<typeof Budget>;

/** `500 credits a week` */
export function shownBudget({ credits, period }: BudgetView, locale: Locale): string {
  return `${credits} ${PERIODS[locale][period]}`;
}

const PERIODS = {
  en: { day: 'credits a day', week: 'credits a week', month: 'credits a month' },
  es: { day: 'créditos al día', week: 'créditos a la semana', month: 'créditos al mes' },
} as const;

const ROLES = {
  en: { member: 'member', manager: 'manager' },
  es: { member: 'miembro', manager: 'responsable' },
} as const;

/** `research · manager · 500 credits a week · team:0190…` */
export function shownTeam({ name, role, budget, account }: z.output<typeof Team>, locale: Locale): string {
  const parts = [
    name,
    ...(role ? [ROLES[locale][role]] : []),
    ...(budget ? [shownBudget(budget, locale)] : []),
  ];
  return [...parts, account].join(' · ');
}

/** `ana@example.org · Ana · member` */
export function shownMember(
  { email, name, role, budget }: z.output<typeof TeamMember>,
  locale: Locale,
): string {
  const parts = [email, name, ROLES[locale][role], budget ? shownBudget(budget, locale) : ''];
  return parts.filter((part) => part !== '').join(' · ');
}
