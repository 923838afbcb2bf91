/** The meter on a real ledger: what is promised is there, what is held comes back once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { segmentName } from '../shared/ledger/layout.ts';
import { HiloError, type ErrorKey } from '../shared/errors.ts';
import { reconcile } from '../server/credits/reconciliation.ts';
import { METER_LIMITS } from '../server/credits/ledger-meter.ts';
import {
  MemoryTexts,
  openTestMeter,
  reserveRequest,
  settleFacts,
  type TestMeter,
} from '../server/credits/meter.fixture.ts';
import { StoreError } from '../server/store/store-error.ts';
import type { Reservation } from '../server/credits/meter.ts';
import { seededRandom, type Random, type SimulatedDisk } from '../server/ledger/simulated-disk.fixture.ts';
import {
  assertBalanced,
  assertContents,
  readColdLedger,
  type ColdLedger,
  type StoredText,
} from './e2e/support/cold-ledger.ts';

const SEED = 20_261_122;
const MODELS = ['m', 'n'] as const;
const MARGIN = METER_LIMITS.inputMarginTokens;
/** What a message that needs 80 credits brings of a gift of 1,000. */
const PORTIONS = 100;
const UNTOUCHED = { available: PORTIONS, held: 0, spent: 0, granted: PORTIONS, allowance: 0 };
/** No test fills more. */
const SEGMENTS = [0, 1].map(segmentName);
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

function withKey(key: ErrorKey) {
  return (error: unknown): boolean => error instanceof HiloError && error.key === key;
}

/** Undefined when the credits do not suffice. */
async function tryToReserve(
  parts: TestMeter,
  ...request: Parameters<typeof reserveRequest>
): Promise<Reservation | undefined> {
  try {
    return await parts.meter.reserve(reserveRequest(...request));
  } catch (error) {
    const isRefused = withKey('insufficient_credits')(error) || withKey('credits_held')(error);
    assert.ok(isRefused, String(error));
    return undefined;
  }
}

test(`of N requests at once against a balance for k exactly k are admitted (seed ${SEED})`, async () => {
  const property = fc.asyncProperty(
    fc.integer({ min: 0, max: 20 }),
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 16 }),
    fc.nat({ max: 50 }),
    async (allowed, requests, maxOutputTokens, inputTokens) => {
      const need = Math.ceil(inputTokens * METER_LIMITS.inputMargin) + MARGIN + maxOutputTokens;
      const parts = await openTestMeter({ credits: allowed * need + need - 1 });
      const admitted = await Promise.all(
        Array.from({ length: requests }, (_, number) =>
          tryToReserve(parts, number, { inputTokens, maxOutputTokens }),
        ),
      );
      assert.equal(admitted.filter(Boolean).length, Math.min(allowed, requests));
      const { available, held } = parts.ledger.accounts.account('a');
      assert.ok(available >= 0 && held === need * Math.min(allowed, requests));
      await parts.ledger.close();
      assertBalanced(coldLedger(parts.disk));
    },
  );
  await fc.assert(property, { seed: SEED, numRuns: 60 });
});

test(`the answer is clamped to the balance, no count charges more than was held (seed ${SEED})`, async () => {
  const price = fc.record({ input: fc.nat({ max: 5 }), output: fc.nat({ max: 9 }) });
  const property = fc.asyncProperty(
    fc.record({ m: price, n: price }),
    fc.nat({ max: 3_000 }),
    fc.integer({ min: 1, max: 400 }),
    fc.nat({ max: 100 }),
    fc.record({
      model: fc.constantFrom('m', 'n'),
      input: fc.nat({ max: 400 }),
      output: fc.nat({ max: 600 }),
    }),
    async (prices, credits, maxOutputTokens, inputTokens, counted) => {
      const parts = await openTestMeter({ credits });
      const candidates = MODELS.map((model) => ({ route: model, price: prices[model] }));
      const reservation = await tryToReserve(parts, 1, { candidates, inputTokens, maxOutputTokens });
      if (!reservation) return;
      const { held, granted } = parts.ledger.accounts.account('a');
      assert.ok(held <= granted && granted <= credits && reservation.maxOutputTokens <= maxOutputTokens);
      const { model } = counted;
      const facts = { ...settleFacts(counted.input, counted.output), model, price: prices[model] };
      const { charged, balance } = await reservation.settle(facts);
      const { input, output } = prices[model];
      const cost = input * counted.input + output * counted.output;
      assert.equal(charged, Math.min(cost, held));
      // As long as the model keeps to what it was told, the price is the price.
      const isWithin = counted.input <= inputTokens && counted.output <= reservation.maxOutputTokens;
      if (isWithin) assert.equal(charged, cost);
      assert.equal(balance, granted - charged);
    },
  );
  await fc.assert(property, { seed: SEED, numRuns: 200 });
});

