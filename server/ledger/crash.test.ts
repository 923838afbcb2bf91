import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import type { Entry } from '../../shared/ledger/entries.ts';
import { isSegmentName } from '../../shared/ledger/layout.ts';
import { createNoteSigner } from '../../shared/ledger/note-keys.ts';
import { isLedgerFault, LedgerState } from '../../shared/ledger/verifier.ts';
import type { LedgerError } from './ledger-error.ts';
import { openLedger, type Ledger } from './ledger.ts';
import { seededRandom, SimulatedDisk, type Random } from './simulated-disk.fixture.ts';

const signer = createNoteSigner('crash.test/ledger', Buffer.alloc(32, 5));
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const commitment = Buffer.alloc(32, 1).toString('base64');
const CRASHES = Number(process.env['CRASHES'] ?? 2_000);
/** Small enough that a workload fills several segments, and blocks lie across pages in all ways. */
const segmentBytes = 6000;

function open(disk: SimulatedDisk, ms: number): Promise<Ledger> {
  return openLedger({ disk, signer, log: quiet, clock: new ManualClock(ms), segmentBytes });
}

/** What the outside was told: entries by index, and roots by size. */
interface Told {
  entries: Map<number, string>;
  roots: Map<number, string>;
}

interface Crash {
  disk: SimulatedDisk;
  told: Told;
}

/** Listens like a client: an entry counts once its promise has resolved. */
async function tell(told: Told, ledger: Ledger, done: Promise<{ index: number }>): Promise<void> {
  const result = await done.catch(() => undefined);
  if (result === undefined) return;
  const { index } = result;
  told.roots.set(ledger.head.size, base64(ledger.head.root));
  const [text] = await ledger.entryTexts(index, index + 1);
  told.entries.set(index, text ?? 'missing');
}

/**
 * Several clients that reserve, hold, charge, release and expire at once, in an order that the seed decides.
 */
async function work(ledger: Ledger, told: Told, random: Random, name: string): Promise<void> {
  const { accounts } = ledger;
  await tell(
    told,
    ledger,
    accounts.grant({ account: 'a', amount: 500, id: `${name}-g`, by: 'admin', reason: 'test' }),
  );
  const client = async (number: number): Promise<void> => {
    for (let round = 0; round < 3; round += 1) {
      const id = `${name}-${number}-${round}`;
      const reserved = accounts.reserve('a', 20);
      if (reserved) {
        const exchange = accounts.charge({ id: `${id}-x`, charge: 7, exchange: exchangeFacts, reserved });
        await tell(told, ledger, exchange);
      }
      await tell(
        told,
        ledger,
        accounts.hold({ account: 'a', amount: 20, id, ttlMs: random() < 0.5 ? 0 : 60_000 }),
      );
      const choice = random();
      if (choice < 0.5)
        await tell(told, ledger, accounts.charge({ id, charge: 12, exchange: exchangeFacts }));
      else if (choice < 0.65) await tell(told, ledger, accounts.release({ id, reason: 'failed' }));
      else if (choice < 0.8) await tell(told, ledger, accounts.expire({ id }));
    }
  };
  await Promise.all([client(0), client(1), client(2)]);
}

const exchangeFacts = {
  actor: 'a',
  service: 'chat',
  route: 'm',
  model: 'model with quite a long name, so that some blocks need more than a page '.repeat(3),
  inputTokens: 1,
  outputTokens: 2,
  usage: 'reported',
  finish: 'stop',
  trace: 'Usuario-1:m1',
  degraded: false,
  prompt: commitment,
  answer: commitment,
} as const;

/** Runs a workload and takes copies of the crashed disk before every operation. */
async function crashesOf(start: Crash, seed: number, copies: number, name: string): Promise<Crash[]> {
  const random = seededRandom(seed);
  const { disk, told } = start;
  const crashes: Crash[] = [];
  disk.onOperation = () => {
    for (let copy = 0; copy < copies; copy += 1) {
      crashes.push({ disk: disk.crashed(random), told: copyOf(told) });
    }
  };
  const ledger = await open(disk, 1000);
  await work(ledger, told, random, name);
  if (random() < 0.5) await ledger.close();
  return crashes;
}

function copyOf(told: Told): Told {
  return { entries: new Map(told.entries), roots: new Map(told.roots) };
}

