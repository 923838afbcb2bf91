/** What the meter does when something fails under it, and what it takes of a gift. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HiloError, type ErrorKey } from '../shared/errors.ts';
import { segmentName } from '../shared/ledger/layout.ts';
import type { Allowances } from '../server/credits/address-allowances.ts';
import { PromptErased } from '../server/credits/exchange-texts.ts';
import { METER_LIMITS } from '../server/credits/ledger-meter.ts';
import { NOWHERE, openTestMeter, reserveRequest, settleFacts } from '../server/credits/meter.fixture.ts';
import { StoreError } from '../server/store/store-error.ts';

const HOUR_MS = 60 * 60 * 1_000;

function withKey(key: ErrorKey) {
  return (error: unknown): boolean => error instanceof HiloError && error.key === key;
}

test('after the ledger has failed no text is discarded: its entry may be on the disk', async () => {
  const parts = await openTestMeter();
  const { meter, ledger, texts, disk } = parts;
  const reservation = await meter.reserve(reserveRequest(1));
  let discards = 0;
  const discard = texts.discard.bind(texts);
  texts.discard = (ids) => {
    discards += 1;
    return discard(ids);
  };
  disk.onOperation = (operation, name) => {
    if (operation === 'sync' && name === segmentName(0)) throw new Error('The disk is gone');
  };
  await assert.rejects(reservation.settle(settleFacts(3, 4)), withKey('ledger_unavailable'));
  assert.ok(ledger.failure);
  await meter.undoRest();
  assert.equal(discards, 0);
  assert.deepEqual([...texts.rows.keys()], ['x:1']);
  await assert.rejects(meter.reserve(reserveRequest(2)), withKey('ledger_unavailable'));
});

test('a store that has refused a text has nothing to discard, other failures may have', async () => {
  for (const [failure, isDiscarded] of [
    [new StoreError('constraint', 'UNIQUE'), false],
    [new StoreError('unreachable', 'Connection terminated'), true],
    [new Error('Something else'), true],
  ] as const) {
    const logged: object[] = [];
    const { meter, ledger, texts } = await openTestMeter({ onError: (fields) => logged.push(fields) });
    const reservation = await meter.reserve(reserveRequest(1));
    texts.before = () => Promise.reject(failure);
    const discarded: string[] = [];
    texts.discard = async (ids) => void discarded.push(...ids);
    await assert.rejects(reservation.settle(settleFacts(3, 4)), withKey('ledger_unavailable'));
    assert.deepEqual(discarded, isDiscarded ? ['x:1'] : [], String(failure));
    assert.deepEqual(logged, isDiscarded ? [{ err: failure, id: 'x:1' }] : []);
    assert.equal((await ledger.accounts.balances('a')).held, 0);
  }
});

test('a message whose prompt was erased meanwhile is cancelled and costs nothing', async () => {
  const { meter, ledger, texts } = await openTestMeter();
  const reservation = await meter.reserve(reserveRequest(1));
  texts.before = () => Promise.reject(new PromptErased());
  await assert.rejects(reservation.settle(settleFacts(3, 4)), withKey('cancelled'));
  assert.deepEqual([texts.rows.size, ledger.totals.openHolds, ledger.totals.revenue], [0, 0, 0]);
});

test('the status of a turn is that of its answer, and failed ones are not charged', async () => {
  for (const [finish, degraded, status, charge] of [
    ['stop', false, 'ok', 7],
    ['length', false, 'ok', 7],
    ['cancelled', false, 'cancelled', 7],
    ['failed', false, 'failed', 0],
    ['stop', true, 'ok', 0],
  ] as const) {
    const { meter, ledger, texts } = await openTestMeter();
    const reservation = await meter.reserve(reserveRequest(1));
    const { charged, receipt } = await reservation.settle({ ...settleFacts(3, 4), finish, degraded });
    assert.deepEqual([texts.rows.get('x:1')?.status, charged], [status, charge], finish);
    assert.equal(ledger.totals.revenue, charge);
    const exchange = await ledger.entry(receipt.index);
    assert.ok(exchange?.type === 'charge');
    assert.deepEqual([exchange.finish, exchange.degraded], [finish, String(degraded)]);
    assert.notEqual(receipt.promptSalt, '');
  }
});

test('the salts of a receipt are those of the stored texts', async () => {
  const { meter, ledger, texts } = await openTestMeter();
  const reservation = await meter.reserve(reserveRequest(1));
  const { receipt } = await reservation.settle({ ...settleFacts(3, 4), prompt: 'same', answer: 'same' });
  const row = texts.rows.get('x:1');
  assert.equal(Buffer.from(row?.promptSalt ?? []).toString('base64'), receipt.promptSalt);
  assert.equal(Buffer.from(row?.answerSalt ?? []).toString('base64'), receipt.answerSalt);
  const exchange = await ledger.entry(receipt.index);
  assert.ok(exchange?.type === 'charge');
  assert.equal(Buffer.from(exchange.prompt, 'base64').length, 32);
});

test('what is kept nowhere is charged, and has no text', async () => {
  const { meter, texts } = await openTestMeter();
  const reservation = await meter.reserve(reserveRequest(1));
  const placement = { ...NOWHERE, keepsNothing: true };
  const { charged } = await reservation.settle({ ...settleFacts(3, 4), placement });
  assert.deepEqual([charged, texts.rows.size], [7, 0]);
});

/** Counts what is taken of the address. */
function counting(waitMs: number | undefined = 0) {
  const taken: number[] = [];
  const allowances: Allowances = {
    take: async (_allowance, _address, amount) => {
      const most = typeof amount === 'number' ? amount : amount(Number.POSITIVE_INFINITY);
      taken.push(most);
      return most;
    },
    waitMs: async () => waitMs,
  };
  return { allowances, taken };
}

