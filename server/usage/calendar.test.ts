import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Calendar, QUARTER_MS, quarterOf, type Period } from './calendar.ts';
import { periodsOf, questionPeriod } from './question-period.ts';
import { spansOf } from './usage-spans.ts';

const at = (text: string) => quarterOf(Date.parse(text));
const shown = ({ start, end }: Period) =>
  [start, end].map((each) => new Date(each * QUARTER_MS).toISOString());

test('days begin where people say they do', () => {
  const kolkata = new Calendar('Asia/Kolkata');
  assert.deepEqual(shown(kolkata.dayOf(at('2026-03-10T20:00:00Z'))), [
    '2026-03-10T18:30:00.000Z',
    '2026-03-11T18:30:00.000Z',
  ]);
  assert.deepEqual(shown(kolkata.monthOf(at('2026-02-28T18:30:00Z'))), [
    '2026-02-28T18:30:00.000Z',
    '2026-03-31T18:30:00.000Z',
  ]);
  const utc = new Calendar('UTC');
  assert.deepEqual(shown(utc.dayOf(at('2026-03-10T20:00:00Z'))), [
    '2026-03-10T00:00:00.000Z',
    '2026-03-11T00:00:00.000Z',
  ]);
});

test('where the clock changes, a day has 23 or 25 hours, and one begins at one o’clock', () => {
  const santiago = new Calendar('America/Santiago');
  // On 6 September 2026 midnight is skipped: the day begins at 01:00, which is 04:00 in UTC.
  const spring = santiago.dayOf(at('2026-09-06T12:00:00Z'));
  assert.deepEqual(shown(spring), ['2026-09-06T04:00:00.000Z', '2026-09-07T03:00:00.000Z']);
  assert.equal(santiago.dayOf(spring.start - 1).end, spring.start);
  // On 4 April 2026 the last hour comes twice.
  const autumn = santiago.dayOf(at('2026-04-04T12:00:00Z'));
  assert.equal((autumn.end - autumn.start) / 4, 25);
  const year = questionPeriod({ from: '2026-01-01', to: '2026-12-31' }, santiago, {
    nowMs: 0,
    daysDefault: 1,
  });
  assert.ok(year);
  const days = periodsOf(year, 'day', santiago);
  assert.equal(days.length, 365);
  assert.ok(days.every(({ start }, day) => day === 0 || start === days[day - 1]?.end));
  assert.equal(periodsOf(year, 'month', santiago).length, 12);
  assert.equal(periodsOf(spring, 'hour', santiago).length, 23);
  assert.throws(() => new Calendar('Nowhere/Never'), RangeError);
});

test('a question is answered from whole months and days, and from quarters around them', () => {
  const utc = new Calendar('UTC');
  const wanted = {
    start: at('2026-01-30T12:00:00Z'),
    end: at('2026-04-02T06:00:00Z'),
    coarsest: 'month',
  } as const;
  const now = at('2026-04-02T06:00:00Z');
  const folded = { everything: false, days: new Set<number>(), months: new Set<number>() };
  const grains = (unfolded: typeof folded, coarsest: 'quarter' | 'day' | 'month' = 'month') =>
    spansOf({ ...wanted, coarsest, now }, utc, unfolded).map(({ grain, start, end }) => [grain, end - start]);
  const day = 96;
  assert.deepEqual(grains(folded), [
    ['quarter', day / 2],
    ['day', day],
    ['month', 59 * day],
    ['day', day],
    ['quarter', day / 4],
  ]);
  assert.deepEqual(grains(folded, 'day'), [
    ['quarter', day / 2],
    ['day', 61 * day],
    ['quarter', day / 4],
  ]);
  assert.deepEqual(grains({ ...folded, everything: true }), [['quarter', wanted.end - wanted.start]]);
  const late = at('2026-02-10T00:00:00Z');
  const changed = { ...folded, days: new Set([late]), months: new Set([at('2026-02-01T00:00:00Z')]) };
  assert.deepEqual(grains(changed), [
    ['quarter', day / 2],
    ['day', 10 * day],
    ['quarter', day],
    ['day', 18 * day],
    ['month', 31 * day],
    ['day', day],
    ['quarter', day / 4],
  ]);
  // The month under way is not folded yet.
  const early = spansOf({ ...wanted, now: at('2026-03-31T23:45:00Z') }, utc, folded).map(
    ({ grain }) => grain,
  );
  assert.deepEqual(early, ['quarter', 'day', 'month', 'day', 'quarter']);
});
