import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ledgerCommand } from '../../cli/ledger/ledger-command.ts';
import { systemClock } from '../../shared/clock.ts';
import { verifyReceipt } from '../../shared/ledger/receipt.ts';
import { openLedger } from '../../server/ledger/ledger.ts';
import { signer } from './fixture.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function run(...argv: string[]): Promise<{ code: number; out: string }> {
  let out = '';
  const stdout = { write: (text: string) => (out += text) };
  const code = await ledgerCommand(argv, { stdout, stderr: stdout, env: {} });
  return { code, out };
}

test('a ledger that is being written verifies at any moment, live and copied', async (context) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'hilo-live-'));
  context.after(() => rm(dataDir, { recursive: true, force: true }));
  const ledger = await openLedger({
    dataDir,
    signer,
    log: quiet,
    clock: systemClock,
    segmentBytes: 100_000,
  });
  const writing = new AbortController();
  const writer = async (name: string): Promise<void> => {
    for (let round = 0; !writing.signal.aborted; round += 1) {
      await ledger.accounts.grant({
        account: name,
        amount: 1,
        id: `${name}-${round}`,
        by: 'admin',
        reason: '',
      });
    }
  };
  const writers = Promise.all(Array.from({ length: 20 }, (_, number) => writer(`w${number}`)));
  const copy = join(dataDir, 'copy');
  for (let round = 0; round < 10; round += 1) {
    const live = await run('verify', '--data-dir', dataDir);
    assert.equal(live.code, 2, live.out);
    await cp(join(dataDir, 'ledger', 'head'), join(copy, 'head'));
    await cp(join(dataDir, 'ledger'), copy, { recursive: true, force: false });
    const copied = await run('verify', '--data-dir', copy);
    assert.equal(copied.code, 2, copied.out);
    await rm(copy, { recursive: true });
  }
  writing.abort();
  await writers;
  await ledger.close();
  const proved = await run('prove', '3', '--data-dir', dataDir);
  assert.ok((await verifyReceipt({ receipt: proved.out, verifierKey: signer.verifierKey })).ok);
  // Kept elsewhere: whoever can rewrite the ledger can rewrite what lies beside it.
  const kept = await mkdtemp(join(tmpdir(), 'hilo-kept-'));
  context.after(() => rm(kept, { recursive: true, force: true }));
  const checkpoint = join(kept, 'checkpoint');
  await cp(join(dataDir, 'ledger', 'checkpoint'), checkpoint);
  assert.equal((await run('verify', '--data-dir', dataDir, '--checkpoint', checkpoint)).code, 0);
});
