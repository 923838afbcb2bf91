/** The state with a snapshot is the plain fold of the ledger, whatever happens to the snapshot. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { ManualClock } from '../../shared/clock.ts';
import { isSegmentName, snapshotFile, snapshotPartNumber } from '../../shared/ledger/layout.ts';
import { createNoteSigner } from '../../shared/ledger/note-keys.ts';
import { isLedgerFault, LedgerState } from '../../shared/ledger/verifier.ts';
import { LedgerError } from './ledger-error.ts';
import { openLedger, type Ledger, type LedgerLogger } from './ledger.ts';
import { seededRandom, SimulatedDisk } from './simulated-disk.fixture.ts';

const SEED = 20_261_130;
const signer = createNoteSigner('snapshot.test/ledger', Buffer.alloc(32, 4));
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const TURNS_MAX = 10_000;

function open(disk: SimulatedDisk, log: LedgerLogger = quiet): Promise<Ledger> {
  const tableLimits = { accountsCachedMax: 1, idsCachedMax: 1, refundsCachedMax: 1 };
  const clock = new ManualClock(5_000);
  return openLedger({ disk, signer, log, clock, tableLimits, snapshotEntries: 6, segmentBytes: 3_000 });
}

/** What a program that reads the whole file gets. */
async function coldState(disk: SimulatedDisk): Promise<LedgerState> {
  const names = (await disk.names()).filter(isSegmentName).sort();
  const text = Buffer.concat(names.map((name) => disk.content(name))).toString('latin1');
  const state = LedgerState.inMemory();
  for (const line of text.slice(0, -1).split('\n')) {
    const block = state.acceptLine(line);
    assert.ok(!isLedgerFault(block), JSON.stringify(block));
  }
  return state;
}

/** Every account, id and total; and nothing that made money is accepted again. */
async function assertEqualsFold(ledger: Ledger, disk: SimulatedDisk): Promise<void> {
  const { fold, tree } = await coldState(disk);
  assert.equal(ledger.head.size, tree.size);
  for (const name of [...NAMES, 'nobody']) {
    const balances = await ledger.accounts.balances(name);
    assert.deepEqual(balances, fold.account(name));
    assert.equal(balances.available + balances.held + balances.spent, balances.granted);
    assert.ok(Object.values(balances).every((part) => part >= 0));
  }
  const { issued, revenue, accountCount, openHolds, count } = fold;
  assert.deepEqual(ledger.totals, {
    issued,
    revenue,
    accounts: accountCount,
    openHolds: openHolds.size,
    entries: count,
  });
  for (const id of [...fold.tables.permanentIds.keys(), ...fold.tables.recentIds.keys()]) {
    assert.deepEqual(await ledger.accounts.newestWithId(id), await ledger.entry(fold.indexOfId(id) ?? -1));
    const again = ledger.accounts.hold({ account: 'never', amount: 0, id, ttlMs: 1 });
    await assert.rejects(again, (error: LedgerError) => error.key === 'conflict');
  }
}

const commitment = Buffer.alloc(32, 1).toString('base64');
const FACTS = {
  actor: 'a',
  service: 'chat',
  route: 'm',
  model: 'm',
  inputTokens: 1,
  outputTokens: 2,
  usage: 'reported',
  finish: 'stop',
  trace: 't',
  degraded: false,
  prompt: commitment,
  answer: commitment,
} as const;

type Step =
  | { readonly kind: 'grant' | 'hold' | 'charge' | 'release' | 'refund'; account: number; amount: number }
  | { readonly kind: 'wait' | 'restart' | 'kill' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constantFrom('grant', 'hold', 'hold', 'charge', 'charge', 'release', 'refund'),
      account: fc.nat({ max: NAMES.length - 1 }),
      amount: fc.nat({ max: 30 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('wait', 'wait', 'restart', 'kill') }) },
);

/** Does what the steps say; several operations are under way at once. */
class Life {
  readonly #charged: number[] = [];
  #disk = new SimulatedDisk();
  #ledger: Ledger | undefined;
  #running: Promise<unknown>[] = [];
  #number = 0;

