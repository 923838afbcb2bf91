import assert from 'node:assert/strict';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { openLedgerSource } from '../../cli/ledger/ledger-source.ts';
import { verifyLedger, type Verdict } from '../../cli/ledger/verify.ts';
import { readCheckpointWitness, readReceiptWitness, type Witness } from '../../cli/ledger/witness-check.ts';
import { createNoteSigner } from '../../shared/ledger/note-keys.ts';
import { MemoryTables } from '../../shared/ledger/fold-tables.ts';
import { isLedgerFault, LedgerState } from '../../shared/ledger/verifier.ts';
import { linesOf, makeFixture, signer, sourceOf, type Fixture } from './fixture.ts';

let fixture: Fixture;
let lines: Buffer[];
/** The state before each block. */
let states: ReturnType<typeof copyOf>[];
let witness: Witness;

before(async () => {
  fixture = await makeFixture();
  lines = linesOf(fixture.bytes);
  const state = LedgerState.inMemory();
  states = lines.map((line) => {
    const data = copyOf(state);
    assert.ok(!isLedgerFault(state.acceptLine(textOf(line))));
    return data;
  });
  witness = readCheckpointWitness('newest', fixture.checkpoints.at(-1) ?? '');
});

function copyOf(state: LedgerState) {
  return structuredClone({ data: state.data(), tables: state.fold.tables });
}

function stateFrom({ data, tables }: ReturnType<typeof copyOf>): LedgerState {
  return LedgerState.restore(data, Object.assign(new MemoryTables(), structuredClone(tables)));
}

function textOf(line: Buffer): string {
  return line.toString('latin1', 0, line.length - 1);
}

function verify(bytes: Buffer, witnesses: Witness[] = [], head = false): Promise<Verdict> {
  return verifyLedger(sourceOf(bytes, head ? fixture.head : undefined), { witnesses, threads: 0 });
}

/** The number of the block that the verdict blames. */
function blamed(verdict: Verdict): number | undefined {
  return verdict.status === 'bad' && 'block' in verdict.fault ? verdict.fault.block : undefined;
}

test('the untouched ledger verifies, and says when nothing was compared', async () => {
  assert.equal(lines.length, 57);
  assert.equal((await verify(fixture.bytes)).status, 'unwitnessed');
  assert.equal((await verify(fixture.bytes, [witness], true)).status, 'verified');
  const all = [
    ...fixture.checkpoints.map((text) => readCheckpointWitness('checkpoint', text)),
    ...fixture.receipts.map((text) => readReceiptWitness('receipt', text)),
  ];
  assert.equal((await verify(fixture.bytes, all)).status, 'verified');
});

test('every bit flipped, one at a time: the block is refused that holds it', () => {
  let flips = 0;
  for (const [number, line] of lines.entries()) {
    let state = stateFrom(states[number] ?? assert.fail());
    for (let bit = 0; bit < (line.length - 1) * 8; bit += 1) {
      const flipped = Buffer.from(line);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      // A flip may make a newline: then the block is what comes before it.
      const newline = flipped.indexOf(0x0a);
      const result = state.acceptLine(flipped.toString('latin1', 0, newline));
      assert.ok(isLedgerFault(result), `Block ${number}, bit ${bit}`);
      assert.equal(result.block, number);
      flips += 1;
      const isTouched =
        state.fold.count !== state.tree.size || state.fold.count !== states[number]?.data.tree.size;
      if (isTouched) state = stateFrom(states[number] ?? assert.fail());
    }
  }
  assert.equal(flips, (fixture.bytes.length - lines.length) * 8);
});

test('flipped bits of the whole file, newlines too: the verifier names segment, byte and block', async () => {
  let start = 0;
  for (const [number, line] of lines.entries()) {
    for (const at of [0, Math.floor(line.length / 2), line.length - 1]) {
      const flipped = Buffer.from(fixture.bytes);
      flipped[start + at] = (flipped[start + at] ?? 0) ^ 1;
      const verdict = await verify(flipped);
      assert.equal(blamed(verdict), number);
      assert.ok(verdict.status === 'bad' && 'offset' in verdict.fault);
      assert.equal(verdict.fault.segment, 'memory');
      assert.ok(verdict.fault.offset >= start && verdict.fault.offset <= start + line.length);
    }
    start += line.length;
  }
});

