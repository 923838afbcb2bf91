/** What becomes of a webhook after a try. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job } from '../jobs/job.ts';
import { WEBHOOK_LIMITS } from './limits.ts';
import { afterTry, type Outcome } from './webhook-tries.ts';
import type { Webhook } from './webhook-rows.ts';

const ENDED = 1_000_000;
const FRESH: Webhook = {
  job: { endedAt: ENDED } as Job,
  url: 'https://example.org/',
  status: undefined,
  next: ENDED,
  attempts: 0,
  tries: [],
};

function after(outcome: Omit<Outcome, 'at' | 'ms'>, more: Partial<Webhook> = {}, random = 0) {
  return afterTry({ ...FRESH, ...more }, { at: ENDED, ms: 0, ...outcome }, random);
}

test('any 2xx is the end', () => {
  for (const status of [200, 202, 204, 299]) assert.equal(after({ status }).status, 'delivered');
});

test('410, and an address that the settings do not allow, are the end too', () => {
  assert.deepEqual([after({ status: 410 }).status, after({ status: 410 }).next], ['failed', undefined]);
  for (const fault of ['url', 'port'] as const) assert.equal(after({ fault }).status, 'failed');
});

test('anything else is tried again, each time later, and not for ever', () => {
  let webhook: Webhook = FRESH;
  let at = ENDED;
  const delays: number[] = [];
  for (;;) {
    const next = afterTry(webhook, { at, ms: 0, status: 500 }, 0);
    webhook = { ...webhook, ...next };
    if (next.next === undefined) break;
    delays.push(next.next - at);
    at = next.next;
  }
  assert.deepEqual(delays, WEBHOOK_LIMITS.delaysMs);
  assert.equal(webhook.status, 'failed');
  assert.equal(webhook.attempts, WEBHOOK_LIMITS.delaysMs.length + 1);
  assert.ok(at - ENDED <= WEBHOOK_LIMITS.windowMs);
});

test('delays have jitter, and what failed without a response keeps the reason', () => {
  const [first] = WEBHOOK_LIMITS.delaysMs;
  const { next, tries } = after({ fault: 'timeout' }, {}, 0.5);
  assert.equal(next, ENDED + first * (1 + WEBHOOK_LIMITS.jitter / 2));
  assert.deepEqual(tries, [{ at: ENDED, ms: 0, fault: 'timeout' }]);
});

test('Retry-After in seconds and as a date makes a delay longer, up to a limit, and never shorter', () => {
  const [first] = WEBHOOK_LIMITS.delaysMs;
  const delay = (retryAfter: string) => (after({ status: 503, retryAfter }).next ?? 0) - ENDED;
  assert.equal(delay('120'), 120_000);
  assert.equal(delay(new Date(ENDED + 60_000).toUTCString()), 60_000);
  assert.equal(delay('1'), first);
  assert.equal(delay('-5'), first);
  assert.equal(delay('soon'), first);
  assert.equal(delay('999999999'), WEBHOOK_LIMITS.retryAfterMaxMs);
});

test('nothing is tried after the window, and only the last outcomes are kept', () => {
  const late = afterTry(FRESH, { at: ENDED + WEBHOOK_LIMITS.windowMs, ms: 0, status: 500 }, 0);
  assert.equal(late.status, 'failed');
  const tries = Array.from({ length: 30 }, (_, number) => ({ at: number, ms: 1, status: 500 }));
  assert.equal(after({ status: 500 }, { tries }).tries.length, WEBHOOK_LIMITS.triesKept);
});
