/** Limits of routes and upstreams that are not configurable. Durations in milliseconds. */
import { BACKOFF_MAX_MS } from '../../shared/limits.ts';

export const MODEL_LIMITS = {
  backoffMaxMs: BACKOFF_MAX_MS,
  /** When an upstream asks for a longer pause, the next route is tried instead. */
  retryAfterMaxMs: 20_000,
  breakerFailures: 5,
  breakerOpenMs: 60_000,
  /** After this pause a client may come back that was refused during a trial call. */
  breakerTrialMs: 5_000,
  /** When an upstream that is busy does not say when to come back. */
  busyRetryMs: 10_000,
  /** The longest pause that clients are told. */
  retryAfterToldMaxMs: 3_600_000,

  probeIntervalMs: 10_000,
  /** The interval while an upstream does not answer: short, so that its return is noticed soon. */
  probeIntervalDownMs: 2_000,
  probeTimeoutMs: 2_000,
  /** A busy machine may miss one probe; a call that fails meanwhile goes on to the next route anyway. */
  missedProbesMax: 2,

  /** How many models of one upstream's list are read. */
  listedModelsMax: 1_024,
  /** How many routes are made from the list. */
  listedRoutesMax: 256,
  /** Names that are listed when a model is missing. */
  toldModelsMax: 32,

  /** Models whose token ratio is remembered. */
  tokenRatioModelsMax: 64,
  /** Owners whose samples make up the ratio of one model; the oldest sample goes first. */
  tokenRatioOwnersMax: 31,
  /** A ratio needs the samples of this many; the missing ones count as "no correction". */
  tokenRatioOwnersMin: 3,
  /** How much one answer moves the sample of its owner. */
  tokenSampleWeight: 0.25,
  /** The ratio of a model stays within these bounds. */
  tokenRatioMin: 0.75,
  tokenRatioMax: 1.5,
  /** Outside these bounds a count is of something else than the prompt (truncation, tools). */
  tokenSampleMin: 0.5,
  tokenSampleMax: 2,
  /** Prompts with fewer estimated tokens teach nothing: the chat template outweighs them. */
  tokenRatioTokensMin: 24,
} as const;
