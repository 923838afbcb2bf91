/**
 * Allowances for a period on a real ledger and a real store: which entry each midnight of Santiago brings,
 * also where its clocks change, and that a server that dies between an entry and its row gives nothing twice.
 */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { ManualClock } from '../shared/clock.ts';
import type { EntryOf } from '../shared/ledger/entries.ts';
import { createNoteSigner } from '../shared/ledger/note-keys.ts';
import { AllowanceRows } from '../server/credits/allowance-rows.ts';
import { PeriodAllowances, type NearAllowance } from '../server/credits/period-allowances.ts';
import type { Spent } from '../server/credits/spending.ts';
import { SimulatedDisk } from '../server/ledger/simulated-disk.fixture.ts';
import { openLedger, type Ledger } from '../server/ledger/ledger.ts';
import { bothDialects, silentLog, type TestPlace } from '../server/store/store.fixture.ts';
import type { Store } from '../server/store/store.ts';

const onBoth = bothDialects();

const ANA = 'user:ana';
const SANTIAGO = 'America/Santiago';
const signer = createNoteSigner('allowances.test/ledger', Buffer.alloc(32, 1));
const COMMITMENT = Buffer.alloc(32, 1).toString('base64');

interface Life {
  readonly store: Store;
  readonly rows: AllowanceRows;
  readonly ledger: Ledger;
  readonly allowances: PeriodAllowances;
  readonly near: NearAllowance[];
  readonly spent: (spent: Pick<Spent, 'account'>) => void;
}

class Errors {
  readonly messages: string[] = [];

  error(_: object, message: string) {
    this.messages.push(message);
  }
}

/** One run of a server over the same store and disk. */
async function live(
  place: TestPlace,
  disk: SimulatedDisk,
  clock: ManualClock,
  changed = (rows: AllowanceRows): Pick<AllowanceRows, 'put'> => rows,
): Promise<Life> {
  const store = await place.open();
  const real = new AllowanceRows(store);
  const { put } = changed(real);
  const ledger = await openLedger({ disk, signer, clock, log: silentLog });
  const listeners: ((spent: Spent) => void)[] = [];
  const allowances = new PeriodAllowances({
    rows: {
      byAccount: (account) => real.byAccount(account),
      accounts: () => real.accounts(),
      page: (...page) => real.page(...page),
      due: (...due) => real.due(...due),
      nextDue: () => real.nextDue(),
      put: (row) => put.call(real, row),
    },
    accounts: ledger.accounts,
    spending: { onSpent: (listener) => listeners.push(listener) },
    clock,
    log: new Errors(),
  });
  const near: NearAllowance[] = [];
  allowances.onNear((one) => near.push(one));
  await allowances.start();
  const spent = ({ account }: Pick<Spent, 'account'>) => {
    for (const listener of listeners) listener({ account } as Spent);
  };
  return { store, rows: real, ledger, allowances, near, spent };
}

async function allEntries(ledger: Ledger): Promise<EntryOf<'allowance'>[]> {
  const texts = await ledger.entryTexts(0, ledger.head.size);
  return texts
    .map((text) => JSON.parse(text) as EntryOf<'allowance'>)
    .filter(({ type }) => type === 'allowance');
}

async function entriesOf(ledger: Ledger): Promise<string[]> {
  return (await allEntries(ledger)).map(
    ({ period, amount, carried, lapsed, until }) => `${period} +${amount} ${carried}/${lapsed} ${until}`,
  );
}

async function spend({ ledger, spent }: Life, amount: number, id: string): Promise<void> {
  using _loaded = await ledger.accounts.prepare([{ account: ANA }]);
  const reserved = ledger.accounts.reserve(ANA, amount);
  assert.ok(reserved, `${amount} of ${ledger.accounts.account(ANA).available}`);
  const exchange = {
    actor: ANA,
    service: 'chat',
    route: 'r',
    model: 'm',
    inputTokens: 1,
    outputTokens: 1,
    usage: 'reported',
    finish: 'stop',
    trace: 't',
    degraded: false,
    prompt: COMMITMENT,
    answer: COMMITMENT,
  } as const;
  await ledger.accounts.charge({ id, reserved, charge: amount, exchange });
  spent({ account: ANA });
}

