import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty } from './common.ts';

export const operationsCheck = defineOperation({
  name: 'operations.check',
  summary: {
    en: 'Find out whether an operation would be refused, before a person is asked for its secrets',
    es: 'Averigua si una operación se rechazaría, antes de pedirle a nadie sus secretos',
  },
  access: 'public',
  scope: 'any',
  effect: 'read',
  input: z.strictObject({
    operation: z.string().max(100),
    /** Of that operation; its secrets may be left out. */
    input: z.record(z.string(), z.unknown()).optional(),
  }),
  output: Empty,
  errors: [
    'unknown_operation',
    'sign_up_closed',
    'invitation_failed',
    'account_needed',
    'key_not_enough',
    'reset_failed',
  ],
  examples: [{ input: { operation: 'auth.login', input: { email: 'ana@example.org' } }, output: {} }],
});
