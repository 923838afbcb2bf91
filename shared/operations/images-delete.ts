import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_IMAGE, ImageId } from './image-shapes.ts';

export const imagesDelete = defineOperation({
  name: 'images.delete',
  summary: { en: 'Delete an image and its record', es: 'Borra una imagen y su ficha' },
  access: 'anonymous',
  scope: 'models',
  effect: 'write',
  input: z.strictObject({ id: ImageId }),
  output: z.strictObject({}),
  errors: ['not_found'],
  http: [{ method: 'DELETE', path: '/image/{id}' }],
  text: { command: 'delete-image', args: ['id'], render: (_, locale) => DELETED[locale] },
  examples: [{ input: { id: EXAMPLE_IMAGE.id }, output: {} }],
});

const DELETED = { en: 'Deleted.', es: 'Borrada.' } as const;
