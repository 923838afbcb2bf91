import type { Locale } from './locale.ts';

/** A session's name for people. Programs, traces and logs always have `Usuario-N`. */
export function shownName(session: string, locale: Locale): string {
  return locale === 'en' ? session.replace('Usuario-', 'User ') : session;
}
