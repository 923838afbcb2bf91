/**
 * A message is written in this order: its texts, the block with its entry, the head record, and only then is
 * it acknowledged. Here the process dies between any two of these, within any of the writes, and at many
 * moments of a busy server, while credits are set aside in memory and held by entries.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { headFile, isSegmentName, segmentName } from '../shared/ledger/layout.ts';
import { reconcile } from '../server/credits/reconciliation.ts';
import {
  MemoryTexts,
  openTestMeter,
  reserveRequest,
  settleFacts,
  type TestMeter,
} from '../server/credits/meter.fixture.ts';
import {
  seededRandom,
  SimulatedDisk,
  type DiskWrite,
  type Random,
} from '../server/ledger/simulated-disk.fixture.ts';
import {
  assertBalanced,
  assertContents,
  readColdLedger,
  type ColdLedger,
} from './e2e/support/cold-ledger.ts';

/** Few in `npm test`, many in `npm run test:long`, which tears each write at every byte. */
const POINTS = Number(process.env['POINTS'] ?? 200);
const TORN_EVERY = Number(process.env['TORN_EVERY'] ?? 97);
const SEED = Number(process.env['SEED'] ?? 1);
const CREDITS = 100_000;
const HOLD = 500;
/** Numbers of exchanges of one life; the next one begins after them, as the store's sequences do. */
const NUMBERS_OF_LIFE = 1_000;
const LIVES = 3;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What clients were told, by the id of the entry or of the hold. */
interface Told {
  /** Exchanges, with the index of the entry. */
  readonly exchanges: Map<string, number>;
  readonly holds: Set<string>;
  readonly ends: Set<string>;
}

interface Moment {
  readonly disk: SimulatedDisk;
  readonly texts: MemoryTexts;
  readonly told: Told;
}

interface Death extends Moment {
  /** Credits were held or set aside at that moment. */
  readonly hadOpen: boolean;
}

function nothingTold(): Told {
  return { exchanges: new Map(), holds: new Set(), ends: new Set() };
}

function momentOf({ texts }: Pick<Moment, 'texts'>, disk: SimulatedDisk, told: Told, life = 1): Moment {
  return {
    disk,
    texts: new MemoryTexts(texts.rows.values(), life * NUMBERS_OF_LIFE),
    told: {
      exchanges: new Map(told.exchanges),
      holds: new Set(told.holds),
      ends: new Set(told.ends),
    },
  };
}

async function say(parts: TestMeter, told: Told, number: number): Promise<void> {
  const reservation = await parts.meter.reserve(reserveRequest(number));
  const { receipt } = await reservation.settle(settleFacts(3, 4));
  told.exchanges.set(await idAt(parts, receipt.index), receipt.index);
}

async function idAt({ ledger }: TestMeter, index: number): Promise<string> {
  const entry = await ledger.entry(index);
  assert.ok(entry?.type === 'charge');
  return entry.id;
}

async function grant({ ledger }: TestMeter, id: string): Promise<void> {
  await ledger.accounts.grant({ account: 'a', amount: CREDITS, id, by: 'admin', reason: '' });
}

async function hold({ ledger }: TestMeter, told: Told, id: string, ttlMs = 60_000): Promise<void> {
  await ledger.accounts.hold({ account: 'a', amount: HOLD, id, ttlMs });
  told.holds.add(id);
}

const COMMITMENT = Buffer.alloc(32, 1).toString('base64');
const JOB = {
  actor: 'a',
  service: 'chat',
  route: 'm',
  model: 'm',
  trace: 'job',
  degraded: false,
  inputTokens: 1,
  outputTokens: 2,
  usage: 'reported',
  finish: 'stop',
  prompt: COMMITMENT,
  answer: COMMITMENT,
} as const;
/** As on a real disk, other things happen while it writes. */
function slow(disk: SimulatedDisk): SimulatedDisk {
  disk.delay = () => setImmediate();
  return disk;
}

const WAYS = ['charge', 'release', 'expire'] as const;

async function endHold({ ledger }: TestMeter, told: Told, id: string, way: number): Promise<void> {
  const { accounts } = ledger;
  const kind = WAYS[way % WAYS.length];
  if (kind === 'charge') await accounts.charge({ id, charge: 7, exchange: JOB });
  else if (kind === 'release') await accounts.release({ id, reason: 'failed' });
  else await accounts.expire({ id });
  told.ends.add(id);
}

/** A start as the server makes it. */
async function start(moment: Pick<Moment, 'disk' | 'texts'>): Promise<TestMeter> {
  const { disk, texts } = moment;
  const parts = await openTestMeter({ disk, texts, credits: CREDITS, keepsOpenHolds: true });
  await reconcile({ ledger: parts.ledger, texts }, quiet);
  await parts.ledger.upgrade();
  return parts;
}

