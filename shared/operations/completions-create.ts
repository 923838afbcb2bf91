import { defineOperation } from '../define-operation.ts';
import {
  COMPLETION_ERRORS,
  COMPLETION_EVENTS,
  COMPLETION_RESULT_EXAMPLE,
  CompletionInput,
  CompletionResult,
} from './completion-shapes.ts';

export const completionsCreate = defineOperation({
  name: 'completions.create',
  summary: {
    en: 'Ask a model about messages that you give whole; nothing is kept of them',
    es: 'Pregunta a un modelo por mensajes que das completos; no se guarda nada de ellos',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'stream',
  largeInput: true,
  input: CompletionInput,
  output: CompletionResult,
  events: COMPLETION_EVENTS,
  errors: COMPLETION_ERRORS,
  examples: [
    {
      input: { messages: [{ role: 'user', parts: [{ type: 'text', text: 'hello' }] }] },
      output: COMPLETION_RESULT_EXAMPLE,
    },
  ],
});
