/** How somebody is told of the end of a job by a request to an address of theirs. */
import { z } from 'zod';
import type { Locale } from '../locale.ts';
import { safeLine } from '../text-safety.ts';
import { RowId, Time } from './common.ts';

/** `https://…`; it is checked when the job is submitted, and again at every try. */
export const WebhookUrl = z.string().min(1).max(2_048);

/** Why a try has failed without a response. */
export const WEBHOOK_FAULTS = [
  'url',
  'port',
  'address',
  'unreachable',
  'timeout',
  'redirects',
  'protocol',
] as const;

export const WebhookDelivery = z.strictObject({
  job: RowId,
  /** The header `webhook-id`, the same at every try. */
  id: z.string(),
  url: z.string(),
  /** `waiting`: the job is not over; `due`: it is, and its end is told or will be tried again. */
  status: z.enum(['waiting', 'due', 'delivered', 'failed']),
  attempts: z.int().nonnegative(),
  nextAt: Time.optional(),
  /** The last ones, oldest first. */
  tries: z.array(
    z.strictObject({
      at: Time,
      ms: z.int().nonnegative(),
      /** Of the response. */
      status: z.int().optional(),
      fault: z.enum(WEBHOOK_FAULTS).optional(),
    }),
  ),
});

export type WebhookFault = (typeof WEBHOOK_FAULTS)[number];
export type WebhookDelivery = z.output<typeof WebhookDelivery>;

export const EXAMPLE_DELIVERY: WebhookDelivery = {
  job: '0193a5c1-6f7a-7e3b-9c40-5d2f8a1b7c61',
  id: 'msg_0193a5c1-6f7a-7e3b-9c40-5d2f8a1b7c61',
  url: 'https://example.org/hooks/hilo',
  status: 'delivered',
  attempts: 1,
  tries: [{ at: '2026-11-30T09:20:05.204Z', ms: 84, status: 204 }],
};

/** `delivered  https://example.org/hooks/hilo  0193a5c1-…  204` */
export function shownDelivery({ status, url, job, tries }: WebhookDelivery, locale: Locale): string {
  const last = tries.at(-1);
  const outcome = last && String(last.status ?? last.fault ?? '');
  return [STATUS[status][locale], safeLine(url), job, outcome].filter(Boolean).join('  ');
}

const STATUS = {
  waiting: { en: 'waiting', es: 'en espera' },
  due: { en: 'due', es: 'pendiente' },
  delivered: { en: 'delivered', es: 'entregado' },
  failed: { en: 'failed', es: 'fallido' },
} as const;
