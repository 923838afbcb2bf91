import { hash } from 'node:crypto';
import { snapshotFile } from '../../shared/ledger/layout.ts';
import { LedgerState } from '../../shared/ledger/verifier.ts';
import type { Disk } from './disk.ts';
import type { LedgerIndex, LedgerIndexData } from './ledger-index.ts';

/** Raised whenever the content of a snapshot changes: older ones are then thrown away. */
const version = 'hilo-ledger-snapshot-1';

/**
 * Saves the state, so that the next start reads only the blocks after it. It may be deleted at any time: the
 * files of the ledger are the truth.
 */
export async function writeSnapshot(disk: Disk, index: LedgerIndex): Promise<void> {
  const { bytes, tileOffsets } = index;
  const data: LedgerIndexData = { state: index.state.data(), bytes, tileOffsets };
  const text = JSON.stringify(data);
  await disk.replace(snapshotFile, Buffer.from(`${version} ${hash('sha256', text, 'hex')}\n${text}\n`));
}

/** The saved state, or undefined when there is none or it is not exactly what was written. */
export async function readSnapshot(disk: Disk): Promise<LedgerIndex | undefined> {
  if (!(await disk.names()).includes(snapshotFile)) return undefined;
  const file = await disk.open(snapshotFile);
  const content = (await file.read(0, await file.size())).toString();
  await file.close();
  const split = content.indexOf('\n');
  const text = content.slice(split + 1, -1);
  if (content.slice(0, split) !== `${version} ${hash('sha256', text, 'hex')}`) return undefined;
  const data = JSON.parse(text) as LedgerIndexData;
  return { state: LedgerState.restore(data.state), bytes: data.bytes, tileOffsets: data.tileOffsets };
}