/** Goes on until what the timers have begun is done: the row is no longer due. */
async function at(clock: ManualClock, life: Life, iso: string): Promise<void> {
  clock.advance(Date.parse(iso) - clock.now());
  for (;;) {
    const row = await life.rows.byAccount(ANA);
    if (row && row.until > clock.now()) return;
    clock.advance(1);
  }
}

onBoth('midnight of Santiago, in the nights in which its clocks change, to the entry', async (place) => {
  const clock = new ManualClock(Date.parse('2026-04-03T15:00:00Z'));
  const life = await live(place, new SimulatedDisk(), clock);
  const terms = { credits: 100, period: 'day', timeZone: SANTIAGO, carriedMax: 0 } as const;
  const set = await life.allowances.set(ANA, terms);
  assert.deepEqual(set, { account: ANA, ...terms, left: 100, until: Date.parse('2026-04-04T03:00:00Z') });
  assert.deepEqual(await life.allowances.set(ANA, terms), set, 'whoever asks again gets nothing more');
  await spend(life, 30, 'x:1');
  // Summer time ends: 23:00 to 24:00 of 4 April comes twice, and the day has 25 hours.
  await at(clock, life, '2026-04-04T03:00:00Z');
  await at(clock, life, '2026-04-05T03:59:59.999Z');
  await at(clock, life, '2026-04-05T04:00:00Z');
  await spend(life, 1, 'x:2');
  // It begins again: 6 September has no midnight.
  await at(clock, life, '2026-09-05T04:00:00Z');
  await at(clock, life, '2026-09-06T04:00:00Z');
  await at(clock, life, '2026-09-07T03:00:00Z');
  assert.deepEqual(await entriesOf(life.ledger), [
    'day:2026-04-03 +100 0/0 2026-04-04T03:00:00.000Z',
    'day:2026-04-04 +100 0/70 2026-04-05T04:00:00.000Z',
    'day:2026-04-05 +100 0/100 2026-04-06T04:00:00.000Z',
    // In between the server slept: one entry for all of these days.
    'day:2026-09-05 +100 0/99 2026-09-06T04:00:00.000Z',
    'day:2026-09-06 +100 0/100 2026-09-07T03:00:00.000Z',
    'day:2026-09-07 +100 0/100 2026-09-08T03:00:00.000Z',
  ]);
  const { available, granted, spent, held } = await life.ledger.accounts.balances(ANA);
  assert.deepEqual([available, granted, spent, held], [100, 131, 31, 0]);
  await life.allowances.close();
  await life.ledger.close();
});

onBoth('what is left is carried over up to a limit, also over months without a server', async (place) => {
  const clock = new ManualClock(Date.parse('2026-01-10T00:00:00Z'));
  const disk = new SimulatedDisk();
  const first = await live(place, disk, clock);
  const terms = { credits: 1_000, period: 'month', timeZone: 'UTC', carriedMax: 1_500 } as const;
  await first.allowances.set(ANA, terms);
  await spend(first, 400, 'x:1');
  await first.allowances.close();
  await first.ledger.close();
  clock.advance(Date.parse('2026-05-20T00:00:00Z') - clock.now());
  const second = await live(place, disk, clock);
  assert.deepEqual(await entriesOf(second.ledger), [
    'month:2026-01-01 +1000 0/0 2026-02-01T00:00:00.000Z',
    // 600, 1,600, 2,500, 2,500 and 2,500 at the beginnings of February to May.
    'month:2026-05-01 +1900 600/0 2026-06-01T00:00:00.000Z',
  ]);
  assert.equal((await second.allowances.of(ANA))?.left, 2_500);
  assert.equal(await second.allowances.remove(ANA), true);
  assert.equal(await second.allowances.remove(ANA), false);
  assert.equal(await second.allowances.of(ANA), undefined);
  assert.deepEqual((await entriesOf(second.ledger)).at(-1), 'end +0 0/2500 2026-05-20T00:00:00.000Z');
  // A new one has ids of its own.
  await second.allowances.set(ANA, { ...terms, credits: 7 });
  assert.equal((await second.ledger.accounts.balances(ANA)).available, 7);
  await second.allowances.close();
  await second.ledger.close();
});

