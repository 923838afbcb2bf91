import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, truncate, watch, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { systemClock } from '../../shared/clock.ts';
import { parseCheckpoint } from '../../shared/ledger/checkpoint.ts';
import { createNoteSigner, openNote, readVerifierKey } from '../../shared/ledger/note-keys.ts';
import { verifyReceipt } from '../../shared/ledger/receipt.ts';
import { leafHash, verifyConsistency, verifyInclusion } from '../../shared/ledger/tree-hash.ts';
import { parseTlogProof } from '../../shared/ledger/tlog-proof.ts';
import type { LedgerError, LedgerErrorKey } from './ledger-error.ts';
import { loadLedgerSigner } from './ledger-key.ts';
import { openLedger, type Ledger, type LedgerOptions } from './ledger.ts';
import { SimulatedDisk } from './simulated-disk.fixture.ts';
import { openTestLog } from './test-log.fixture.ts';

const origin = 'ledger.test/log';
const signer = createNoteSigner(origin, Buffer.alloc(32, 7));
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

function options(more: Partial<LedgerOptions>): LedgerOptions {
  return { signer, log: quiet, clock: systemClock, ...more };
}

async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-ledger-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function grantMany(ledger: Ledger, name: string, count: number): Promise<void> {
  const grants = Array.from({ length: count }, (_, number) =>
    ledger.accounts.grant({
      account: `u${number}`,
      amount: 5,
      id: `${name}-${number}`,
      by: 'admin',
      reason: '',
    }),
  );
  await Promise.all(grants);
}

function withKey(key: LedgerErrorKey) {
  return (error: LedgerError): boolean => error.key === key;
}

test('receipts of new and old entries verify, after restarts with and without snapshot', async (context) => {
  const dataDir = await temporaryFolder(context);
  let ledger = await openLedger(options({ dataDir, segmentBytes: 50_000 }));
  for (let round = 0; round < 4; round += 1) await grantMany(ledger, `r${round}`, 300);
  const early = { size: ledger.head.size, note: ledger.head.note };
  for (let round = 4; round < 8; round += 1) await grantMany(ledger, `r${round}`, 300);
  for (const snapshot of [true, false]) {
    await ledger.close();
    if (!snapshot) await rm(join(dataDir, 'ledger', 'snapshot'));
    ledger = await openLedger(options({ dataDir, segmentBytes: 50_000 }));
    for (const index of [0, 1, 255, 256, 700, early.size - 1, ledger.head.size - 1]) {
      const receipt = await ledger.receipt(index);
      const verdict = await verifyReceipt({ receipt, verifierKey: ledger.verifierKey });
      assert.ok(verdict.ok);
      assert.deepEqual([verdict.entry], await ledger.entryTexts(index, index + 1));
      if (index < early.size) checkOldReceipt(await ledger.receipt(index, early), early.size);
    }
    const proof = await ledger.consistency(early.size);
    const old = parseCheckpoint(early.note.slice(0, early.note.indexOf('\n\n') + 1));
    assert.ok(old);
    assert.ok(verifyConsistency(early.size, ledger.head.size, proof, old.root, ledger.head.root));
  }
  await assert.rejects(ledger.receipt(ledger.head.size), withKey('not_found'));
  await assert.rejects(ledger.consistency(ledger.head.size + 1), withKey('not_found'));
  await ledger.close();
});

function checkOldReceipt(text: string, size: number): void {
  const proof = parseTlogProof(text);
  const key = readVerifierKey(signer.verifierKey);
  assert.ok(proof?.extra && key);
  const checkpoint = parseCheckpoint(openNote(proof.checkpoint, key)?.text ?? '');
  assert.equal(checkpoint?.size, size);
  const leaf = leafHash(Buffer.from(proof.extra).toString('latin1'));
  assert.ok(verifyInclusion(leaf, proof.index, size, proof.proof, checkpoint.root));
}

test('a second writer of a folder is refused, one after the first is not', async (context) => {
  const dataDir = await temporaryFolder(context);
  const ledger = await openLedger(options({ dataDir }));
  await assert.rejects(openLedger(options({ dataDir })), withKey('ledger_locked'));
  await ledger.close();
  const next = await openLedger(options({ dataDir }));
  await next.close();
});

