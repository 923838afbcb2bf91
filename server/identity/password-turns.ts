/**
 * Who may have a password looked at next. One run at a time serves those who are known: a user on a device
 * that has signed in before, or one who is signed in. The other serves everybody else, one address after the
 * other. So however many guesses wait, and from however many addresses, they do not hold up a user's own
 * device, and a newcomer waits for one guess of each address and not for all of them.
 */
import pLimit, { type LimitFunction } from 'p-limit';
import { HiloError } from '../../shared/errors.ts';
import { addressKey } from '../../shared/ip-address.ts';

export const PASSWORD_TURN_LIMITS = {
  /** In each lane. More would take the threads on which the store and the ledger write. */
  runsAtOnce: 1,
  /** In each lane. */
  waitingMax: 256,
  /** Of one address, or of one user. */
  waitingOfOneMax: 64,
  retryAfterMs: 3_000,
} as const;

/** Who asks. A request that is aborted gives up its place. */
export interface PasswordTurn {
  readonly address: string;
  /** The id of the user, when the device is known to have signed in, or is signed in. */
  readonly knownUser?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Of the operator, and of what the server does by itself. */
export const OWN_TURN: PasswordTurn = { address: '', knownUser: '' };

export class PasswordTurns {
  readonly #known = new Lane();
  readonly #others = new Lane();

  /** Rejects with `queue_full` when too many wait, with `cancelled` when the request is aborted before. */
  run<T>({ address, knownUser, signal }: PasswordTurn, work: () => Promise<T>): Promise<T> {
    const lane = knownUser === undefined ? this.#others : this.#known;
    return lane.run(knownUser ?? addressKey(address), signal, work);
  }
}

interface Waiting {
  readonly start: () => Promise<void>;
  readonly refuse: (error: HiloError) => void;
}

class Lane {
  readonly #slots: LimitFunction = pLimit(PASSWORD_TURN_LIMITS.runsAtOnce);
  /** By address or user, in the order of their turns. */
  readonly #waiting = new Map<string, Waiting[]>();
  #count = 0;

  run<T>(place: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const own = this.#waiting.get(place) ?? [];
    if (own.length >= PASSWORD_TURN_LIMITS.waitingOfOneMax || !this.#hasRoomFor(own.length)) {
      return Promise.reject(queueFull());
    }
    const entry: Waiting = { start: () => work().then(resolve, reject), refuse: reject };
    const abort = () => {
      if (this.#remove(place, entry)) reject(new HiloError('cancelled'));
    };
    signal?.addEventListener('abort', abort, { once: true });
    own.push(entry);
    this.#waiting.set(place, own);
    this.#count += 1;
    void this.#slots(() => this.#next());
    return promise.finally(() => signal?.removeEventListener('abort', abort));
  }

  /** Those who wait in a slot's queue take turns; the place in that queue is anybody's. */
  async #next(): Promise<void> {
    for (const [place, own] of this.#waiting) {
      const entry = own[0];
      if (!entry) continue;
      this.#remove(place, entry);
      // Behind all others that wait.
      if (own.length > 0) {
        this.#waiting.delete(place);
        this.#waiting.set(place, own);
      }
      return entry.start();
    }
  }

  /** When all places are taken, whoever has most of them loses the last one to somebody with fewer. */
  #hasRoomFor(ownCount: number): boolean {
    if (this.#count < PASSWORD_TURN_LIMITS.waitingMax) return true;
    let most: [string, Waiting[]] | undefined;
    for (const each of this.#waiting) if (!most || each[1].length > most[1].length) most = each;
    const last = most?.[1].at(-1);
    if (!most || !last || most[1].length <= ownCount + 1) return false;
    this.#remove(most[0], last);
    last.refuse(queueFull());
    return true;
  }

  #remove(place: string, entry: Waiting): boolean {
    const own = this.#waiting.get(place);
    const index = own?.indexOf(entry) ?? -1;
    if (!own || index < 0) return false;
    own.splice(index, 1);
    this.#count -= 1;
    if (own.length === 0) this.#waiting.delete(place);
    return true;
  }
}

function queueFull(): HiloError {
  const { retryAfterMs } = PASSWORD_TURN_LIMITS;
  return new HiloError('queue_full', { retryAfterMs, values: { seconds: retryAfterMs / 1_000 } });
}
