/**
 * How often a password may be guessed. Failures are counted for an address, and for an account from one
 * address; both are blocked after a few. Those of an account from all addresses together only delay, so that
 * nobody can lock somebody else out. A device from which the account has a login is counted by itself: what
 * others do at its address or to its account does not keep it out.
 *
 * A failure counts from before the password is looked at until it proves right, so that guesses at the same
 * moment count too. An account is counted by its e-mail, whether it exists or not.
 */
import { hash } from 'node:crypto';
import type { LRUCache } from 'lru-cache';
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { addressKey } from '../../shared/ip-address.ts';
import { growingCache } from '../support/growing-cache.ts';

export const ATTEMPT_LIMITS = {
  /** A failure is forgotten after this. */
  windowMs: 15 * 60 * 1_000,
  perAddress: 50,
  /** Accounts that are made. */
  signUpsPerAddress: 20,
  perAccountAndAddress: 8,
  perKnownDevice: 8,
  /** Failures of an account after which each attempt is delayed, a little more each time … */
  perAccountFree: 20,
  delayStepMs: 100,
  /** … up to this; a request may take ten seconds in all. */
  delayMaxMs: 3_000,
  /** Attempts that are being delayed at once; more are told to come back. */
  delayedMax: 256,
  /** Counts that are remembered, of each kind. */
  rememberedMax: 100_000,
} as const;

export interface LoginAttemptsOptions {
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  /** Addresses to which no limit of an address applies; that of an account from one address does. */
  readonly isExempt: (address: string) => boolean;
}

export interface Attempt {
  readonly email: string;
  readonly address: string;
  /** Names the device when the account has a login from it. */
  readonly device: string | undefined;
}

/** The times of the newest failures, oldest first. */
class Failures {
  readonly #times: LRUCache<string, number[]> = growingCache(ATTEMPT_LIMITS.rememberedMax);
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** Milliseconds until there is room for another one; 0 when there is. */
  waitMs(key: string, nowMs: number): number {
    const times = this.#recent(key, nowMs);
    if (times.length < this.#max) return 0;
    return (times.at(-this.#max) ?? nowMs) + ATTEMPT_LIMITS.windowMs - nowMs;
  }

  count(key: string, nowMs: number): number {
    return this.#recent(key, nowMs).length;
  }

  add(key: string, nowMs: number): void {
    this.#times.set(key, [...this.#recent(key, nowMs), nowMs].slice(-this.#max));
  }

  takeBack(key: string, timeMs: number): void {
    const times = this.#times.get(key) ?? [];
    const index = times.lastIndexOf(timeMs);
    if (index >= 0) this.#times.set(key, times.toSpliced(index, 1));
  }

  #recent(key: string, nowMs: number): readonly number[] {
    const times = this.#times.get(key) ?? [];
    return times.filter((timeMs) => nowMs - timeMs < ATTEMPT_LIMITS.windowMs);
  }
}

const TOTAL_COUNTED = ATTEMPT_LIMITS.perAccountFree + ATTEMPT_LIMITS.delayMaxMs / ATTEMPT_LIMITS.delayStepMs;

export class LoginAttempts {
  readonly #clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly #ofAddress = new Failures(ATTEMPT_LIMITS.perAddress);
  readonly #ofBoth = new Failures(ATTEMPT_LIMITS.perAccountAndAddress);
  readonly #ofDevice = new Failures(ATTEMPT_LIMITS.perKnownDevice);
  readonly #ofAccount = new Failures(TOTAL_COUNTED);
  readonly #signUps = new Failures(ATTEMPT_LIMITS.signUpsPerAddress);
  readonly #isExempt: (address: string) => boolean;
  #delayed = 0;

  constructor(options: LoginAttemptsOptions) {
    this.#clock = options.clock;
    this.#isExempt = options.isExempt;
  }

  /** Counts an account that is about to be made. Throws `login_blocked`. */
  signUp(address: string): void {
    if (this.#isExempt(address)) return;
    const key = addressKey(address);
    const nowMs = this.#clock.monotonic();
    const waitMs = this.#signUps.waitMs(key, nowMs);
    if (waitMs > 0) throw blocked(waitMs);
    this.#signUps.add(key, nowMs);
  }

  /** `check` finds out whether the password is right. Rejects with `login_blocked`, and as `check` does. */
  async run(attempt: Attempt, check: () => Promise<boolean>): Promise<boolean> {
    const counts = this.#countsFor(attempt);
    const nowMs = this.#clock.monotonic();
    const waitMs = Math.max(0, ...counts.map(({ failures, key }) => failures.waitMs(key, nowMs)));
    if (waitMs > 0) throw blocked(waitMs);
    const account = accountKey(attempt);
    const delayMs = attempt.device === undefined ? this.#delayOf(account, nowMs) : 0;
    const all = [...counts, { failures: this.#ofAccount, key: account }];
    for (const { failures, key } of all) failures.add(key, nowMs);
    let isInnocent = true;
    try {
      if (delayMs > 0) await this.#delay(delayMs);
      const isRight = await check();
      isInnocent = isRight;
      return isRight;
    } finally {
      // One that could not be looked at counts for nothing, either.
      if (isInnocent) for (const { failures, key } of all) failures.takeBack(key, nowMs);
    }
  }

  #countsFor({ email, address, device }: Attempt): readonly { failures: Failures; key: string }[] {
    const [account, place] = [accountKey({ email }), addressKey(address)];
    if (device !== undefined) return [{ failures: this.#ofDevice, key: `${account} ${device}` }];
    const both = { failures: this.#ofBoth, key: `${account} ${place}` };
    return this.#isExempt(address) ? [both] : [both, { failures: this.#ofAddress, key: place }];
  }

  #delayOf(account: string, nowMs: number): number {
    const { perAccountFree, delayStepMs, delayMaxMs } = ATTEMPT_LIMITS;
    const over = this.#ofAccount.count(account, nowMs) - perAccountFree;
    return Math.max(0, Math.min(delayMaxMs, (over + 1) * delayStepMs));
  }

  async #delay(delayMs: number): Promise<void> {
    if (this.#delayed >= ATTEMPT_LIMITS.delayedMax) throw blocked(ATTEMPT_LIMITS.delayMaxMs);
    this.#delayed += 1;
    await new Promise<void>((resolve) => this.#clock.after(delayMs, resolve));
    this.#delayed -= 1;
  }
}

/** Memory has no e-mails of people who only tried. */
function accountKey({ email }: Pick<Attempt, 'email'>): string {
  return hash('sha256', email, 'base64url').slice(0, 22);
}

function blocked(waitMs: number): HiloError {
  return new HiloError('login_blocked', {
    retryAfterMs: waitMs,
    values: { seconds: Math.ceil(waitMs / 1_000) },
  });
}
