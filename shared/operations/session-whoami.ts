import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { shownName } from '../session-name.ts';
import { Empty, LocaleName, Role, SessionName, shownUser } from './common.ts';

export const sessionWhoami = defineOperation({
  name: 'session.whoami',
  summary: { en: 'Show who you are here', es: 'Muestra quién eres aquí' },
  access: 'anonymous',
  scope: 'any',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    session: SessionName,
    /** For whom this session acts; absent for guests. */
    user: z.strictObject({ email: z.string(), name: z.string(), role: Role }).optional(),
    locale: LocaleName,
    model: z.string(),
    /** Messages of this session that were not refused. */
    messages: z.int().nonnegative(),
    /** How many messages may be sent now, and in which window. */
    remaining: z.int().nonnegative(),
    limit: z.int().positive(),
    windowSeconds: z.number().positive(),
  }),
  errors: [],
  text: {
    command: 'whoami',
    args: [],
    render: ({ session, user, model, messages, remaining, limit, windowSeconds }, locale) => {
      const person = user ? [shownUser(user, locale)] : [];
      const who = [...person, shownName(session, locale), `${MODEL[locale]} ${model}`].join(' · ');
      const said = `${messages} ${MESSAGES[locale](messages)}`;
      return locale === 'es'
        ? `${who} · ${said} · quedan ${remaining} de ${limit} en ${windowSeconds} s`
        : `${who} · ${said} · ${remaining} of ${limit} left in ${windowSeconds} s`;
    },
  },
  examples: [
    {
      input: {},
      output: {
        session: 'Usuario-3',
        locale: 'en',
        model: 'companion',
        messages: 0,
        remaining: 10,
        limit: 10,
        windowSeconds: 60,
      },
    },
  ],
});

const MODEL = { en: 'model', es: 'modelo' } as const;

const MESSAGES = {
  en: (count: number) => (count === 1 ? 'message' : 'messages'),
  es: (count: number) => (count === 1 ? 'mensaje' : 'mensajes'),
} as const;
