/** What is deleted from time to time because its time is over. */
import type { Clock } from '../shared/clock.ts';
import type { GuestRepository } from './identity/guest-repository.ts';
import type { LoginRepository } from './identity/login-repository.ts';
import type { Log } from './observability/log.ts';
import { every } from './support/every.ts';

export const SWEEP_LIMITS = {
  expirySweepMs: 10_000,
  loginSweepMs: 60 * 60 * 1_000,
  guestSweepMs: 24 * 60 * 60 * 1_000,
  /** A guest without a token cannot come back, so nobody will miss what was said. */
  textGuestMs: 30 * 24 * 60 * 60 * 1_000,
} as const;

interface SweepDependencies {
  readonly clock: Clock;
  readonly log: Log;
}

/** Holds that were not released in time; there are some only if something went wrong. */
export function sweepHolds(expireDue: () => Promise<number>, { clock, log }: SweepDependencies): () => void {
  return every(clock, SWEEP_LIMITS.expirySweepMs, () =>
    expireDue().then(
      (expired) => {
        if (expired > 0) log.warn({ expired }, 'Holds were open for too long and have expired');
      },
      (error: unknown) => log.error({ err: error }, 'Holds could not be expired'),
    ),
  );
}

export function sweepGuests(guests: GuestRepository, { clock, log }: SweepDependencies): () => void {
  return every(clock, SWEEP_LIMITS.guestSweepMs, () =>
    guests.dropOldTextGuests(clock.now() - SWEEP_LIMITS.textGuestMs).then(
      (guestsDropped) => {
        if (guestsDropped > 0)
          log.info({ guests: guestsDropped }, 'Guests that cannot come back were deleted');
      },
      (error: unknown) => log.error({ err: error }, 'Old guests could not be deleted'),
    ),
  );
}

export function sweepLogins(
  kept: readonly Pick<LoginRepository, 'removeExpired'>[],
  { clock, log }: SweepDependencies,
): () => void {
  return every(clock, SWEEP_LIMITS.loginSweepMs, () =>
    Promise.all(kept.map((rows) => rows.removeExpired(clock.now()))).then(
      () => undefined,
      (error: unknown) => log.error({ err: error }, 'Expired logins and invitations could not be deleted'),
    ),
  );
}
