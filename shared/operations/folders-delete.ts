import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_FOLDER, FolderId } from './conversation-fields.ts';

export const foldersDelete = defineOperation({
  name: 'folders.delete',
  summary: {
    en: 'Delete a folder; its conversations stay, outside of it',
    es: 'Elimina una carpeta; sus conversaciones quedan fuera de ella',
  },
  access: 'anonymous',
  scope: 'chat',
  effect: 'write',
  input: z.strictObject({ folder: FolderId }),
  output: z.strictObject({ deleted: FolderId }),
  errors: ['not_found'],
  http: [{ method: 'DELETE', path: '/folders/{folder}', status: 204 }],
  text: {
    command: 'delete-folder',
    args: ['folder'],
    render: (_, locale) => DELETED[locale],
  },
  examples: [{ input: { folder: EXAMPLE_FOLDER.id }, output: { deleted: EXAMPLE_FOLDER.id } }],
});

const DELETED = {
  en: 'Deleted. Its conversations stay.',
  es: 'Eliminada. Sus conversaciones se conservan.',
} as const;
