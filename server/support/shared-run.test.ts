import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedRun } from './shared-run.ts';

/** Runs that the test ends. */
function controlled() {
  const runs: PromiseWithResolvers<void>[] = [];
  const shared = new SharedRun(() => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  });
  return { runs, shared };
}

/** After this, everything that waits for nothing has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('all who ask before a run begins share it', async () => {
  const { runs, shared } = controlled();
  const asked = [shared.ask(), shared.ask()];
  await settled();
  assert.equal(runs.length, 1);
  runs[0]?.resolve();
  await Promise.all(asked);
});

test('whoever asks while it runs shares the next one, which waits for it', async () => {
  const { runs, shared } = controlled();
  const first = shared.ask();
  await settled();
  const later = [shared.ask(), shared.ask()];
  await settled();
  assert.equal(runs.length, 1);
  runs[0]?.resolve();
  await first;
  await settled();
  assert.equal(runs.length, 2);
  runs[1]?.resolve();
  await Promise.all(later);
});

test('a run that fails fails for those who share it, and the next one runs', async () => {
  const { runs, shared } = controlled();
  const asked = [shared.ask(), shared.ask()];
  await settled();
  const later = shared.ask();
  runs[0]?.reject(new Error('full'));
  for (const one of asked) await assert.rejects(one, /full/);
  await settled();
  runs[1]?.resolve();
  await later;
  assert.equal(runs.length, 2);
});
