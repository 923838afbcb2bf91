import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../../shared/clock.ts';
import { createNoteSigner } from '../../shared/ledger/note-keys.ts';
import type { Account } from '../../shared/ledger/fold-tables.ts';
import type { ExchangeFacts } from './account-entries.ts';
import type { LedgerError, LedgerErrorKey } from './ledger-error.ts';
import { openLedger, type Ledger } from './ledger.ts';
import { SimulatedDisk } from './simulated-disk.fixture.ts';

const signer = createNoteSigner('accounts.test/ledger', Buffer.alloc(32, 6));
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const commitment = Buffer.alloc(32, 1).toString('base64');
const facts: ExchangeFacts = {
  actor: 'a',
  service: 'chat',
  route: 'm',
  model: 'm',
  inputTokens: 1,
  outputTokens: 2,
  usage: 'reported',
  finish: 'stop',
  trace: 'Usuario-1:m1',
  degraded: false,
  prompt: commitment,
  answer: commitment,
};

function open(disk = new SimulatedDisk(), clock = new ManualClock(5000)): Promise<Ledger> {
  return openLedger({ disk, signer, log: quiet, clock });
}

async function withCredits(amount: number, disk?: SimulatedDisk): Promise<Ledger> {
  const ledger = await open(disk);
  await ledger.accounts.grant({ account: 'a', amount, id: 'g', by: 'admin', reason: '' });
  return ledger;
}

function withKey(key: LedgerErrorKey) {
  return (error: LedgerError): boolean => error.key === key;
}

test('any number of holds at once: exactly as many as the balance allows are admitted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 9 }),
      async (allowed, requests, amount) => {
        const ledger = await withCredits(allowed * amount + (amount - 1));
        const holds = Array.from({ length: requests }, (_, number) =>
          ledger.accounts.hold({ account: 'a', amount, id: `h${number}`, ttlMs: 1000 }),
        );
        const results = await Promise.allSettled(holds);
        const refused = results.filter((result) => result.status === 'rejected');
        assert.equal(results.length - refused.length, Math.min(allowed, requests));
        for (const { reason } of refused) {
          const { key, data } = reason as LedgerError;
          assert.equal(key, 'insufficient_credits');
          assert.deepEqual(data, { balance: amount - 1, need: amount });
        }
        assert.ok(ledger.accounts.account('a').available >= 0);
      },
    ),
    { seed: 5, numRuns: 60 },
  );
});

test('every interleaving of charge, release, expire and a restart resolves a hold exactly once', async () => {
  const step = fc.constantFrom('charge', 'release', 'expire', 'restart', 'turn');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const disk = new SimulatedDisk();
      let ledger = await withCredits(100, disk);
      await ledger.accounts.hold({ account: 'a', amount: 40, id: 'h', ttlMs: 1000 });
      const started: Promise<unknown>[] = [];
      const start = (operation: Promise<unknown>): number => started.push(operation.catch(() => undefined));
      for (const name of steps) {
        const { accounts } = ledger;
        if (name === 'charge') start(accounts.charge({ id: 'h', charge: 30, exchange: facts }));
        else if (name === 'release') start(accounts.release({ id: 'h', reason: 'r' }));
        else if (name === 'expire') start(accounts.expire({ id: 'h' }));
        else if (name === 'turn') await new Promise((resolve) => setImmediate(resolve));
        else {
          await Promise.allSettled(started);
          await ledger.close();
          ledger = await open(disk);
        }
      }
      await Promise.allSettled(started);
      const texts = await ledger.entryTexts(0, ledger.head.size);
      const resolutions = texts.filter((text) => /"hold":"2"/.test(text));
      const isOpen = ledger.accounts.openHold('h') !== undefined;
      assert.equal(resolutions.length, isOpen ? 0 : 1);
      const { granted, available, held, spent } = await ledger.accounts.balances('a');
      assert.equal(available + held + spent, granted);
      assert.equal(held, isOpen ? 40 : 0);
    }),
    { seed: 55, numRuns: 150 },
  );
});

