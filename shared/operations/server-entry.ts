import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty } from './common.ts';

export const serverEntry = defineOperation({
  name: 'server.entry',
  summary: {
    en: 'Show whether guests may chat and visitors may make accounts',
    es: 'Muestra si los invitados pueden conversar y si los visitantes pueden crear cuentas',
  },
  access: 'public',
  scope: 'any',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    /** Whether anyone may chat without an account. */
    guests: z.boolean(),
    /** Whether visitors may make accounts. */
    signUp: z.boolean(),
  }),
  errors: [],
  examples: [{ input: {}, output: { guests: true, signUp: true } }],
});
