import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Cursor } from './conversation-fields.ts';
import { JOB_OPERATION_LIMITS } from './job-shapes.ts';
import { EXAMPLE_DELIVERY, shownDelivery, WebhookDelivery } from './webhook-shapes.ts';

export const webhooksList = defineOperation({
  name: 'webhooks.list',
  summary: {
    en: 'List the webhooks of your jobs and what came of the last tries, newest job first',
    es: 'Lista los webhooks de tus trabajos y el resultado de los últimos intentos, primero lo nuevo',
  },
  access: 'user',
  scope: 'jobs',
  effect: 'read',
  input: z.strictObject({
    cursor: Cursor.optional(),
    limit: z.int().min(1).max(JOB_OPERATION_LIMITS.pageMax).default(JOB_OPERATION_LIMITS.pageDefault),
  }),
  output: z.strictObject({
    deliveries: z.array(WebhookDelivery),
    /** Absent on the last page. */
    nextCursor: Cursor.optional(),
  }),
  errors: ['cursor_unknown'],
  http: [{ method: 'GET', path: '/webhooks' }],
  text: {
    command: 'webhooks',
    args: ['cursor'],
    render: ({ deliveries, nextCursor }, locale) => {
      const lines = deliveries.map((delivery) => shownDelivery(delivery, locale));
      if (nextCursor !== undefined) lines.push(`${MORE[locale]}: /webhooks ${nextCursor}`);
      return lines.length === 0 ? NONE[locale] : lines.join('\n');
    },
  },
  examples: [{ input: {}, output: { deliveries: [EXAMPLE_DELIVERY] } }],
});

const NONE = { en: 'No webhooks.', es: 'No hay webhooks.' } as const;
const MORE = { en: 'More', es: 'Más' } as const;
