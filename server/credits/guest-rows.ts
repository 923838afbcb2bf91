/** The row of a guest that keeps something before it has said anything. */
import type { Guest } from '../identity/principal.ts';
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';
import type { AccountNumbers } from './account-numbers.ts';

export interface GuestRows {
  readonly store: Store;
  readonly accounts: AccountNumbers;
}

export async function storeGuest(rows: GuestRows, guest: Guest, at: number): Promise<void> {
  if (!guest.isStored) await writeWithGuest(rows, guest, at, []);
}

/** Resolves with the number of rows that each of these steps changed. */
export async function writeWithGuest(
  { store, accounts }: GuestRows,
  guest: Guest,
  at: number,
  steps: readonly Step[],
): Promise<readonly number[]> {
  const account = await accounts.numberOf(guest.account);
  const { id, tokenHash = null, createdAt } = guest;
  const row = { id, token_hash: tokenHash, account: account.number, created_at: createdAt, seen_at: at };
  const step = store.db.insertInto('guests').values(row);
  const changes = await store.write([
    ...accounts.stepsFor(account, guest.owner),
    step.onConflict((one) => one.column('id').doNothing()).compile(),
    ...steps,
  ]);
  accounts.noteStored(account, guest.owner);
  guest.isStored = true;
  return steps.length === 0 ? [] : changes.slice(-steps.length);
}
