/**
 * A process is killed between the row of an allowance and its entry: the amount is there exactly once. Both
 * verifiers accept the ledger, with what was carried over and what has lapsed.
 */
import assert from 'node:assert/strict';
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openLedgerSource } from '../cli/ledger/ledger-source.ts';
import { verifyLedger } from '../cli/ledger/verify.ts';
import { bothDialects, type TestPlace } from '../server/store/store.fixture.ts';
import { isSegmentName, ledgerFolder } from '../shared/ledger/layout.ts';
import { ALLOWED, openAllowances, SET_AT_MS } from './support/allowance-writer.fixture.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const onBoth = bothDialects();

for (const where of ['before the entry', 'after the entry']) {
  onBoth(`kill -9 ${where}: the amount is there once`, async (place) => {
    await killWriter(place, where);
    // The second start finds nothing to do.
    for (let start = 0; start < 2; start += 1) {
      assert.deepEqual(await run(place, SET_AT_MS), [['day:2026-09-04 +100 0/0'], 100]);
    }
    await run(place, SET_AT_MS, 30);
    // Two days and the change of clocks later.
    const renewed = ['day:2026-09-04 +100 0/0', 'day:2026-09-07 +100 50/20'];
    assert.deepEqual(await run(place, SET_AT_MS + 3 * DAY_MS), [renewed, 150]);
    await assertVerifies(place);
  });
}

async function killWriter({ dataDir, databaseUrl }: TestPlace, where: string): Promise<void> {
  const args = [dataDir, where, ...(databaseUrl === undefined ? [] : [databaseUrl])];
  const writer = fork(join(import.meta.dirname, 'support/allowance-writer.fixture.ts'), args);
  const [said] = (await once(writer, 'message')) as [string];
  assert.equal(said, where);
  writer.kill('SIGKILL');
  assert.deepEqual(await once(writer, 'exit'), [null, 'SIGKILL']);
}

/** One start of a server: the entries as `period +amount carried/lapsed`, and what is available. */
async function run(place: TestPlace, atMs: number, spent = 0): Promise<[string[], number]> {
  const { ledger, allowances, close } = await openAllowances({ ...place, atMs });
  await allowances.start();
  if (spent > 0) await ledger.accounts.hold({ account: ALLOWED, amount: spent, id: 'spent' });
  const texts = await ledger.entryTexts(0, ledger.head.size);
  const entries = texts
    .map((text) => JSON.parse(text) as Record<string, string>)
    .filter(({ type }) => type === 'allowance')
    .map(({ period, amount, carried, lapsed }) => `${period} +${amount} ${carried}/${lapsed}`);
  const { available } = await ledger.accounts.balances(ALLOWED);
  await close();
  return [entries, available];
}

/** By Hilo's own verifier, and by the one that was written from docs/ledger.md alone. */
async function assertVerifies({ dataDir }: TestPlace): Promise<void> {
  const source = await openLedgerSource(dataDir);
  const verdict = await verifyLedger(source, { witnesses: [] });
  await source.close();
  assert.equal(verdict.status, 'unwitnessed', JSON.stringify(verdict));
  const folder = join(dataDir, ledgerFolder);
  const names = (await readdir(folder)).filter(isSegmentName).sort();
  const joined = join(dataDir, 'joined');
  await writeFile(
    joined,
    Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name))))),
  );
  const script = join(import.meta.dirname, 'ledger/verify.py');
  // It ends with 2 where the ledger is right, and nothing that somebody has kept was given.
  await assert.rejects(promisify(execFile)('python3', [script, joined]), { code: 2 });
}
