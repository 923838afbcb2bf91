/** The row of a guest that keeps something before it has said anything. */
import type { Guest } from '../identity/principal.ts';
import type { Store } from '../store/store.ts';
import type { AccountNumbers } from './account-numbers.ts';

export async function storeGuest(
  { store, accounts }: { readonly store: Store; readonly accounts: AccountNumbers },
  guest: Guest,
  at: number,
): Promise<void> {
  if (guest.isStored) return;
  const account = await accounts.numberOf(guest.account);
  const { id, tokenHash = null, createdAt } = guest;
  const row = { id, token_hash: tokenHash, account: account.number, created_at: createdAt, seen_at: at };
  const step = store.db.insertInto('guests').values(row);
  await store.write([
    ...accounts.stepsFor(account, guest.owner),
    step.onConflict((one) => one.column('id').doNothing()).compile(),
  ]);
  accounts.noteStored(account, guest.owner);
  guest.isStored = true;
}
