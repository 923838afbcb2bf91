import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { safeLine } from '../text-safety.ts';
import { Empty } from './common.ts';
import { EXAMPLE_FOLDER, Folder } from './conversation-fields.ts';

export const foldersList = defineOperation({
  name: 'folders.list',
  summary: { en: 'List your folders', es: 'Lista tus carpetas' },
  access: 'anonymous',
  scope: 'chat',
  effect: 'read',
  input: Empty,
  output: z.strictObject({
    /** In the order of their names. */
    folders: z.array(Folder),
  }),
  errors: [],
  http: [{ method: 'GET', path: '/folders' }],
  text: {
    command: 'folders',
    args: [],
    render: ({ folders }, locale) =>
      folders.length === 0
        ? NONE[locale]
        : folders.map(({ name }, index) => `${index + 1}  ${safeLine(name)}`).join('\n'),
  },
  examples: [{ input: {}, output: { folders: [EXAMPLE_FOLDER] } }],
});

const NONE = { en: 'No folders.', es: 'No hay carpetas.' } as const;
