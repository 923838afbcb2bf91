import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BLOCK_RECORDS, KEY_BYTES, KIND, RECORD_BYTES, SnapshotDamage, type RunInfo } from './run-format.ts';
import { MemoryCursor, mergeInto, RunCursor } from './run-merge.ts';
import { Run } from './run.ts';
import { RunWriter } from './run-writer.ts';
import { SimulatedDisk } from './simulated-disk.fixture.ts';

const SEED = 20_261_130;

/** Keys of which many begin with the same six bytes, so that blocks do too. */
function keyFrom(number: number): Buffer {
  const key = Buffer.alloc(KEY_BYTES);
  key[0] = number % 3;
  key.writeUInt32BE(number, 8);
  key[KEY_BYTES - 1] = KIND.account;
  return key;
}

/** The records of a table, sorted. */
function recordsOf(values: ReadonlyMap<number, number>): Buffer {
  const records = [...values].map(([number, value]) => {
    const record = Buffer.alloc(RECORD_BYTES);
    keyFrom(number).copy(record);
    record.writeDoubleBE(value, KEY_BYTES);
    return record;
  });
  return Buffer.concat(records.sort((one, other) => one.compare(other, 0, KEY_BYTES, 0, KEY_BYTES)));
}

async function writeRun(disk: SimulatedDisk, number: number, values: ReadonlyMap<number, number>) {
  const recordsMax = values.size;
  const writer = await RunWriter.create(disk, { name: `run-${number}`, number, recordsMax });
  await mergeInto(writer, [new MemoryCursor(recordsOf(values))], 0);
  return Run.open(disk, await writer.finish());
}

async function assertHas(run: Run, values: ReadonlyMap<number, number>): Promise<void> {
  for (const [number, value] of values) {
    assert.ok(run.mayHave(keyFrom(number)));
    assert.equal((await run.find(keyFrom(number)))?.readDoubleBE(0), value);
  }
}

test(`a run has what was written, and merged runs have the newest of each key (seed ${SEED})`, async () => {
  const pair = fc.tuple(fc.nat({ max: 900 }), fc.nat());
  const table = fc.array(pair, { minLength: 1, maxLength: 700, size: 'max' });
  await fc.assert(
    fc.asyncProperty(fc.array(table, { minLength: 1, maxLength: 4 }), async (tables) => {
      const disk = new SimulatedDisk();
      const merged = new Map<number, number>();
      const runs: Run[] = [];
      for (const [number, pairs] of tables.entries()) {
        const values = new Map(pairs);
        const run = await writeRun(disk, number, values);
        await assertHas(run, values);
        for (const [key, value] of values) merged.set(key, value);
        runs.unshift(run);
      }
      const recordsMax = runs.reduce((sum, run) => sum + run.info.records, 0);
      const writer = await RunWriter.create(disk, { name: 'merged', number: 9, recordsMax });
      await mergeInto(writer, await Promise.all(runs.map((run) => RunCursor.open(run))), 0);
      const info = await writer.finish();
      assert.equal(info.records, merged.size);
      const run = await Run.open(disk, info);
      await assertHas(run, merged);
      for (let number = 901; number < 950; number += 1)
        assert.equal(await run.find(keyFrom(number)), undefined);
    }),
    { seed: SEED, numRuns: 40 },
  );
});

test('keys that were never added are mostly refused by the filter', async () => {
  const disk = new SimulatedDisk();
  const run = await writeRun(disk, 1, new Map(Array.from({ length: 5_000 }, (_, number) => [number, 1])));
  const perhaps = Array.from({ length: 5_000 }, (_, number) => run.mayHave(keyFrom(number + 10_000)));
  assert.ok(perhaps.filter(Boolean).length < 500);
});

test('a block that was flipped, moved or is of another run is refused; so is the index', async () => {
  const records = 3 * BLOCK_RECORDS;
  const values = new Map(Array.from({ length: records }, (_, number) => [number, number] as const));
  const damages: ((content: Buffer) => void)[] = [
    (content) => (content[2_000] = (content[2_000] ?? 0) ^ 1),
    (content) => content.copyWithin(0, 4_096, 8_192),
    (content) => content.fill(0, 0, 4_096),
  ];
  for (const damage of damages) {
    const disk = new SimulatedDisk();
    const { info } = await writeRun(disk, 1, values);
    await overwrite(disk, info, damage);
    const run = await Run.open(disk, info);
    const firstKey = recordsOf(values).subarray(0, KEY_BYTES);
    await assert.rejects(run.find(firstKey), SnapshotDamage);
    await assert.rejects(RunCursor.open(run), SnapshotDamage);
  }
  const disk = new SimulatedDisk();
  const { info } = await writeRun(disk, 1, values);
  await overwrite(disk, info, (content) => (content[3 * 4_096] = (content[3 * 4_096] ?? 0) ^ 1));
  await assert.rejects(Run.open(disk, info), SnapshotDamage);
  const other = await writeRun(disk, 2, values);
  await assert.rejects(Run.open(disk, { ...other.info, number: 1, name: 'missing' }), SnapshotDamage);
});

async function overwrite(disk: SimulatedDisk, { name }: RunInfo, change: (content: Buffer) => void) {
  const content = disk.content(name);
  change(content);
  await disk.replace(name, content);
}
