/** What happens to a session when its client shows who it is, and to whom an operation belongs. */
import { HiloError } from '../../shared/errors.ts';
import type { OutputOf } from '../../shared/define-operation.ts';
import type { Operations } from '../../shared/operations/index.ts';
import type { LiveSessions } from '../identity/live-sessions.ts';
import type { Origin } from '../identity/logins.ts';
import type { Login } from '../identity/principal.ts';
import type { User } from '../identity/user.ts';
import type { Call } from './call.ts';

/**
 * The session acts for a user from now on. Rejects as `read`, which finds out who that is and may be called
 * again.
 */
export function signIn(sessions: LiveSessions, call: Call, read: () => Promise<Login>): Promise<Login> {
  const { session, connection } = call;
  return sessions.admit(session, read, (login) => {
    const before = session.credentials.login?.user.id;
    session.credentials = { ...session.credentials, login };
    // A new token of the same user changes nothing.
    if (before !== login.user.id) session.goOnAs(login.user.id);
    connection.raiseLineLimit();
  });
}

export function signOut(sessions: LiveSessions, { session }: Call): void {
  sessions.leave(session);
  if (session.credentials.login) session.leaveLogin();
  else session.credentials = { guest: session.credentials.guest, isOperator: false };
}

/** By what the caller acts for a user. Throws `account_needed` for an operator without an account. */
export function loginOf({ session }: Call): Login {
  const { login } = session.credentials;
  if (!login) throw new HiloError('account_needed');
  return login;
}

/** For what a leaked API key must not be enough. Throws `account_needed`, `key_not_enough`. */
export function personalLoginOf(call: Call): Login {
  const login = loginOf(call);
  if (login.kind === 'key') throw new HiloError('key_not_enough');
  return login;
}

export function originOf(call: Call): Origin {
  const { session, connection, signal } = call;
  return { userAgent: connection.userAgent ?? session.client, address: connection.address, signal };
}

export function viewOf(user: User): OutputOf<Operations['users.me']> {
  const { id, email, name, role, createdAt, locale, retentionDays, wallet } = user;
  return {
    id,
    email,
    name,
    role,
    createdAt: isoTime(createdAt),
    ...(locale === undefined ? {} : { locale }),
    ...(retentionDays === undefined ? {} : { retentionDays }),
    ...(wallet === undefined ? {} : { wallet }),
  };
}

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