/** All that must be true after a start. */
async function assertRecovers({ disk, texts, told }: Moment): Promise<void> {
  const parts = await start({ disk, texts });
  const cold = coldLedger(disk);
  assertBalanced(cold);
  assertHolds(parts, told, cold);
  const byId = new Map(cold.entries.flatMap((entry, index) => ('id' in entry ? [[entry.id, index]] : [])));
  for (const [id, index] of told.exchanges) {
    assert.equal(byId.get(id), index, `the entry of ${id}`);
    assert.ok(texts.rows.has(id), `the texts of ${id}`);
  }
  assertContents(storedTexts(texts), withoutJobs(cold));
  await assertGoesOn(parts, texts);
}

/** Only what an entry holds is held; what was told to be held or ended is. */
function assertHolds({ ledger }: TestMeter, told: Told, cold: ColdLedger): void {
  const open = new Set(ledger.accounts.openHoldIds());
  const account = cold.state.fold.tables.accounts.get('a');
  assert.equal(account?.held ?? 0, open.size * HOLD);
  assert.equal(ledger.totals.openHolds, open.size, 'nothing is set aside for calls that died');
  for (const id of told.ends) assert.ok(!open.has(id), `the end of ${id}`);
  for (const id of told.holds) {
    const hasEnded = cold.entries.some((entry) => 'hold' in entry && entry.hold !== '-' && entry.id === id);
    assert.ok(open.has(id) !== hasEnded, `${id} is open or has ended`);
  }
}

/** Every hold can be ended, once, and the next message is written. */
async function assertGoesOn(parts: TestMeter, texts: MemoryTexts): Promise<void> {
  const told = nothingTold();
  for (const [way, id] of parts.ledger.accounts.openHoldIds().entries()) {
    await endHold(parts, told, id, way);
    await assert.rejects(endHold(parts, told, id, way + 1), 'it ends once');
  }
  await say(parts, told, NUMBERS_OF_LIFE - 1);
  assert.equal((await parts.ledger.accounts.balances('a')).held, 0);
  await parts.ledger.close();
  const cold = coldLedger(parts.disk);
  assertBalanced(cold);
  assert.equal(cold.state.fold.openHolds.size, 0, 'no hold is left');
  assertContents(storedTexts(texts), withoutJobs(cold));
}

function storedTexts({ rows }: MemoryTexts) {
  return [...rows].map(([id, row]) => ({ ...row, id }));
}

/** The jobs here have no texts. */
function withoutJobs(cold: ColdLedger): ColdLedger {
  const entries = cold.entries.map((entry) =>
    entry.type === 'charge' && entry.hold !== '-'
      ? { ...entry, type: 'release' as const, reason: '' }
      : entry,
  );
  return { ...cold, entries };
}

function coldLedger(disk: SimulatedDisk): ColdLedger {
  const names = Array.from({ length: 20 }, (_, number) => segmentName(number));
  return readColdLedger(Buffer.concat(names.map((name) => disk.content(name))));
}

/** What is written, in groups that share a block, while one more hold is open and a call is in progress. */
const WRITES: Readonly<Record<string, (parts: TestMeter, told: Told) => Promise<unknown>>> = {
  'a message': (parts, told) => say(parts, told, 2),
  'a hold': (parts, told) => hold(parts, told, 'job-new'),
  'the charge of a hold': (parts, told) => endHold(parts, told, 'job-1', 0),
  'the release of a hold': (parts, told) => endHold(parts, told, 'job-1', 1),
  'the expiry of a hold': (parts, told) => endHold(parts, told, 'job-1', 2),
  'all of these': (parts, told) =>
    Promise.all([
      say(parts, told, 2),
      say(parts, told, 3),
      hold(parts, told, 'job-new'),
      endHold(parts, told, 'job-1', 0),
      endHold(parts, told, 'job-2', 1),
      endHold(parts, told, 'job-3', 2),
    ]),
};

/** A ledger with a message, open holds, and a call in progress. */
async function begun(told: Told): Promise<TestMeter> {
  const parts = await start({ disk: slow(new SimulatedDisk()), texts: new MemoryTexts() });
  await grant(parts, 'g');
  await say(parts, told, 1);
  for (const id of ['job-1', 'job-2', 'job-3', 'job-stays']) await hold(parts, told, id);
  await parts.meter.reserve(reserveRequest(90));
  // Writes nothing; the checkpoint file would come at its own time.
  await setImmediate();
  return parts;
}

test('a message is written in this order: texts, block, head, and then it is told', async () => {
  const told = nothingTold();
  const { disk, texts, ...rest } = await begun(told);
  const order: string[] = [];
  disk.onOperation = (operation, name) => order.push(`${operation} ${isSegmentName(name) ? 'block' : name}`);
  const record = texts.record.bind(texts);
  texts.record = async (row) => {
    await record(row);
    order.push('texts');
  };
  await say({ disk, texts, ...rest }, told, 2);
  order.push('told');
  const head = [`write ${headFile}`, `sync ${headFile}`];
  assert.deepEqual(order, ['texts', 'write block', 'sync block', ...head, 'told']);
});

