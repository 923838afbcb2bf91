import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty, EXAMPLE_KEY, KeyView, Time } from './common.ts';
import { shownMinute } from './conversation-fields.ts';

export const keysList = defineOperation({
  name: 'keys.list',
  summary: { en: 'List your API keys', es: 'Lista tus claves de API' },
  access: 'user',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    /** The newest first. */
    keys: z.array(KeyView.extend({ lastUsedAt: Time.optional() })),
  }),
  errors: ['account_needed'],
  http: [{ method: 'GET', path: '/keys' }],
  text: {
    command: 'keys',
    args: [],
    render: ({ keys }, locale) =>
      keys.length === 0
        ? { en: 'No API keys.', es: 'No hay claves de API.' }[locale]
        : keys
            .map(({ id, name, prefix, lastUsedAt }) => {
              const used = lastUsedAt === undefined ? UNUSED[locale] : shownMinute(lastUsedAt);
              return `${id} · ${prefix}… · ${name} · ${used}`;
            })
            .join('\n'),
  },
  examples: [{ input: {}, output: { keys: [EXAMPLE_KEY] } }],
});

const UNUSED = { en: 'never used', es: 'sin usar' } as const;
