import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty } from './common.ts';

export const authJwks = defineOperation({
  name: 'auth.jwks',
  summary: {
    en: 'Get the public key of access tokens, as a JSON Web Key Set',
    es: 'Da la clave pública de los tokens de acceso, como JSON Web Key Set',
  },
  access: 'public',
  scope: 'any',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    keys: z.array(
      z.strictObject({
        kty: z.literal('RSA'),
        n: z.string(),
        e: z.string(),
        /** The key's thumbprint (RFC 7638). */
        kid: z.string(),
        alg: z.literal('RS256'),
        use: z.literal('sig'),
      }),
    ),
  }),
  errors: [],
  http: [{ method: 'GET', path: '/.well-known/jwks.json', cacheSeconds: 300 }],
  examples: [
    {
      input: {},
      output: {
        keys: [{ kty: 'RSA', n: 'sXchTA…', e: 'AQAB', kid: 'NzbLsX…', alg: 'RS256', use: 'sig' }],
      },
    },
  ],
});