const ENDINGS = ['success', 'cancelled', 'error', 'disconnect', 'twice', 'never'] as const;
type Ending = (typeof ENDINGS)[number];

interface Step {
  readonly ending: Ending;
  /** Turns of the event loop before the message, and before its end. */
  readonly comesAfter: number;
  readonly endsAfter: number;
}

const steps = fc.array(
  fc.record({
    ending: fc.constantFrom(...ENDINGS),
    comesAfter: fc.nat({ max: 6 }),
    endsAfter: fc.nat({ max: 6 }),
  }),
  { minLength: 1, maxLength: 14 },
);

/** The disk, the texts and what was told, at one moment. */
interface Moment {
  readonly disk: SimulatedDisk;
  readonly texts: MemoryTexts;
  readonly told: ReadonlySet<number>;
}

test(`however messages end, each is charged once and no text is left over (seed ${SEED})`, async () => {
  const property = fc.asyncProperty(steps, fc.nat({ max: 60 }), fc.integer(), async (all, crashAt, seed) => {
    const random = seededRandom(seed);
    const texts = new MemoryTexts();
    texts.before = () => turns(Math.floor(random() * 3));
    const parts = await openTestMeter({ texts, credits: 2_000 });
    const told = new Set<number>();
    const crash = crashLater({ ...parts, told }, crashAt, random);
    await Promise.all(all.map((step, number) => exchange(parts, step, number, told)));
    const never = all.filter(({ ending }) => ending === 'never').length;
    const { openHolds } = parts.ledger.totals;
    assert.equal(openHolds, never);
    const { held, available } = parts.ledger.accounts.account('a');
    await parts.ledger.close();
    const [[, cold] = []] = coldLedger(parts.disk).state.fold.tables.accounts;
    assert.deepEqual([cold?.held, cold?.available], [0, available + held]);
    await assertRecovers({ disk: parts.disk, texts, told });
    if (crash.moment) await assertRecovers(crash.moment);
  });
  await fc.assert(property, { seed: SEED, numRuns: 150 });
});

async function exchange(parts: TestMeter, step: Step, number: number, told: Set<number>): Promise<void> {
  await turns(step.comesAfter);
  const reservation = await parts.meter.reserve(reserveRequest(number));
  await turns(step.endsAfter);
  const settle = async () => {
    told.add((await reservation.settle(settleFacts(3, 4))).receipt.index);
  };
  switch (step.ending) {
    case 'success':
    case 'cancelled':
      return settle();
    case 'error':
    case 'disconnect':
      return reservation.release();
    case 'twice': {
      const settling = settle();
      reservation.release();
      await Promise.all([settling, assert.rejects(settle(), /ends once/)]);
      return;
    }
    case 'never':
  }
}

/** Notes, before some operation of the disk, what a crash would leave. */
function crashLater(
  parts: { disk: SimulatedDisk; texts: MemoryTexts; told: ReadonlySet<number> },
  crashAt: number,
  random: Random,
): { moment?: Moment } {
  const crash: { moment?: Moment } = {};
  let operations = 0;
  parts.disk.onOperation = () => {
    operations += 1;
    if (operations !== crashAt) return;
    const texts = new MemoryTexts(parts.texts.rows.values());
    crash.moment = { disk: parts.disk.crashed(random), texts, told: new Set(parts.told) };
  };
  return crash;
}

