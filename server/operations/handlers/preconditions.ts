import { HiloError } from '../../../shared/errors.ts';
import type { Invitations } from '../../identity/invitations.ts';
import type { UserAdmin } from '../../identity/user-admin.ts';
import type { Handlers } from '../call.ts';
import { checkWithoutSecrets, type Preconditions } from '../checks.ts';
import type { ServerEntry } from '../services.ts';
import { personalLoginOf } from '../sign-in.ts';

interface PreconditionServices {
  readonly entry: ServerEntry;
  readonly userAdmin: Pick<UserAdmin, 'requireLink'>;
  readonly invitations: Pick<Invitations, 'require'>;
}

export function createPreconditions({ entry, userAdmin, invitations }: PreconditionServices): Preconditions {
  return {
    'auth.register': async ({ inviteToken }) => {
      if (inviteToken !== undefined) await invitations.require(inviteToken);
      else if (!entry.signUp) throw new HiloError('sign_up_closed');
    },
    'auth.password': (_, call) => void personalLoginOf(call),
    'users.erase': (_, call) => void personalLoginOf(call),
    'auth.reset': ({ token = '' }) => userAdmin.requireLink(token),
  };
}

export function checkHandlers(preconditions: Preconditions): Pick<Handlers, 'operations.check'> {
  return {
    async 'operations.check'({ operation: name, input = {} }, call) {
      await checkWithoutSecrets(preconditions, { name, input }, call);
      return {};
    },
  };
}