onBoth(
  'a death between the row and the entry, or between the entry and the row, gives it once',
  async (place) => {
    const terms = { credits: 100, period: 'day', timeZone: 'UTC', carriedMax: 1_000 } as const;
    const clock = new ManualClock(Date.parse('2026-06-01T12:00:00Z'));
    const disk = new SimulatedDisk();
    // Of the rows that are put, this one does not reach the store any more.
    const dying = (last: number) => (rows: AllowanceRows) => {
      let puts = 0;
      const dies = () => Promise.reject(new Error('The server has died'));
      return {
        put: (row: Parameters<AllowanceRows['put']>[0]) => ((puts += 1) > last ? dies() : rows.put(row)),
      };
    };
    const none = await live(place, disk, clock, dying(0));
    await assert.rejects(none.allowances.set(ANA, terms));
    assert.deepEqual(await entriesOf(none.ledger), [], 'no row, no entry');
    await end(none);
    const first = await live(place, disk, clock, dying(1));
    await assert.rejects(first.allowances.set(ANA, terms));
    assert.equal((await entriesOf(first.ledger)).length, 1, 'the entry without its row');
    await end(first);
    // The start follows the entry; at midnight the next entry is written, and its row is lost again.
    const second = await live(place, disk, clock, dying(1));
    assert.equal((await entriesOf(second.ledger)).length, 1);
    clock.advance(Date.parse('2026-06-02T00:00:00Z') - clock.now());
    while ((await entriesOf(second.ledger)).length < 2) {
      await second.rows.byAccount(ANA);
      clock.advance(1);
    }
    await end(second);
    // It does not run for two days. The 2nd was given; the 3rd and the 4th are still to be given.
    clock.advance(Date.parse('2026-06-04T09:00:00Z') - clock.now());
    const third = await live(place, disk, clock);
    assert.deepEqual(await entriesOf(third.ledger), [
      'day:2026-06-01 +100 0/0 2026-06-02T00:00:00.000Z',
      'day:2026-06-02 +100 100/0 2026-06-03T00:00:00.000Z',
      'day:2026-06-04 +200 200/0 2026-06-05T00:00:00.000Z',
    ]);
    assert.equal((await third.ledger.accounts.balances(ANA)).available, 400);
    await end(third);
  },
);

async function end({ allowances, ledger }: Life): Promise<void> {
  await allowances.close();
  await ledger.close();
}

onBoth('an entry whose row the store did not take is followed by the next try', async (place) => {
  const clock = new ManualClock(Date.parse('2026-06-01T12:00:00Z'));
  let puts = 0;
  const failsOnce = (rows: AllowanceRows) => ({
    put: (row: Parameters<AllowanceRows['put']>[0]) =>
      (puts += 1) === 2 ? Promise.reject(new Error('The store is away')) : rows.put(row),
  });
  const life = await live(place, new SimulatedDisk(), clock, failsOnce);
  const terms = { credits: 100, period: 'day', timeZone: 'UTC', carriedMax: 0 } as const;
  await assert.rejects(life.allowances.set(ANA, terms));
  const { left } = await life.allowances.set(ANA, terms);
  assert.deepEqual([left, (await life.allowances.of(ANA))?.left], [100, 100]);
  assert.equal((await entriesOf(life.ledger)).length, 1);
  await spend(life, 80, 'x:1');
  await told(life, 1);
  // Of the next terms too, the entry is written and the row is not.
  puts = 0;
  const more = { ...terms, credits: 1_000 };
  await assert.rejects(life.allowances.set(ANA, more));
  assert.equal((await life.allowances.set(ANA, more)).left, 1_000);
  await spend(life, 800, 'x:2');
  await told(life, 2);
  assert.deepEqual([life.near[1]?.percent, life.near[1]?.limit], [80, 1_000]);
  await end(life);
});

