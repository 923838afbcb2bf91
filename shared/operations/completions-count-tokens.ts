import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { PROMPT_MEMBERS } from './completion-shapes.ts';

export const completionsCountTokens = defineOperation({
  name: 'completions.countTokens',
  summary: {
    en: 'Estimate how many tokens messages have for a model; it costs nothing',
    es: 'Estima cuántos tokens tienen unos mensajes para un modelo; no cuesta nada',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'read',
  largeInput: true,
  input: z.strictObject(PROMPT_MEMBERS),
  output: z.strictObject({
    route: z.string(),
    inputTokens: z.int().nonnegative(),
    /** For the prompt and the answer together. */
    contextTokens: z.int().positive(),
  }),
  errors: ['not_found', 'rate_limited', 'attachment_refused', 'documents_busy', 'cancelled'],
  examples: [
    {
      input: { messages: [{ role: 'user', parts: [{ type: 'text', text: 'hello' }] }] },
      output: { route: 'small', inputTokens: 5, contextTokens: 8192 },
    },
  ],
});
