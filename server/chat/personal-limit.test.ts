import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PersonalLimit } from './personal-limit.ts';

test('each person has so many at once, whatever the others do', () => {
  const limit = new PersonalLimit(2);
  const leave = limit.enter('a');
  limit.enter('a');
  assert.throws(() => limit.enter('a'), { key: 'too_many_pending', values: { max: 2 } });
  limit.enter('b');
  leave();
  limit.enter('a');
  assert.throws(() => limit.enter('a'), { key: 'too_many_pending' });
});
