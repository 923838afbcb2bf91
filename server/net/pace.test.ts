import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { Pace } from './pace.ts';

const LIMITS = {
  commandsPerSecond: 10,
  commandsBurst: 20,
  floodSecondsMax: 30,
  inputBytesPerSecond: 100,
  inputBytesBurst: 100,
  addressInputBytesPerSecond: 1_000,
  addressInputBytesBurst: 1_000,
  workMsPerSecond: 100,
  workMsBurst: 100,
};

/** How long a connection that has read so much takes no more lines. */
function pausedMs(bytes: number, changed: (pace: Pace) => void = () => {}): number {
  const clock = new ManualClock();
  const paid: number[] = [];
  const pace = new Pace(clock, LIMITS, () => paid.push(clock.monotonic()));
  changed(pace);
  pace.received(bytes);
  if (!pace.owes()) return 0;
  assert.equal(pace.owesForInput, true);
  clock.advance(1_000_000);
  return paid[0] ?? Number.NaN;
}

test('[P-13] a connection pays for bytes at its own rate, with a key at that of an address', () => {
  assert.equal(pausedMs(100), 0);
  assert.equal(pausedMs(600), 5_000);
  const authenticated = (pace: Pace) => pace.authenticated();
  assert.equal(pausedMs(1_000, authenticated), 0);
  assert.equal(pausedMs(6_000, authenticated), 5_000);
  assert.equal(
    pausedMs(1_000_000, (pace) => pace.exempt()),
    0,
    'the gateway pays by request',
  );
});