onBoth('what a call has set aside stays until it has ended, then the rest lapses', async (place) => {
  const clock = new ManualClock(Date.parse('2026-06-01T12:00:00Z'));
  const life = await live(place, new SimulatedDisk(), clock);
  const { accounts } = life.ledger;
  await life.allowances.set(ANA, { credits: 100, period: 'week', timeZone: 'UTC', carriedMax: 0 });
  using _loaded = await accounts.prepare([{ account: ANA }]);
  const reserved = accounts.reserve(ANA, 80);
  assert.ok(reserved);
  await life.allowances.remove(ANA);
  assert.deepEqual(
    [accounts.account(ANA).available, accounts.account(ANA).held],
    [0, 80],
    'nothing below zero, and the call can be paid',
  );
  reserved.release();
  await at(clock, life, '2026-06-01T12:00:30Z');
  assert.equal(accounts.account(ANA).available, 0);
  assert.match((await entriesOf(life.ledger)).at(-1) ?? '', /^end \+0 0\/80 2026-06-01T12:00:30/);
  await end(life);
});

onBoth('at 80 and at 100 percent it is told, once for each period, also after a start', async (place) => {
  const clock = new ManualClock(Date.parse('2026-06-01T12:00:00Z'));
  const disk = new SimulatedDisk();
  const first = await live(place, disk, clock);
  await first.allowances.set(ANA, { credits: 100, period: 'week', timeZone: 'UTC', carriedMax: 0 });
  await spend(first, 79, 'x:1');
  await spend(first, 1, 'x:2');
  await spend(first, 1, 'x:3');
  await told(first, 1);
  await end(first);
  const second = await live(place, disk, clock);
  await spend(second, 19, 'x:4');
  await told(second, 1);
  const [at80] = first.near;
  const [at100] = second.near;
  const until = Date.parse('2026-06-08T00:00:00Z');
  const about = { account: ANA, limit: 100, period: 'week', until };
  assert.deepEqual(at80, { ...about, percent: 80, used: 80 });
  assert.deepEqual(at100, { ...about, percent: 100, used: 100 });
  await end(second);
});

/** Whoever listens hears of it after a reading of the store. */
async function told({ near, rows }: Life, count: number): Promise<void> {
  while (near.length < count) await rows.byAccount(ANA);
  assert.equal(near.length, count);
}

onBoth('an account with the longest name, and many of them at the same midnight', async (place) => {
  const clock = new ManualClock(Date.parse('2026-06-01T12:00:00Z'));
  const life = await live(place, new SimulatedDisk(), clock);
  const terms = { credits: 5, period: 'day', timeZone: 'UTC', carriedMax: 0 } as const;
  const names = Array.from({ length: 450 }, (_, index) => `${'a'.repeat(120)}${index}`);
  await Promise.all([...names, ANA].map((name) => life.allowances.set(name, terms)));
  await at(clock, life, '2026-06-02T00:00:00Z');
  while ((await life.rows.due(clock.now(), 1)).length > 0) clock.advance(1);
  const entries = await allEntries(life.ledger);
  assert.equal(entries.length, 2 * 451);
  assert.equal(new Set(entries.map(({ id }) => id)).size, 2 * 451);
  const first = hash('sha256', names[0] ?? '', 'base64url').slice(0, 22);
  assert.ok(entries.some(({ id }) => id === `allowance:${first}:1`));
  const page = await life.allowances.page('', 3);
  assert.deepEqual(
    page.map(({ account }) => account),
    names.toSorted().slice(0, 3),
  );
  await end(life);
});
