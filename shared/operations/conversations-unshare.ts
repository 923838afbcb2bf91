import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_SHARE, ShareId } from './conversation-fields.ts';

export const conversationsUnshare = defineOperation({
  name: 'conversations.unshare',
  summary: { en: 'Withdraw a link at once', es: 'Retira un enlace de inmediato' },
  access: 'anonymous',
  scope: 'chat',
  effect: 'write',
  input: z.strictObject({ share: ShareId }),
  output: z.strictObject({ withdrawn: ShareId }),
  errors: ['not_found'],
  http: [{ method: 'DELETE', path: '/shares/{share}', status: 204 }],
  text: {
    command: 'unshare',
    args: ['share'],
    render: (_, locale) => ({ en: 'Withdrawn.', es: 'Retirado.' })[locale],
  },
  examples: [{ input: { share: EXAMPLE_SHARE.share }, output: { withdrawn: EXAMPLE_SHARE.share } }],
});
