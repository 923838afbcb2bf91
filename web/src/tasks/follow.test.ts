import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Outcome, Params } from '../../../shared/client/message.ts';
import type { RequestListener } from '../../../shared/client/requests.ts';
import type { Asking } from '../connection/page-line.ts';
import { follow } from './follow.ts';

const failed = (reason: 'auth_expired' | 'cancelled'): Outcome => ({
  ok: false,
  failure: { reason, message: '', values: {} },
});
const DONE: Outcome = { ok: true, result: { id: 's1' } };

function open(isSignedIn = true) {
  const listeners: RequestListener[] = [];
  const asked: [string, Params][] = [];
  const line = {
    ask: async (method: string, params: Params) => {
      asked.push([method, params]);
      return isSignedIn ? DONE : failed('auth_expired');
    },
    request: (_: string, _params: Params, listener: RequestListener) => listeners.push(listener),
  } as unknown as Pick<Asking, 'ask' | 'request'>;
  const told: string[] = [];
  return {
    line,
    listeners,
    asked,
    told,
    following: follow(line, 'jobs.list', {}, (name) => told.push(name)),
  };
}

it('hands on what comes on the way, then the outcome', async () => {
  const { following, listeners, told } = open();
  listeners[0]?.event('jobs.changed', {});
  listeners[0]?.settled(DONE);
  assert.deepEqual(await following.outcome, DONE);
  assert.deepEqual(told, ['jobs.changed']);
});

it('stops the request by its id', async () => {
  const { following, listeners, asked } = open();
  following.stop();
  listeners[0]?.settled(failed('cancelled'));
  assert.deepEqual(await following.outcome, failed('cancelled'));
  assert.deepEqual(asked, [['chat.cancel', { requestId: 1 }]]);
});

it('is made once more after the access token was renewed, and not when nobody is signed in', async () => {
  const renewed = open();
  renewed.listeners[0]?.settled(failed('auth_expired'));
  while (renewed.listeners.length < 2) await new Promise((resolve) => setImmediate(resolve));
  renewed.listeners[1]?.settled(DONE);
  assert.deepEqual(await renewed.following.outcome, DONE);
  const out = open(false);
  out.listeners[0]?.settled(failed('auth_expired'));
  assert.deepEqual(await out.following.outcome, failed('auth_expired'));
  assert.equal(out.listeners.length, 1);
});

it('fails without a connection', async () => {
  const line = { request: () => undefined } as unknown as Pick<Asking, 'ask' | 'request'>;
  const { outcome } = follow(line, 'jobs.list', {}, () => {});
  const ended = await outcome;
  assert.equal(!ended.ok && ended.failure.reason, 'disconnected');
});
