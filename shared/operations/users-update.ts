import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_USER, LocaleName, PersonName, UserView } from './common.ts';

export const usersUpdate = defineOperation({
  name: 'users.update',
  summary: {
    en: 'Change your name, language, or after how many days your texts are deleted',
    es: 'Cambia tu nombre, tu idioma o tras cuántos días se borran tus textos',
  },
  access: 'user',
  effect: 'write',
  /** What is left out stays; null takes a value away. */
  input: z.strictObject({
    name: PersonName.optional(),
    locale: LocaleName.nullable().optional(),
    retentionDays: z.int().min(1).max(36_500).nullable().optional(),
  }),
  output: UserView,
  errors: ['account_needed'],
  http: [{ method: 'PATCH', path: '/users/me' }],
  examples: [{ input: { name: 'Ana' }, output: EXAMPLE_USER }],
});
