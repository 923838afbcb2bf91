/** Limits of batches that are not settings. Durations in milliseconds. */
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

export const BATCH_LIMITS = {
  /** Files that one user keeps. */
  filesMax: 50,
  /** Of all files together. */
  bytesMax: 8 * 1024 * 1024 * 1024,
  /** Files, and batches that are over, are deleted after this. */
  keptMs: 30 * DAY_MS,
  sweepMs: HOUR_MS,
  /** Batches of one user that are not over. */
  unfinishedMax: 5,
  /** What is not done by then is given up. */
  windowMs: DAY_MS,
  /** Jobs of one batch that wait or run; the next lines stay in the file. */
  jobsAtOnce: 64,
  lineBytesMax: 4 * 1024 * 1024,
  jsonDepthMax: 32,
  jsonMembersMax: 65_536,
  /** Faults of a file that are told. */
  faultsMax: 50,
  /** Until a line is tried again that the queue cannot take now. */
  againMs: 5_000,
  /** Results that are read from the store at once. */
  resultsAtOnce: 8,
  /** Of one event. */
  textCharacters: 48 * 1024,
} as const;
