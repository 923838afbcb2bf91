import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_IMAGE, ImageId, ImageRequest } from './image-shapes.ts';

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
  examples: [{ input: { id: EXAMPLE_IMAGE.id }, output: EXAMPLE_IMAGE }],
});
