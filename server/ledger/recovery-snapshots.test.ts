/** What a start takes from a snapshot, and what it says of damage. The rest: recovery.test.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ManualClock } from '../../shared/clock.ts';
import { headFile, snapshotFile, tornName } from '../../shared/ledger/layout.ts';
import { createNoteSigner } from '../../shared/ledger/note-keys.ts';
import type { LedgerError } from './ledger-error.ts';
import { openLedger, type Ledger } from './ledger.ts';
import { headOf, recover, refreshSnapshot } from './recovery.ts';
import { SimulatedDisk } from './simulated-disk.fixture.ts';
import { readSnapshot } from './snapshot.ts';

const signer = createNoteSigner('snapshots.test/ledger', Buffer.alloc(32, 6));
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const SEGMENT = 'segment-000000.jsonl';

function open(disk: SimulatedDisk): Promise<Ledger> {
  return openLedger({ disk, signer, log: quiet, clock: new ManualClock(1_000) });
}

function grant(ledger: Ledger, id: string, amount = 5): Promise<unknown> {
  return ledger.accounts.grant({ account: 'a', amount, id, by: 'admin', reason: '' });
}

/** With a snapshot of all of it. */
async function closedDisk(amount = 5): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  const ledger = await open(disk);
  for (const id of ['1', '2', '3']) await grant(ledger, id, amount);
  await ledger.close();
  return disk;
}

/** A process that died with one more grant, which its snapshot does not have. */
async function killedDisk(): Promise<SimulatedDisk> {
  const disk = await closedDisk();
  const ledger = await open(disk);
  await grant(ledger, '4');
  const killed = disk.killed();
  await ledger.close();
  return killed;
}

/** Whoever reads the first blocks finds them damaged. */
async function withDamagedBeginning(disk: SimulatedDisk): Promise<SimulatedDisk> {
  const bytes = disk.content(SEGMENT);
  bytes.write('x', bytes.indexOf('"id":"1"') + 6);
  await disk.replace(SEGMENT, bytes);
  return disk;
}

test('a start goes on from the snapshot with the accounts that it has', async () => {
  const disk = await withDamagedBeginning(await killedDisk());
  const { index, snapshotEntries } = await recover(disk);
  assert.deepEqual([snapshotEntries, index.state.fold.count], [4, 5]);
  await index.state.fold.tables.runs.close();
  const ledger = await open(disk);
  assert.equal((await ledger.accounts.balances('a')).available, 20);
  // What the snapshot has is not taken a second time.
  await assert.rejects(grant(ledger, '1', 7), { key: 'conflict' });
  await ledger.close();
});

test('a snapshot is brought to the head record from where the last one ended', async () => {
  const disk = await withDamagedBeginning(await killedDisk());
  await refreshSnapshot(disk);
  assert.equal((await readSnapshot(disk))?.state.fold.count, 5);
  const whole = await killedDisk();
  await whole.remove(snapshotFile);
  await refreshSnapshot(whole);
  assert.equal((await readSnapshot(whole))?.state.fold.count, 5);
});

test('a snapshot of another ledger is not used, whatever its length', async () => {
  const [own, other] = [await closedDisk(5), await closedDisk(6)];
  assert.equal(own.content(SEGMENT).length, other.content(SEGMENT).length);
  for (const name of [SEGMENT, headFile]) await other.replace(name, own.content(name));
  const { index, snapshotEntries } = await recover(other);
  assert.deepEqual([snapshotEntries, index.state.fold.account('a').available], [0, 15]);
  assert.equal(await readSnapshot(other), undefined);
});

test('a snapshot of which a part is missing or damaged is not used', async () => {
  const parts = (await (await closedDisk()).names()).filter((name) => name.startsWith(`${snapshotFile}-`));
  assert.ok(parts.length > 0);
  for (const part of parts) {
    const disk = await closedDisk();
    await disk.replace(part, Buffer.from('damaged'));
    const ledger = await open(disk);
    assert.equal((await ledger.accounts.balances('a')).available, 15, part);
    await ledger.close();
  }
});

test('a failure of the disk is told, and not taken for a damaged snapshot', async () => {
  const disk = await killedDisk();
  const whole = disk.open.bind(disk);
  disk.open = (name) => (name === snapshotFile ? Promise.reject(new Error('The disk is gone')) : whole(name));
  await assert.rejects(recover(disk), { message: 'The disk is gone' });
  disk.open = whole;
  assert.ok(await readSnapshot(disk));
});