test('the same id with the same body gives the same result, with another a conflict', async () => {
  const disk = new SimulatedDisk();
  let ledger = await withCredits(100, disk);
  const hold = { account: 'a', amount: 40, id: 'h', ttlMs: 1000 };
  const charge = { id: 'h', charge: 30, exchange: facts };
  const [first, twin] = await Promise.all([ledger.accounts.hold(hold), ledger.accounts.hold(hold)]);
  assert.equal(first.index, twin.index);
  const charged = await ledger.accounts.charge(charge);
  const refund = { id: 'r', charge: charged.index, amount: 10, by: 'admin', reason: 'sorry' };
  const refunded = await ledger.accounts.refund(refund);
  for (const restart of [false, true]) {
    if (restart) {
      await ledger.close();
      ledger = await open(disk);
    }
    const { accounts } = ledger;
    const before = ledger.totals;
    assert.equal((await accounts.hold(hold)).index, first.index);
    const again = await accounts.charge(charge);
    assert.deepEqual([again.index, again.charged], [charged.index, 30]);
    assert.equal((await accounts.refund(refund)).index, refunded.index);
    const conflict = withKey('conflict');
    await assert.rejects(accounts.hold({ ...hold, amount: 41 }), conflict);
    await assert.rejects(accounts.hold({ ...hold, account: 'b', amount: 0 }), conflict);
    await assert.rejects(accounts.charge({ ...charge, charge: 29 }), conflict);
    await assert.rejects(accounts.charge({ ...charge, exchange: { ...facts, outputTokens: 3 } }), conflict);
    await assert.rejects(accounts.release({ id: 'h', reason: '' }), conflict);
    await assert.rejects(accounts.refund({ ...refund, amount: 11 }), conflict);
    await assert.rejects(
      accounts.grant({ account: 'a', amount: 5, id: 'g', by: 'admin', reason: '' }),
      conflict,
    );
    await assert.rejects(accounts.charge({ id: 'never', charge: 1, exchange: facts }), withKey('not_found'));
    assert.deepEqual(ledger.totals, before);
  }
});

test('never more is charged than was held or set aside, and the rest is available again', async () => {
  const ledger = await withCredits(100);
  const { accounts } = ledger;
  await accounts.hold({ account: 'a', amount: 40, id: 'h', ttlMs: 1000 });
  const reserved = accounts.reserve('a', 20);
  assert.ok(reserved);
  const before = ledger.totals;
  assert.deepEqual(before, { issued: 100, revenue: 0, accounts: 1, openHolds: 2, entries: 3 });
  assert.equal((await accounts.charge({ id: 'h', charge: 1000, exchange: facts })).charged, 40);
  assert.equal((await accounts.charge({ id: 'x', charge: 1000, exchange: facts, reserved })).charged, 20);
  assert.deepEqual(accounts.account('a'), balances({ granted: 100, available: 40, spent: 60 }));
  const less = accounts.reserve('a', 30);
  const charging = accounts.charge({ id: 'y', charge: 5, exchange: facts, ...(less && { reserved: less }) });
  assert.equal(accounts.account('a').available, 35, 'decided at once');
  assert.deepEqual([(await charging).charged, (await charging).balance], [5, 35]);
  assert.equal(ledger.totals.openHolds, 0);
});

test('what is set aside cannot be held or set aside a second time; a start gives it back', async () => {
  const disk = new SimulatedDisk();
  let ledger = await withCredits(100, disk);
  const { accounts } = ledger;
  const reserved = accounts.reserve('a', 70);
  assert.deepEqual(accounts.account('a'), balances({ granted: 100, available: 30, held: 70 }));
  assert.equal(accounts.reserve('a', 31), undefined);
  await assert.rejects(
    accounts.hold({ account: 'a', amount: 31, id: 'h', ttlMs: 1000 }),
    (error: LedgerError) => error.key === 'insufficient_credits' && error.data['balance'] === 30,
  );
  await accounts.hold({ account: 'a', amount: 30, id: 'h', ttlMs: 1000 });
  assert.equal(accounts.account('a').available, 0);
  reserved?.release();
  reserved?.release();
  assert.equal(accounts.account('a').available, 70);
  accounts.reserve('a', 70);
  await ledger.close();
  ledger = await open(disk);
  assert.deepEqual(
    await ledger.accounts.balances('a'),
    balances({ granted: 100, available: 70, held: 30 }),
    'a hold with an entry stays, what was set aside in memory does not',
  );
});

