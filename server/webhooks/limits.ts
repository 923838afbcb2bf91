/** Limits of webhooks that are not settings. Durations in milliseconds. */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const WEBHOOK_LIMITS = {
  /** From one try to the next; when they are used up, the webhook has failed. */
  delaysMs: [
    5_000,
    MINUTE_MS,
    5 * MINUTE_MS,
    20 * MINUTE_MS,
    HOUR_MS,
    3 * HOUR_MS,
    8 * HOUR_MS,
    12 * HOUR_MS,
  ],
  /** A delay is longer by up to this part of it, so that what failed together does not come together. */
  jitter: 0.2,
  /** A receiver that asks for a longer pause gets this one. */
  retryAfterMaxMs: 6 * HOUR_MS,
  /** Counted from the end of the job; nothing is tried later. */
  windowMs: 36 * HOUR_MS,
  /** A receiver that fails is left alone for so long, also with what else is due to it; longer each time. */
  pauseFirstMs: 1_000,
  pauseMaxMs: 30_000,
  /** Under way, in all, of one person, and to one receiver. */
  inFlightMax: 32,
  inFlightOfOwnerMax: 4,
  inFlightToHostMax: 8,
  totalMs: 15_000,
  idleMs: 10_000,
  /** Of a response: nobody reads it. */
  responseBytesMax: 1_024,
  /** Outcomes that are kept. */
  triesKept: 10,
  /** For which the secret before the newest one signs as well. */
  overlapMs: 24 * HOUR_MS,
  /** After the store could not be used. */
  storeRetryMs: 5_000,
} as const;

/** Of alerts to the operator. */
export const ALERT_LIMITS = {
  /** From one look at ledger, witnesses, disk and spending to the next. */
  lookMs: 5_000,
  /** From one beginning of the same kind and subject to the next that is told. */
  quietMs: 5 * MINUTE_MS,
  /** After a try that failed; twice as long each time. */
  delayFirstMs: 5_000,
  delayMaxMs: 10 * MINUTE_MS,
  /** Parts of the disk: an alert begins below the one and ends above the other. */
  diskFreeMin: 0.1,
  diskFreeWell: 0.12,
  /** Spending is that of the last hour, in steps. */
  paceWindowMs: HOUR_MS,
  paceStepMs: MINUTE_MS,
} as const;
