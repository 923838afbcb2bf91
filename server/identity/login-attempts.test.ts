/** How often a password may be guessed, and by whom it cannot be locked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { ATTEMPT_LIMITS, LoginAttempts, type Attempt } from './login-attempts.ts';

const HOME = '198.51.100.1';
const DEVICE = 'home Firefox';

function open(isExempt = false) {
  const clock = new ManualClock(1_000);
  const attempts = new LoginAttempts({ clock, isExempt: () => isExempt });
  const guess = (changes: Partial<Attempt> = {}, isRight = false) => {
    const attempt = { email: 'ana@example.org', address: '192.0.2.1', device: undefined, ...changes };
    return attempts.run(attempt, () => Promise.resolve(isRight));
  };
  /** Resolves with how long it took, in milliseconds of the clock. */
  const timed = async (changes: Partial<Attempt>): Promise<number> => {
    const state = { isDone: false };
    const startMs = clock.now();
    const run = guess(changes).finally(() => (state.isDone = true));
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    for (let step = 0; step < 200 && !state.isDone; step += 1) {
      clock.advance(100);
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    }
    await run;
    return clock.now() - startMs;
  };
  return { clock, attempts, guess, timed };
}

async function times(count: number, run: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index += 1) await run(index);
}

test('an account is blocked for an address after a few failures, until they are old', async () => {
  const { clock, guess } = open();
  await times(ATTEMPT_LIMITS.perAccountAndAddress, () => guess());
  await assert.rejects(guess({}, true), { key: 'login_blocked', retryAfterMs: ATTEMPT_LIMITS.windowMs });
  assert.equal(await guess({ address: HOME }, true), true, 'from elsewhere it is open');
  assert.equal(await guess({ email: 'eva@example.org' }, true), true, 'and so are other accounts');
  clock.advance(ATTEMPT_LIMITS.windowMs);
  assert.equal(await guess({}, true), true);
});

test('right passwords, and checks that failed, count for nothing', async () => {
  const { attempts, guess } = open();
  const broken = { email: 'ana@example.org', address: '192.0.2.1', device: undefined };
  await times(40, () => guess({}, true));
  await times(40, () => assert.rejects(attempts.run(broken, () => Promise.reject(new Error('full')))));
  assert.equal(await guess({}, true), true);
});

test('guesses at the same moment count, each of them', async () => {
  const { attempts } = open();
  const attempt = { email: 'ana@example.org', address: '192.0.2.1', device: undefined };
  let looked = 0;
  const runs = Array.from({ length: 100 }, () =>
    attempts.run(attempt, async () => {
      looked += 1;
      await Promise.resolve();
      return false;
    }),
  );
  await Promise.allSettled(runs);
  assert.equal(looked, ATTEMPT_LIMITS.perAccountAndAddress);
});

test('an address is blocked, whatever the accounts, as a whole /64 in IPv6', async () => {
  const { guess } = open();
  const email = (index: number) => `person${index}@example.org`;
  await times(ATTEMPT_LIMITS.perAddress, (index) =>
    guess({ email: email(index), address: `2001:db8::${index.toString(16)}` }),
  );
  await assert.rejects(guess({ email: 'new@example.org', address: '2001:db8::ffff' }, true), {
    key: 'login_blocked',
  });
  assert.equal(await guess({ email: 'new@example.org', address: '2001:db8:0:1::1' }, true), true);
});

test('an exempt address has no limit of its own, but that of an account remains', async () => {
  const { guess } = open(true);
  await times(ATTEMPT_LIMITS.perAddress + 1, (index) => guess({ email: `person${index}@example.org` }));
  await times(ATTEMPT_LIMITS.perAccountAndAddress, () => guess());
  await assert.rejects(guess({}, true), { key: 'login_blocked' });
});

test('failures from many addresses delay, a little more each time, and never lock', async () => {
  const { timed } = open();
  const delays: number[] = [];
  await times(ATTEMPT_LIMITS.perAccountFree + 60, async (index) => {
    delays.push(await timed({ address: `203.0.113.${index}` }));
  });
  assert.deepEqual(delays.slice(0, ATTEMPT_LIMITS.perAccountFree), Array(20).fill(0));
  assert.deepEqual(delays.slice(20, 23), [100, 200, 300]);
  assert.equal(Math.max(...delays), ATTEMPT_LIMITS.delayMaxMs);
});

test('a device that the account knows is neither delayed nor blocked by what others do', async () => {
  const { guess, timed } = open();
  await times(60, (index) => timed({ address: `203.0.113.${index}` }));
  await times(ATTEMPT_LIMITS.perAccountAndAddress, () => timed({ address: HOME }));
  await assert.rejects(guess({ address: HOME }, true), { key: 'login_blocked' }, 'a stranger at home');
  assert.equal(await timed({ address: HOME, device: DEVICE }), 0);
  assert.equal(await guess({ address: HOME, device: DEVICE }, true), true);
});

test('what claims to be a known device may not guess for ever', async () => {
  const { guess } = open();
  await times(ATTEMPT_LIMITS.perKnownDevice, () => guess({ device: DEVICE }));
  await assert.rejects(guess({ device: DEVICE }, true), { key: 'login_blocked' });
});

test('accounts that one address may make are bounded', () => {
  const { attempts, clock } = open();
  for (let count = 0; count < ATTEMPT_LIMITS.signUpsPerAddress; count += 1) attempts.signUp(HOME);
  assert.throws(() => attempts.signUp(HOME), { key: 'login_blocked' });
  attempts.signUp('192.0.2.1');
  clock.advance(ATTEMPT_LIMITS.windowMs);
  attempts.signUp(HOME);
});
