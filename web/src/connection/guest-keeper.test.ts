import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ConnectionEvents } from '../../../shared/client/session-contract.ts';
import { guestKeeper } from './guest-keeper.ts';

const START = { loss: undefined, conversation: undefined };

function memoryValues() {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
}

function eventsThat(sessionStarted: ConnectionEvents['sessionStarted']): ConnectionEvents {
  const nothing = () => {};
  return {
    stateChanged: nothing,
    sessionStarted,
    sessionResumed: nothing,
    caughtUp: nothing,
    notification: nothing,
    response: nothing,
    persist: nothing,
  };
}

it('keeps the token before the session is used, for every later page', () => {
  const values = memoryValues();
  const guest = guestKeeper(values);
  assert.deepEqual(guest.known(), {});
  const seen: unknown[] = [];
  const events = guest.keeping(eventsThat(() => seen.push(guestKeeper(values).known())));
  events.sessionStarted({ ...START, guestToken: 'g1' });
  events.sessionStarted({ ...START, guestToken: undefined });
  assert.deepEqual(seen, [{ guestToken: 'g1' }, { guestToken: 'g1' }]);
});

it('remembers the token without room for it, as long as the page is open', () => {
  const full = () => {
    throw new Error('QuotaExceededError');
  };
  const guest = guestKeeper({ ...memoryValues(), setItem: full });
  const events = guest.keeping(eventsThat(() => {}));
  events.sessionStarted({ ...START, guestToken: 'g1' });
  assert.deepEqual(guest.known(), { guestToken: 'g1' });
});