test('the key file is made once, readable by its owner only, and another key is refused', async (context) => {
  const dataDir = await temporaryFolder(context);
  const path = join(dataDir, 'keys', 'ledger.key');
  const made = await loadLedgerSigner(path, origin, () => Buffer.alloc(32, 8));
  const read = await loadLedgerSigner(path, origin, () => assert.fail('made again'));
  assert.equal(made.verifierKey, read.verifierKey);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  await (await openLedger(options({ dataDir, signer: made }))).close();
  await assert.rejects(openLedger(options({ dataDir })), withKey('ledger_wrong_key'));
});

test('after a key rotation checkpoints are signed by the new key, and the next start needs it', async () => {
  const disk = new SimulatedDisk();
  const ledger = await openLedger(options({ disk }));
  const next = createNoteSigner(origin, Buffer.alloc(32, 9));
  const old = ledger.head.note;
  await ledger.close();
  const { append } = await openTestLog(disk, signer, () => systemClock.now());
  await append({ at: new Date().toISOString(), key: next.verifierKey, type: 'keyrot' });
  await assert.rejects(openLedger(options({ disk })), withKey('ledger_wrong_key'));
  const again = await openLedger(options({ disk, signer: next }));
  await grantMany(again, 'g', 1);
  const [oldKey, newKey] = [readVerifierKey(signer.verifierKey), readVerifierKey(next.verifierKey)];
  assert.ok(oldKey && newKey);
  assert.ok(openNote(old, oldKey));
  assert.ok(openNote(again.head.note, newKey));
  assert.equal(again.verifierKey, next.verifierKey);
  await again.close();
});

test('an id that another version refused stays refused, and an imported balance counts', async () => {
  const disk = new SimulatedDisk();
  const { append } = await openTestLog(disk, signer, () => systemClock.now());
  const at = new Date().toISOString();
  await append({ account: 'a', amount: '9', at, by: 'admin', id: 'i', source: 'old', type: 'import' });
  const reason = 'insufficient_credits';
  await append({ account: 'a', at, balance: '9', id: 'no', need: '500', reason, type: 'reject' });
  const ledger = await openLedger(options({ disk }));
  const hold = { account: 'a', amount: 1, id: 'no', ttlMs: 1000 };
  await assert.rejects(ledger.accounts.hold(hold), withKey('conflict'));
  assert.equal((await ledger.accounts.balances('a')).available, 9);
  await ledger.close();
});

test('a ledger of version 1 ends what a stopped server has held, and goes on in version 2', async () => {
  const disk = new SimulatedDisk();
  const { append } = await openTestLog(disk, signer, () => systemClock.now(), '1');
  const at = new Date().toISOString();
  const [past, future] = [-60_000, 60_000].map((ms) => new Date(Date.now() + ms).toISOString());
  const start = { account: 'a', amount: '9', at } as const;
  await append({ ...start, by: 'admin', id: 'g', reason: '', type: 'grant' });
  await append({ ...start, amount: '4', expires: past ?? '', id: 'late', type: 'hold' });
  await append({ ...start, amount: '5', expires: future ?? '', id: 'running', type: 'hold' });
  const ledger = await openLedger(options({ disk }));
  const entries = await ledger.entries([4, 5, 6]);
  assert.deepEqual([...entries.values()].map(({ type }) => type).sort(), ['expire', 'release', 'version']);
  assert.equal(entries.get(6)?.type, 'version');
  assert.equal((await ledger.accounts.balances('a')).available, 9);
  await ledger.accounts.hold({ account: 'a', amount: 3, id: 'job', ttlMs: 60_000 });
  await ledger.close();
  const again = await openLedger(options({ disk }));
  assert.deepEqual(
    [again.totals.entries, again.totals.openHolds],
    [8, 1],
    'no second version, and the hold stays',
  );
  await again.close();
});

test('damage before the head refuses the start, a torn tail is saved', async (context) => {
  const dataDir = await temporaryFolder(context);
  const ledger = await openLedger(options({ dataDir }));
  for (let round = 0; round < 3; round += 1) await grantMany(ledger, `r${round}`, 2);
  await ledger.close();
  const folder = join(dataDir, 'ledger');
  const path = join(folder, 'segment-000000.jsonl');
  const good = await readFile(path);
  await rm(join(folder, 'snapshot'));

  const rotten = Buffer.from(good);
  const at = rotten.indexOf('"amount"', good.length / 2);
  rotten[at + 10] = (rotten[at + 10] ?? 0) ^ 1;
  await writeFile(path, rotten);
  await assert.rejects(openLedger(options({ dataDir })), isNamed);

  await writeFile(path, good);
  await truncate(path, good.length - 1);
  await assert.rejects(openLedger(options({ dataDir })), withKey('ledger_damaged'));

  const torn = Buffer.concat([good, Buffer.from('{"count":1,"entr')]);
  await writeFile(path, torn);
  const healed = await openLedger(options({ dataDir }));
  const last = await healed.entry(healed.head.size - 1);
  assert.ok(last?.type === 'recovery');
  assert.equal(last.bytes, '16');
  assert.equal((await readFile(join(folder, last.file))).toString(), '{"count":1,"entr');
  await healed.close();
});

