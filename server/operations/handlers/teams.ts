/** Teams: administrators make them, managers look after their members, members see their own part. */
import { HiloError } from '../../../shared/errors.ts';
import type { PeriodAllowances } from '../../credits/period-allowances.ts';
import type { RouteDirectory } from '../../models/route-directory.ts';
import type { Budgets } from '../../credits/budgets.ts';
import type { Wallets } from '../../credits/wallets.ts';
import type { Personas } from '../../chat/personas.ts';
import type { UserAdmin } from '../../identity/user-admin.ts';
import type { Membership, Team, TeamMember } from '../../teams/team-repository.ts';
import type { Teams } from '../../teams/teams.ts';
import type { Call, Handlers } from '../call.ts';
import type { Payers } from '../payers.ts';
import { isoTime, personalLoginOf } from '../sign-in.ts';
import { requirePerson } from './users.ts';

export interface TeamServices {
  readonly teams: Teams;
  readonly periodAllowances: Pick<PeriodAllowances, 'remove'>;
  readonly userAdmin: Pick<UserAdmin, 'find'>;
  readonly personas: Pick<Personas, 'find'>;
  readonly routes: Pick<RouteDirectory, 'named'>;
  readonly wallets: Pick<Wallets, 'balance'>;
  readonly budgets: Pick<Budgets, 'used'>;
  readonly payers: Pick<Payers, 'budgetOf'>;
}

type TeamHandlers = Pick<
  Handlers,
  | 'teams.create'
  | 'teams.delete'
  | 'teams.get'
  | 'teams.list'
  | 'teams.removeMember'
  | 'teams.setMember'
  | 'teams.update'
>;

export function teamHandlers(services: TeamServices): TeamHandlers {
  const { teams, userAdmin, periodAllowances } = services;
  return {
    async 'teams.list'(_, call) {
      const own = await membershipsOf(services, call);
      if (call.principal.access !== 'admin') return { teams: own.map((one) => viewOf(one.team, one)) };
      const all = await teams.all();
      return { teams: all.map((team) => viewOf(team, roleIn(own, team))) };
    },

    async 'teams.get'({ team: reference }, call) {
      const { team, own, manages } = await visible(services, call, reference);
      const seen = { team: viewOf(team, own), ...(await meansOf(services, call, { team, own })) };
      if (manages) return { ...seen, members: (await teams.members(team)).map(memberView) };
      const member = await teams.member(team, call.principal.id);
      return { ...seen, members: member ? [memberView(member)] : [] };
    },

    async 'teams.create'({ name, routes, personas }, call) {
      requirePerson(call);
      requireKnown(services, { routes, personas });
      return viewOf(await teams.create({ name, routes, personas }), undefined);
    },

    async 'teams.update'({ team: reference, ...changes }, call) {
      requirePerson(call);
      const { team, own } = await visible(services, call, reference);
      requireKnown(services, changes);
      return viewOf(await teams.update(team, changes), own);
    },

    async 'teams.delete'({ team }, call) {
      requirePerson(call);
      const found = await teams.find(team);
      await periodAllowances.remove(found.account);
      await teams.remove(found);
      return {};
    },

    async 'teams.setMember'({ team: reference, user, ...changes }, call) {
      const team = await managed(services, call, reference);
      return memberView(await teams.setMember(team, (await userAdmin.find(user)).id, changes));
    },

    async 'teams.removeMember'({ team: reference, user }, call) {
      const { team, manages } = await visible(services, call, reference);
      requirePerson(call);
      const own = user === undefined ? personalLoginOf(call).user.id : undefined;
      if (own === undefined && !manages) throw new HiloError('forbidden');
      await teams.removeMember(team, own ?? (await userAdmin.find(user ?? '')).id);
      return {};
    },
  };
}

/** What is left in the wallet, and what is used of the caller's own budget. */
async function meansOf(
  { wallets, budgets, payers }: TeamServices,
  { session }: Call,
  { team, own }: Pick<Visible, 'team' | 'own'>,
) {
  const { available } = await wallets.balance(team.account);
  const { login } = session.credentials;
  const budget = own && login && payers.budgetOf(login.user, own);
  return { available: Math.max(0, available), ...(budget && { used: await budgets.used(budget) }) };
}

interface Visible {
  readonly team: Team;
  /** What the caller is in it. */
  readonly own: Membership | undefined;
  readonly manages: boolean;
}

/** A team that the caller may see; for everybody else it does not exist. Rejects with `not_found`. */
async function visible(services: TeamServices, call: Call, reference: string): Promise<Visible> {
  const isAdmin = call.principal.access === 'admin';
  const found = await services.teams.find(reference);
  const own = roleIn(await membershipsOf(services, call), found);
  if (!own && !isAdmin) throw new HiloError('not_found', { values: { what: reference } });
  return { team: found, own, manages: isAdmin || own?.role === 'manager' };
}

async function managed(services: TeamServices, call: Call, reference: string): Promise<Team> {
  const team = await managedTeam(services, call, reference);
  requirePerson(call);
  return team;
}

/** Rejects with `not_found`, and with `forbidden` for a member who does not manage it. */
export async function managedTeam(services: TeamServices, call: Call, reference: string): Promise<Team> {
  const { team, manages } = await visible(services, call, reference);
  if (!manages) throw new HiloError('forbidden');
  return team;
}

/** An operator without an account is in no team. */
export function membershipsOf(
  { teams }: Pick<TeamServices, 'teams'>,
  { session }: Call,
): readonly Membership[] | Promise<readonly Membership[]> {
  const { login } = session.credentials;
  return login ? teams.ofUser(login.user.id) : [];
}

function roleIn(memberships: readonly Membership[], { id }: Team): Membership | undefined {
  return memberships.find(({ team }) => team.id === id);
}

/** A typing error would withdraw a route, or give none. Throws `not_found`. */
function requireKnown(
  { routes, personas }: TeamServices,
  named: { routes?: readonly string[] | null | undefined; personas?: readonly string[] | undefined },
): void {
  const unknown =
    named.routes?.find((route) => routes.named(route, 'admin')?.id !== route) ??
    named.personas?.find((persona) => !personas.find(persona));
  if (unknown !== undefined) throw new HiloError('not_found', { values: { what: unknown } });
}

function viewOf(
  { id, name, account, routes, personas, createdAt }: Team,
  own: Pick<Membership, 'role' | 'budget'> | undefined,
) {
  return {
    id,
    name,
    account,
    ...(own && { role: own.role }),
    ...(own?.budget && { budget: own.budget }),
    ...(routes && { routes: [...routes] }),
    personas: [...personas],
    createdAt: isoTime(createdAt),
  };
}

function memberView({ user, email, name, role, budget }: TeamMember) {
  return { user, email, name, role, ...(budget && { budget }) };
}