/** The next start finds everything that was told, and leaves no text without its exchange. */
async function assertRecovers({ disk, texts, told }: Moment): Promise<void> {
  disk.onOperation = () => undefined;
  const { ledger } = await openTestMeter({ disk, texts, keepsOpenHolds: true });
  await reconcile({ ledger, texts }, quiet);
  await ledger.upgrade();
  assert.equal(ledger.totals.openHolds, 0);
  await ledger.close();
  const cold = coldLedger(disk);
  assertBalanced(cold);
  assertContents(storedTexts(texts), cold);
  for (const index of told) assert.equal(cold.entries[index]?.type, 'charge');
}

function storedTexts({ rows }: MemoryTexts): StoredText[] {
  return [...rows].map(([id, { account, prompt, answer, promptSalt, answerSalt }]) => {
    return { id, account, prompt, answer, promptSalt, answerSalt };
  });
}

function coldLedger(disk: SimulatedDisk): ColdLedger {
  const names = SEGMENTS.filter((name) => disk.content(name).length > 0);
  return readColdLedger(Buffer.concat(names.map((name) => disk.content(name))));
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await setImmediate();
}

test('when the text cannot be stored the message fails and its credits come back', async () => {
  const parts = await openTestMeter();
  const reservation = await parts.meter.reserve(reserveRequest(1));
  parts.texts.before = () => Promise.reject(new Error('database or disk is full'));
  await assert.rejects(reservation.settle(settleFacts(3, 4)), withKey('ledger_unavailable'));
  assert.deepEqual(parts.ledger.accounts.account('a'), UNTOUCHED);
  await parts.ledger.close();
  assert.deepEqual(
    coldLedger(parts.disk).entries.map(({ type }) => type),
    ['genesis', 'grant'],
  );
});

test('texts that may have been stored in spite of an error are deleted once they can be', async () => {
  const parts = await openTestMeter({ credits: 1_000_000 });
  const { texts, meter, ledger } = parts;
  const reservation = await meter.reserve(reserveRequest(1));
  const record = texts.record.bind(texts);
  texts.record = async (row) => {
    await record(row);
    texts.before = () => Promise.reject(new StoreError('unreachable', 'Connection terminated'));
    throw new StoreError('unreachable', 'Connection terminated');
  };
  await assert.rejects(reservation.settle(settleFacts(3, 4)), withKey('ledger_unavailable'));
  assert.equal((await ledger.accounts.balances('a')).held, 0);
  assert.deepEqual([...texts.rows.keys()], ['x:1']);
  texts.record = record;
  texts.before = () => Promise.resolve();
  const told = new Set<number>();
  for (let number = 2; number < 200; number += 1) told.add(await settleOne(meter, number));
  // A crash before it could be undone.
  const crashed = { disk: parts.disk.crashed(() => 0), texts: new MemoryTexts(texts.rows.values()), told };
  await assertRecovers(crashed);
  assert.equal(crashed.texts.rows.has('x:1'), false);
  assert.equal(crashed.texts.rows.size, 198);
  await meter.undoRest();
  assert.equal(texts.rows.has('x:1'), false);
});

test('what a crash leaves between text and entry is undone, however many came and ended since', async () => {
  const { meter, ledger, texts, disk } = await openTestMeter({ credits: 1_000_000 });
  const slow = await meter.reserve(reserveRequest(1));
  const charge = ledger.accounts.charge.bind(ledger.accounts);
  ledger.accounts.charge = () => new Promise(() => {});
  void slow.settle(settleFacts(3, 4));
  while (!texts.rows.has('x:1')) await setImmediate();
  ledger.accounts.charge = charge;
  const told = new Set<number>();
  for (let number = 2; number < 200; number += 1) told.add(await settleOne(meter, number));
  await assertRecovers({ disk: disk.crashed(() => 0), texts, told });
  assert.equal(texts.rows.has('x:1'), false);
  assert.equal(texts.rows.size, 198);
});

