/** Limits of the exchange pipeline that are not configurable. Durations in milliseconds. */
export const EXCHANGE_LIMITS = {
  /** A message may always have this share of the input budget, whatever the system prompt takes. */
  messageBudgetShareMin: 0.25,

  /** How often calls are checked for timeouts; no timeout is shorter than a second. */
  timeoutTickMs: 125,

  /** Deltas that come closer together than this are joined … */
  joinMs: 20,
  /** … unless they are this long already (UTF-16 code units). */
  joinLength: 1_024,
  /** What is read from the model ahead of a consumer that does not pull (UTF-16 code units). */
  readAheadLength: 65_536,
  /** An answer is cut here, as if the model had reached its own limit (UTF-16 code units). */
  answerLengthMax: 1_048_576,
  /** The same for the thinking before it. */
  thinkingLengthMax: 1_048_576,

  /** Sends with a clientMessageId that run at once, over all owners. */
  runningSendsMax: 10_000,
  /** Messages and answers of finished sends that are remembered, over all owners (UTF-16 code units). */
  rememberedSendsCharactersMax: 4_194_304,

  /** The wait suggested to clients that are refused while the server drains. */
  drainRetryAfterMs: 5_000,
} as const;