test('a message that the balance covers takes nothing of the day of its address', async () => {
  const { allowances, taken } = counting();
  const { meter, ledger } = await openTestMeter({ allowances });
  const first = await meter.reserve(reserveRequest(1));
  assert.equal(taken.length, 1);
  await first.settle(settleFacts(1, 1));
  for (let number = 2; number < 10; number += 1) {
    const { available } = ledger.accounts.account('a');
    const isCovered = available >= METER_LIMITS.inputMarginTokens + 16;
    const before: number = taken.length;
    (await meter.reserve(reserveRequest(number))).release();
    assert.equal(taken.length - before, isCovered ? 0 : 1, `message ${number}`);
  }
  assert.equal(taken.length, 1);
  // An account that is not a guest's is given nothing.
  const team = { payer: { ...reserveRequest(10).payer, account: 'team' } };
  await assert.rejects(meter.reserve(reserveRequest(10, team)), withKey('insufficient_credits'));
  assert.equal(taken.length, 1);
  assert.equal(ledger.accounts.account('team').granted, 0);
});

test("a refusal says what would help: one hour at least, one's own answers, or nothing", async () => {
  const none: Allowances = { take: async () => 0, waitMs: async () => 1 };
  const { meter, ledger } = await openTestMeter({ allowances: none });
  const refused = await meter.reserve(reserveRequest(1)).catch((error: unknown) => error);
  assert.ok(refused instanceof HiloError);
  assert.equal(refused.key, 'address_credits_used');
  assert.deepEqual([refused.values['hours'], refused.retryAfterMs], [1, 1]);
  const never = await openTestMeter({ allowances: { ...none, waitMs: async () => 3 * HOUR_MS + 1 } });
  const later = await never.meter.reserve(reserveRequest(1)).catch((error: unknown) => error);
  assert.ok(later instanceof HiloError);
  assert.equal(later.values['hours'], 4);
  await ledger.accounts.grant({ account: 'a', amount: 90, id: 'g', by: 'admin', reason: '' });
  await meter.reserve(reserveRequest(2));
  const held = await meter.reserve(reserveRequest(3)).catch((error: unknown) => error);
  assert.ok(held instanceof HiloError);
  assert.deepEqual([held.key, held.retryAfterMs], ['credits_held', METER_LIMITS.heldRetryMs]);
});

test('of an output that costs nothing as much is allowed as was asked for', async () => {
  const { meter } = await openTestMeter();
  const free = { route: 'm', price: { input: 1, output: 0 } };
  const reservation = await meter.reserve(reserveRequest(1, { candidates: [free], maxOutputTokens: 50_000 }));
  assert.equal(reservation.maxOutputTokens, 50_000);
  reservation.release();
});
