/** Limits of the exchange pipeline that are no matter of configuration. Durations in milliseconds. */
export const EXCHANGE_LIMITS = {
  /**
   * Owners that the rate window remembers at once; past it, the one that was looked at longest ago is
   * forgotten.
   */
  rateOwnersMax: 100_000,

  /** Models whose token ratio is remembered. */
  tokenRatioModelsMax: 64,
  /**
   * A provider's count is believed within these bounds; outside them it counts something else (truncation,
   * tools).
   */
  tokenRatioMin: 0.5,
  tokenRatioMax: 2,
  /** How much one answer moves the ratio. */
  tokenRatioWeight: 0.25,
  /** Prompts with fewer estimated tokens teach nothing: the chat template outweighs them. */
  tokenRatioTokensMin: 24,
  /** What the chat template of a model adds to each message. */
  messageOverheadTokens: 4,
  /** A message may always have this share of the input budget, whatever the system prompt takes. */
  messageBudgetShareMin: 0.25,

  /** The share of the waiting places that one owner may hold. */
  queueOwnerShareMax: 0.5,
  /**
   * Clients (or sessions of one client) served ahead of those that wait for their next turn; it bounds their
   * wait when new ones keep coming.
   */
  queueRoundMembersMax: 512,
  /** How often positions are looked at while anybody waits; who waits for less is never told. */
  positionTickMs: 50,
  /** Between two positions told to the same waiting message. */
  positionIntervalMs: 250,
  queueRetryAfterMinMs: 1_000,
  queueRetryAfterMaxMs: 60_000,
  /** Assumed for the retry hint until a first call has ended. */
  callDurationGuessMs: 5_000,
  /** How much one call moves the mean duration. */
  callDurationWeight: 0.2,

  backoffMaxMs: 30_000,
  /** A provider that asks for a longer pause is left for the next one. */
  retryAfterMaxMs: 20_000,
  breakerFailures: 5,
  breakerOpenMs: 60_000,
  /** How often calls are looked at for timeouts, unless a timeout is so short that it needs a closer look. */
  timeoutTickMs: 250,

  /** Deltas that come closer together than this are joined … */
  joinMs: 20,
  /** … unless they are this long already (UTF-16 code units). */
  joinLength: 1_024,
  /** What is read from the model ahead of a consumer that does not pull (UTF-16 code units). */
  readAheadLength: 65_536,
  /** An answer is cut here, as if the model had reached its own limit (UTF-16 code units). */
  answerLengthMax: 1_048_576,

  /** Told to those who are refused while the server drains. */
  drainRetryAfterMs: 5_000,
} as const;
