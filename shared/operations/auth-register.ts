import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { InviteToken } from './invitation-shapes.ts';
import {
  Email,
  DeviceToken,
  EXAMPLE_DEVICE,
  EXAMPLE_TOKENS,
  EXAMPLE_USER,
  NewPassword,
  NEW_PASSWORD_SECRET,
  PersonName,
  TokenPair,
  UserView,
} from './common.ts';

export const authRegister = defineOperation({
  name: 'auth.register',
  summary: { en: 'Make an account and sign in to it', es: 'Crea una cuenta e inicia sesión en ella' },
  access: 'public',
  scope: 'any',
  effect: 'write',
  input: z.strictObject({
    email: Email,
    password: NewPassword,
    name: PersonName.optional(),
    /** Everything of this guest becomes the user's. Without it, the guest of this connection. */
    guestToken: z.string().max(200).optional(),
    /** Of an invitation: needed where sign-up is closed. */
    inviteToken: InviteToken.optional(),
  }),
  output: z.strictObject({ user: UserView, ...TokenPair.shape, deviceToken: DeviceToken }),
  errors: [
    'sign_up_closed',
    'invitation_failed',
    'too_many_kept',
    'email_taken',
    'login_blocked',
    'queue_full',
  ],
  http: [{ method: 'POST', path: '/auth/register', status: 201, cookie: 'refresh' }],
  text: {
    command: 'register',
    args: ['email', '...name'],
    secrets: [NEW_PASSWORD_SECRET],
    render: ({ user: { email } }, locale) =>
      ({
        en: `Your account is made, and you are signed in: ${email}`,
        es: `Cuenta creada y sesión iniciada: ${email}`,
      })[locale],
  },
  commands: [
    {
      command: 'join',
      args: ['inviteToken', 'email', '...name'],
      given: {},
      summary: { en: 'Make an account with an invitation', es: 'Crea una cuenta con una invitación' },
    },
  ],
  examples: [
    {
      input: { email: 'ana@example.org', password: 'a long sentence', name: 'Ana' },
      output: { user: EXAMPLE_USER, ...EXAMPLE_TOKENS, ...EXAMPLE_DEVICE },
    },
  ],
});
