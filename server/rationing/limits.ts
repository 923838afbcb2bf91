/** Limits of rationing that are not settings. Durations in milliseconds. */
export const RATIONING_LIMITS = {
  /**
   * Owners that the rate window remembers at once; above that, the one that was used longest ago is
   * forgotten.
   */
  rateOwnersMax: 100_000,

  /** The share of the waiting places that one owner may hold. */
  queueOwnerShareMax: 0.5,
  /**
   * Clients (or sessions of one client) served ahead of those that wait for their next turn; it bounds their
   * wait when new ones keep coming.
   */
  queueRoundMembersMax: 512,
  /** How often positions are checked while a task waits; a task that waits for less is never notified. */
  positionTickMs: 50,
  /** Between two notifications of the same waiting task. */
  positionIntervalMs: 250,
  /** Notifications in one tick: with a long queue they are spread over several ticks. */
  positionsPerTickMax: 40,
  queueRetryAfterMinMs: 1_000,
  queueRetryAfterMaxMs: 60_000,
  /** Assumed duration of a model call for the retry hint, until a first one has ended. */
  callDurationGuessMs: 5_000,
  /** How much one call moves the mean duration. */
  callDurationWeight: 0.2,
} as const;
