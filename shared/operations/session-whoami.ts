import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty, LocaleName, SessionName } from './common.ts';

export const sessionWhoami = defineOperation({
  name: 'session.whoami',
  summary: { en: 'Show who you are here', es: 'Muestra quién eres aquí' },
  access: 'anonymous',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    session: SessionName,
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
    render: (who, locale) =>
      locale === 'es'
        ? `${who.session} · modelo ${who.model} · ${who.messages} ${MESSAGES.es(who.messages)} · ` +
          `quedan ${who.remaining} de ${who.limit} en ${who.windowSeconds} s`
        : `${who.session} · model ${who.model} · ${who.messages} ${MESSAGES.en(who.messages)} · ` +
          `${who.remaining} of ${who.limit} left in ${who.windowSeconds} s`,
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

const MESSAGES = {
  en: (count: number) => (count === 1 ? 'message' : 'messages'),
  es: (count: number) => (count === 1 ? 'mensaje' : 'mensajes'),
} as const;
