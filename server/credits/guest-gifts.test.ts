import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { ManualClock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { newPlace } from '../store/store.fixture.ts';
import { StoreError } from '../store/store-error.ts';
import { AddressAllowances, type Allowances } from './address-allowances.ts';
import { openTestMeter, reserveRequest, settleFacts, type TestMeter } from './meter.fixture.ts';
import type { ReserveRequest } from './meter.ts';

const SEED = 20_261_125;
const HOUR_MS = 60 * 60 * 1_000;
const OFFICE = '192.0.2.7';
/** The defaults of the settings. */
const CREDITS = 20_000;
const CREDITS_PER_ADDRESS = 60_000;
const PORTION = 1_000;

interface Office extends TestMeter {
  /** Sends a message of one word behind the system prompt; resolves with the charge, or the refusal. */
  readonly say: (guest: string, changes?: Partial<ReserveRequest>) => Promise<number | HiloError>;
  readonly granted: (guest: string) => number;
  readonly grantedToAll: () => number;
}

async function openOffice(context: TestContext, credits = CREDITS): Promise<Office> {
  const store = await (await newPlace(context, 'sqlite')).open();
  const clock = new ManualClock(480_000 * HOUR_MS);
  const isExempt = (address: string) => address === '127.0.0.1';
  const amounts = { guests: CREDITS_PER_ADDRESS };
  const allowances = new AddressAllowances({ store, clock, key: 'k', amounts, isExempt });
  const creditsPerAddress = CREDITS_PER_ADDRESS;
  const parts = await openTestMeter({ credits, creditsPerAddress, allowances, clock });
  const guests = new Set<string>();
  const granted = (guest: string) => parts.ledger.accounts.account(guest).granted;
  return {
    ...parts,
    granted,
    grantedToAll: () => [...guests].reduce((sum, guest) => sum + granted(guest), 0),
    async say(guest, changes = {}) {
      guests.add(guest);
      const payer = { account: guest, actor: guest, address: OFFICE };
      const request = reserveRequest(1, { payer, inputTokens: 500, maxOutputTokens: 1_024, ...changes });
      try {
        const reservation = await parts.meter.reserve(request);
        return (await reservation.settle(settleFacts(request.inputTokens, 50))).charged;
      } catch (error) {
        assert.ok(error instanceof HiloError, String(error));
        return error;
      }
    },
  };
}

/** A guest who uses up the whole gift, or all that there is. */
async function useUp(office: Office, guest: string): Promise<void> {
  while (typeof (await office.say(guest)) === 'number');
}

function assertRefused(outcome: number | HiloError, key: string): HiloError {
  assert.ok(outcome instanceof HiloError);
  assert.equal(outcome.key, key);
  return outcome;
}

test('a gift comes in portions as it is used, and ends', async (context) => {
  const office = await openOffice(context);
  const { accounts } = office.ledger;
  assert.equal(await office.gifts.left('a'), CREDITS);
  assert.equal(await office.say('a'), 550);
  assert.equal(office.granted('a'), 2 * PORTION, 'as much as the hold of 1,713 needs');
  assert.equal(accounts.account('a').available, 2 * PORTION - 550, 'the rest stays in the account');
  assert.equal(await office.say('a'), 550);
  assert.equal(office.granted('a'), 3 * PORTION);
  assert.equal(await office.gifts.left('a'), CREDITS - 3 * PORTION);
  await useUp(office, 'a');
  assert.equal(office.granted('a'), CREDITS);
  assert.equal(await office.gifts.left('a'), 0);
  assertRefused(await office.say('a'), 'insufficient_credits');
  assert.equal(office.granted('team'), 0);
  assertRefused(await office.say('team'), 'insufficient_credits');
});

test("what an operator grants is not a part of a guest's gift", async (context) => {
  const office = await openOffice(context);
  await office.say('a');
  await office.ledger.accounts.grant({ account: 'a', amount: 30_000, id: 'g', by: 'admin', reason: 'more' });
  await useUp(office, 'a');
  assert.equal(office.granted('a'), CREDITS + 30_000);
});

test('after two heavy guests thirty newcomers still get an answer each', async (context) => {
  const office = await openOffice(context);
  await useUp(office, 'heavy-1');
  await useUp(office, 'heavy-2');
  assert.equal(office.granted('heavy-1'), CREDITS);
  assert.equal(office.grantedToAll(), CREDITS_PER_ADDRESS / 2);
  const refused = assertRefused(await office.say('heavy-2'), 'address_credits_used');
  assert.deepEqual(refused.values, { balance: 650, need: 705, credits: CREDITS_PER_ADDRESS, hours: 25 });
  for (let count = 1; count <= 30; count += 1) {
    assert.equal(await office.say(`newcomer-${count}`), 550, `newcomer ${count}`);
    assert.equal(office.granted(`newcomer-${count}`), PORTION);
  }
  assertRefused(await office.say('newcomer-1'), 'address_credits_used');
  assertRefused(await office.say('newcomer-31'), 'address_credits_used');
  assert.equal(office.granted('newcomer-31'), 0);
  assert.equal(office.grantedToAll(), CREDITS_PER_ADDRESS);
});

test('the fourth and the fortieth visitor of a day are answered', async (context) => {
  const office = await openOffice(context);
  for (let visitor = 1; visitor <= 40; visitor += 1) {
    assert.equal(await office.say(`visitor-${visitor}`), 550, `visitor ${visitor}`);
    assert.ok(office.granted(`visitor-${visitor}`) >= PORTION);
  }
});

test('whoever is refused is told when more comes, and then it comes', async (context) => {
  const office = await openOffice(context);
  await useUp(office, 'heavy-1');
  office.clock.advance(5 * HOUR_MS);
  await useUp(office, 'heavy-2');
  await useUp(office, 'heavy-3');
  const { retryAfterMs } = assertRefused(await office.say('heavy-3'), 'address_credits_used');
  assert.equal(retryAfterMs, 20 * HOUR_MS, 'the first hour is counted for 24 more');
  office.clock.advance((retryAfterMs ?? 0) - 1);
  assertRefused(await office.say('heavy-3'), 'address_credits_used');
  office.clock.advance(1);
  assert.equal(await office.say('heavy-3'), 550);
});

test('a newcomer gets a long first message answered too, with a shorter answer', async (context) => {
  const office = await openOffice(context);
  await useUp(office, 'heavy-1');
  await useUp(office, 'heavy-2');
  assert.equal(await office.say('newcomer', { inputTokens: 2_000 }), 2_050);
  assert.equal(office.granted('newcomer'), 3 * PORTION, 'enough for the 2,580 of the shortest answer');
});

test('an exempt address has no limit', async (context) => {
  const office = await openOffice(context);
  const payerOf = (account: string) => ({ payer: { account, actor: account, address: '127.0.0.1' } });
  for (let count = 1; count <= 4; count += 1) {
    const guest = `local-${count}`;
    while (typeof (await office.say(guest, payerOf(guest))) === 'number');
    assert.equal(office.granted(guest), CREDITS);
  }
});

test(`many guests at once never get more than the allowance (seed ${SEED})`, async (context) => {
  const sizes = fc.array(fc.nat({ max: 2_000 }), { minLength: 40, maxLength: 80 });
  const property = fc.asyncProperty(sizes, fc.integer({ min: 1, max: 90_000 }), async (all, credits) => {
    const office = await openOffice(context, credits);
    const outcomes = await Promise.all(
      all.map((inputTokens, number) => office.say(`guest-${number % 50}`, { inputTokens })),
    );
    assert.ok(office.grantedToAll() <= CREDITS_PER_ADDRESS);
    for (let number = 0; number < 50; number += 1) assert.ok(office.granted(`guest-${number}`) <= credits);
    for (const outcome of outcomes) if (typeof outcome !== 'number') assert.match(outcome.key, /_credits/);
    await office.ledger.close();
  });
  await fc.assert(property, { seed: SEED, numRuns: 15 });
});

test('nothing is granted before the allowance is written down, and nothing when it cannot be', async () => {
  const written = Promise.withResolvers<void>();
  const allowances: Allowances = {
    async take(_allowance, _address, amount) {
      const granted = typeof amount === 'number' ? amount : amount(CREDITS_PER_ADDRESS);
      await written.promise;
      return granted;
    },
    waitMs: async () => 0,
  };
  const { meter, ledger } = await openTestMeter({ allowances, credits: CREDITS });
  const outcome = meter.reserve(reserveRequest(1)).catch((error: unknown) => error);
  await setImmediate();
  assert.equal(ledger.accounts.account('a').granted, 0);
  written.reject(new StoreError('disk_full', 'No space'));
  const error = await outcome;
  assert.ok(error instanceof HiloError && error.key === 'ledger_unavailable');
  assert.equal(ledger.accounts.account('a').granted, 0);
});
