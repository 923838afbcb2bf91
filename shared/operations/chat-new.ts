import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Empty } from './common.ts';

export const chatNew = defineOperation({
  name: 'chat.new',
  summary: {
    en: 'Start a new conversation: what was said before is forgotten',
    es: 'Empieza otra conversación: se olvida lo dicho antes',
  },
  access: 'anonymous',
  effect: 'write',
  input: Empty,
  output: z.strictObject({ forgottenTurns: z.int().nonnegative() }),
  errors: [],
  text: {
    command: 'new',
    args: [],
    render: (_, locale) => ({ en: 'A new conversation.', es: 'Una conversación nueva.' })[locale],
  },
  examples: [{ input: {}, output: { forgottenTurns: 0 } }],
});
