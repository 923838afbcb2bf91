/** Limits of the prompt queue that are not settings. Durations in milliseconds. */
export const JOB_LIMITS = {
  /** Of an upstream whose calls take no slot. */
  runningOfFreeUpstream: 4,
  /** How often it is looked again whether a slot is free. */
  lookMs: 250,
  /** Tries of one job, those included that a crash has ended. */
  attemptsMax: 6,
  backoffFirstMs: 5_000,
  backoffFactor: 4,
  backoffMaxMs: 30 * 60_000,
  /** After a job has made way, its route is left alone for so long; longer each time. */
  gaveWayFirstMs: 500,
  gaveWayMaxMs: 30_000,
  /** People served for the first time before one of the others gets a turn. */
  newcomersInARow: 8,
  /** People who are counted for an estimate of a position. */
  positionPeopleMax: 2_000,
  /** Assumed until a first job has ended. */
  durationGuessMs: 5_000,
  durationWeight: 0.2,
  /** Sessions of one person that are told of their jobs. */
  followersMax: 100,
  /** Jobs of which a session that does not read has not heard. */
  changesDueMax: 64,
  /** While the store cannot be written, what came of a job is kept, and tried again. */
  writeRetryMs: 1_000,
  recoveryPage: 500,
} as const;
