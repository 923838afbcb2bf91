import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../shared/ledger/entries.ts';
import { AccountsFold } from '../../shared/ledger/fold.ts';
import { foldNeed, idWindowEntries } from '../../shared/ledger/fold-tables.ts';
import { RunSet } from './run-set.ts';
import { SimulatedDisk } from './simulated-disk.fixture.ts';
import { saveRuns, spill } from './snapshot-runs.ts';
import { StoredTables } from './stored-tables.ts';

const TINY = { accountsCachedMax: 100, idsCachedMax: 100, refundsCachedMax: 1 };
const at = '2026-11-30T00:00:00.000Z';

function grant(account: string, amount: number, id: string): Entry {
  return { account, amount: String(amount), at, by: 'admin', id, reason: '', type: 'grant' };
}

test('200,000 accounts: the records in memory stay few, and each account is found again', async () => {
  const [accounts, changesMax] = [200_000, 20_000];
  const disk = new SimulatedDisk();
  const tables = new StoredTables(RunSet.empty(), 0, TINY);
  const fold = new AccountsFold(tables);
  fold.apply({ at, key: '', origin: 'o', type: 'genesis', unit: '', version: '1' });
  let most = 0;
  let read = 0;
  for (let number = 0; number < accounts; number += 1) {
    const entry = grant(`u${number}`, number, `g${number}`);
    if (!tables.isLoaded(foldNeed(entry))) {
      using _lease = await tables.load([foldNeed(entry)]);
      read += 1;
      assert.equal(fold.apply(entry), undefined);
    } else assert.equal(fold.apply(entry), undefined);
    most = Math.max(most, tables.size);
    if (tables.changes >= changesMax) await spill(disk, tables, fold.count);
  }
  assert.ok(most <= changesMax + 202, `${most} records in memory`);
  assert.ok(tables.runs.runs.length <= 8, `${tables.runs.runs.length} runs`);
  assert.ok(read < accounts / 10, `${read} of ${accounts} new accounts needed the disk`);
  assert.equal(fold.accountCount, accounts);
  for (let number = 0; number < accounts; number += 997) {
    using _lease = await tables.load([foldNeed(grant(`u${number}`, 0, `g${number}`))]);
    assert.deepEqual(tables.account(`u${number}`), {
      granted: number,
      available: number,
      held: 0,
      spent: 0,
      allowance: 0,
    });
    assert.equal(fold.apply(grant(`u${number}`, 1, `g${number}`))?.reason, 'duplicate_id');
  }
});

test('what changes while a snapshot is made stays in memory, what the snapshot has leaves it', async () => {
  const disk = new SimulatedDisk();
  const tables = new StoredTables(RunSet.empty(), 0, { ...TINY, accountsCachedMax: 1 });
  const fold = new AccountsFold(tables);
  fold.apply({ at, key: '', origin: 'o', type: 'genesis', unit: '', version: '1' });
  for (const name of ['a', 'b', 'c']) assert.equal(fold.apply(grant(name, 1, `1-${name}`)), undefined);
  tables.startGeneration(fold.count);
  const { count } = fold;
  const runs = await saveRuns(disk, tables);
  // The runs have 1 credit of each; this is newer.
  assert.equal(fold.apply(grant('a', 1, '2-a')), undefined);
  await tables.adopt(await RunSet.open(disk, runs), count);
  assert.deepEqual([tables.changes, tables.size], [2, 2]);
  assert.equal(tables.account('a')?.available, 2);
  assert.throws(() => tables.account('b'), /was not loaded/);
  {
    using _lease = await tables.load([{ account: 'b' }, { account: 'c' }, { id: '1-b' }]);
    assert.equal(tables.account('b')?.available, 1);
    // A leased account is not forgotten, whatever else is loaded, and whatever changes.
    assert.equal(fold.apply(grant('b', 4, '2-b')), undefined);
    tables.startGeneration(fold.count);
    await tables.adopt(await RunSet.open(disk, await saveRuns(disk, tables)), fold.count);
    assert.equal(tables.account('b')?.available, 5);
  }
  using _lease = await tables.load([{ account: 'a' }, { account: 'b' }, { account: 'nobody' }]);
  assert.equal(tables.account('a')?.available, 2);
  assert.equal(tables.account('b')?.available, 5);
  assert.equal(tables.account('nobody'), undefined);
});

test('an account that was known not to be there is there once it was made', async () => {
  const disk = new SimulatedDisk();
  const tables = new StoredTables(RunSet.empty(), 0, TINY);
  tables.noteId('some', 1, true);
  await spill(disk, tables, 1);
  (await tables.load([{ account: 'a' }]))[Symbol.dispose]();
  tables.setAccount('a', { granted: 3, available: 3, held: 0, spent: 0, allowance: 0 });
  await spill(disk, tables, 2);
  using _lease = await tables.load([{ account: 'a' }]);
  assert.equal(tables.account('a')?.available, 3);
});

test('an adopted snapshot that is older than a change does not replace it', async () => {
  const disk = new SimulatedDisk();
  const tables = new StoredTables(RunSet.empty(), 0, TINY);
  const fold = new AccountsFold(tables);
  fold.apply({ at, key: '', origin: 'o', type: 'genesis', unit: '', version: '1' });
  assert.equal(fold.apply(grant('a', 1, '1')), undefined);
  const runs = await saveRuns(disk, tables);
  const { count } = fold;
  assert.equal(fold.apply(grant('a', 1, '2')), undefined);
  // This generation ends behind what the runs have.
  tables.startGeneration(fold.count);
  await tables.adopt(await RunSet.open(disk, runs), count);
  assert.equal(tables.account('a')?.available, 2);
  assert.equal(tables.indexOfId('2'), 2);
});

test('ids of holds are forgotten after the window, in memory and in runs; of grants never', async () => {
  const disk = new SimulatedDisk();
  const tables = new StoredTables(RunSet.empty(), 0, TINY);
  tables.noteId('old', 5, false);
  tables.noteId('young', idWindowEntries, false);
  tables.noteId('money', 6, true);
  tables.startIdWindow(idWindowEntries);
  assert.equal(tables.indexOfId('old'), 5);
  await spill(disk, tables, idWindowEntries);
  assert.equal(tables.runs.runs[0]?.info.records, 3);
  const restarted = new StoredTables(tables.runs, 2 * idWindowEntries, TINY);
  for (const each of [tables, restarted]) {
    using _lease = await each.load([{ id: 'old' }, { id: 'young' }, { id: 'money' }]);
    each.startIdWindow(2 * idWindowEntries);
    assert.equal(each.indexOfId('old'), undefined);
    assert.equal(each.indexOfId('young'), idWindowEntries);
    assert.equal(each.indexOfId('money'), 6);
  }
  tables.noteId('new', 2 * idWindowEntries, false);
  await spill(disk, tables, 2 * idWindowEntries);
  assert.deepEqual(
    tables.runs.runs.map(({ info }) => info.records),
    [3],
  );
});
