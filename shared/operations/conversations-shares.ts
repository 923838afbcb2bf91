import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_SHARE, Share, shownMinute, shownTitle } from './conversation-fields.ts';
import { Empty } from './common.ts';

export const conversationsShares = defineOperation({
  name: 'conversations.shares',
  summary: { en: 'List the links that you have made', es: 'Lista los enlaces que has creado' },
  access: 'anonymous',
  scope: 'chat',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    /** Newest first. */
    shares: z.array(Share),
  }),
  errors: [],
  http: [{ method: 'GET', path: '/shares' }],
  text: {
    command: 'shares',
    args: [],
    render: ({ shares }, locale) =>
      shares.length === 0
        ? NONE[locale]
        : shares
            .map(
              ({ share, title, createdAt }) =>
                `${share}  ${shownMinute(createdAt)}  ${shownTitle(title, locale)}`,
            )
            .join('\n'),
  },
  examples: [{ input: {}, output: { shares: [EXAMPLE_SHARE] } }],
});

const NONE = { en: 'No links.', es: 'No hay enlaces.' } as const;
