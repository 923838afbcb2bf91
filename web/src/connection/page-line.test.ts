import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Outcome, Params } from '../../../shared/client/message.ts';
import type { ResumableSession } from '../../../shared/client/resumable-session.ts';
import type { ConnectionEvents } from '../../../shared/client/session-contract.ts';
import { PageLine } from './page-line.ts';

const START = { loss: undefined, guestToken: undefined, conversation: undefined };
const EXPIRED: Outcome = { ok: false, failure: { reason: 'auth_expired', message: '', values: {} } };

function open(renew: () => Promise<boolean> = async () => false) {
  const told: string[] = [];
  const nothing = () => {};
  const events: ConnectionEvents = {
    stateChanged: nothing,
    sessionStarted: () => told.push('chat started'),
    sessionResumed: nothing,
    caughtUp: () => told.push('chat caught up'),
    notification: (method) => told.push(`chat ${method}`),
    response: nothing,
    persist: nothing,
  };
  const asked: [string, Params][] = [];
  const outcomes: Outcome[] = [];
  const line = new PageLine(renew);
  let shared = events;
  line.open((given) => {
    shared = given;
    const call = async (method: string, params: Params): Promise<Outcome> => {
      asked.push([method, params]);
      return outcomes.shift() ?? { ok: true, result: {} };
    };
    return { call } as unknown as ResumableSession;
  }, events);
  return { line, told, asked, outcomes, events: shared };
}

it('tells the chat first, then every part that listens, until it stops', () => {
  const { line, told, events } = open();
  const stop = line.subscribe({
    sessionStarted: () => told.push('list started'),
    sessionResumed: () => told.push('list resumed'),
    notification: (method) => told.push(`list ${method}`),
  });
  events.sessionStarted(START);
  events.notification('conversation.changed', {});
  events.caughtUp([]);
  stop();
  events.sessionStarted(START);
  assert.deepEqual(told, [
    'chat started',
    'list started',
    'chat conversation.changed',
    'list conversation.changed',
    'chat caught up',
    'list resumed',
    'chat started',
  ]);
});

it('asks again once after the token was renewed, and not when nobody is signed in', async () => {
  const renewing = open(async () => true);
  renewing.outcomes.push(EXPIRED);
  assert.equal((await renewing.line.ask('conversations.list', {})).ok, true);
  assert.equal(renewing.asked.length, 2);
  renewing.outcomes.push(EXPIRED, EXPIRED);
  assert.equal((await renewing.line.ask('conversations.list', {})).ok, false);
  assert.equal(renewing.asked.length, 4);
  const guest = open();
  guest.outcomes.push(EXPIRED);
  assert.equal((await guest.line.ask('conversations.list', {})).ok, false);
  assert.equal(guest.asked.length, 1);
});

it('hands a new token to a session that is ready, and to no other', async () => {
  const { line, asked, events } = open();
  await line.authenticate('t1');
  assert.deepEqual(asked, []);
  events.stateChanged({ name: 'ready', resumed: false, draining: false });
  await line.authenticate('t2');
  assert.deepEqual(asked, [['session.authenticate', { key: 't2' }]]);
});

it('says that there is no connection before there is one', async () => {
  const outcome = await new PageLine(async () => false).ask('server.ping', {});
  assert.equal(!outcome.ok && outcome.failure.reason, 'disconnected');
});