test('threads that hash find the same fault at the same place as the verifier alone', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hilo-tamper-'));
  const path = join(folder.path, 'ledger.jsonl');
  const verdictOf = async (bytes: Buffer, threads: number): Promise<Verdict> => {
    await writeFile(path, bytes);
    await using opened = new AsyncDisposableStack();
    const source = opened.adopt(await openLedgerSource(path), (each) => each.close());
    return verifyLedger(source, { witnesses: [witness], threads });
  };
  const { bytes } = fixture;
  const places = [0, 7, 21, 33, 49].flatMap((block) => {
    const start = Buffer.concat(lines.slice(0, block)).length;
    // In the head, in the first entry, in the root, and in the hash.
    const names = ['"count"', '"at":"2', '"root":"', '"hash":"'];
    return names.map((name) => ({ block, at: bytes.indexOf(name, start) + name.length + 2 }));
  });
  assert.deepEqual(await verdictOf(bytes, 2), await verdictOf(bytes, 0));
  assert.equal((await verdictOf(bytes, 2)).status, 'verified');
  for (const { block, at } of places) {
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    const verdict = await verdictOf(flipped, 2);
    assert.equal(blamed(verdict), block);
    assert.deepEqual(verdict, await verdictOf(flipped, 0));
  }
  const swapped = lines.toSpliced(20, 2, lines[21] ?? assert.fail(), lines[20] ?? assert.fail());
  for (const others of [lines.toSpliced(20, 1), swapped, lines.slice(0, 40)]) {
    const verdict = await verdictOf(Buffer.concat(others), 2);
    assert.equal(verdict.status, 'bad');
    assert.deepEqual(verdict, await verdictOf(Buffer.concat(others), 0));
  }
});

test('a block deleted, swapped or repeated is found at its place', async () => {
  for (let number = 0; number < lines.length; number += 1) {
    const deleted = lines.toSpliced(number, 1);
    const verdict = await verify(Buffer.concat(deleted), [witness]);
    assert.equal(verdict.status, 'bad');
    if (number < lines.length - 1) assert.equal(blamed(verdict), number);
    const [line, next] = [lines[number], lines[number + 1]];
    if (line === undefined || next === undefined) continue;
    assert.equal(blamed(await verify(Buffer.concat(lines.toSpliced(number, 2, next, line)))), number);
    assert.equal(blamed(await verify(Buffer.concat(lines.toSpliced(number, 0, line)))), number + 1);
  }
});

test('cut at every byte: found by the head record, and without it by any later checkpoint', async () => {
  for (let length = 0; length < fixture.bytes.length; length += 1) {
    const verdict = await verify(fixture.bytes.subarray(0, length), [], true);
    assert.ok(verdict.status === 'bad');
    assert.equal(verdict.fault.what, 'cut short');
  }
  let length = 0;
  for (const [number, line] of lines.entries()) {
    const state = stateFrom(states[number] ?? assert.fail());
    for (let part = 1; part < line.length - 1; part += 1) {
      assert.ok(isLedgerFault(state.acceptLine(line.toString('latin1', 0, part))));
    }
    assert.equal(
      blamed(await verify(fixture.bytes.subarray(0, length + Math.ceil(line.length / 2)))),
      number,
    );
    assert.equal(blamed(await verify(fixture.bytes.subarray(0, length + line.length - 1))), number);
    const clean = await verify(fixture.bytes.subarray(0, length), [witness]);
    assert.ok(clean.status === 'bad' && clean.fault.what === 'missing entries');
    length += line.length;
  }
});

test('a file rewritten with the true key is found by one older receipt or checkpoint', async () => {
  const rewritten = await makeFixture(8);
  assert.equal((await verify(rewritten.bytes)).status, 'unwitnessed');
  for (const text of fixture.receipts) {
    const verdict = await verify(rewritten.bytes, [readReceiptWitness('receipt', text)]);
    assert.ok(verdict.status === 'bad' && 'witness' in verdict.fault);
    assert.match(verdict.fault.what, /^root of/);
  }
  const verdict = await verify(rewritten.bytes, [readCheckpointWitness('old', fixture.checkpoints[0] ?? '')]);
  assert.equal(verdict.status, 'bad');
});

test('a file rewritten with another key is found by a checkpoint or by the expected key', async () => {
  const other = createNoteSigner('test.example/ledger', Buffer.alloc(32, 4));
  const rewritten = await makeFixture(7, other);
  const verdict = await verify(rewritten.bytes, [witness]);
  assert.ok(verdict.status === 'bad' && verdict.fault.what === 'signature');
  const key = signer.verifierKey;
  const byKey = await verifyLedger(sourceOf(rewritten.bytes), { witnesses: [], key, threads: 0 });
  assert.ok(byKey.status === 'bad' && byKey.fault.what === 'key');
});

test('a receipt whose entry or proof was changed is found', async () => {
  const receipt = fixture.receipts[5] ?? '';
  const other = /extra (\S+)/.exec(fixture.receipts[4] ?? '')?.[1] ?? '';
  const swapped = receipt.replace(/extra \S+/, `extra ${other}`);
  const moved = receipt.replace(/index \d+/, 'index 2');
  const cut = receipt.replace(/(index \d+\n)\S+\n/, '$1');
  for (const [text, what] of [
    [swapped, 'entry'],
    [moved, 'entry'],
    [cut, 'inclusion proof'],
  ] as const) {
    const verdict = await verify(fixture.bytes, [readReceiptWitness('receipt', text)]);
    assert.ok(verdict.status === 'bad' && verdict.fault.what === what);
  }
});

test('an unfinished block after the head is not damage; the same bytes without a head are', async () => {
  const live = Buffer.concat([fixture.bytes, Buffer.from('{"count":1,"entries":[')]);
  const verdict = await verify(live, [witness], true);
  assert.ok(verdict.status === 'verified' && verdict.facts.unfinishedBytes === 22);
  assert.equal((await verify(live, [witness])).status, 'bad');
});
