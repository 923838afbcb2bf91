import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import { Cursor } from './conversation-fields.ts';
import { EXAMPLE_DOCUMENT, UsageDocument } from './usage-document.ts';
import { EXAMPLE_PERIOD, USAGE_LIMITS, USAGE_PERIOD, USAGE_QUESTION } from './usage-shapes.ts';

export const usageEvents = defineOperation({
  name: 'usage.events',
  summary: { en: 'List single requests, newest first', es: 'Lista peticiones una a una, primero las nuevas' },
  access: 'anonymous',
  scope: 'usage',
  effect: 'read',
  input: z.strictObject({
    ...USAGE_QUESTION,
    service: z.string().max(200).optional(),
    model: z.string().max(200).optional(),
    /** `answered`, `cancelled`, or the key of an error. */
    outcome: z.string().max(100).optional(),
    cursor: Cursor.optional(),
    limit: z.int().min(1).max(USAGE_LIMITS.eventsMax).default(50),
  }),
  output: z.strictObject({
    ...USAGE_PERIOD,
    events: z.array(UsageDocument),
    /** Absent on the last page. */
    nextCursor: Cursor.optional(),
  }),
  errors: ['forbidden', 'not_found', 'cursor_unknown'],
  http: [{ method: 'GET', path: '/usage/events' }],
  examples: [{ input: {}, output: { ...EXAMPLE_PERIOD, events: [EXAMPLE_DOCUMENT] } }],
});
