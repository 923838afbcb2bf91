import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty } from './common.ts';
import { IssuerId } from './sign-on-shapes.ts';

export const signOnIssuers = defineOperation({
  name: 'signOn.issuers',
  summary: {
    en: 'List the other providers by which people sign on',
    es: 'Lista los otros proveedores con los que se puede iniciar sesión',
  },
  access: 'public',
  scope: 'any',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    issuers: z.array(z.strictObject({ id: IssuerId, name: z.string() })),
  }),
  errors: [],
  http: [{ method: 'GET', path: '/auth/issuers' }],
  examples: [{ input: {}, output: { issuers: [{ id: 'company', name: 'Company account' }] } }],
});
