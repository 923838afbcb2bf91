/** The prompt queue for plain HTTP clients. */
import { INTEGER, listOf, MODEL_ERRORS, NO_KEY, objectOf, TEXT, TOO_MANY } from './describe.ts';
import type { ApiDescription } from './describe.ts';

const { 502: _, 504: __, ...SUBMIT_ERRORS } = MODEL_ERRORS;

export const JOBS_DESCRIPTION: ApiDescription = {
  tag: 'jobs',
  addresses: {
    'POST /submit': {
      summary: { en: 'Put a prompt into the queue', es: 'Pon una petición en la cola' },
      body: objectOf(
        {
          api_key: { type: 'string', description: 'Where the request has no key in a header' },
          prompt: { type: 'string', minLength: 1 },
          route: TEXT,
          maxOutputTokens: INTEGER,
        },
        ['prompt'],
      ),
      example: { prompt: 'Three names for a cat' },
      status: 201,
      result: {
        'application/json': objectOf({ message: TEXT, job_id: TEXT, tokens_estimados: INTEGER }, [
          'message',
          'job_id',
          'tokens_estimados',
        ]),
      },
      errors: SUBMIT_ERRORS,
    },
    'GET /history': {
      summary: {
        en: 'List what was asked and answered in your jobs, newest first',
        es: 'Lista lo que se pidió y se respondió en tus trabajos, primero lo nuevo',
      },
      query: { n: { type: 'integer', minimum: 1, description: 'How many at most; 10 when left out' } },
      result: {
        'application/json': objectOf(
          {
            history: listOf(
              objectOf({ prompt: TEXT, respuesta: TEXT, costo_tokens: INTEGER, fecha: TEXT }, [
                'prompt',
                'respuesta',
                'costo_tokens',
                'fecha',
              ]),
            ),
          },
          ['history'],
        ),
      },
      errors: { 400: 'The number is not right', ...NO_KEY, ...TOO_MANY },
    },
  },
};
