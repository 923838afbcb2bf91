import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty, RowId, Time } from './common.ts';
import { shownMinute } from './conversation-fields.ts';

export const authLogins = defineOperation({
  name: 'auth.logins',
  summary: { en: 'List where you are signed in', es: 'Lista dónde tienes la sesión iniciada' },
  access: 'user',
  scope: 'account',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    /** The one that was used last comes first. */
    logins: z.array(
      z.strictObject({
        id: RowId,
        userAgent: z.string(),
        address: z.string(),
        createdAt: Time,
        usedAt: Time,
        /** The one by which this request is made. */
        current: z.boolean(),
      }),
    ),
  }),
  errors: ['account_needed', 'key_not_enough'],
  http: [{ method: 'GET', path: '/auth/logins' }],
  text: {
    command: 'logins',
    args: [],
    render: ({ logins }, locale) =>
      logins
        .map(({ id, userAgent, address, usedAt, current }) => {
          const parts = [id, shownMinute(usedAt), address, userAgent, current ? HERE[locale] : ''];
          return parts.filter((part) => part !== '').join(' · ');
        })
        .join('\n'),
  },
  examples: [
    {
      input: {},
      output: {
        logins: [
          {
            id: '0190a5d4-7c11-7b2e-9a55-1f0c5a3b7d11',
            userAgent: 'my-program 1.0',
            address: '192.0.2.7',
            createdAt: '2026-01-01T00:00:00.000Z',
            usedAt: '2026-01-01T00:00:00.000Z',
            current: true,
          },
        ],
      },
    },
  ],
});

const HERE = { en: 'this one', es: 'esta' } as const;
