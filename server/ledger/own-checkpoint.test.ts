import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNoteSigner } from '../../shared/ledger/note-keys.ts';
import { formatCheckpoint } from '../../shared/ledger/checkpoint.ts';
import { checkOwnCheckpoint } from './own-checkpoint.ts';

const SIGNER = createNoteSigner('hilo', Buffer.alloc(32, 7));
const ROOTS = [1, 2, 3, 4].map((byte) => Buffer.alloc(32, byte));

const ledgerOf = (size: number) => ({
  size,
  rootAt: (at: number) => Promise.resolve(ROOTS[at - 1] ?? Buffer.alloc(32)),
  keyAt: () => SIGNER.verifierKey,
});
const said = (size: number, root = ROOTS[size - 1] ?? Buffer.alloc(32), origin = 'hilo') =>
  SIGNER.sign(formatCheckpoint({ origin, size, root }));

test('a ledger that has grown since, or has not, agrees with what was signed', async () => {
  await checkOwnCheckpoint(said(2), ledgerOf(4));
  await checkOwnCheckpoint(said(4), ledgerOf(4));
});

test('a ledger that was cut is refused', async () => {
  await assert.rejects(checkOwnCheckpoint(said(4), ledgerOf(3)), { key: 'ledger_damaged' });
  await assert.rejects(checkOwnCheckpoint(said(1), ledgerOf(0)), { key: 'ledger_damaged' });
});

test('a ledger that was rewritten is refused', async () => {
  await assert.rejects(checkOwnCheckpoint(said(2, Buffer.alloc(32, 9)), ledgerOf(4)), {
    key: 'ledger_damaged',
  });
});

test('what we have not signed says nothing', async () => {
  const other = createNoteSigner('hilo', Buffer.alloc(32, 8));
  const root = Buffer.alloc(32, 9);
  await checkOwnCheckpoint(other.sign(formatCheckpoint({ origin: 'hilo', size: 2, root })), ledgerOf(4));
  await checkOwnCheckpoint(said(2, root, 'other'), ledgerOf(4));
  for (const text of ['', 'nonsense', said(4).slice(0, 40)]) await checkOwnCheckpoint(text, ledgerOf(1));
});
