/** Sums as callers get them. */
import { percentile } from './histogram.ts';
import type { Tally } from './tally.ts';

const NANOS = 1_000_000_000;
const MILLIONTHS = 1_000_000;
const PERCENT_50 = 0.5;
const PERCENT_95 = 0.95;
const PERCENT_99 = 0.99;

export function countsOf(tally: Tally) {
  const { requests, errors, inputTokens, outputTokens, credits, bytesIn, bytesOut } = tally;
  const bytes = { inputBytes: bytesIn, outputBytes: bytesOut };
  return { requests, errors, inputTokens, outputTokens, credits, usd: usdOf(tally), ...bytes };
}

export function usdOf({ usdNanos }: Pick<Tally, 'usdNanos'>): number {
  return usdNanos / NANOS;
}

/** Members are left out when nothing was measured. */
export function durationsOf({ latency }: Tally) {
  return {
    ...named('p50Ms', msOf(percentile(latency, PERCENT_50))),
    ...named('p95Ms', msOf(percentile(latency, PERCENT_95))),
    ...named('p99Ms', msOf(percentile(latency, PERCENT_99))),
  };
}

export function firstTokensOf({ firstToken, queued }: Tally) {
  return {
    ...named('firstTokenP50Ms', msOf(percentile(firstToken, PERCENT_50))),
    ...named('firstTokenP95Ms', msOf(percentile(firstToken, PERCENT_95))),
    ...named('queuedP95Ms', msOf(percentile(queued, PERCENT_95))),
  };
}

export function errorRateOf({ requests, errors }: Tally): number {
  return requests === 0 ? 0 : Math.round((errors / requests) * MILLIONTHS) / MILLIONTHS;
}

/** Of each period; null where nothing was measured. */
export function latenciesOf(tallies: readonly Tally[]) {
  const each = (share: number) => tallies.map(({ latency }) => msOf(percentile(latency, share)) ?? null);
  return { p50Ms: each(PERCENT_50), p95Ms: each(PERCENT_95), p99Ms: each(PERCENT_99) };
}

/** Three digits are more than is known. */
function msOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Number(ms.toPrecision(3));
}

function named<Name extends string>(name: Name, value: number | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: number };
}
