import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { LocaleName } from './common.ts';

export const sessionLocale = defineOperation({
  name: 'session.locale',
  summary: { en: 'Choose the language: en or es', es: 'Elige el idioma: en o es' },
  access: 'public',
  scope: 'any',
  effect: 'write',
  input: z.strictObject({ locale: LocaleName }),
  output: z.strictObject({ locale: LocaleName }),
  errors: [],
  text: {
    command: 'lang',
    args: ['locale'],
    render: ({ locale }) => ({ en: 'English from here on.', es: 'A partir de aquí, en español.' })[locale],
  },
  examples: [{ input: { locale: 'es' }, output: { locale: 'es' } }],
});