  async run(steps: readonly Step[], seed: number): Promise<void> {
    const random = seededRandom(seed);
    this.#ledger = await open(this.#disk);
    for (const each of steps) {
      if (!('account' in each)) await this.#rest(each.kind, random);
      else this.#running.push(this.#act(each, this.#ledger).catch(onlyRefusals));
    }
    await this.#rest('restart', random);
    await this.#ledger.close();
  }

  async #rest(kind: 'wait' | 'restart' | 'kill', random: () => number): Promise<void> {
    await Promise.all(this.#running);
    this.#running = [];
    assert.ok(this.#ledger);
    if (kind === 'restart') {
      await this.#ledger.close();
      this.#ledger = await open(this.#disk);
    } else if (kind === 'kill') {
      // The old process may still be making a snapshot, on a disk that nobody reads again.
      this.#disk = this.#disk.crashed(random);
      this.#ledger = await open(this.#disk);
    }
    await assertEqualsFold(this.#ledger, this.#disk);
  }

  async #act(each: Extract<Step, { account: number }>, { accounts }: Ledger): Promise<void> {
    const account = NAMES[each.account] ?? 'a';
    const { kind, amount } = each;
    const id = `${kind}${(this.#number += 1)}`;
    if (kind === 'grant') await accounts.grant({ account, amount, id, by: 'admin', reason: '' });
    else if (kind === 'hold') await accounts.hold({ account, amount, id, ttlMs: 1_000 });
    else if (kind === 'refund') {
      const charge = this.#charged[amount % this.#charged.length] ?? 0;
      await accounts.refund({ id, charge, amount, by: 'admin', reason: '' });
    } else {
      const open = accounts.openHoldIds();
      const hold = open[amount % open.length] ?? 'none';
      if (kind === 'release') await accounts.release({ id: hold, reason: '' });
      else this.#charged.push((await accounts.charge({ id: hold, charge: amount, exchange: FACTS })).index);
    }
  }
}

function onlyRefusals(error: unknown): void {
  const refusals = ['insufficient_credits', 'conflict', 'refund_too_high', 'not_found'];
  if (!(error instanceof LedgerError) || !refusals.includes(error.key)) throw error;
}

test(`with little memory, snapshots and restarts it is the plain fold (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }),
      fc.integer(),
      (all, seed) => new Life().run(all, seed),
    ),
    { seed: SEED, numRuns: 60 },
  );
});

test('the records in memory stay few, however many accounts there are', async () => {
  const disk = new SimulatedDisk();
  const ledger = await open(disk);
  const accounts = 4_000;
  const batch = 100;
  const most = 10 * batch;
  for (let from = 0; from < accounts; from += batch) {
    const grants = Array.from({ length: batch }, (_, at) => {
      const account = `u${from + at}`;
      return ledger.accounts.grant({ account, amount: 1, id: account, by: 'admin', reason: '' });
    });
    await Promise.all(grants);
    for (let turns = 0; ledger.recordsInMemory > most; turns += 1) {
      assert.ok(turns < TURNS_MAX, `${ledger.recordsInMemory} records stay in memory`);
      await setImmediate();
    }
  }
  assert.equal(ledger.totals.accounts, accounts);
  assert.equal((await ledger.accounts.balances('u7')).available, 1);
  await ledger.close();
});

test('a last snapshot that cannot be written keeps nothing from closing, and nothing is lost', async () => {
  const disk = await usedDisk();
  const warnings: string[] = [];
  const warn = (_: object, message: string) => void warnings.push(message);
  const ledger = await open(disk, { ...quiet, warn });
  await ledger.accounts.grant({ account: 'a', amount: 7, id: 'last', by: 'admin', reason: '' });
  disk.onOperation = (operation, name) => {
    if (operation === 'write' && snapshotPartNumber(name) !== undefined) throw new Error('No space left');
  };
  await ledger.close();
  assert.deepEqual(warnings, ['The snapshot could not be made']);
  disk.onOperation = () => undefined;
  const again = await open(disk);
  await assertEqualsFold(again, disk);
  await again.close();
});

/** A ledger with several runs, closed. */
async function usedDisk(): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  const ledger = await open(disk);
  for (const [round, account] of [...NAMES, ...NAMES].entries()) {
    await ledger.accounts.grant({ account, amount: 10, id: `g${round}`, by: 'admin', reason: '' });
    await ledger.accounts.hold({ account, amount: 4, id: `h${round}`, ttlMs: 1_000 });
    await ledger.accounts.charge({ id: `h${round}`, charge: 3, exchange: FACTS });
  }
  await ledger.close();
  return disk;
}

test('a crash at any point of a snapshot leaves a state that equals the fold', async () => {
  let crashes = 0;
  for (let seed = 1; seed <= 5; seed += 1) {
    const random = seededRandom(seed);
    const disk = (await usedDisk()).crashed(() => 0);
    const copies: SimulatedDisk[] = [];
    disk.onOperation = (operation, name) => {
      // Those of the segments are the business of another test.
      if (operation === 'replace' || operation === 'remove' || snapshotPartNumber(name) !== undefined)
        copies.push(disk.crashed(random));
    };
    const ledger = await open(disk);
    for (let round = 0; round < 4; round += 1) {
      const account = NAMES[(seed + round) % NAMES.length] ?? 'a';
      const id = `${seed}-${round}`;
      await ledger.accounts.grant({ account, amount: round, id, by: 'admin', reason: '' });
    }
    await ledger.close();
    for (const copy of copies) {
      const again = await open(copy);
      await assertEqualsFold(again, copy);
      await again.close();
    }
    crashes += copies.length;
  }
  assert.ok(crashes > 80, `${crashes} crashes`);
});

test('a snapshot with any part missing, cut or flipped is made again from the ledger', async () => {
  const disk = await usedDisk();
  const parts = (await disk.names()).filter((name) => snapshotPartNumber(name) !== undefined);
  assert.ok(parts.some((name) => name.endsWith('.tiles')) && parts.some((name) => name.endsWith('.run')));
  let damages = 0;
  for (const name of [snapshotFile, ...parts]) {
    const good = disk.content(name);
    const flips = Array.from({ length: 9 }, (_, at) => flipped(good, Math.floor((good.length * at) / 9)));
    for (const content of [undefined, Buffer.alloc(0), good.subarray(0, -1), ...flips]) {
      const copy = disk.crashed(() => 0);
      if (content === undefined) await copy.remove(name);
      else await copy.replace(name, content);
      await assertHeals(copy.crashed(() => 0.9));
      damages += 1;
    }
  }
  assert.ok(damages >= 36);
});

function flipped(content: Buffer, at: number): Buffer {
  const copy = Buffer.from(content);
  copy[at] = (copy[at] ?? 0) ^ 16;
  return copy;
}

/** Damage of a block shows when it is read: until it is made again, its accounts are unavailable. */
async function assertHeals(disk: SimulatedDisk): Promise<void> {
  const ledger = await open(disk);
  let turns = 0;
  for (const name of NAMES) {
    for (;;) {
      const found = await ledger.accounts.balances(name).catch((error: LedgerError) => error.key);
      if (typeof found !== 'string') break;
      assert.equal(found, 'ledger_unavailable');
      turns += 1;
      assert.ok(turns < TURNS_MAX, 'it does not heal');
      await setImmediate();
    }
  }
  await assertEqualsFold(ledger, disk);
  await ledger.close();
  const again = await open(disk);
  await assertEqualsFold(again, disk);
  await again.close();
}

test('a snapshot of another ledger is not used, and one of an earlier version is removed', async () => {
  const disk = await usedDisk();
  const other = new SimulatedDisk();
  const ledger = await open(other);
  for (let number = 0; number < 60; number += 1) {
    await ledger.accounts.grant({ account: 'a', amount: 1, id: `${number}`, by: 'admin', reason: '' });
  }
  await ledger.close();
  for (const name of await disk.names()) {
    if (name === snapshotFile || snapshotPartNumber(name) !== undefined)
      await other.replace(name, disk.content(name));
  }
  const reopened = await open(other);
  await assertEqualsFold(reopened, other);
  await reopened.close();

  await disk.replace(snapshotFile, Buffer.from(`hilo-ledger-snapshot-1 ${'0'.repeat(64)}\n{}\n`));
  const names = (await disk.names()).filter((name) => snapshotPartNumber(name) !== undefined);
  const rebuilt = await open(disk);
  const left = await disk.names();
  assert.ok(!left.includes(snapshotFile) && names.every((name) => !left.includes(name)));
  await assertEqualsFold(rebuilt, disk);
  await rebuilt.close();
});
