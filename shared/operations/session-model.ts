import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { ModelName } from './common.ts';

export const sessionModel = defineOperation({
  name: 'session.model',
  summary: {
    en: 'Show or choose the model of this session',
    es: 'Muestra o elige el modelo de esta sesión',
  },
  access: 'anonymous',
  scope: 'any',
  effect: 'write',
  input: z.strictObject({ model: ModelName.optional() }),
  output: z.strictObject({ model: z.string() }),
  errors: ['not_found'],
  text: { command: 'model', args: ['model'], render: ({ model }) => model },
  examples: [{ input: {}, output: { model: 'companion' } }],
});
