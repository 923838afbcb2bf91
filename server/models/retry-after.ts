/** How long an answer with a 429 or 503 asks its client to wait. */

const MILLISECONDS = 1000;

export interface RetryAfterHeaders {
  readonly 'retry-after'?: string | string[] | undefined;
  /** Not in any standard, sent by OpenAI and Azure: finer, so it comes first. */
  readonly 'retry-after-ms'?: string | string[] | undefined;
}

/**
 * Milliseconds from `nowMs` (wall time) until a retry is welcome, from `retry-after-ms`, or `Retry-After` in
 * seconds or as a date (RFC 9110 §10.2.3). A date in the past is 0; what cannot be read is `undefined`.
 */
export function retryAfterMs(headers: RetryAfterHeaders, nowMs: number): number | undefined {
  const fine = decimal(first(headers['retry-after-ms']));
  if (fine !== undefined) return Math.ceil(fine);
  const plain = first(headers['retry-after']);
  const seconds = decimal(plain);
  if (seconds !== undefined) return Math.ceil(seconds * MILLISECONDS);
  // A date has letters: without them Date.parse would read "-5" as a year.
  if (plain === undefined || !/[a-z]/iu.test(plain)) return undefined;
  const dateMs = Date.parse(plain);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** Seconds are whole in the standard; some servers send fractions. */
function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,12}(?:\.\d+)?\s*$/u.test(text) ? Number(text) : undefined;
}