for (const [what, write] of Object.entries(WRITES)) {
  test(`${what}: each prefix of its writes, and each of them torn at every ${TORN_EVERY} bytes`, async () => {
    const told = nothingTold();
    const parts = await begun(told);
    const moments: Moment[] = [];
    const random = seededRandom(SEED);
    const note = (disk: SimulatedDisk) => moments.push(momentOf(parts, disk, told));
    parts.texts.before = async () => void note(parts.disk.killed());
    parts.disk.onOperation = (_operation, _name, torn) => {
      note(parts.disk.killed());
      note(parts.disk.crashed(random));
      if (torn) for (const part of tornParts(torn)) note(parts.disk.killed(part));
    };
    await write(parts, told);
    note(parts.disk.killed());
    parts.disk.onOperation = () => undefined;
    assert.ok(moments.length > 30, `only ${moments.length} moments`);
    for (const moment of moments) await assertRecovers(moment);
  });
}

/** A write that ended early, one whose end is there as zeros, and one of which only the end is there. */
function* tornParts({ name, position, bytes }: DiskWrite): Generator<DiskWrite> {
  for (let kept = 0; kept < bytes.length; kept += TORN_EVERY) {
    yield { name, position, bytes: bytes.subarray(0, kept) };
    const early = Buffer.alloc(bytes.length);
    early.set(bytes.subarray(0, kept));
    yield { name, position, bytes: early };
    const late = Buffer.alloc(bytes.length);
    late.set(bytes.subarray(kept), kept);
    yield { name, position, bytes: late };
  }
}

test(`${POINTS} moments of a busy server with open holds, from seed ${SEED}`, async (context) => {
  const seen = { deaths: 0, whileHeld: 0 };
  for (let seed = SEED; seen.deaths < POINTS; seed += 1) {
    try {
      for await (const { hadOpen } of dieAgainAndAgain(seededRandom(seed))) {
        seen.deaths += 1;
        if (hadOpen) seen.whileHeld += 1;
      }
    } catch (error) {
      throw new Error(`With seed ${seed}`, { cause: error });
    }
  }
  assert.ok(seen.whileHeld > seen.deaths / 2);
  context.diagnostic(`${seen.deaths} deaths, ${seen.whileHeld} of them while credits were held or set aside`);
});

/** Several lives, each on what one of the deaths of the last one has left. */
async function* dieAgainAndAgain(random: Random): AsyncGenerator<Death> {
  let from: Moment = { disk: new SimulatedDisk(), texts: new MemoryTexts(), told: nothingTold() };
  for (let life = 1; life <= LIVES; life += 1) {
    const deaths = await live(from, life, random);
    const next = deaths[Math.floor(random() * deaths.length)];
    assert.ok(next);
    from = momentOf(next, next.disk.killed(), next.told, life);
    for (const death of deaths) {
      await assertRecovers(death);
      yield death;
    }
  }
}

/** The deaths of one life: at each operation of the disk and of the store, with and without the power. */
async function live({ disk, texts, told }: Moment, life: number, random: Random): Promise<Death[]> {
  const deaths: Death[] = [];
  let isOpen = () => false;
  const note = (left: SimulatedDisk) => {
    deaths.push({ ...momentOf({ texts }, left, told, life), hadOpen: isOpen() });
  };
  disk.onOperation = (_operation, _name, torn) => {
    note(disk.crashed(random));
    note(torn && random() < 0.5 ? disk.killed(tornSomewhere(torn, random)) : disk.killed());
  };
  texts.before = async () => {
    note(disk.crashed(random));
    await turns(random() * 3);
  };
  const parts = await start({ disk: slow(disk), texts });
  isOpen = () => parts.ledger.totals.openHolds > 0;
  await grant(parts, `g-${life}`);
  await Promise.all([0, 1, 2, 3].map((client) => work(parts, told, { life, client, random })));
  disk.onOperation = () => undefined;
  texts.before = () => Promise.resolve();
  return deaths;
}

/** Messages, some of which never end, and holds, some of which stay open. */
async function work(
  parts: TestMeter,
  told: Told,
  { life, client, random }: { life: number; client: number; random: Random },
): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    await turns(random() * 4);
    const id = `job-${life}-${client}-${round}`;
    const dice = random();
    if (dice < 0.2) await parts.meter.reserve(reserveRequest(life * 100 + round));
    else if (dice < 0.6) await say(parts, told, life * 100 + round);
    else await hold(parts, told, id, dice < 0.8 ? 0 : 60_000);
    if (dice >= 0.6 && random() < 0.7) await endHold(parts, told, id, Math.floor(random() * WAYS.length));
  }
}

function tornSomewhere(torn: DiskWrite, random: Random): DiskWrite {
  const parts = [...tornParts(torn)];
  return parts[Math.floor(random() * parts.length)] ?? torn;
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await setImmediate();
}
