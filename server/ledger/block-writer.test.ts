/** The single writer: who shares a block, who is answered when, and what happens when the disk fails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockEntriesMax, isBlockFault, parseBlock } from '../../shared/ledger/block-text.ts';
import { parseCheckpoint } from '../../shared/ledger/checkpoint.ts';
import type { Entry } from '../../shared/ledger/entries.ts';
import { headFile, parseHeads } from '../../shared/ledger/layout.ts';
import { createNoteSigner, openNote, readVerifierKey } from '../../shared/ledger/note-keys.ts';
import { BlockWriter, type CommittedBlock } from './block-writer.ts';
import { canonicalText } from './canonical-text.ts';
import { HeadFile } from './head-file.ts';
import { LedgerError } from './ledger-error.ts';
import { emptyIndex, type LedgerIndex } from './ledger-index.ts';
import { Segments } from './segments.ts';
import { SimulatedDisk } from './simulated-disk.fixture.ts';

const ORIGIN = 'writer.test/ledger';
const signer = createNoteSigner(ORIGIN, Buffer.alloc(32, 9));
const at = '2030-01-02T03:04:05.678Z';
const words = 'w'.repeat(256);
const commitment = Buffer.alloc(32, 1).toString('base64');
/** Nearly as long as an entry can be. The writer does not ask what it means. */
const LONG_TEXT = canonicalText({
  account: 'a'.repeat(128),
  answer: commitment,
  at,
  degraded: 'false',
  finish: 'f'.repeat(128),
  id: 'i'.repeat(128),
  inputTokens: '1',
  model: words,
  outputTokens: '1',
  prompt: commitment,
  trace: 't'.repeat(128),
  type: 'exchange',
  usage: 'reported',
});
const BLOCK_TEXT_MAX = 4 * 1024 * 1024;
const SEGMENT = 'segment-000000.jsonl';

interface Written {
  readonly writer: BlockWriter;
  readonly disk: SimulatedDisk;
  readonly index: LedgerIndex;
  readonly failures: unknown[];
  readonly blocks: CommittedBlock[];
  /** Applies and queues grants with these ids, as the accounts do; they share one block. */
  readonly grant: (...ids: string[]) => Promise<string>;
  readonly clock: { ms: number };
}

/** A writer on a new ledger that has its first entry. */
async function begin(): Promise<Written> {
  const disk = new SimulatedDisk();
  const index = emptyIndex();
  const failures: unknown[] = [];
  const blocks: CommittedBlock[] = [];
  const clock = { ms: Date.parse(at) };
  const writer = new BlockWriter({
    segments: await Segments.open(disk),
    headFile: await HeadFile.open(disk),
    index,
    signer,
    now: () => clock.ms,
    onFailure: (error) => failures.push(error),
    onCommit: (block) => blocks.push(block),
  });
  const add = (entries: readonly Entry[]): string[] => {
    for (const entry of entries) assert.equal(index.state.fold.apply(entry), undefined);
    return entries.map(canonicalText);
  };
  const key = signer.verifierKey;
  await writer.enqueue(
    add([{ at, key, origin: ORIGIN, type: 'genesis', unit: 'credit', version: '1' }]),
    undefined,
  );
  const grant = (...ids: string[]): Promise<string> => {
    const entries = ids.map((id): Entry => {
      return { account: 'a', amount: '1', at, by: 'admin', id, reason: '', type: 'grant' };
    });
    return writer.enqueue(add(entries), ids.join());
  };
  return { writer, disk, index, failures, blocks, grant, clock };
}

function linesOf(disk: SimulatedDisk): string[] {
  return disk.content(SEGMENT).toString('latin1').trimEnd().split('\n');
}

/** How many entries each block after the first has. */
function counts({ blocks }: Written): number[] {
  return blocks.slice(1).map(({ texts }) => texts.length);
}

