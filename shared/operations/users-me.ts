import { defineOperation } from '../define-operation.ts';
import { Empty, EXAMPLE_USER, shownUser, UserView } from './common.ts';

export const usersMe = defineOperation({
  name: 'users.me',
  summary: { en: 'Show your account', es: 'Muestra tu cuenta' },
  access: 'user',
  scope: 'any',
  effect: 'read',
  input: Empty,
  output: UserView,
  errors: ['account_needed'],
  http: [
    { method: 'GET', path: '/users/me' },
    { method: 'GET', path: '/me' },
    { method: 'GET', path: '/auth/me' },
  ],
  text: {
    command: 'me',
    args: [],
    render: shownUser,
  },
  examples: [{ input: {}, output: EXAMPLE_USER }],
});
