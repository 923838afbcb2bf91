/** What people in a terminal are told of notifications that belong to no request. */
import type { z } from 'zod';
import type { TextPiece } from './define-operation.ts';
import { limitText } from './limit-text.ts';
import type { Locale, Localised } from './locale.ts';
import type { NOTIFICATIONS } from './notifications.ts';
import { quoted } from './operations/turn-text.ts';
import { safeLine } from './text-safety.ts';

type SignOutReason = z.output<(typeof NOTIFICATIONS)['session.signedOut']>['reason'];

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

const TURN = {
  started: { en: 'from another of your sessions:', es: 'desde otra de tus sesiones:' },
  again: {
    en: 'from another of your sessions, another answer:',
    es: 'desde otra de tus sesiones, otra respuesta:',
  },
  failed: { en: 'it was not answered', es: 'quedó sin respuesta' },
  missed: {
    en: 'some of this conversation was not shown; /history shows it',
    es: 'no se mostró todo lo de esta conversación; /history lo muestra',
  },
} as const satisfies Record<string, Localised>;

/** Lines begin with `-- `. Nothing when there is nothing that people need to know. [T-3] */
export function noticeOf(name: string, params: Readonly<Record<string, unknown>>, locale: Locale): TextPiece {
  if (name === 'conversation.turn') return turnPiece(params, locale);
  if (name === 'credits.limit') return { line: `-- ${limitText(params, String(params['until']), locale)}` };
  if (name !== 'session.signedOut') return {};
  return { line: `-- ${SIGNED_OUT[params['reason'] as SignOutReason][locale]}` };
}

function withFiles(files: unknown, locale: Locale): string[] {
  if (!Array.isArray(files)) return [];
  const names = files.map((name) => safeLine(String(name))).join(', ');
  return [`-- ${{ en: 'with', es: 'con' }[locale]} ${names}`];
}

function turnPiece(params: Readonly<Record<string, unknown>>, locale: Locale): TextPiece {
  const { phase, prompt, text, trace, files } = params;
  switch (phase) {
    case 'started':
      if (typeof prompt !== 'string') return { line: `-- ${TURN.again[locale]}` };
      return { line: [`-- ${TURN.started[locale]}`, quoted(prompt), ...withFiles(files, locale)].join('\n') };
    case 'delta':
      return { chunk: String(text) };
    case 'ended':
      return { line: `-- ${String(trace)}` };
    case 'failed':
      return { line: `-- ${String(trace)} · ${TURN.failed[locale]}` };
    default:
      return { line: `-- ${TURN.missed[locale]}` };
  }
}
