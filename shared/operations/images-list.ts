import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Cursor } from './conversation-fields.ts';
import { EXAMPLE_IMAGE, IMAGE_REQUEST_LIMITS, ImageRequest, shownImage } from './image-shapes.ts';

export const imagesList = defineOperation({
  name: 'images.list',
  summary: { en: 'List your images, newest first', es: 'Lista tus imágenes, primero las nuevas' },
  access: 'anonymous',
  scope: 'models',
  effect: 'read',
  input: z.strictObject({
    cursor: Cursor.optional(),
    limit: z.int().min(1).max(IMAGE_REQUEST_LIMITS.pageMax).default(IMAGE_REQUEST_LIMITS.pageDefault),
  }),
  output: z.strictObject({
    images: z.array(ImageRequest),
    /** Absent on the last page. */
    nextCursor: Cursor.optional(),
  }),
  errors: ['cursor_unknown'],
  http: [{ method: 'GET', path: '/images' }],
  text: {
    command: 'images',
    args: ['cursor'],
    render: ({ images, nextCursor }, locale) => {
      const lines = images.map((image) => shownImage(image, locale));
      if (nextCursor !== undefined) lines.push(`${MORE[locale]}: /images ${nextCursor}`);
      return lines.length === 0 ? NONE[locale] : lines.join('\n');
    },
  },
  examples: [{ input: {}, output: { images: [EXAMPLE_IMAGE] } }],
});

const NONE = { en: 'No images.', es: 'No hay imágenes.' } as const;
const MORE = { en: 'More', es: 'Más' } as const;
