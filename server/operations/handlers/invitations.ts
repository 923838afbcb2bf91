/** Invitations: administrators make them for anybody, managers to their own teams. */
import { HiloError } from '../../../shared/errors.ts';
import type { InputOf, OutputOf } from '../../../shared/define-operation.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { StoredInvitation } from '../../identity/invitation-repository.ts';
import type { Invitations } from '../../identity/invitations.ts';
import { noteChange, type Audit } from '../audit.ts';
import type { Call, Handlers } from '../call.ts';
import { isoTime } from '../sign-in.ts';
import { managedTeam, membershipsOf, type TeamServices } from './teams.ts';
import { requirePerson } from './users.ts';

interface InvitationServices extends Audit, TeamServices {
  readonly invitations: Pick<Invitations, 'create' | 'find' | 'page' | 'require' | 'withdraw'>;
}

type InvitationHandlers = Pick<
  Handlers,
  'invitations.create' | 'invitations.list' | 'invitations.read' | 'invitations.withdraw'
>;

export function invitationHandlers(services: InvitationServices): InvitationHandlers {
  const { invitations } = services;
  return {
    async 'invitations.create'({ team: reference, ...input }, call) {
      const team = await invitedTeam(services, call, { ...input, team: reference });
      requirePerson(call);
      const madeBy = call.session.credentials.login?.user.id ?? null;
      const { token, ...invitation } = await invitations.create({ ...input, team, madeBy });
      const { id, role, uses } = invitation;
      const detail = [id, role, uses, team?.name ?? []].flat().join(' ');
      await noteChange(services, call, { action: 'invitation', user: undefined, detail });
      return { ...viewOfInvitation(invitation), token };
    },

    async 'invitations.list'({ cursor, limit }, call) {
      const teams = await managedTeams(services, call);
      requirePerson(call);
      // One more than requested shows whether there is another page.
      const found = await invitations.page({ after: cursor, limit: limit + 1, teams });
      const shown = found.slice(0, limit);
      const next = found.length > limit ? shown.at(-1)?.id : undefined;
      return {
        invitations: shown.map(viewOfInvitation),
        ...(next === undefined ? {} : { nextCursor: next }),
      };
    },

    async 'invitations.read'({ inviteToken }) {
      const { role, team, expiresAt } = await invitations.require(inviteToken);
      return { role, ...(team && { team: team.name }), expiresAt: isoTime(expiresAt) };
    },

    async 'invitations.withdraw'({ invitation }, call) {
      const teams = await managedTeams(services, call);
      const found = await invitations.find(invitation);
      const isTheirs = teams === undefined || (found?.team && teams.includes(found.team.id));
      if (!found || !isTheirs) throw new HiloError('not_found', { values: { what: invitation } });
      requirePerson(call);
      await invitations.withdraw(invitation);
      await noteChange(services, call, { action: 'withdrawal', user: undefined, detail: invitation });
      return {};
    },
  };
}

/** Rejects with `not_found`, and with `forbidden` for what only administrators may hand out. */
async function invitedTeam(
  services: InvitationServices,
  call: Call,
  { team, role }: Pick<InputOf<Operations['invitations.create']>, 'role' | 'team'>,
) {
  const managed = team === undefined ? undefined : await managedTeam(services, call, team);
  const isAdmin = call.principal.access === 'admin';
  if (!isAdmin && (!managed || role !== 'user')) throw new HiloError('forbidden');
  return managed;
}

/** Ids of the teams to which somebody invites; undefined: an administrator does to all. */
async function managedTeams(services: InvitationServices, call: Call): Promise<string[] | undefined> {
  if (call.principal.access === 'admin') return undefined;
  const memberships = await membershipsOf(services, call);
  return memberships.flatMap(({ team, role }) => (role === 'manager' ? team.id : []));
}

type View = OutputOf<Operations['invitations.list']>['invitations'][number];

function viewOfInvitation(invitation: StoredInvitation): View {
  const { id, role, team, uses, used, madeBy, createdAt, expiresAt } = invitation;
  return {
    id,
    role,
    ...(team && { team: team.name }),
    uses,
    used,
    createdAt: isoTime(createdAt),
    expiresAt: isoTime(expiresAt),
    ...(madeBy === null ? {} : { by: madeBy }),
  };
}
