import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { IssuerId, SIGN_ON_OPERATION_LIMITS } from './sign-on-shapes.ts';

/** The gateway asks for it, at `/sign-on/ISSUER/end`, after `auth.logout`. [S-3] */
export const signOnEnd = defineOperation({
  name: 'signOn.end',
  summary: {
    en: 'Find out where a browser signs out of the provider, too',
    es: 'Averigua dónde se cierra también la sesión del proveedor',
  },
  access: 'public',
  scope: 'any',
  effect: 'read',
  input: z.strictObject({
    issuer: IssuerId,
    idToken: z.string().max(SIGN_ON_OPERATION_LIMITS.idTokenCharactersMax).optional(),
  }),
  output: z.strictObject({
    /** Absent when the provider has no such address. */
    url: z.url().optional(),
  }),
  errors: ['not_found', 'queue_full', 'sign_on_unavailable'],
  examples: [{ input: { issuer: 'company' }, output: { url: 'https://login.example.org/logout?…' } }],
});
