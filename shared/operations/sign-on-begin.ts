import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { IssuerId, Ticket } from './sign-on-shapes.ts';

/** The gateway asks for it, at `/sign-on/ISSUER`, and keeps the ticket in a cookie. [S-1] */
export const signOnBegin = defineOperation({
  name: 'signOn.begin',
  summary: {
    en: 'Begin to sign on with another provider',
    es: 'Empieza a iniciar sesión con otro proveedor',
  },
  access: 'public',
  scope: 'any',
  effect: 'write',
  input: z.strictObject({ issuer: IssuerId }),
  output: z.strictObject({
    /** Where the browser goes. */
    url: z.url(),
    /** For `signOn.finish`, from this browser alone. */
    ticket: Ticket,
  }),
  errors: ['not_found', 'queue_full', 'sign_on_unavailable'],
  examples: [
    {
      input: { issuer: 'company' },
      output: { url: 'https://login.example.org/authorize?…', ticket: 'eyJp…' },
    },
  ],
});
