import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
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
  examples: [{ input: { folder: EXAMPLE_FOLDER.id, name: 'Travel' }, output: EXAMPLE_FOLDER }],
});
