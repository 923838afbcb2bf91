import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty } from './common.ts';
import { EXAMPLE_LISTED_KEY, ListedKey, shownBounds } from './key-shapes.ts';
import { shownMinute } from './conversation-fields.ts';

export const keysList = defineOperation({
  name: 'keys.list',
  summary: { en: 'List your API keys', es: 'Lista tus claves de API' },
  access: 'user',
  scope: 'usage',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    /** The newest first. */
    keys: z.array(ListedKey),
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
            .map((key) => {
              const { id, name, prefix, lastUsedAt } = key;
              const used = lastUsedAt === undefined ? UNUSED[locale] : shownMinute(lastUsedAt);
              return [id, `${prefix}…`, name, used, ...shownBounds(key, locale)].join(' · ');
            })
            .join('\n'),
  },
  examples: [{ input: {}, output: { keys: [EXAMPLE_LISTED_KEY] } }],
});

const UNUSED = { en: 'never used', es: 'sin usar' } as const;
