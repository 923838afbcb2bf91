import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../../shared/clock.ts';
import { bothDialects, newPlace } from '../store/store.fixture.ts';
import { StoreError } from '../store/store-error.ts';
import type { Store } from '../store/store.ts';
import { AddressAllowances } from './address-allowances.ts';

const SEED = 20_261_124;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Half past some hour. */
const START_MS = 480_000 * HOUR_MS + 30 * MINUTE_MS;
const onBoth = bothDialects();

function allowancesIn(store: Store, clock: ManualClock, key = 'k') {
  const isExempt = (address: string) => address === '127.0.0.1';
  const amounts = { guests: 100, signups: 30 };
  return new AddressAllowances({ store, clock, key, amounts, isExempt });
}

async function rowsOf({ db }: Store) {
  return db.selectFrom('allowances').selectAll().execute();
}

onBoth('an address gets its allowance in a day and not more, also after restarts', async (place) => {
  const clock = new ManualClock(START_MS);
  const first = await place.open();
  const before = allowancesIn(first, clock);
  assert.equal(await before.take('guests', '192.0.2.1', 60), 60);
  await first.close();
  const after = allowancesIn(await place.open(), clock);
  assert.equal(await after.take('guests', '192.0.2.1', 60), 40);
  assert.equal(await after.take('guests', '192.0.2.1', 1), 0);
  assert.equal(await after.take('guests', '192.0.2.2', 60), 60, 'another address has its own');
  assert.equal(await after.take('signups', '192.0.2.1', 60), 30, 'another allowance is separate');
});

onBoth('an hour counts until a day has passed since its end', async (place) => {
  const clock = new ManualClock(START_MS);
  const allowances = allowancesIn(await place.open(), clock);
  assert.equal(await allowances.waitMs('guests', '192.0.2.1', 100), 0);
  await allowances.take('guests', '192.0.2.1', 70);
  clock.advance(2 * HOUR_MS);
  await allowances.take('guests', '192.0.2.1', 30);
  const firstHourMs = DAY_MS - 2 * HOUR_MS + 30 * MINUTE_MS;
  assert.equal(await allowances.waitMs('guests', '192.0.2.1', 1), firstHourMs);
  assert.equal(await allowances.waitMs('guests', '192.0.2.1', 70), firstHourMs);
  assert.equal(await allowances.waitMs('guests', '192.0.2.1', 71), firstHourMs + 2 * HOUR_MS);
  assert.equal(await allowances.waitMs('guests', '192.0.2.1', 101), undefined);
  clock.advance(firstHourMs - 1);
  assert.equal(await allowances.take('guests', '192.0.2.1', 100), 0);
  clock.advance(1);
  assert.equal(await allowances.waitMs('guests', '192.0.2.1', 70), 0);
  assert.equal(await allowances.take('guests', '192.0.2.1', 100), 70);
});

onBoth('of many at once all together get the allowance exactly', async (place) => {
  const allowances = allowancesIn(await place.open(), new ManualClock(START_MS));
  const takes = Array.from({ length: 60 }, () => allowances.take('guests', '192.0.2.1', 3));
  const granted = await Promise.all(takes);
  assert.equal(granted.filter((amount) => amount === 3).length, 33);
  assert.deepEqual(granted.slice(33, 35), [1, 0]);
  const lefts: number[] = [];
  const halves = Array.from({ length: 5 }, () =>
    allowances.take('guests', '192.0.2.9', (left) => {
      lefts.push(left);
      return left / 2;
    }),
  );
  assert.deepEqual(await Promise.all(halves), [50, 25, 12, 6, 3]);
  assert.deepEqual(lefts, [100, 50, 25, 13, 7]);
});

