/**
 * Teams by the groups of a provider. Each sign-on brings a person into the teams whose groups the person has,
 * and out of the others that the provider decides about; teams that no group stands for stay as they are.
 */
import { HiloError } from '../../shared/errors.ts';
import type { User } from '../identity/user.ts';
import type { Log } from '../observability/log.ts';
import type { TeamRole } from '../store/team-schema.ts';
import type { Teams } from '../teams/teams.ts';

export interface TeamGroup {
  readonly group: string;
  /** Its name. */
  readonly team: string;
  readonly role: TeamRole;
}

export interface TeamGroupsOptions {
  readonly teams: Pick<Teams, 'find' | 'member' | 'removeMember' | 'setMember'>;
  readonly log: Pick<Log, 'warn'>;
}

/** A fault in one team, such as that it does not exist, keeps nobody out: it is logged. */
export async function followGroups(
  options: TeamGroupsOptions,
  user: User,
  groups: readonly string[],
  rules: readonly TeamGroup[],
): Promise<void> {
  for (const [team, role] of rolesBy(groups, rules)) {
    try {
      await follow(options.teams, user, team, role);
    } catch (error) {
      if (!(error instanceof HiloError)) throw error;
      const about = { team, user: user.id, reason: error.key };
      options.log.warn(about, 'A team could not follow the groups of a provider');
    }
  }
}

/** By the name of each team; undefined: the person is in none of its groups. A manager is a member too. */
function rolesBy(groups: readonly string[], rules: readonly TeamGroup[]): Map<string, TeamRole | undefined> {
  const roles = new Map<string, TeamRole | undefined>();
  for (const { group, team, role } of rules) {
    const known = roles.get(team);
    roles.set(team, groups.includes(group) && known !== 'manager' ? role : known);
  }
  return roles;
}

async function follow(
  teams: TeamGroupsOptions['teams'],
  { id }: User,
  name: string,
  role: TeamRole | undefined,
): Promise<void> {
  const team = await teams.find(name);
  const member = await teams.member(team, id);
  if (member?.role === role) return;
  if (role === undefined) await teams.removeMember(team, id);
  else await teams.setMember(team, id, { role });
}
