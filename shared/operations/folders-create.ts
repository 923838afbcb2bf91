import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { safeLine } from '../text-safety.ts';
import { EXAMPLE_FOLDER, Folder, Instructions, Title } from './conversation-fields.ts';

export const foldersCreate = defineOperation({
  name: 'folders.create',
  summary: { en: 'Create a folder for conversations', es: 'Crea una carpeta para conversaciones' },
  access: 'anonymous',
  scope: 'chat',
  effect: 'write',
  input: z.strictObject({
    name: Title,
    /** What the model is told with every message in its conversations. */
    instructions: Instructions.default(''),
  }),
  output: Folder,
  errors: ['too_many_kept'],
  http: [{ method: 'POST', path: '/folders', status: 201 }],
  text: { command: 'folder', args: ['...name'], render: ({ name }) => safeLine(name) },
  examples: [{ input: { name: 'Travel' }, output: EXAMPLE_FOLDER }],
});