test('the blocks that nobody was told of are durable before the head record covers them', async () => {
  const disk = await killedDisk();
  const earlier = (await closedDisk()).content(headFile);
  const bytes = disk.content(SEGMENT);
  const last = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
  // As if the last block were in the memory of the system only.
  const cold = new SimulatedDisk(
    new Map([
      [SEGMENT, bytes.subarray(0, last)],
      [headFile, earlier],
    ]),
  );
  await (await cold.open(SEGMENT)).write(last, bytes.subarray(last));
  cold.delay = () => setImmediate();
  const atHead: SimulatedDisk[] = [];
  cold.onOperation = (operation, name) => {
    if (operation === 'write' && name === headFile) atHead.push(cold.crashed(() => 0.9));
  };
  const { adopted, index } = await recover(cold);
  assert.deepEqual([adopted, atHead.length], [1, 1]);
  assert.deepEqual(atHead[0]?.content(SEGMENT), bytes);
  assert.equal(headOf(index).bytes, bytes.length);
});

test('a damaged block is named by where its line begins, and no entry of it without need', async () => {
  const disk = await closedDisk();
  const bytes = disk.content(SEGMENT);
  const root = bytes.indexOf('"root":"', bytes.indexOf('"id":"2"')) + 8;
  const start = bytes.lastIndexOf('\n', root) + 1;
  bytes.write(bytes[root] === 0x41 ? 'B' : 'A', root);
  const damaged = new SimulatedDisk(
    new Map([
      [SEGMENT, bytes],
      [headFile, disk.content(headFile)],
    ]),
  );
  await assert.rejects(recover(damaged), (error: LedgerError) => {
    assert.equal(error.key, 'ledger_damaged');
    assert.deepEqual(
      [error.data['segment'], error.data['offset'], error.data['block'], 'entry' in error.data],
      [SEGMENT, start, 2, false],
    );
    assert.match(error.message, /at byte \d+ \(block 2\): hash, expected/);
    return true;
  });
});

test('a damaged entry is named in words, too', async () => {
  const disk = await withDamagedBeginning(await closedDisk());
  const bytes = disk.content(SEGMENT);
  const truth = new SimulatedDisk(
    new Map([
      [SEGMENT, Buffer.from(bytes.toString('latin1').replace('"id":"x"', '"id":\'x"'), 'latin1')],
      [headFile, disk.content(headFile)],
    ]),
  );
  await assert.rejects(recover(truth), { message: /\(block 1, entry 1\): not canonical, expected/ });
});

test('torn bytes are durable in their own file before they are cut off', async () => {
  const whole = await closedDisk();
  const { length } = whole.content(SEGMENT);
  const disk = new SimulatedDisk(
    new Map([
      [SEGMENT, Buffer.concat([whole.content(SEGMENT), Buffer.from('{"torn')])],
      [headFile, whole.content(headFile)],
    ]),
  );
  disk.delay = () => setImmediate();
  const atCut: SimulatedDisk[] = [];
  disk.onOperation = (operation, name) => {
    if (operation === 'truncate' && name === SEGMENT) atCut.push(disk.crashed(() => 0.9));
  };
  await recover(disk);
  assert.equal(atCut.length, 1);
  assert.equal(atCut[0]?.content(tornName(length, 0)).toString(), '{"torn');
});

test('what was opened to be read is closed again', async () => {
  const used = await killedDisk();
  const opened = openFiles(used);
  await refreshSnapshot(used);
  assert.deepEqual(opened(), []);
  const [own, other] = [await closedDisk(5), await closedDisk(6)];
  for (const name of [SEGMENT, headFile]) await other.replace(name, own.content(name));
  const left = openFiles(other);
  const { index } = await recover(other);
  assert.equal(index.state.fold.count, 4);
  assert.deepEqual(left(), [headFile, SEGMENT]);
});

/** The names of the files that are open, from now on. */
function openFiles(disk: SimulatedDisk): () => string[] {
  const open = new Map<object, string>();
  const whole = disk.open.bind(disk);
  disk.open = async (name) => {
    const file = await whole(name);
    const close = file.close.bind(file);
    file.close = () => {
      open.delete(file);
      return close();
    };
    open.set(file, name);
    return file;
  };
  return () => [...open.values()].sort();
}