/** Everything that must hold after a start on what a crash left. */
async function checkStart({ disk, told }: Crash): Promise<void> {
  const ledger = await open(disk, 2000);
  const held = [...ledger.accounts.openHoldIds()].reduce(
    (sum, id) => sum + (ledger.accounts.openHold(id)?.amount ?? 0),
    0,
  );
  assert.equal((await ledger.accounts.balances('a')).held, held, 'only holds with an entry are left');
  const state = await readAll(disk, told);
  assert.equal(state.tree.size, ledger.head.size);
  for (const [name, account] of state.fold.tables.accounts) {
    assert.deepEqual(await ledger.accounts.balances(name), account);
    assert.equal(account.available + account.held + account.spent, account.granted);
  }
}

/** Verifies all blocks as a stranger would, and that nothing which was told has changed. */
async function readAll(disk: SimulatedDisk, told: Told): Promise<LedgerState> {
  const names = (await disk.names()).filter(isSegmentName).sort();
  const text = Buffer.concat(names.map((name) => disk.content(name))).toString('latin1');
  const state = LedgerState.inMemory();
  assert.ok(text.endsWith('\n'));
  for (const line of text.slice(0, -1).split('\n')) {
    const block = state.acceptLine(line);
    assert.ok(!isLedgerFault(block), JSON.stringify(block));
    const root = told.roots.get(state.tree.size);
    if (root !== undefined) assert.equal(block.root, root);
    for (const [at, text] of block.texts.entries()) {
      const entry: Entry | undefined = block.entries[at];
      const expected = told.entries.get(block.first + at);
      if (expected !== undefined) assert.equal(text, expected);
      told.entries.delete(block.first + at);
      if (entry?.type === 'recovery')
        assert.equal(hash('sha256', disk.content(entry.file), 'hex'), entry.sha256);
    }
    told.roots.delete(state.tree.size);
  }
  assert.deepEqual([...told.entries.keys(), ...told.roots.keys()], []);
  return state;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

test(`${CRASHES} crashes: what was acknowledged is there, each start heals and gives back`, async () => {
  let crashes = 0;
  for (let seed = 1; crashes < CRASHES; seed += 1) {
    try {
      const fresh = { disk: new SimulatedDisk(), told: { entries: new Map(), roots: new Map() } };
      const first = await crashesOf(fresh, seed, 3, `s${seed}`);
      // A second life on one of the wrecks: crashes during recovery, and of a ledger with a history.
      const wreck = first[Math.floor(seededRandom(seed)() * first.length)];
      assert.ok(wreck);
      const second = await crashesOf(
        { disk: wreck.disk.crashed(() => 0), told: copyOf(wreck.told) },
        seed,
        3,
        `t${seed}`,
      );
      for (const crash of [...first, ...second]) await checkStart(crash);
      crashes += first.length + second.length;
    } catch (error) {
      throw new Error(`With seed ${seed}`, { cause: error });
    }
  }
});

for (const operation of ['write', 'sync']) {
  test(`after a failed ${operation} nothing is acknowledged any more, nor tried again`, async () => {
    const disk = new SimulatedDisk();
    const ledger = await open(disk, 1000);
    const { accounts } = ledger;
    await accounts.grant({ account: 'a', amount: 500, id: 'g', by: 'admin', reason: '' });
    let failures = 0;
    let later = 0;
    disk.onOperation = (name) => {
      if (failures > 0) later += 1;
      if (name !== operation) return;
      failures += 1;
      throw Object.assign(new Error('Input/output error'), { code: 'EIO' });
    };
    const holds = ['h1', 'h2'].map((id) => accounts.hold({ account: 'a', amount: 10, id, ttlMs: 1000 }));
    for (const hold of holds) await assert.rejects(hold, unavailable);
    disk.onOperation = () => assert.fail('the disk was touched again');
    await assert.rejects(accounts.hold({ account: 'a', amount: 10, id: 'h3', ttlMs: 1000 }), unavailable);
    await assert.rejects(accounts.charge({ id: 'h1', charge: 1, exchange: exchangeFacts }), unavailable);
    assert.deepEqual({ failures, later }, { failures: 1, later: 0 });
    assert.equal(ledger.failure?.key, 'ledger_unavailable');
    await ledger.close();
  });
}

function unavailable(error: LedgerError): boolean {
  return error.key === 'ledger_unavailable';
}