test('a charge above its hold is cut to it, and an operator can read of it', async () => {
  const warnings: object[] = [];
  const parts = await openTestMeter({ onWarning: (fields) => warnings.push(fields) });
  const reservation = await parts.meter.reserve(reserveRequest(1));
  const { held } = parts.ledger.accounts.account('a');
  const { charged } = await reservation.settle(settleFacts(held, 5));
  assert.equal(charged, held);
  assert.deepEqual(warnings, [{ trace: 'Usuario-1:m1', account: 'a', charge: held + 5, charged: held }]);
});

test('counts that are no counts fail the message and nothing else', async () => {
  const parts = await openTestMeter();
  for (const [number, count] of [-1, 0.5, Number.NaN, 1e300].entries()) {
    const reservation = await parts.meter.reserve(reserveRequest(number));
    await assert.rejects(reservation.settle(settleFacts(3, count)), withKey('internal'));
  }
  assert.deepEqual(parts.ledger.accounts.account('a'), UNTOUCHED);
  assert.equal(parts.texts.rows.size, 0);
});

test('once the content store is gone no model is asked any more', async () => {
  const parts = await openTestMeter();
  const reservation = await parts.meter.reserve(reserveRequest(1));
  parts.texts.failure = new Error('The thread has ended');
  await assert.rejects(parts.meter.reserve(reserveRequest(2)), withKey('ledger_unavailable'));
  await assert.rejects(reservation.settle(settleFacts(3, 4)), withKey('ledger_unavailable'));
  assert.equal(parts.texts.rows.size, 0);
});

for (const operation of ['write', 'sync']) {
  test(`after a failed ${operation} under load nothing is acknowledged, what is read stays`, async () => {
    const parts = await openTestMeter({ credits: 100_000 });
    const requests = Array.from({ length: 30 }, (_, number) => reserveRequest(number));
    const running = await Promise.all(requests.map((request) => parts.meter.reserve(request)));
    const settled = await running[0]?.settle(settleFacts(3, 4));
    parts.disk.onOperation = (name) => {
      if (name === operation) throw Object.assign(new Error('Input/output error'), { code: 'EIO' });
    };
    const ends = running.slice(1).map((one) => one.settle(settleFacts(3, 4)));
    for (const end of ends) await assert.rejects(end, withKey('ledger_unavailable'));
    await assert.rejects(parts.meter.reserve(reserveRequest(99)), withKey('ledger_unavailable'));
    assert.equal((await parts.ledger.entry(settled?.receipt.index ?? -1))?.type, 'charge');
    // The next start decides what the failed block was, and no text stays behind.
    const wreck = { disk: parts.disk.crashed(() => 0), texts: parts.texts };
    await assertRecovers({ ...wreck, told: new Set([settled?.receipt.index ?? -1]) });
  });
}

test('an erasure that a crash has interrupted is finished, and no other text goes with it', async () => {
  const { meter, ledger, texts, disk } = await openTestMeter();
  const [kept, gone] = [await settleOne(meter, 1), await settleOne(meter, 2)];
  const erasure = { id: `erase:${gone}:owner`, account: 'a', exchange: gone, by: 'owner', entry: 'x:2' };
  await texts.erase([erasure]);
  await ledger.close();
  await assertRecovers({ disk, texts, told: new Set([kept, gone]) });
  assert.deepEqual([...texts.rows.keys()], ['x:1']);
  assert.equal(texts.erasures.size, 0);
  const last = coldLedger(disk).entries.at(-1);
  assert.ok(last?.type === 'erase' && last.of === String(gone));
});

async function settleOne(meter: TestMeter['meter'], number: number): Promise<number> {
  return (await (await meter.reserve(reserveRequest(number))).settle(settleFacts(3, 4))).receipt.index;
}