test(`no day has more than the allowance (seed ${SEED})`, async (context) => {
  const place = await newPlace(context, 'sqlite');
  const store = await place.open();
  let runs = 0;
  const takes = fc.array(fc.record({ amount: fc.nat({ max: 60 }), waitMinutes: fc.nat({ max: 500 }) }));
  const property = fc.asyncProperty(takes, async (all) => {
    const clock = new ManualClock(START_MS);
    const allowances = allowancesIn(store, clock);
    const address = `10.0.0.${(runs += 1)}`;
    const log: { atMs: number; amount: number }[] = [];
    for (const { amount, waitMinutes } of all) {
      clock.advance(waitMinutes * MINUTE_MS);
      log.push({ atMs: clock.now(), amount: await allowances.take('guests', address, amount) });
    }
    for (const { atMs } of log) {
      const day = log.filter((one) => one.atMs <= atMs && one.atMs > atMs - DAY_MS);
      assert.ok(day.reduce((sum, { amount }) => sum + amount, 0) <= 100);
    }
    const waitMs = (await allowances.waitMs('guests', address, 100)) ?? Number.NaN;
    clock.advance(waitMs);
    assert.equal(await allowances.take('guests', address, 100), 100, 'when it said so, there is all');
  });
  await fc.assert(property, { seed: SEED, numRuns: 60 });
});

onBoth('a network of IPv6 is one address; an exempt one has no limit and no row', async (place) => {
  const store = await place.open();
  const allowances = allowancesIn(store, new ManualClock(START_MS));
  assert.equal(await allowances.take('guests', '2001:db8::1', 70), 70);
  assert.equal(await allowances.take('guests', '2001:db8::2', 70), 30);
  assert.equal(await allowances.take('guests', '2001:db8:0:1::1', 70), 70);
  for (let count = 0; count < 3; count += 1) {
    assert.equal(await allowances.take('guests', '127.0.0.1', 100), 100);
  }
  assert.equal(await allowances.waitMs('guests', '127.0.0.1', 100), 0);
  assert.equal((await rowsOf(store)).length, 2);
});

onBoth('rows are deleted after their window, and so are those of a clock that was wrong', async (place) => {
  const store = await place.open();
  const clock = new ManualClock(START_MS);
  const allowances = allowancesIn(store, clock);
  await allowances.take('guests', '192.0.2.1', 10);
  await allowancesIn(store, new ManualClock(START_MS + 1_000 * DAY_MS)).take('guests', '192.0.2.1', 90);
  assert.equal(await allowances.take('guests', '192.0.2.1', 90), 90, 'the far future does not count');
  clock.advance(DAY_MS);
  await allowances.forgetOld();
  assert.equal((await rowsOf(store)).length, 1);
  clock.advance(HOUR_MS);
  await allowances.forgetOld();
  assert.equal((await rowsOf(store)).length, 0);
});

test('the database has no address, and another key finds none', async (context) => {
  const place = await newPlace(context, 'sqlite');
  const store = await place.open();
  const clock = new ManualClock(START_MS);
  assert.equal(await allowancesIn(store, clock, 'one').take('guests', '192.0.2.111', 100), 100);
  assert.equal(await allowancesIn(store, clock, 'other').take('guests', '192.0.2.111', 100), 100);
  const [one, other] = await rowsOf(store);
  assert.equal(one?.address.length, 32);
  assert.notDeepEqual(one.address, other?.address);
  const files = await readdir(place.dataDir);
  const contents = await Promise.all(files.map((file) => readFile(join(place.dataDir, file))));
  assert.ok(
    contents.some((bytes) => bytes.includes('allowances')),
    'the search looks where rows are',
  );
  for (const bytes of contents) {
    assert.equal(bytes.includes('192.0.2.111'), false);
    assert.equal(bytes.includes(Buffer.from([192, 0, 2, 111])), false);
  }
});

onBoth(
  'what cannot be written is not given, and is lost only until the store is asked again',
  async (place) => {
    const store = await place.open();
    let isBroken = true;
    const failing: Store = Object.create(store, {
      write: {
        value: (...unit: Parameters<Store['write']>) =>
          isBroken ? Promise.reject(new StoreError('failed', 'No')) : store.write(...unit),
      },
    });
    const allowances = allowancesIn(failing, new ManualClock(START_MS));
    const [failed, atOnce] = await Promise.allSettled([
      allowances.take('guests', '192.0.2.1', 80),
      allowances.take('guests', '192.0.2.1', (left) => {
        assert.equal(left, 20, 'nobody knows yet whether the first was written');
        return 0;
      }),
    ]);
    assert.equal(failed.status, 'rejected');
    assert.deepEqual(atOnce, { status: 'fulfilled', value: 0 });
    isBroken = false;
    assert.equal(await allowances.take('guests', '192.0.2.1', 100), 100);
  },
);
