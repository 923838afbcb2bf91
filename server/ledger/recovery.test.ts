/** What a start makes of what it finds: whole, torn and damaged files, and blocks that nobody was told of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { blockEnd, blockHash, blockStart } from '../../shared/ledger/block-text.ts';
import type { Entry } from '../../shared/ledger/entries.ts';
import { formatEntry } from '../../shared/ledger/entry-text.ts';
import { formatHead, headFile, parseHeads, snapshotFile, tornName } from '../../shared/ledger/layout.ts';
import { createNoteSigner } from '../../shared/ledger/note-keys.ts';
import { leafHashBinary } from '../../shared/ledger/tree-hash.ts';
import type { LedgerError } from './ledger-error.ts';
import { openLedger, type Ledger } from './ledger.ts';
import { headOf, recover, refreshSnapshot } from './recovery.ts';
import { SimulatedDisk } from './simulated-disk.fixture.ts';
import { readSnapshot } from './snapshot.ts';

const signer = createNoteSigner('recovery.test/ledger', Buffer.alloc(32, 6));
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const SEGMENT = 'segment-000000.jsonl';
const at = '2030-01-02T03:04:05.678Z';

function open(disk: SimulatedDisk): Promise<Ledger> {
  return openLedger({ disk, signer, log: quiet, clock: new ManualClock(1_000) });
}

function grant(id: string, amount = '5'): Entry {
  return { account: 'a', amount, at, by: 'admin', id, reason: '', type: 'grant' };
}

/** Segment and head of a closed ledger with three grants, and nothing that would only save time. */
async function usedDisk(amount = 5): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  const ledger = await open(disk);
  for (const id of ['1', '2', '3']) {
    await ledger.accounts.grant({ account: 'a', amount, id, by: 'admin', reason: '' });
  }
  await ledger.close();
  return onlyTruth(disk);
}

function onlyTruth(disk: SimulatedDisk): SimulatedDisk {
  return new SimulatedDisk(new Map([SEGMENT, headFile].map((name) => [name, disk.content(name)])));
}

/** With a block after the head; `root` is that of the tree unless another is given. */
async function withBlock(
  disk: SimulatedDisk,
  entries: readonly Entry[],
  root?: string,
): Promise<SimulatedDisk> {
  const { index } = await recover(onlyTruth(disk));
  const { state } = index;
  const texts = entries.map(formatEntry);
  const first = state.tree.size;
  for (const text of texts) state.tree.appendBinary(leafHashBinary(text));
  const trueRoot = Buffer.from(state.tree.head().root).toString('base64');
  const header = {
    count: texts.length,
    first,
    n: state.blocks,
    prev: state.hash,
    root: root ?? trueRoot,
    ts: at,
  };
  const line = `${blockStart(texts.length)}${texts.join(',')}${blockEnd(header, blockHash(header))}\n`;
  return withTail(disk, line);
}

function withTail(disk: SimulatedDisk, tail: string): SimulatedDisk {
  const segment = Buffer.concat([disk.content(SEGMENT), Buffer.from(tail)]);
  return new SimulatedDisk(
    new Map([
      [SEGMENT, segment],
      [headFile, disk.content(headFile)],
    ]),
  );
}

function available(ledger: Ledger): Promise<number> {
  return ledger.accounts.balances('a').then((balances) => balances.available);
}

test('a whole block that nobody was told of is kept, and made durable with its head record', async () => {
  const disk = await withBlock(await usedDisk(), [grant('4'), grant('5')]);
  const operations: string[] = [];
  disk.onOperation = (operation, name) => operations.push(`${operation} ${name}`);
  const { index, adopted, torn } = await recover(disk);
  assert.deepEqual([adopted, torn], [1, []]);
  assert.equal(index.state.fold.account('a').available, 25);
  assert.deepEqual(operations, [`sync ${SEGMENT}`, `write ${headFile}`, `sync ${headFile}`]);
  assert.deepEqual(parseHeads(disk.content(headFile)), headOf(index));
  const again = await recover(disk);
  assert.equal(again.adopted, 0);
});

