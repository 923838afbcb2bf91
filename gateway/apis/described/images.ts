/** Images for plain HTTP clients, and files that requests have left. */
import { ANY_OBJECT, INTEGER, listOf, MODEL_ERRORS, NO_KEY, objectOf, TEXT, TOO_MANY } from './describe.ts';
import type { ApiDescription } from './describe.ts';

const KEYS = objectOf({ record: TEXT, input: TEXT, image: TEXT, preview: TEXT });

export const IMAGES_DESCRIPTION: ApiDescription = {
  tag: 'images',
  addresses: {
    'POST /image/generate': {
      summary: { en: 'Draw an image', es: 'Dibuja una imagen' },
      body: objectOf({ prompt: TEXT, size: TEXT, seed: INTEGER, style: TEXT, route: TEXT, n: INTEGER }, [
        'prompt',
      ]),
      example: { prompt: 'a lighthouse in the rain', size: '64x64' },
      result: {
        'application/json': objectOf({ id: TEXT, s3: KEYS, meta: ANY_OBJECT, images: listOf(ANY_OBJECT) }, [
          'id',
          's3',
        ]),
      },
      errors: MODEL_ERRORS,
    },
    'GET /image/:id': {
      summary: { en: 'Read how an image stands', es: 'Consulta cómo va una imagen' },
      result: {
        'application/json': objectOf({ id: TEXT, status: TEXT, s3Keys: KEYS, meta: ANY_OBJECT }),
      },
      errors: { ...NO_KEY, 404: 'There is no such image', ...TOO_MANY },
    },
    'GET /artifacts/:service/*': {
      summary: {
        en: 'Read a file by its key, one of your own or by an address that was signed',
        es: 'Lee un archivo por su clave, uno tuyo o con una dirección firmada',
      },
      result: { 'image/png': { type: 'string', format: 'binary' } },
      errors: { 403: 'The signature is wrong, or its time is over', 404: 'There is no such file' },
      isOpen: true,
    },
  },
};
