import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { safeLine } from '../text-safety.ts';
import { EXAMPLE_FOLDER, Folder, FolderId, Instructions, Title } from './conversation-fields.ts';

export const foldersUpdate = defineOperation({
  name: 'folders.update',
  summary: {
    en: 'Rename a folder, or change its instructions',
    es: 'Renombra una carpeta o cambia sus instrucciones',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'write',
  input: z.strictObject({ folder: FolderId, name: Title.optional(), instructions: Instructions.optional() }),
  output: Folder,
  errors: ['not_found'],
  http: [{ method: 'PATCH', path: '/folders/{folder}' }],
  text: {
    command: 'rename-folder',
    args: ['folder', '...name'],
    render: ({ name, instructions }) =>
      instructions === '' ? safeLine(name) : `${safeLine(name)}: ${safeLine(instructions)}`,
  },
  commands: [
    {
      command: 'instruct-folder',
      args: ['folder', '...instructions'],
      given: {},
      summary: {
        en: 'Tell the model something in all conversations of a folder',
        es: 'Di algo al modelo en todas las conversaciones de una carpeta',
      },
    },
    {
      command: 'uninstruct-folder',
      args: ['folder'],
      given: { instructions: '' },
      summary: { en: 'Take the instructions of a folder away', es: 'Quita las instrucciones de una carpeta' },
    },
  ],
  examples: [{ input: { folder: EXAMPLE_FOLDER.id, name: 'Travel' }, output: EXAMPLE_FOLDER }],
});
