/** What becomes of a webhook after a try. */
import type { WebhookFault } from '../../shared/operations/webhook-shapes.ts';
import type { Try, Webhook } from './webhook-rows.ts';
import { WEBHOOK_LIMITS } from './limits.ts';

export interface Outcome {
  readonly at: number;
  readonly ms: number;
  readonly status?: number;
  readonly fault?: WebhookFault;
  readonly retryAfter?: string | undefined;
}

/** These do not get better: the settings do not allow the address. */
const FINAL_FAULTS: readonly (WebhookFault | undefined)[] = ['url', 'port'];
/** The receiver wants nothing more. */
const GONE = 410;

export function isTaken({ status = 0 }: Pick<Outcome, 'status'>): boolean {
  return status >= 200 && status < 300;
}

/** `random` is uniform in [0, 1). */
export function afterTry(
  { job, attempts: before, tries }: Webhook,
  outcome: Outcome,
  random: number,
): Omit<Webhook, 'job' | 'url'> {
  const attempts = before + 1;
  const { at, ms, status, fault } = outcome;
  const tried: Try = { at, ms, ...(status !== undefined && { status }), ...(fault && { fault }) };
  const kept = { attempts, tries: [...tries, tried].slice(-WEBHOOK_LIMITS.triesKept) };
  if (isTaken(outcome)) return { ...kept, status: 'delivered', next: undefined };
  const isFinal = status === GONE || FINAL_FAULTS.includes(fault);
  const delay = WEBHOOK_LIMITS.delaysMs[attempts - 1];
  if (isFinal || delay === undefined) return { ...kept, status: 'failed', next: undefined };
  const asked = retryAfterMs(outcome.retryAfter, at);
  const next = at + ms + Math.max(asked, Math.round(delay * (1 + random * WEBHOOK_LIMITS.jitter)));
  if (isTooLate(job.endedAt, next)) return { ...kept, status: 'failed', next: undefined };
  return { ...kept, status: undefined, next };
}

export function isTooLate(endedAt: number | undefined, at: number): boolean {
  return at > (endedAt ?? 0) + WEBHOOK_LIMITS.windowMs;
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfterMs(text: string | undefined, now: number): number {
  if (text === undefined) return 0;
  const isDate = /^[A-Za-z]{3},/.test(text);
  const ms = isDate ? Date.parse(text) - now : /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : 0;
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), WEBHOOK_LIMITS.retryAfterMaxMs);
}
