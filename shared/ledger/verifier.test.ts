/** What a reader checks of each block beside its form: number, order, time, hashes, root and balances. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockEnd, blockHash, blockStart, type Block, type BlockHeader } from './block-text.ts';
import type { Entry } from './entries.ts';
import { formatEntry } from './entry-text.ts';
import { MemoryTables } from './fold-tables.ts';
import { createNoteSigner } from './note-keys.ts';
import { leafHashBinary } from './tree-hash.ts';
import { isLedgerFault, LedgerState, type LedgerFault } from './verifier.ts';

const at = '2030-01-02T03:04:05.678Z';
const signer = createNoteSigner('verifier.test/log', Buffer.alloc(32, 1));
const key = signer.verifierKey;
const origin = 'verifier.test/log';
const commitment = Buffer.alloc(32, 1).toString('base64');
const genesis: Entry = { at, key, origin, type: 'genesis', unit: 'credit', version: '1' };

function grant(id: string): Entry {
  return { account: 'a', amount: '1', at, by: 'admin', id, reason: '', type: 'grant' };
}

/** The line of the block that follows; `changes` to its head are covered by its hash. */
function lineAfter(
  state: LedgerState,
  entries: readonly Entry[],
  changes: Partial<BlockHeader> = {},
): string {
  const texts = entries.map(formatEntry);
  const { tree } = LedgerState.restore(state.data(), new MemoryTables());
  for (const text of texts) tree.appendBinary(leafHashBinary(text));
  const header: BlockHeader = {
    count: texts.length,
    first: state.tree.size,
    n: state.blocks,
    prev: state.hash,
    root: Buffer.from(tree.head().root).toString('base64'),
    ts: at,
    ...changes,
  };
  return blockStart(texts.length) + texts.join(',') + blockEnd(header, blockHash(header));
}

function begun(): LedgerState {
  const state = LedgerState.inMemory();
  assertAccepted(state.acceptLine(lineAfter(state, [genesis])));
  assertAccepted(state.acceptLine(lineAfter(state, [grant('1'), grant('2')])));
  return state;
}

function assertAccepted(result: Block | LedgerFault): void {
  assert.ok(!isLedgerFault(result), JSON.stringify(result));
}

function assertFault(state: LedgerState, line: string, expected: Partial<LedgerFault>): void {
  const result = state.acceptLine(line);
  assert.ok(isLedgerFault(result));
  assert.partialDeepStrictEqual(result, expected);
}

test('blocks in order are accepted, and the state says where it is', () => {
  const state = begun();
  assert.equal(state.blocks, 2);
  assert.equal(state.ts, at);
  assert.equal(state.tree.size, 3);
  assert.equal(state.fold.account('a').available, 2);
  assert.equal(state.keys.length, 1);
  const line = lineAfter(state, [grant('3')]);
  const block = state.acceptLine(line);
  assert.ok(!isLedgerFault(block));
  assert.equal(block.hash, state.hash);
  assert.equal(Buffer.from(state.head().root).toString('base64'), block.root);
});

test('the number, the first entry and the previous hash must be those that follow', () => {
  const wrong: readonly (readonly [Partial<BlockHeader>, string, string, string])[] = [
    [{ n: 3 }, 'block number', '2', '3'],
    [{ n: 1 }, 'block number', '2', '1'],
    [{ first: 2 }, 'first entry', '3', '2'],
    [{ first: 4 }, 'first entry', '3', '4'],
    [{ prev: 'f'.repeat(64) }, 'previous hash', begun().hash, 'f'.repeat(64)],
  ];
  for (const [changes, what, expected, found] of wrong) {
    const state = begun();
    assertFault(state, lineAfter(state, [grant('3')], changes), { block: 2, what, expected, found });
  }
});

test('time never runs backwards from block to block, and may stand still', () => {
  const state = begun();
  const earlier = '2030-01-02T03:04:05.677Z';
  const later = '2030-01-02T03:04:05.679Z';
  const backwards = lineAfter(state, [grant('3')], { ts: earlier });
  assertFault(begun(), backwards, { block: 2, what: 'time', expected: `${at} or later`, found: earlier });
  assertAccepted(state.acceptLine(lineAfter(state, [grant('3')])));
  assertAccepted(state.acceptLine(lineAfter(state, [grant('4')], { ts: later })));
  assertFault(state, lineAfter(state, [grant('5')]), { block: 4, what: 'time', found: at });
});

test('the hash must be that of the head, and the root that of all entries', () => {
  const state = begun();
  const line = lineAfter(state, [grant('3')]);
  const { hash } = JSON.parse(line) as { hash: string };
  assertFault(begun(), line.replace(hash, 'a'.repeat(64)), {
    what: 'hash',
    expected: hash,
    found: 'a'.repeat(64),
  });
  const root = Buffer.alloc(32, 1).toString('base64');
  assertFault(begun(), lineAfter(state, [grant('3')], { root }), { block: 2, what: 'root', found: root });
});

test('a block without entries, and one that is not canonical, are refused with their place', () => {
  const state = begun();
  assertFault(begun(), lineAfter(state, []), { block: 2, what: 'count', expected: 'at least 1', found: '0' });
  const line = lineAfter(state, [grant('3'), grant('4')]);
  const place = line.indexOf('},{') + 2;
  const spoilt = `${line.slice(0, place)} ${line.slice(place)}`;
  assertFault(begun(), spoilt, {
    block: 2,
    entry: 4,
    at: place,
    what: 'not canonical',
    found: JSON.stringify(spoilt.slice(place, place + 24)),
  });
  const noBlock = begun().acceptLine('nothing');
  assert.ok(isLedgerFault(noBlock));
  assert.deepEqual([noBlock.block, noBlock.at, noBlock.entry], [2, 0, undefined]);
});

test('an entry that the balances refuse is named by its index', () => {
  const state = begun();
  const line = lineAfter(state, [grant('3'), grant('1')]);
  assertFault(begun(), line, { block: 2, entry: 4, what: 'duplicate_id' });
});

test('an exchange belongs to the settle before it in the same block', () => {
  const hold: Entry = { account: 'a', amount: '1', at, expires: at, id: 'h', type: 'hold' };
  const settle: Entry = { account: 'a', amount: '1', at, hold: '3', id: 'h', returned: '0', type: 'settle' };
  const exchange: Entry = {
    account: 'a',
    answer: commitment,
    at,
    degraded: 'false',
    finish: 'stop',
    id: 'h',
    inputTokens: '1',
    model: 'm',
    outputTokens: '1',
    prompt: commitment,
    trace: 't',
    type: 'exchange',
    usage: 'reported',
  };
  const together = begun();
  assertAccepted(together.acceptLine(lineAfter(together, [hold, settle, exchange])));
  const apart = begun();
  assertAccepted(apart.acceptLine(lineAfter(apart, [hold, settle])));
  assertFault(apart, lineAfter(apart, [exchange]), { block: 3, entry: 5, what: 'not_after_settle' });
});

test('a state that was restored goes on as the one that it was taken from', () => {
  const state = begun();
  const tables = Object.assign(new MemoryTables(), structuredClone(state.fold.tables));
  const restored = LedgerState.restore(structuredClone(state.data()), tables);
  const line = lineAfter(state, [grant('3')]);
  assertFault(restored, lineAfter(state, [grant('3')], { ts: '2030-01-02T03:04:05.677Z' }), { what: 'time' });
  assertAccepted(restored.acceptLine(line));
  assertAccepted(state.acceptLine(line));
  assert.deepEqual(restored.data(), state.data());
  assert.deepEqual(restored.head(), state.head());
});
