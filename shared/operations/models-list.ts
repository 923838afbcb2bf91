import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty } from './common.ts';

export const modelsList = defineOperation({
  name: 'models.list',
  summary: { en: 'List the models that can be asked for', es: 'Lista los modelos disponibles' },
  access: 'anonymous',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    provider: z.enum(['ollama', 'openai', 'offline']),
    /** The model that this session uses. */
    current: z.string(),
    models: z.array(z.string()),
  }),
  errors: ['upstream_failed'],
  text: {
    command: 'models',
    args: [],
    render: ({ current, models }) =>
      models.map((model) => `${model === current ? '*' : ' '} ${model}`).join('\n'),
  },
  examples: [{ input: {}, output: { provider: 'offline', current: 'companion', models: ['companion'] } }],
});
