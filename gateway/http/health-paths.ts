/** What tools ask about the gateway itself, for the description of the API. */
import { errorResponse, type DescribedPaths } from './openapi.ts';

const TEXT = { 'text/plain': { schema: { type: 'string' } } } as const;

function describe(operationId: string, summary: string, es: string, more: object = {}) {
  return {
    get: {
      operationId,
      summary,
      'x-summary-es': es,
      'x-access': 'public',
      tags: ['health'],
      security: [],
      responses: {
        '200': { description: 'So it is', content: TEXT },
        '429': { description: 'Too many connections', content: TEXT },
        ...more,
      },
    },
  };
}

const NOT_READY = { '503': { description: 'Not now', content: TEXT } };

export const HEALTH_PATHS: DescribedPaths = {
  '/health': describe('health', 'Whether the gateway runs', 'Si la pasarela funciona'),
  '/healthz': describe('healthz', 'Whether the gateway runs', 'Si la pasarela funciona'),
  '/readyz': describe(
    'readyz',
    'Whether a message would be accepted now',
    'Si ahora se aceptaría un mensaje',
    NOT_READY,
  ),
  '/metrics': describe(
    'metrics',
    'Counts of the gateway, in the format of Prometheus',
    'Contadores de la pasarela, en el formato de Prometheus',
  ),
  '/openapi.json': {
    get: {
      operationId: 'openapi',
      summary: 'This description',
      'x-summary-es': 'Esta descripción',
      'x-access': 'public',
      tags: ['health'],
      security: [],
      responses: {
        '200': {
          description: 'OpenAPI 3.1',
          content: { 'application/json': { schema: { type: 'object' } } },
        },
        '429': errorResponse('Too many connections'),
      },
    },
  },
};