test('what is queued while a block is written becomes the next one, and each gets its answer', async () => {
  const written = await begin();
  await written.writer.drain();
  const answers = await Promise.all([written.grant('1', '2'), written.grant('3'), written.grant('4')]);
  assert.deepEqual(answers, ['1,2', '3', '4']);
  assert.deepEqual(counts(written), [4]);
  const first = written.grant('5');
  await new Promise((resolve) => (written.disk.onOperation = resolve));
  const second = Promise.all([written.grant('6'), written.grant('7')]);
  assert.deepEqual([await first, ...(await second)], ['5', '6', '7']);
  assert.deepEqual(counts(written), [4, 1, 2]);
  assert.deepEqual(
    written.blocks.map(({ first }) => first),
    [0, 1, 5, 6],
  );
});

test('nobody is answered before the block and its head record are synced', async () => {
  const written = await begin();
  const { writer, disk } = written;
  const operations: string[] = [];
  let size = 1;
  disk.onOperation = (operation, name) => {
    operations.push(`${operation} ${name}`);
    assert.equal(writer.head.size, size);
  };
  await written.grant('1');
  size = 2;
  assert.deepEqual(operations, [
    `write ${SEGMENT}`,
    `sync ${SEGMENT}`,
    `write ${headFile}`,
    `sync ${headFile}`,
  ]);
  const head = parseHeads(disk.content(headFile));
  const last = parseBlock(linesOf(disk).at(-1) ?? '');
  assert.ok(!isBlockFault(last));
  assert.deepEqual(head, {
    blocks: 2,
    bytes: disk.content(SEGMENT).length,
    count: 2,
    hash: last.hash,
    root: last.root,
  });
});

test('the checkpoint of each block is signed, and covers what was committed', async () => {
  const written = await begin();
  await written.grant('1');
  const { head } = written.writer;
  const key = readVerifierKey(signer.verifierKey);
  assert.ok(key);
  const checkpoint = parseCheckpoint(openNote(head.note, key)?.text ?? '');
  assert.ok(checkpoint);
  assert.deepEqual([checkpoint.origin, checkpoint.size], [ORIGIN, 2]);
  assert.deepEqual(Buffer.from(checkpoint.root), Buffer.from(head.root));
  assert.equal(written.blocks.at(-1)?.head, head);
});

test('an entry whose words have brackets is written as it is', async () => {
  const { writer, disk } = await begin();
  const reason = '[bonus] for {May} [2]';
  const text = canonicalText({ account: 'a', amount: '1', at, by: 'admin', id: '1', reason, type: 'grant' });
  await writer.enqueue([text], undefined);
  assert.ok(linesOf(disk).at(-1)?.includes(text));
});

test('before the first entry there is no key in force, and no checkpoint', async () => {
  const disk = new SimulatedDisk();
  const writer = new BlockWriter({
    segments: await Segments.open(disk),
    headFile: await HeadFile.open(disk),
    index: emptyIndex(),
    signer,
    now: () => 0,
    onFailure: () => assert.fail(),
    onCommit: () => assert.fail(),
  });
  assert.deepEqual([writer.head.size, writer.head.note], [0, '']);
});

test('a block takes no further group when it would be longer than 4 MiB', async () => {
  const written = await begin();
  const group = Array.from({ length: 64 }, () => LONG_TEXT);
  const groups = Array.from({ length: 70 }, () => written.writer.enqueue(group, undefined));
  await Promise.all(groups);
  const [first = 0, second] = counts(written);
  const longest = Math.floor(BLOCK_TEXT_MAX / (64 * LONG_TEXT.length));
  assert.ok(longest < 64, 'the number of entries does not end the block');
  assert.deepEqual([first, second], [longest * 64, (70 - longest) * 64]);
});

test('a group that is longer than that has a block of its own', async () => {
  const written = await begin();
  const long = Array.from({ length: blockEntriesMax }, () => LONG_TEXT);
  await Promise.all([long, [LONG_TEXT]].map((texts) => written.writer.enqueue(texts, undefined)));
  assert.deepEqual(counts(written), [blockEntriesMax, 1]);
});

