import { lockFolder, type Unlock } from '../../shared/folder-lock.ts';
import { LedgerError } from './ledger-error.ts';

/** Makes this process the only writer of a folder. Throws `ledger_locked` when it has another writer. */
export function lockLedgerFolder(folder: string): Unlock {
  const unlock = lockFolder(folder);
  if (unlock !== undefined) return unlock;
  const message = `Another server is writing the ledger in ${folder}; stop it, or use another folder`;
  throw new LedgerError('ledger_locked', message, { folder });
}
