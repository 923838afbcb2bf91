/**
 * A guest who registers: the user takes over the account and everything that was said. Nobody is this
 * guest afterwards, whoever else may have the token.
 */
import type { Step } from '../store/batch.ts';
import type { Store } from '../store/store.ts';
import type { Guests } from './guests.ts';
import type { Guest } from './principal.ts';
import type { UserCreation } from './user-repository.ts';
import { ownerOfUser } from './user.ts';

export interface GuestTakeoverOptions {
  readonly store: Store;
  readonly guests: Pick<Guests, 'take' | 'giveBack'>;
  /** The conversations in memory belong to another owner from now on. */
  readonly handOver: (from: string, to: string) => void;
}

export class GuestTakeover {
  readonly #options: GuestTakeoverOptions;

  constructor(options: GuestTakeoverOptions) {
    this.#options = options;
  }

  /**
   * `write` writes the user together with these steps, and resolves with what came of it; if the user was not
   * created, the guest stays as it was. Of several users only one can take over a guest: the others get
   * `account_taken`.
   */
  async run(
    guest: Guest,
    user: string,
    write: (steps: readonly Step[]) => Promise<UserCreation>,
  ): Promise<UserCreation> {
    const { store, guests, handOver } = this.#options;
    const owner = ownerOfUser(user);
    const steps = this.#steps(guest, owner);
    const { isStored } = guest;
    if (!guests.take(guest)) return 'account_taken';
    // Whatever is written now must not make a row of the guest.
    guest.isStored = true;
    handOver(guest.owner, owner);
    let creation: UserCreation | undefined;
    try {
      creation = await write(steps);
    } finally {
      if (creation !== 'created') {
        handOver(owner, guest.owner);
        guest.isStored = isStored;
        guests.giveBack(guest);
      }
    }
    // What was on its way to the store when the guest was taken has been written by now.
    if (creation === 'created') await store.write(steps);
    return creation;
  }

  #steps({ id, owner: from, account }: Guest, owner: string): Step[] {
    const { db } = this.#options.store;
    return [
      db.updateTable('conversations').set({ owner }).where('owner', '=', from).compile(),
      db.updateTable('folders').set({ owner }).where('owner', '=', from).compile(),
      db.updateTable('summaries').set({ owner }).where('owner', '=', from).compile(),
      db.updateTable('search_owners').set({ owner }).where('owner', '=', from).compile(),
      db.updateTable('artifact_requests').set({ owner }).where('owner', '=', from).compile(),
      db.updateTable('jobs').set({ owner }).where('owner', '=', from).compile(),
      db.updateTable('accounts').set({ owner }).where('name', '=', account).compile(),
      db.deleteFrom('guests').where('id', '=', id).compile(),
    ];
  }
}
