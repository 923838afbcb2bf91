/**
 * Latencies in a high dynamic range histogram: percentiles to three digits, whatever the number of samples.
 */
import { build } from 'hdr-histogram-js';

export interface LatencySummary {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

/** A point of the percentile curve: this part of the samples was at most this long. */
export interface LatencyPoint {
  readonly percentile: number;
  readonly ms: number;
}

/** Percentiles at which the curve is drawn: each step halves what is left, so that the tail shows. */
const CURVE = [0, 10, 25, 50, 75, 87.5, 90, 93.75, 95, 97.5, 98.75, 99, 99.5, 99.75, 99.9, 99.95, 99.99, 100];
const MICROSECONDS = 1_000;
const HIGHEST_MS = 3_600_000;

export class LatencyRecorder {
  readonly #histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_MS * MICROSECONDS,
    numberOfSignificantValueDigits: 3,
    autoResize: false,
  });

  get count(): number {
    return this.#histogram.totalCount;
  }

  record(ms: number): void {
    const clamped = Math.min(Math.max(ms, 0), HIGHEST_MS);
    this.#histogram.recordValue(Math.round(clamped * MICROSECONDS));
  }

  /** In milliseconds; 0 while nothing is recorded. */
  percentile(percentile: number): number {
    return this.count === 0 ? 0 : this.#histogram.getValueAtPercentile(percentile) / MICROSECONDS;
  }

  summary(): LatencySummary {
    const empty = this.count === 0;
    return {
      count: this.count,
      meanMs: empty ? 0 : this.#histogram.mean / MICROSECONDS,
      p50Ms: this.percentile(50),
      p90Ms: this.percentile(90),
      p99Ms: this.percentile(99),
      p999Ms: this.percentile(99.9),
      maxMs: empty ? 0 : this.#histogram.maxValue / MICROSECONDS,
    };
  }

  curve(): LatencyPoint[] {
    if (this.count === 0) return [];
    return CURVE.map((percentile) => ({ percentile, ms: this.percentile(percentile) }));
  }
}

/** The middle value; the mean of the two middle ones of an even number. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  if (sorted.length % 2 === 1) return upper;
  return ((sorted[sorted.length / 2 - 1] ?? Number.NaN) + upper) / 2;
}

/** The nearest-rank percentile of a small list of samples. NaN of none. */
export function percentileOf(values: readonly number[], percentile: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(Math.ceil((percentile / 100) * sorted.length), 1);
  return sorted[rank - 1] ?? Number.NaN;
}