function balances(part: Partial<Account>): Account {
  return { granted: 0, available: 0, held: 0, spent: 0, allowance: 0, ...part };
}

test('refunds never exceed the charge; a rejected id stays rejected; erasing leaves a mark', async () => {
  const disk = new SimulatedDisk();
  let ledger = await withCredits(100, disk);
  await ledger.accounts.hold({ account: 'a', amount: 40, id: 'h', ttlMs: 1000 });
  const { index } = await ledger.accounts.charge({ id: 'h', charge: 30, exchange: facts });
  const refund = { charge: index, by: 'admin', reason: '' };
  await ledger.accounts.refund({ ...refund, id: 'r1', amount: 20 });
  await assert.rejects(
    ledger.accounts.refund({ ...refund, id: 'r2', amount: 11 }),
    withKey('refund_too_high'),
  );
  await ledger.accounts.refund({ ...refund, id: 'r3', amount: 10 });
  await assert.rejects(
    ledger.accounts.refund({ ...refund, charge: 1, id: 'r4', amount: 1 }),
    withKey('not_found'),
  );
  assert.deepEqual(ledger.accounts.account('a'), balances({ granted: 100, available: 100 }));
  const erase = { account: 'a', id: 'e', exchange: index, by: 'a', reason: '' };
  const erased = await ledger.entry((await ledger.accounts.erase(erase)).index);
  assert.equal(erased?.type === 'erase' && erased.of, String(index));
});

test('holds whose time is over expire when asked; the others outlive the server', async () => {
  const disk = new SimulatedDisk();
  const clock = new ManualClock(1000);
  let ledger = await open(disk, clock);
  await ledger.accounts.grant({ account: 'a', amount: 100, id: 'g', by: 'admin', reason: '' });
  await ledger.accounts.hold({ account: 'a', amount: 10, id: 'short', ttlMs: 500 });
  await ledger.accounts.hold({ account: 'a', amount: 20, id: 'long', ttlMs: 5000 });
  clock.advance(1000);
  assert.equal(await ledger.accounts.expireDue(), 1);
  assert.equal(await ledger.accounts.expireDue(), 0);
  assert.equal((await ledger.accounts.balances('a')).held, 20);
  await ledger.close();
  ledger = await open(disk, clock);
  assert.equal(ledger.accounts.openHold('long')?.amount, 20);
  clock.advance(5000);
  assert.equal(await ledger.accounts.expireDue(), 1);
  assert.equal((await ledger.accounts.balances('a')).available, 100);
});

test('a wrong amount or name is refused before it reaches the balances; words are made to fit', async () => {
  const ledger = await withCredits(100);
  const { accounts } = ledger;
  for (const amount of [-1, 0.5, Number.NaN, 1e15]) {
    assert.throws(() => accounts.hold({ account: 'a', amount, id: 'h', ttlMs: 1 }), RangeError);
  }
  assert.throws(() => accounts.hold({ account: 'a b', amount: 0, id: 'h', ttlMs: 1 }), TypeError);
  assert.throws(() => accounts.hold({ account: 'a', amount: 0, id: '"', ttlMs: 1 }), TypeError);
  assert.equal(ledger.totals.entries, 2);
  const { index } = await accounts.release({
    id: (await holdOne(ledger)).id,
    reason: 'señal "rota"'.repeat(50),
  });
  const entry = await ledger.entry(index);
  assert.ok(
    entry?.type === 'release' && entry.reason.startsWith('se?al ?rota?') && entry.reason.length === 256,
  );
});

async function holdOne(ledger: Ledger): Promise<{ id: string }> {
  await ledger.accounts.hold({ account: 'a', amount: 1, id: 'one', ttlMs: 1 });
  return { id: 'one' };
}