test('a block has at most as many entries as its readers take', async () => {
  const written = await begin();
  const ids = Array.from({ length: blockEntriesMax }, (_, id) => `${id}`);
  await Promise.all([written.grant(...ids.slice(1)), written.grant('x'), written.grant('y')]);
  assert.deepEqual(counts(written), [blockEntriesMax, 1]);
});

test('where each tile of 256 entries begins in the file is noted', async () => {
  const written = await begin();
  const ids = Array.from({ length: 600 }, (_, id) => `${id}`);
  for (let from = 0; from < ids.length; from += 100) await written.grant(...ids.slice(from, from + 100));
  const starts: number[] = [];
  let offset = 0;
  let first = 0;
  for (const line of linesOf(written.disk)) {
    const { count } = JSON.parse(line) as { count: number };
    while (starts.length * 256 < first + count) starts.push(offset);
    offset += line.length + 1;
    first += count;
  }
  assert.equal(starts.length, 3);
  assert.deepEqual(written.index.tileOffsets, starts);
  assert.equal(written.index.bytes, offset);
});

test('a clock that is set back does not set back the times in the file', async () => {
  const written = await begin();
  const { disk, clock } = written;
  clock.ms += 5_000;
  await written.grant('1');
  clock.ms -= 60_000;
  await written.grant('2');
  clock.ms += 120_000;
  await written.grant('3');
  const times = linesOf(disk).map((line) => (JSON.parse(line) as { ts: string }).ts);
  const seconds = times.map((time) => (Date.parse(time) - Date.parse(at)) / 1_000);
  assert.deepEqual(seconds, [0, 5, 5, 65]);
});

test('an empty group is answered in its turn, and writes nothing', async () => {
  const written = await begin();
  const { writer, disk } = written;
  disk.onOperation = () => assert.fail();
  assert.equal(await writer.enqueue([], 'nothing'), 'nothing');
  assert.equal(counts(written).length, 0);
});

for (const operation of ['write', 'sync'] as const) {
  for (const name of [SEGMENT, headFile]) {
    test(`a failed ${operation} of ${name} ends the ledger for all that wait`, async () => {
      const written = await begin();
      const { writer, disk, failures } = written;
      const fault = new Error('The disk is full');
      const failing = written.grant('1');
      const queued: Promise<unknown>[] = [];
      disk.onOperation = (each, file) => {
        if (queued.length === 0)
          queued.push(written.grant('2'), written.grant('3'), writer.enqueue([], 'empty'));
        if (each === operation && file === name) throw fault;
      };
      const ends = await Promise.allSettled([failing, ...(await settledQueue(failing, queued))]);
      assert.equal(ends.length, 4);
      for (const end of ends) {
        assert.ok(end.status === 'rejected' && end.reason instanceof LedgerError);
        assert.equal(end.reason.key, 'ledger_unavailable');
        assert.equal(end.reason.cause, fault);
        assert.equal(end.reason, writer.failure);
      }
      await writer.drain();
      disk.onOperation = () => assert.fail('There is no second try');
      await assert.rejects(written.grant('4'), { key: 'ledger_unavailable' });
      assert.deepEqual(failures, [fault]);
      assert.equal(written.blocks.length, 1);
      assert.equal(writer.head.size, 1);
    });
  }
}

test('a writer that has nothing to do is drained at once, and else when all is written', async () => {
  const written = await begin();
  await written.writer.drain();
  const granted = written.grant('1');
  await written.writer.drain();
  assert.equal(written.blocks.length, 2);
  await granted;
});

/** What was queued once the first of them has failed. */
async function settledQueue(
  failing: Promise<unknown>,
  queued: Promise<unknown>[],
): Promise<Promise<unknown>[]> {
  for (const each of queued) each.catch(() => undefined);
  await failing.catch(() => undefined);
  return queued;
}
