/**
 * Durations in buckets whose bounds grow by a constant factor, after DDSketch (Masson, Rim, Lee, VLDB 2019):
 * a percentile is at most 1 % away from the exact one, and histograms are merged by adding their counts.
 */
const RELATIVE_ERROR = 0.01;
const GROWTH = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GROWTH = Math.log(GROWTH);
/** Everything below is in one bucket. */
const SMALLEST_MS = 0.01;
/** A little more than a month. */
const BUCKET_MAX = 1_300;

/** How many durations are in each bucket. */
export type Histogram = Map<number, number>;

export function addDuration(histogram: Histogram, ms: number): void {
  const bucket = bucketOf(ms);
  histogram.set(bucket, (histogram.get(bucket) ?? 0) + 1);
}

export function mergeInto(histogram: Histogram, other: Histogram): void {
  for (const [bucket, count] of other) histogram.set(bucket, (histogram.get(bucket) ?? 0) + count);
}

/** The duration that this share of them does not exceed; undefined of an empty histogram. */
export function percentile(histogram: Histogram, share: number): number | undefined {
  let total = 0;
  for (const count of histogram.values()) total += count;
  if (total === 0) return undefined;
  let rank = Math.max(1, Math.ceil(share * total));
  for (const bucket of [...histogram.keys()].sort((one, other) => one - other)) {
    rank -= histogram.get(bucket) ?? 0;
    if (rank <= 0) return middleOf(bucket);
  }
  return undefined;
}

/**
 * In the order of the buckets: the distance from the bucket before, then its count, both as varints (LEB128).
 * Null of an empty histogram.
 */
export function encodeHistogram(histogram: Histogram): Uint8Array | null {
  if (histogram.size === 0) return null;
  const bytes: number[] = [];
  let before = 0;
  for (const bucket of [...histogram.keys()].sort((one, other) => one - other)) {
    pushVarint(bytes, bucket - before);
    pushVarint(bytes, histogram.get(bucket) ?? 0);
    before = bucket;
  }
  return Uint8Array.from(bytes);
}

/** Adds what `encodeHistogram` has made. */
export function addEncoded(histogram: Histogram, bytes: Uint8Array | null): void {
  if (!bytes) return;
  let bucket = 0;
  for (let at = 0; at < bytes.length;) {
    const distance = readVarint(bytes, at);
    const count = readVarint(bytes, distance.next);
    bucket += distance.value;
    histogram.set(bucket, (histogram.get(bucket) ?? 0) + count.value);
    at = count.next;
  }
}

function bucketOf(ms: number): number {
  if (!(ms > SMALLEST_MS)) return 0;
  return Math.min(BUCKET_MAX, Math.ceil(Math.log(ms / SMALLEST_MS) / LOG_GROWTH));
}

/** As far from the lower bound as from the upper one, in proportion. */
function middleOf(bucket: number): number {
  return bucket === 0 ? SMALLEST_MS : (SMALLEST_MS * 2 * GROWTH ** bucket) / (GROWTH + 1);
}

const LOW_BITS = 0x80;

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= LOW_BITS) {
    bytes.push((rest % LOW_BITS) + LOW_BITS);
    rest = Math.floor(rest / LOW_BITS);
  }
  bytes.push(rest);
}

function readVarint(bytes: Uint8Array, from: number): { readonly value: number; readonly next: number } {
  let value = 0;
  let factor = 1;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    value += (byte % LOW_BITS) * factor;
    if (byte < LOW_BITS) return { value, next: at + 1 };
    factor *= LOW_BITS;
  }
  throw new Error('A histogram ends in the middle of a number');
}
