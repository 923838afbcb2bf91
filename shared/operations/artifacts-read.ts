import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { EXAMPLE_IMAGE } from './image-shapes.ts';

export const ARTIFACT_SERVICES_SHOWN = ['summarize', 'image', 'chat', 'job'] as const;

export const artifactsRead = defineOperation({
  name: 'artifacts.read',
  summary: { en: 'Read a file that a request has left', es: 'Lee un archivo que ha dejado una petición' },
  access: 'public',
  scope: 'any',
  effect: 'stream',
  input: z.strictObject({
    service: z.enum(ARTIFACT_SERVICES_SHOWN),
    key: z.string().min(1).max(512),
    /** Of an address that was signed; without them the file must be one of your own. */
    expires: z.int().nonnegative().optional(),
    signature: z.string().max(200).optional(),
  }),
  output: z.strictObject({ type: z.string(), bytes: z.int().nonnegative() }),
  events: {
    'artifacts.started': z.strictObject({ type: z.string(), bytes: z.int().nonnegative() }),
    /** Base64; joined in order they are the file. */
    'artifacts.bytes': z.strictObject({ data: z.string() }),
  },
  errors: ['not_found', 'link_refused'],
  examples: [
    {
      input: { service: 'image', key: EXAMPLE_IMAGE.keys['image'] ?? '' },
      output: { type: 'image/png', bytes: 48_211 },
    },
  ],
});
