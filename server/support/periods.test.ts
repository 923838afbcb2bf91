import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DayCounter, isTimeZone, periodAfter, periodAt } from './periods.ts';

const SANTIAGO = 'America/Santiago';

test('a day begins at local midnight, and at one o’clock where the clocks go forward at midnight', () => {
  // On 6 September 2026 there is no 00:00 in Santiago: 23:59:59 (−04) is followed by 01:00 (−03).
  const day = periodAt(Date.parse('2026-09-06T12:00:00Z'), 'day', SANTIAGO);
  assert.equal(day.starts, '2026-09-06');
  assert.equal(new Date(day.from).toISOString(), '2026-09-06T04:00:00.000Z');
  assert.equal(new Date(day.until).toISOString(), '2026-09-07T03:00:00.000Z');
  assert.equal(day.until - day.from, 23 * 3_600_000);
});

test('an hour that comes twice belongs to one day, which has 25 hours', () => {
  // On 5 April 2026, 00:00 (−03) becomes 23:00 (−04) of the 4th.
  const first = periodAt(Date.parse('2026-04-05T02:30:00Z'), 'day', SANTIAGO);
  const again = periodAt(Date.parse('2026-04-05T03:30:00Z'), 'day', SANTIAGO);
  assert.deepEqual(again, first);
  assert.equal(first.starts, '2026-04-04');
  assert.equal(first.until - first.from, 25 * 3_600_000);
  const next = periodAfter(first, 'day', SANTIAGO);
  assert.equal(next.starts, '2026-04-05');
  assert.equal(next.from, first.until);
});

test('weeks begin on Monday, months on the first, across the change', () => {
  const at = Date.parse('2026-04-08T15:00:00Z');
  assert.equal(periodAt(at, 'week', SANTIAGO).starts, '2026-04-06');
  const month = periodAt(at, 'month', SANTIAGO);
  assert.equal(month.starts, '2026-04-01');
  assert.equal(new Date(month.from).toISOString(), '2026-04-01T03:00:00.000Z');
  assert.equal(new Date(month.until).toISOString(), '2026-05-01T04:00:00.000Z');
  assert.equal(periodAfter(month, 'month', SANTIAGO).starts, '2026-05-01');
});

test('every period begins where the one before it ends, for years', () => {
  for (const name of ['day', 'week', 'month'] as const) {
    let period = periodAt(Date.parse('2024-01-01T12:00:00Z'), name, SANTIAGO);
    for (let count = 0; count < 1_200; count += 1) {
      const next = periodAfter(period, name, SANTIAGO);
      assert.equal(next.from, period.until);
      assert.deepEqual(periodAt(next.from, name, SANTIAGO), next);
      assert.deepEqual(periodAt(next.from - 1, name, SANTIAGO), period);
      period = next;
    }
  }
});

test('days are counted from 1970, and names of zones are known', () => {
  const days = new DayCounter('UTC');
  assert.equal(days.dayOf(0), 0);
  assert.equal(days.dayOf(86_399_999), 0);
  assert.equal(days.dayOf(86_400_000), 1);
  assert.ok(isTimeZone(SANTIAGO));
  assert.ok(!isTimeZone('America/Nowhere'));
});
