/** What a person reads first on the text face. [T-7] */
import { fill, type Locale } from '../../shared/locale.ts';
import { shownName } from '../../shared/session-name.ts';
import type { ServerEntry } from '../operations/services.ts';

/** In the session's language, which `/lang` changes. */
export function greetingOf(
  { name, locale }: { readonly name: string; readonly locale: Locale },
  { guests, signUp }: ServerEntry,
): string {
  const texts = TEXTS[locale];
  const way = guests ? texts.guests : signUp ? texts.signUp : texts.closed;
  return [fill(texts.connected, { name: shownName(name, locale) }), way, texts.other].join('\n');
}

const TEXTS = {
  en: {
    connected: '{name} connected.',
    guests:
      'Write a line and press Enter; the answer streams back. ' +
      '/paste takes several lines, /help lists the rest.',
    signUp:
      'To chat here, sign in: /login EMAIL, or /login KEY with an API key. ' +
      '/register EMAIL makes an account, /help lists the rest.',
    closed:
      'To chat here, sign in: /login EMAIL, or /login KEY with an API key. ' +
      'With an invitation: /join TOKEN EMAIL. /help lists the rest.',
    other: '¿Mejor en español? Escribe /lang es',
  },
  es: {
    connected: '{name} conectado.',
    guests:
      'Escribe una línea y pulsa Enter; la respuesta va llegando. ' +
      '/paste admite varias líneas; /help muestra el resto.',
    signUp:
      'Para conversar aquí, inicia sesión: /login CORREO, o /login CLAVE con una clave de API. ' +
      '/register CORREO crea una cuenta; /help muestra el resto.',
    closed:
      'Para conversar aquí, inicia sesión: /login CORREO, o /login CLAVE con una clave de API. ' +
      'Con una invitación: /join TOKEN CORREO. /help muestra el resto.',
    other: 'Rather in English? Write /lang en',
  },
} as const;
