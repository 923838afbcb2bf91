import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty, Password, PASSWORD_SECRET } from './common.ts';

export const usersErase = defineOperation({
  name: 'users.erase',
  summary: {
    en: 'Erase your account and everything that belongs to it, for good',
    es: 'Borra tu cuenta y todo lo que le pertenece, para siempre',
  },
  access: 'user',
  scope: 'account',
  effect: 'write',
  input: z.strictObject({ password: Password }),
  output: Empty,
  errors: [
    'account_needed',
    'key_not_enough',
    'password_wrong',
    'last_admin',
    'login_blocked',
    'queue_full',
    'ledger_unavailable',
  ],
  http: [{ method: 'DELETE', path: '/users/me', cookie: 'ended' }],
  text: {
    command: 'erase-account',
    args: [],
    secrets: [PASSWORD_SECRET],
    render: (_, locale) => ({ en: 'Your account is erased.', es: 'Tu cuenta está borrada.' })[locale],
  },
  examples: [{ input: { password: 'a long sentence' }, output: {} }],
});
