import type { SignOn } from '../../sign-on/sign-on.ts';
import type { Handlers } from '../call.ts';
import { originOf, viewOf } from '../sign-in.ts';

interface SignOnServices {
  readonly signOn: Pick<SignOn, 'issuers' | 'begin' | 'finish' | 'end'>;
}

type SignOnHandlers = Pick<Handlers, 'signOn.issuers' | 'signOn.begin' | 'signOn.finish' | 'signOn.end'>;

export function signOnHandlers({ signOn }: SignOnServices): SignOnHandlers {
  return {
    'signOn.issuers': () => ({ issuers: [...signOn.issuers] }),

    'signOn.begin': ({ issuer }) => signOn.begin(issuer),

    async 'signOn.finish'({ issuer, ticket, callback }, call) {
      const from = { ...originOf(call), locale: call.session.locale };
      const { user, tokens, idToken } = await signOn.finish(issuer, { ticket, callback }, from);
      return { user: viewOf(user), ...tokens, idToken };
    },

    async 'signOn.end'({ issuer, idToken }) {
      const url = await signOn.end(issuer, idToken);
      return url === undefined ? {} : { url };
    },
  };
}
