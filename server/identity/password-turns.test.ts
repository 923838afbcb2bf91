import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HiloError } from '../../shared/errors.ts';
import { PASSWORD_TURN_LIMITS, PasswordTurns, type PasswordTurn } from './password-turns.ts';

/** Runs end when the test says so. */
function setUp() {
  const turns = new PasswordTurns();
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const refused: string[] = [];
  const ask = (name: string, turn: PasswordTurn) => {
    const work = () =>
      new Promise<void>((resolve) => {
        started.push(name);
        ends.push(resolve);
      });
    return turns.run(turn, work).catch((thrown: unknown) => {
      assert.ok(thrown instanceof HiloError);
      refused.push(`${name} ${thrown.key}`);
    });
  };
  /** The oldest run ends, and what follows from that has happened. */
  const end = async () => {
    ends.shift()?.();
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return { ask, end, started, refused };
}

const settled = async () => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

test('addresses take turns, and one runs at a time', async () => {
  const { ask, end, started } = setUp();
  for (const name of ['a1', 'a2', 'a3']) void ask(name, { address: '192.0.2.1' });
  void ask('b1', { address: '192.0.2.2' });
  void ask('c1', { address: '2001:db8::1' });
  void ask('c2', { address: '2001:db8::2' });
  await settled();
  assert.deepEqual(started, ['a1']);
  for (let runs = 0; runs < 6; runs += 1) await end();
  // Both addresses of one network are one place.
  assert.deepEqual(started, ['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
});

test('a device that is known waits for none of the others', async () => {
  const { ask, end, started } = setUp();
  for (let guess = 0; guess < 200; guess += 1) void ask(`guess ${guess}`, { address: `192.0.2.${guess}` });
  await settled();
  void ask('known', { address: '192.0.2.1', knownUser: 'ada' });
  await settled();
  assert.deepEqual(started, ['guess 0', 'known']);
  await end();
  await end();
});

test('when all places are taken, whoever has most of them gives one to a newcomer', async () => {
  const { ask, started, refused } = setUp();
  const { waitingMax, waitingOfOneMax } = PASSWORD_TURN_LIMITS;
  void ask('runs', { address: '192.0.2.250' });
  await settled();
  for (let place = 0; place < waitingMax / waitingOfOneMax; place += 1) {
    for (let each = 0; each < waitingOfOneMax; each += 1)
      void ask(`${place}`, { address: `192.0.2.${place}` });
  }
  await settled();
  void ask('newcomer', { address: '192.0.2.251' });
  void ask('greedy', { address: '192.0.2.2' });
  await settled();
  assert.deepEqual(refused.sort(), ['0 queue_full', 'greedy queue_full']);
  assert.deepEqual(started, ['runs']);
});

test('a request that ends before its turn gives up its place', async () => {
  const { ask, end, started, refused } = setUp();
  void ask('runs', { address: '192.0.2.1' });
  const abort = new AbortController();
  void ask('gone', { address: '192.0.2.2', signal: abort.signal });
  void ask('next', { address: '192.0.2.3' });
  await settled();
  abort.abort();
  await end();
  assert.deepEqual(started, ['runs', 'next']);
  assert.deepEqual(refused, ['gone cancelled']);
});
