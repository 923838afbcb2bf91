/** Limits of summaries. Tokens are estimated, before the ratio of a model. */
export const SUMMARY_RUN_LIMITS = {
  /** Of a text. */
  partsMax: 1_000,
  /** Parts that are summarised at once. */
  parallelMax: 2,
  /** Asked of the model for the whole, by length. */
  outputTokens: { short: 256, medium: 640, long: 1_536 },
  /** Of the summary of one part, which nobody reads. */
  partOutputTokens: 400,
  /** Share of the route's budget that is filled: model servers count more than the estimate. */
  fill: 0.85,
  /** A call that failed for a reason that may pass is made once more. */
  triesMax: 2,
  /** Of one owner; more have to be deleted first. */
  keptMax: 5_000,
  pageBytesMax: 20 * 1024 * 1024,
  pageTotalMs: 60_000,
  pageIdleMs: 15_000,
  /** Pages that are fetched at once. */
  fetchesMax: 16,
  titleCharactersMax: 100,
} as const;
