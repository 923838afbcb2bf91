import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, csvOf, daysLeft, inputOf, questionOf } from './question.ts';

const at = (search: string) => new URL(`https://hilo.test/app/usage${search}`);

test('the address says what is shown, and nothing that does not fit', () => {
  assert.deepEqual(questionOf(at('')), { period: '30d', bucket: 'day', user: 'me' });
  const chosen = { period: '7d', bucket: 'hour', user: 'ana@example.org' } as const;
  const address = addressOf(chosen, at('?user=all'));
  assert.deepEqual(questionOf(new URL(address)), chosen);
  assert.deepEqual(questionOf(at('?period=365d&bucket=hour&user=')), {
    period: '365d',
    bucket: 'month',
    user: 'me',
  });
  assert.equal(addressOf({ ...chosen, user: 'me' }, new URL(address)).includes('user'), false);
});

test('a period has as many days as it says, today among them', () => {
  const now = Date.parse('2026-11-30T12:00:00Z');
  assert.deepEqual(inputOf({ period: '1d', bucket: 'hour', user: 'me' }, now), { from: '2026-11-30' });
  assert.deepEqual(inputOf({ period: '7d', bucket: 'day', user: 'all' }, now), {
    from: '2026-11-24',
    user: 'all',
  });
});

test('the balance lasts as long as the pace says', () => {
  assert.equal(daysLeft(100, 50, 10), 20);
  assert.equal(daysLeft(100, 0, 10), undefined);
});

test('cells are quoted, and none is a formula', () => {
  const rows = [
    ['model', 'credits'],
    ['a,"b"', 3],
    ['=1+1', null],
  ] as const;
  assert.equal(csvOf(rows), `model,credits\r\n"a,""b""",3\r\n'=1+1,\r\n`);
});
