import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_TOKENS, RefreshToken, TokenPair } from './common.ts';

export const authRefresh = defineOperation({
  name: 'auth.refresh',
  summary: {
    en: 'Get a new access token for a refresh token, and the next refresh token',
    es: 'Cambia un token de refresco por otro y por un token de acceso nuevo',
  },
  access: 'public',
  scope: 'any',
  effect: 'write',
  /** A browser sends it as a cookie. */
  input: z.strictObject({ refreshToken: RefreshToken.optional() }),
  output: TokenPair,
  errors: ['login_ended'],
  http: [{ method: 'POST', path: '/auth/refresh', cookie: 'refresh' }],
  examples: [{ input: { refreshToken: 'AZCl…' }, output: EXAMPLE_TOKENS }],
});
