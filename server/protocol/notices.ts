/** What the text face says of notifications that belong to no request. */
import type { SignOutReason } from '../identity/live-sessions.ts';
import type { Locale, Localised } from '../../shared/locale.ts';

const SIGNED_OUT: Readonly<Record<SignOutReason, Localised>> = {
  logout: { en: 'you have signed out', es: 'has cerrado la sesión' },
  revoked: { en: 'this login was ended from elsewhere', es: 'esta sesión se cerró desde otro lugar' },
  reused: {
    en: 'this login has ended: a token of it was used twice',
    es: 'esta sesión ha terminado: un token suyo se usó dos veces',
  },
  reset: {
    en: 'the password was set anew; sign in again',
    es: 'se estableció una contraseña nueva; vuelve a entrar',
  },
  deactivated: {
    en: 'an administrator has deactivated this account',
    es: 'un administrador ha desactivado esta cuenta',
  },
  erased: { en: 'this account has been erased', es: 'esta cuenta se ha borrado' },
  registered: {
    en: 'this guest has an account now; sign in to go on',
    es: 'este invitado ya tiene una cuenta; inicia sesión para continuar',
  },
  password: { en: 'the password was changed; sign in again', es: 'la contraseña cambió; vuelve a entrar' },
};

/** A line that begins with `-- `, or undefined when there is nothing that people need to know. [T-3] */
export function noticeOf(
  name: string,
  params: Readonly<Record<string, unknown>>,
  locale: Locale,
): string | undefined {
  if (name !== 'session.signedOut') return undefined;
  return `-- ${SIGNED_OUT[params['reason'] as SignOutReason][locale]}`;
}
