import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty, RowId } from './common.ts';

export const keysRevoke = defineOperation({
  name: 'keys.revoke',
  summary: {
    en: 'Revoke an API key by its id; what uses it stops at once',
    es: 'Revoca una clave de API por su id; lo que la usa se detiene al instante',
  },
  access: 'user',
  scope: 'account',
  effect: 'write',
  input: z.strictObject({ key: RowId }),
  output: Empty,
  errors: ['account_needed', 'key_not_enough', 'not_found'],
  http: [{ method: 'DELETE', path: '/keys/{key}', status: 204 }],
  text: {
    command: 'end-key',
    args: ['key'],
    render: (_, locale) => ({ en: 'Revoked.', es: 'Revocada.' })[locale],
  },
  examples: [{ input: { key: '0190a5d4-7c11-7b2e-9a55-1f0c5a3b7d12' }, output: {} }],
});
