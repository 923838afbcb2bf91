import { HiloError } from '../../../shared/errors.ts';
import type { AccessTokens } from '../../identity/access-tokens.ts';
import type { Guests } from '../../identity/guests.ts';
import type { LiveSessions } from '../../identity/live-sessions.ts';
import type { People, SignedIn } from '../../identity/people.ts';
import type { Guest } from '../../identity/principal.ts';
import type { Call, Handlers } from '../call.ts';
import type { SessionDirectory } from '../session-directory.ts';
import { isoTime, originOf, personalLoginOf, signIn, signOut, viewOf } from '../sign-in.ts';

interface AuthServices {
  readonly people: People;
  readonly guests: Pick<Guests, 'find'>;
  readonly registry: SessionDirectory;
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
>;

export function authHandlers(services: AuthServices): AuthHandlers {
  const { people, liveSessions, registry, accessTokens } = services;
  return {
    /** */
    async 'auth.register'({ email, password, name = '', guestToken, inviteToken }, call) {
      const { session } = call;
      const guest = await guestOf(services, call, guestToken);
      const at = session.temporary ? undefined : session.conversation;
      const registration = { email, password, name, locale: session.locale, guest, inviteToken };
      const signedIn = await people.register(registration, originOf(call));
      // Somebody else may have taken over the guest at the same moment.
      if (guest && signedIn.user.account === guest.account) {
        registry.guestTaken(guest, session);
        if (session.credentials.guest === guest) session.loseGuest(false);
        if (at !== undefined) session.inherit(signedIn.user.id, at);
      }
      return begun(services, call, signedIn);
    },

    async 'auth.login'(input, call) {
      return begun(services, call, await people.login(input, originOf(call)));
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
      const { user, id: current } = personalLoginOf(call);
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
      await people.changePassword(personalLoginOf(call), { current, password }, originOf(call));
      return {};
    },

    'auth.jwks': () => ({ keys: [accessTokens.published] }),
  };
}

/**
 * A person on the text face is signed in by it: the connection itself is the login, and needs no token. A
 * program shows its access token with `session.authenticate`, on whatever connection it likes.
 */
async function begun({ people, liveSessions }: AuthServices, call: Call, signedIn: SignedIn) {
  const { session } = call;
  if (session.isText) {
    const { login: before } = session.credentials;
    await signIn(liveSessions, call, () => people.withLogin(signedIn));
    if (before) await people.logout(undefined, before);
    // Nothing else could use it, so it ends with the connection; at the latest when its time is over.
    else session.onEnd(() => void people.logout(undefined, session.credentials.login).catch(() => {}));
  }
  return { user: viewOf(signedIn.user), ...signedIn.tokens, deviceToken: signedIn.deviceToken };
}

/** Who registers. A request of the gateway names its guest by the token alone. */
async function guestOf(
  { guests }: AuthServices,
  { session }: Call,
  guestToken: string | undefined,
): Promise<Guest | undefined> {
  const { guest: own, login } = session.credentials;
  const isOwn = session.ownsGuest && !login;
  const guest = guestToken === undefined ? isOwn && own : await guests.find(guestToken);
  return guest && !guest.isTaken ? guest : undefined;
}
