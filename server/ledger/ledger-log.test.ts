import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { ManualClock } from '../../shared/clock.ts';
import { createNoteSigner } from '../../shared/ledger/note-keys.ts';
import { verifyReceipt } from '../../shared/ledger/receipt.ts';
import type { Disk } from './disk.ts';
import { openLedger, type Ledger } from './ledger.ts';
import { SimulatedDisk } from './simulated-disk.fixture.ts';

const signer = createNoteSigner('log.test/ledger', Buffer.alloc(32, 5));
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const TILES = 100;

/** A disk whose reads take a turn of the event loop, and are counted. */
class SlowDisk extends SimulatedDisk {
  reads = 0;
  bytesRead = 0;

  override async open(name: string): Promise<Awaited<ReturnType<Disk['open']>>> {
    const file = await super.open(name);
    return {
      size: () => file.size(),
      read: async (position, length) => {
        await setImmediate();
        const bytes = await file.read(position, length);
        this.reads += 1;
        this.bytesRead += bytes.length;
        return bytes;
      },
      write: (position, bytes) => file.write(position, bytes),
      sync: () => file.sync(),
      truncate: (size) => file.truncate(size),
      close: () => file.close(),
    };
  }
}

/** About `TILES` tiles of 256 entries, most of them in memory no more. */
async function openLongLedger(): Promise<{ ledger: Ledger; disk: SlowDisk; sizes: number[] }> {
  const disk = new SlowDisk();
  const ledger = await openLedger({ disk, signer, log: quiet, clock: new ManualClock(1_000) });
  const sizes: number[] = [];
  for (let tile = 0; tile < TILES; tile++) {
    const names = Array.from({ length: 256 }, (_, entry) => `${tile}-${entry}`);
    const grants = names.map((id) => {
      return ledger.accounts.grant({ account: 'a', amount: 1, id, by: 'admin', reason: '' });
    });
    await Promise.all(grants);
    sizes.push(ledger.head.size);
  }
  disk.reads = 0;
  disk.bytesRead = 0;
  return { ledger, disk, sizes };
}

test('proofs at the same time do not push out the nodes of each other', async () => {
  const { ledger, disk, sizes } = await openLongLedger();
  const half = TILES / 2;
  const pairs = sizes.slice(0, half).map((from, at) => [from - 100, (sizes[at + half] ?? 0) - 100] as const);
  const proofs = await Promise.all(pairs.map(([from, to]) => ledger.consistency(from, to)));
  const { reads } = disk;
  for (const [at, proof] of proofs.entries()) {
    const [from, to] = pairs[at] ?? [0, 0];
    assert.deepEqual(proof, await ledger.consistency(from, to));
  }
  assert.ok(reads <= pairs.length * 2, `${reads} reads for ${pairs.length} proofs`);
  const receipts = sizes.map((size) => ledger.receipt(size - 128));
  for (const receipt of await Promise.all(receipts)) {
    assert.ok((await verifyReceipt({ receipt, verifierKey: ledger.verifierKey })).ok);
  }
  await ledger.close();
});

test('a proof whose request was given up reads no further', async () => {
  const { ledger, disk } = await openLongLedger();
  const controller = new AbortController();
  const reason = new Error('The deadline has passed');
  const proof = ledger.consistency(300, 20_000, controller.signal);
  controller.abort(reason);
  await assert.rejects(proof, reason);
  assert.equal(disk.reads, 1);
  await assert.rejects(ledger.entries([1, 10_000], AbortSignal.abort(reason)), reason);
  await ledger.close();
});

test('many old entries cost one read of each part of the file', async () => {
  const { ledger, disk } = await openLongLedger();
  const indexes = Array.from({ length: 200 }, (_, at) => 10_000 - at);
  const entries = await ledger.entries([...indexes, -1, 0.5, 1e9]);
  assert.deepEqual(new Set(entries.keys()), new Set(indexes));
  for (const [index, entry] of entries) assert.deepEqual(entry, await ledger.entry(index));
  await ledger.close();
  const { ledger: again, disk: fresh } = await openLongLedger();
  await again.entries(indexes);
  assert.ok(fresh.bytesRead < 512 * 1024, `${fresh.bytesRead} bytes`);
  assert.ok(disk.reads > fresh.reads);
  await again.close();
});
