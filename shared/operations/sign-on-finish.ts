import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_TOKENS, EXAMPLE_USER, TokenPair, UserView } from './common.ts';
import { IssuerId, SIGN_ON_OPERATION_LIMITS, Ticket } from './sign-on-shapes.ts';

/** The gateway asks for it, at `/sign-on/ISSUER/callback`. [S-1] */
export const signOnFinish = defineOperation({
  name: 'signOn.finish',
  summary: {
    en: 'Sign in with what the provider has sent back',
    es: 'Inicia sesión con lo que ha devuelto el proveedor',
  },
  access: 'public',
  scope: 'any',
  effect: 'write',
  input: z.strictObject({
    issuer: IssuerId,
    ticket: Ticket,
    /** The query of the address to which the provider led the browser. */
    callback: z.string().max(SIGN_ON_OPERATION_LIMITS.callbackCharactersMax),
  }),
  output: z.strictObject({
    user: UserView,
    ...TokenPair.shape,
    /** For `signOn.end`. */
    idToken: z.string(),
  }),
  errors: [
    'not_found',
    'queue_full',
    'sign_on_unavailable',
    'sign_on_failed',
    'sign_on_refused',
    'sign_on_closed',
    'sign_on_no_email',
    'sign_on_taken',
  ],
  examples: [
    {
      input: { issuer: 'company', ticket: 'eyJp…', callback: 'code=…&state=…' },
      output: { user: EXAMPLE_USER, ...EXAMPLE_TOKENS, idToken: 'eyJ…' },
    },
  ],
});
