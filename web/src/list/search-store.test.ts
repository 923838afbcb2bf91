import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ManualClock } from '../../../shared/clock.ts';
import type { Outcome, Params } from '../../../shared/client/message.ts';
import { SearchStore } from './search-store.ts';

it('asks once for what was typed, and takes the answer to the newest question only', async () => {
  const clock = new ManualClock(0);
  const answers = new Map<unknown, (outcome: Outcome) => void>();
  const store = new SearchStore(
    { ask: (_, params: Params) => new Promise((resolve) => answers.set(params['query'], resolve)) },
    clock,
  );
  const answer = async (query: string, title: string) => {
    const passage = [{ text: 'the ' }, { text: 'sea', hit: true }];
    const results = [{ conversation: 'a', title, passage }];
    answers.get(query)?.({ ok: true, result: { results, ...(title === 'old' && { isIncomplete: true }) } });
    await setImmediate();
  };
  store.look('s');
  store.look('se');
  clock.advance(300);
  store.look('sea');
  clock.advance(300);
  assert.deepEqual([...answers.keys()], ['se', 'sea']);
  await answer('sea', 'new');
  await answer('se', 'old');
  assert.equal(store.found.value?.[0]?.title, 'new');
  assert.deepEqual(store.found.value?.[0]?.passage[1], { text: 'sea', isHit: true });
  assert.equal(store.isIncomplete.value, false);
  store.look('again');
  clock.advance(300);
  await answer('again', 'old');
  assert.equal(store.isIncomplete.value, true, 'that texts were not looked at is said');
  store.look('');
  assert.equal(store.found.value, undefined);
});