test('a lost head record is made again from a perfect file, and refused with a torn one', async (context) => {
  const dataDir = await temporaryFolder(context);
  const ledger = await openLedger(options({ dataDir }));
  await grantMany(ledger, 'g', 3);
  const { size } = ledger.head;
  await ledger.close();
  const folder = join(dataDir, 'ledger');
  const head = await readFile(join(folder, 'head'));
  // Only one slot is lost: the other is a block behind, and the blocks after it are whole.
  for (const slot of [0, 4096]) {
    const damaged = Buffer.from(head);
    damaged.fill(0, slot, slot + 100);
    await writeFile(join(folder, 'head'), damaged);
    const again = await openLedger(options({ dataDir }));
    assert.equal(again.head.size, size);
    await again.close();
  }
  await rm(join(folder, 'head'));
  const again = await openLedger(options({ dataDir }));
  assert.equal(again.head.size, size);
  await again.close();
  await rm(join(folder, 'head'));
  await truncate(join(folder, 'segment-000000.jsonl'), 900);
  await assert.rejects(openLedger(options({ dataDir })), withKey('ledger_damaged'));
});

test('a damaged or foreign snapshot is thrown away', async (context) => {
  const dataDir = await temporaryFolder(context);
  const ledger = await openLedger(options({ dataDir }));
  await grantMany(ledger, 'g', 3);
  await ledger.close();
  const path = join(dataDir, 'ledger', 'snapshot');
  const good = await readFile(path, 'utf8');
  assert.ok(good.includes('"issued":15'));
  await writeFile(path, good.replace('"issued":15', '"issued":16'));
  const again = await openLedger(options({ dataDir }));
  assert.equal(again.totals.issued, 15);
  assert.equal((await again.accounts.balances('u1')).available, 5);
  await again.close();
});

test('a listener that throws is logged and stops nothing', async () => {
  let errors = 0;
  const log = { ...quiet, error: () => (errors += 1) };
  const ledger = await openLedger(options({ disk: new SimulatedDisk(), log }));
  const stop = ledger.onCommit(() => assert.fail('a faulty listener'));
  await grantMany(ledger, 'g', 1);
  stop();
  await grantMany(ledger, 'h', 1);
  assert.deepEqual([errors, ledger.failure, ledger.head.size], [1, undefined, 3]);
});

test('a snapshot is made while the ledger is open, and the next start goes on from it', async (context) => {
  const dataDir = await temporaryFolder(context);
  const folder = join(dataDir, 'ledger');
  const ledger = await openLedger(options({ dataDir, snapshotEntries: 50 }));
  const changes = watch(folder, { signal: AbortSignal.timeout(20_000) });
  for (let round = 0; round < 4; round += 1) await grantMany(ledger, `r${round}`, 50);
  while (!(await readdir(folder)).includes('snapshot')) await changes.next();
  const { totals } = ledger;
  await ledger.close();
  const again = await openLedger(options({ dataDir }));
  assert.deepEqual(again.totals, totals);
  await again.close();
});

test('a disk that fails is logged once, and the ledger says why it takes nothing more', async () => {
  const errors: string[] = [];
  const log = { ...quiet, error: (_: object, message: string) => errors.push(message) };
  const disk = new SimulatedDisk();
  const ledger = await openLedger(options({ disk, log }));
  disk.onOperation = () => {
    throw new Error('The disk is gone');
  };
  await assert.rejects(grantMany(ledger, 'g', 2), withKey('ledger_unavailable'));
  await assert.rejects(grantMany(ledger, 'h', 1), withKey('ledger_unavailable'));
  assert.deepEqual(errors, ['The ledger cannot be written and has stopped']);
  assert.equal(ledger.failure?.key, 'ledger_unavailable');
  assert.equal(ledger.head.size, 1);
  await ledger.close();
});

function isNamed(error: LedgerError): boolean {
  const { block, segment } = error.data;
  return error.key === 'ledger_damaged' && block === 2 && segment === 'segment-000000.jsonl';
}
