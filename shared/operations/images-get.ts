import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_IMAGE, ImageId, ImageRequest, shownImage } from './image-shapes.ts';

export const imagesGet = defineOperation({
  name: 'images.get',
  summary: {
    en: 'Read how an image stands, and where it is',
    es: 'Consulta cómo va una imagen y dónde está',
  },
  access: 'anonymous',
  scope: 'models',
  effect: 'read',
  input: z.strictObject({ id: ImageId }),
  output: ImageRequest,
  errors: ['not_found'],
  text: {
    command: 'image-state',
    args: ['id'],
    render: (request, locale) => {
      const files = request.images.map(({ width, height, image }) => `${width}x${height}  ${image.url}`);
      return [shownImage(request, locale), ...files].join('\n');
    },
  },
  examples: [{ input: { id: EXAMPLE_IMAGE.id }, output: EXAMPLE_IMAGE }],
});
