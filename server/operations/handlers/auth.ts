import { HiloError } from '../../../shared/errors.ts';
import type { AccessTokens } from '../../identity/access-tokens.ts';
import type { LiveSessions } from '../../identity/live-sessions.ts';
import type { People, SignedIn } from '../../identity/people.ts';
import type { Call, Handlers } from '../call.ts';
import { isoTime, loginOf, originOf, personalLoginOf, signIn, signOut, viewOf } from '../sign-in.ts';

interface AuthServices {
  readonly people: People;
  readonly liveSessions: LiveSessions;
  readonly accessTokens: Pick<AccessTokens, 'published'>;
}

type AuthHandlers = Pick<
  Handlers,
  | 'auth.register'
  | 'auth.login'
  | 'auth.refresh'
  | 'auth.logout'
  | 'auth.logins'
  | 'auth.revoke'
  | 'auth.password'
  | 'auth.jwks'
  | 'users.me'
  | 'users.update'
>;

export function authHandlers(services: AuthServices): AuthHandlers {
  const { people, liveSessions, accessTokens } = services;
  return {
    async 'auth.register'({ email, password, name = '' }, call) {
      const { locale } = call.session;
      return begun(services, call, await people.register({ email, password, name, locale }, originOf(call)));
    },

    async 'auth.login'({ email, password }, call) {
      return begun(services, call, await people.login(email, password, originOf(call)));
    },

    'auth.refresh'({ refreshToken }) {
      if (refreshToken === undefined) throw new HiloError('login_ended');
      return people.refresh(refreshToken);
    },

    async 'auth.logout'({ refreshToken }, call) {
      const { login } = call.session.credentials;
      signOut(liveSessions, call);
      await people.logout(refreshToken, login);
      return {};
    },

    async 'auth.logins'(_, call) {
      const { user, id: current } = loginOf(call);
      const logins = await people.logins(user);
      return {
        logins: logins.map(({ id, userAgent, address, createdAt, usedAt }) => ({
          id,
          userAgent,
          address,
          createdAt: isoTime(createdAt),
          usedAt: isoTime(usedAt),
          current: id === current,
        })),
      };
    },

    async 'auth.revoke'({ login: wanted }, call) {
      const { user, id } = personalLoginOf(call);
      return { ended: await people.revoke(user, wanted, id) };
    },

    async 'auth.password'({ current, password }, call) {
      const { user, id } = personalLoginOf(call);
      await people.changePassword(user, { current, password }, id);
      return {};
    },

    'auth.jwks': () => ({ keys: [accessTokens.published] }),

    'users.me': (_, call) => viewOf(loginOf(call).user),

    async 'users.update'(changes, call) {
      return viewOf(await people.update(loginOf(call).user, changes));
    },
  };
}

/**
 * A person on the text face is signed in by it: the connection itself is the login, and needs no token. A
 * program shows its access token with `session.authenticate`, on whatever connection it likes.
 */
async function begun({ people, liveSessions }: AuthServices, call: Call, signedIn: SignedIn) {
  if (call.session.isText) await signIn(liveSessions, call, () => people.withLogin(signedIn));
  return { user: viewOf(signedIn.user), ...signedIn.tokens };
}