test('a torn block that had reached the balances before its fault showed is taken out again', async () => {
  const good = await usedDisk();
  const { length } = good.content(SEGMENT);
  const wrongRoot = Buffer.alloc(32, 1).toString('base64');
  const torn = [
    await withBlock(good, [grant('4')], wrongRoot),
    await withBlock(good, [grant('4'), grant('1')]),
    withTail(good, '{"count":1,"entr'),
    withTail(good, 'x\n'),
    withTail(good, '{'),
  ];
  for (const disk of torn) {
    const tail = disk.content(SEGMENT).subarray(length);
    const ledger = await open(disk);
    assert.equal(await available(ledger), 15);
    assert.deepEqual(ledger.totals, { issued: 15, revenue: 0, accounts: 1, openHolds: 0, entries: 5 });
    const file = tornName(length, 0);
    assert.deepEqual(disk.content(file), tail);
    const noted = await ledger.entry(4);
    assert.ok(noted?.type === 'recovery');
    assert.deepEqual([noted.file, noted.bytes], [file, String(tail.length)]);
    // The id of the torn grant is free.
    await ledger.accounts.grant({ account: 'a', amount: 1, id: '4', by: 'admin', reason: '' });
    assert.equal(await available(ledger), 16);
    await ledger.close();
    const again = await open(onlyTruth(disk));
    assert.equal(await available(again), 16);
    await again.close();
  }
});

test('bytes that are torn at a place where others were saved before get a file of their own', async () => {
  const good = await usedDisk();
  const { length } = good.content(SEGMENT);
  const disk = withTail(good, '{"second');
  await disk.replace(tornName(length, 0), Buffer.from('{"first'));
  const { torn } = await recover(disk);
  assert.deepEqual(torn, [tornName(length, 0), tornName(length, 1)]);
  assert.equal(disk.content(tornName(length, 0)).toString(), '{"first');
  assert.equal(disk.content(tornName(length, 1)).toString(), '{"second');
  assert.equal(disk.content(SEGMENT).length, length);
});

test('another ledger of the same length is not the one that the head record covers', async () => {
  const disk = await usedDisk(5);
  const other = await usedDisk(6);
  assert.equal(disk.content(SEGMENT).length, other.content(SEGMENT).length);
  const mixed = new SimulatedDisk(
    new Map([
      [SEGMENT, other.content(SEGMENT)],
      [headFile, disk.content(headFile)],
    ]),
  );
  await assert.rejects(open(mixed), damagedBy('head record'));
  await assert.rejects(refreshSnapshot(mixed), damagedBy('head record'));
  assert.ok(!(await mixed.names()).includes(snapshotFile));
});

test('a head record is refused when its root or its number of blocks is not that of the file', async () => {
  const disk = await usedDisk();
  const head = parseHeads(disk.content(headFile));
  assert.ok(head);
  for (const change of [{ root: Buffer.alloc(32).toString('base64') }, { blocks: head.blocks + 1 }]) {
    const changed = onlyTruth(disk);
    await changed.replace(headFile, Buffer.from(formatHead({ ...head, ...change })));
    await assert.rejects(open(changed), damagedBy('head record'));
  }
});

test('a file that is shorter than the head record says is refused with both lengths', async () => {
  const disk = await usedDisk();
  const bytes = disk.content(SEGMENT);
  const cut = onlyTruth(disk);
  await cut.replace(SEGMENT, bytes.subarray(0, -1));
  await assert.rejects(open(cut), (error: LedgerError) => {
    assert.equal(error.key, 'ledger_damaged');
    assert.deepEqual(error.data, {
      segment: SEGMENT,
      offset: bytes.length - 1,
      expected: bytes.length,
      found: bytes.length - 1,
    });
    return true;
  });
  assert.equal(cut.content(SEGMENT).length, bytes.length - 1, 'nothing is repaired');
});

test('damage before the head names segment, byte, block and entry, and nothing is cut', async () => {
  const disk = await usedDisk();
  const bytes = disk.content(SEGMENT);
  const place = bytes.indexOf('"id":"2"');
  const spoilt = Buffer.from(bytes);
  spoilt.write('"id":\'2', place, 'latin1');
  const damaged = onlyTruth(disk);
  await damaged.replace(SEGMENT, spoilt);
  const start = bytes.lastIndexOf('\n', place) + 1;
  await assert.rejects(open(damaged), (error: LedgerError) => {
    assert.equal(error.key, 'ledger_damaged');
    const { segment, offset, block, entry, what } = error.data;
    assert.deepEqual(
      { segment, block, entry, what },
      {
        segment: SEGMENT,
        block: 2,
        entry: 2,
        what: 'not canonical',
      },
    );
    assert.ok(Number(offset) > start && Number(offset) <= place + 6, String(offset));
    return true;
  });
  assert.deepEqual(damaged.content(SEGMENT), spoilt);
});

