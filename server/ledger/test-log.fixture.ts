import type { Entry } from '../../shared/ledger/entries.ts';
import { readVerifierKey, type NoteSigner } from '../../shared/ledger/note-keys.ts';
import { Accounts } from './accounts.ts';
import { BlockWriter } from './block-writer.ts';
import { canonicalText } from './canonical-text.ts';
import type { Disk } from './disk.ts';
import { LedgerLog } from './ledger-log.ts';
import { recover } from './recovery.ts';

export interface TestLog {
  readonly log: LedgerLog;
  readonly accounts: Accounts;
  /** Appends any entries as one block, also of types that only other versions write. */
  readonly append: (...entries: readonly Entry[]) => Promise<void>;
}

/** The ledger on a disk, one level below `openLedger`; a new one begins in this version. */
export async function openTestLog(
  disk: Disk,
  signer: NoteSigner,
  now: () => number,
  version: '1' | '2' = '2',
): Promise<TestLog> {
  const { segments, head, index } = await recover(disk);
  const writer = new BlockWriter({
    segments,
    headFile: head,
    index,
    signer,
    now,
    onFailure: (error) => {
      throw error;
    },
    onCommit: (block) => log.noteCommitted(block.first, block.texts),
  });
  const log: LedgerLog = new LedgerLog(segments, index, writer);
  const append = async (...entries: readonly Entry[]): Promise<void> => {
    for (const entry of entries) {
      const refusal = log.fold.apply(entry);
      if (refusal !== undefined) throw new Error(`Refused: ${refusal.reason}`);
    }
    await log.append(entries.map(canonicalText), undefined);
  };
  if (log.fold.count === 0) {
    const { name: origin } = readVerifierKey(signer.verifierKey) ?? { name: '' };
    const at = new Date(now()).toISOString();
    await append({ at, key: signer.verifierKey, origin, type: 'genesis', unit: 'credit', version });
  }
  return { log, accounts: new Accounts(log, now), append };
}
