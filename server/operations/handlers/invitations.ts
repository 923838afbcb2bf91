import type { OutputOf } from '../../../shared/define-operation.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { StoredInvitation } from '../../identity/invitation-repository.ts';
import type { Invitations } from '../../identity/invitations.ts';
import { noteChange, type Audit } from '../audit.ts';
import type { Handlers } from '../call.ts';
import { isoTime } from '../sign-in.ts';
import { requirePerson } from './users.ts';

interface InvitationServices extends Audit {
  readonly invitations: Pick<Invitations, 'create' | 'page' | 'require' | 'withdraw'>;
}

type InvitationHandlers = Pick<
  Handlers,
  'invitations.create' | 'invitations.list' | 'invitations.read' | 'invitations.withdraw'
>;

export function invitationHandlers(services: InvitationServices): InvitationHandlers {
  const { invitations } = services;
  return {
    async 'invitations.create'(input, call) {
      requirePerson(call);
      const madeBy = call.session.credentials.login?.user.id ?? null;
      const { token, ...invitation } = await invitations.create({ ...input, madeBy });
      const detail = `${invitation.id} ${invitation.role} ${invitation.uses}`;
      await noteChange(services, call, { action: 'invitation', user: undefined, detail });
      return { ...viewOfInvitation(invitation), token };
    },

    async 'invitations.list'({ cursor, limit }, call) {
      requirePerson(call);
      // One more than requested shows whether there is another page.
      const found = await invitations.page(cursor, limit + 1);
      const shown = found.slice(0, limit);
      const next = found.length > limit ? shown.at(-1)?.id : undefined;
      return {
        invitations: shown.map(viewOfInvitation),
        ...(next === undefined ? {} : { nextCursor: next }),
      };
    },

    async 'invitations.read'({ inviteToken }) {
      const { role, expiresAt } = await invitations.require(inviteToken);
      return { role, expiresAt: isoTime(expiresAt) };
    },

    async 'invitations.withdraw'({ invitation }, call) {
      requirePerson(call);
      await invitations.withdraw(invitation);
      await noteChange(services, call, { action: 'withdrawal', user: undefined, detail: invitation });
      return {};
    },
  };
}

type View = OutputOf<Operations['invitations.list']>['invitations'][number];

function viewOfInvitation({ id, role, uses, used, madeBy, createdAt, expiresAt }: StoredInvitation): View {
  return {
    id,
    role,
    uses,
    used,
    createdAt: isoTime(createdAt),
    expiresAt: isoTime(expiresAt),
    ...(madeBy === null ? {} : { by: madeBy }),
  };
}
