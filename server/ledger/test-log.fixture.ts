import type { Entry } from '../../shared/ledger/entries.ts';
import type { NoteSigner } from '../../shared/ledger/note-keys.ts';
import { Accounts } from './accounts.ts';
import { BlockWriter } from './block-writer.ts';
import { canonicalText } from './canonical-text.ts';
import type { Disk } from './disk.ts';
import { LedgerLog } from './ledger-log.ts';
import { openLedger } from './ledger.ts';
import { recover } from './recovery.ts';

export interface TestLog {
  readonly log: LedgerLog;
  readonly accounts: Accounts;
  /** Appends any entry, also of a type that only other versions write. */
  readonly append: (entry: Entry) => Promise<void>;
}

/** The ledger on a disk, one level below `openLedger`. */
export async function openTestLog(disk: Disk, signer: NoteSigner, now: () => number): Promise<TestLog> {
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const clock = { now, after: () => () => undefined };
  const ledger = await openLedger({ disk, signer, log: quiet, clock });
  await ledger.close();
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
  const append = async (entry: Entry): Promise<void> => {
    const refusal = log.fold.apply(entry);
    if (refusal !== undefined) throw new Error(`Refused: ${refusal.reason}`);
    await log.append([canonicalText(entry)], undefined);
  };
  return { log, accounts: new Accounts(log, now), append };
}