test('the first block may be torn when there is no head record, and a later one may not', async () => {
  const torn = new SimulatedDisk(new Map([[SEGMENT, Buffer.from('{"count":1,')]]));
  const ledger = await open(torn);
  assert.equal(ledger.totals.entries, 2);
  await ledger.close();
  const disk = await usedDisk();
  const bytes = Buffer.concat([disk.content(SEGMENT), Buffer.from('{"count":1,')]);
  const headless = new SimulatedDisk(new Map([[SEGMENT, bytes]]));
  await assert.rejects(open(headless), damagedBy('incomplete block'));
  assert.deepEqual(headless.content(SEGMENT), bytes);
});

test('a snapshot is brought to the head record, and is whole when the call ends', async () => {
  const disk = await usedDisk();
  await refreshSnapshot(disk);
  const head = parseHeads(disk.content(headFile));
  const snapshot = await readSnapshot(disk);
  assert.deepEqual([snapshot?.bytes, snapshot?.state.fold.count], [head?.bytes, 4]);
  // The next one goes on from it, and from a damaged one nothing is taken.
  await disk.replace(snapshotFile, Buffer.from('damaged'));
  await refreshSnapshot(disk);
  assert.equal((await readSnapshot(disk))?.state.fold.count, 4);
  const { snapshotEntries, index } = await recover(disk);
  assert.deepEqual([snapshotEntries, index.state.fold.count], [4, 4]);
});

test('blocks after the head record are not in a snapshot, and without a head there is none', async () => {
  const disk = await withBlock(await usedDisk(), [grant('4')]);
  await refreshSnapshot(disk);
  assert.equal((await readSnapshot(disk))?.state.fold.count, 4);
  const empty = new SimulatedDisk();
  await refreshSnapshot(empty);
  assert.equal(await readSnapshot(empty), undefined);
});

test('a snapshot that is ahead of the head record is not used', async () => {
  const disk = await usedDisk();
  const ledger = await open(disk);
  const earlier = disk.content(headFile);
  await ledger.accounts.grant({ account: 'a', amount: 1, id: 'later', by: 'admin', reason: '' });
  await ledger.close();
  assert.equal((await readSnapshot(disk))?.state.fold.count, 5);
  await disk.replace(headFile, earlier);
  const { snapshotEntries, adopted, index } = await recover(disk);
  assert.deepEqual([snapshotEntries, adopted, index.state.fold.count], [0, 1, 5]);
});

test('old entries are found after a start, by where the tiles begin in the file', async () => {
  const disk = await usedDisk();
  const ledger = await open(disk);
  const grants = Array.from({ length: 600 }, (_, number) =>
    ledger.accounts.grant({ account: 'a', amount: 1, id: `n${number}`, by: 'admin', reason: '' }),
  );
  await Promise.all(grants);
  await ledger.close();
  const offsets = (await recover(onlyTruth(disk))).index.tileOffsets;
  const blocks = disk.content(SEGMENT).toString().trimEnd().split('\n');
  const last = disk.content(SEGMENT).lastIndexOf('\n', disk.content(SEGMENT).length - 2) + 1;
  assert.equal(blocks.length, 5);
  assert.deepEqual(offsets, [0, last, last]);
  const again = await open(onlyTruth(disk));
  await again.accounts.grant({ account: 'a', amount: 1, id: 'new', by: 'admin', reason: '' });
  const found = await again.entry(300);
  assert.ok(found?.type === 'grant');
  assert.equal(found.id, 'n296');
  await again.close();
});

test('a long ledger is read with little memory, and the next start reads only what is new', async () => {
  const disk = await usedDisk();
  const ledger = await open(disk);
  for (let number = 0; number < 40; number += 1) {
    const account = `u${number}`;
    await ledger.accounts.grant({ account, amount: 1, id: account, by: 'admin', reason: '' });
  }
  await ledger.close();
  const bare = onlyTruth(disk);
  const limits = { accountsCachedMax: 1, idsCachedMax: 1, refundsCachedMax: 1 };
  const first = await recover(bare, { changesMax: 10, tableLimits: limits });
  assert.equal(first.snapshotEntries, 44);
  assert.ok(first.index.state.fold.tables.size < 10, `${first.index.state.fold.tables.size} records`);
  const second = await recover(bare, { changesMax: 10, tableLimits: limits });
  assert.equal(second.snapshotEntries, 44);
  const untouched = await recover(onlyTruth(disk));
  assert.equal(untouched.snapshotEntries, 0);
});

function damagedBy(what: string): (error: LedgerError) => boolean {
  return ({ key, data }) => {
    assert.ok(Number.isSafeInteger(data['offset']), 'it names a place');
    return key === 'ledger_damaged' && data['what'] === what;
  };
}
