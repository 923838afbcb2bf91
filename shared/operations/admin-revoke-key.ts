import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty, EXAMPLE_KEY, RowId } from './common.ts';

export const adminRevokeKey = defineOperation({
  name: 'admin.revokeKey',
  summary: {
    en: 'Revoke an API key of anybody; what uses it stops at once',
    es: 'Revoca una clave de API de cualquiera; lo que la usa se detiene al instante',
  },
  access: 'admin',
  scope: 'admin',
  effect: 'write',
  input: z.strictObject({ key: RowId }),
  output: Empty,
  errors: ['key_not_enough', 'not_found'],
  http: [{ method: 'DELETE', path: '/admin/keys/{key}', status: 204 }],
  text: {
    command: 'revoke-key',
    args: ['key'],
    render: (_, locale) => ({ en: 'Key revoked.', es: 'Clave revocada.' })[locale],
  },
  examples: [{ input: { key: EXAMPLE_KEY.id }, output: {} }],
});
