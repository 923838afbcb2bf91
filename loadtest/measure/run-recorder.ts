/** Gathers what a run shows: latencies, errors by key, broken promises, and how it went over time. */
import type { Clock } from '../../shared/clock.ts';
import { LatencyRecorder, percentileOf, type LatencyPoint, type LatencySummary } from './latency.ts';

export const RECORDER_LIMITS = {
  /** Examples of broken promises that are kept; all are counted. */
  examplesMax: 10,
  /**
   * When there would be more points in time, neighbours are joined: a long run costs no more than a short
   * one.
   */
  pointsMax: 1_200,
} as const;

export type Phase = 'connect' | 'firstToken' | 'answer' | 'resume' | 'probeAlone' | 'probeLoaded';

export interface Memory {
  readonly serverBytes: number | undefined;
  readonly gatewayBytes: number | undefined;
}

/** One stretch of time. */
export interface TimePoint extends Memory {
  readonly atSeconds: number;
  readonly seconds: number;
  readonly answers: number;
  readonly errors: number;
  readonly firstTokenP50Ms: number | undefined;
  readonly firstTokenP99Ms: number | undefined;
  readonly answerP99Ms: number | undefined;
}

export interface Recording {
  readonly seconds: number;
  readonly answers: number;
  readonly latencies: Readonly<Partial<Record<Phase, LatencySummary>>>;
  readonly curves: Readonly<Partial<Record<Phase, readonly LatencyPoint[]>>>;
  /** Failures that were said openly, by key: refusals, timeouts, lost connections. */
  readonly errors: Readonly<Record<string, number>>;
  /** Other things counted: bytes, resumes, closes. */
  readonly counts: Readonly<Record<string, number>>;
  /** What else is to be known of the run, as sentences. */
  readonly notes: readonly string[];
  readonly violations: number;
  readonly violationExamples: readonly string[];
  readonly points: readonly TimePoint[];
}

export class RunRecorder {
  readonly #clock: Clock;
  readonly #latencies = new Map<Phase, LatencyRecorder>();
  readonly #errors = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  readonly #notes: string[] = [];
  readonly #examples: string[] = [];
  #violations = 0;
  #answers = 0;
  #errorTotal = 0;
  #startMs: number;
  #intervalStartMs: number;
  #interval = emptyInterval();
  #points: TimePoint[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.monotonic();
    this.#intervalStartMs = this.#startMs;
  }

  get answers(): number {
    return this.#answers;
  }

  get errors(): number {
    return this.#errorTotal;
  }

  get violations(): number {
    return this.#violations;
  }

  /** Leaves out the time that preparing took. What was recorded until now stays, but not how it went. */
  begin(): void {
    this.#startMs = this.#clock.monotonic();
    this.#intervalStartMs = this.#startMs;
    this.#interval = emptyInterval();
    this.#points = [];
  }

  latency(phase: Phase, ms: number): void {
    let recorder = this.#latencies.get(phase);
    if (!recorder) this.#latencies.set(phase, (recorder = new LatencyRecorder()));
    recorder.record(ms);
  }

  answer(firstTokenMs: number, answerMs: number): void {
    this.latency('firstToken', firstTokenMs);
    this.latency('answer', answerMs);
    this.#answers += 1;
    this.#interval.firstTokens.push(firstTokenMs);
    this.#interval.answers.push(answerMs);
  }

  error(key: string): void {
    this.#errorTotal += 1;
    this.#interval.errors += 1;
    this.#errors.set(key, (this.#errors.get(key) ?? 0) + 1);
  }

  count(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  /** A broken promise of the server: one of these makes the run fail. */
  violation(text: string): void {
    this.#violations += 1;
    if (this.#examples.length < RECORDER_LIMITS.examplesMax) this.#examples.push(text);
  }

  /** Ends the current stretch of time and begins the next. */
  closeInterval(memory: Memory): void {
    const now = this.#clock.monotonic();
    this.#points.push({
      atSeconds: (this.#intervalStartMs - this.#startMs) / 1_000,
      seconds: (now - this.#intervalStartMs) / 1_000,
      answers: this.#interval.answers.length,
      errors: this.#interval.errors,
      firstTokenP50Ms: percentileOrNone(this.#interval.firstTokens, 50),
      firstTokenP99Ms: percentileOrNone(this.#interval.firstTokens, 99),
      answerP99Ms: percentileOrNone(this.#interval.answers, 99),
      ...memory,
    });
    this.#intervalStartMs = now;
    this.#interval = emptyInterval();
    if (this.#points.length > RECORDER_LIMITS.pointsMax) this.#points = joinNeighbours(this.#points);
  }

  finish(): Recording {
    const phases = [...this.#latencies];
    return {
      seconds: (this.#clock.monotonic() - this.#startMs) / 1_000,
      answers: this.#answers,
      latencies: Object.fromEntries(phases.map(([phase, recorder]) => [phase, recorder.summary()])),
      curves: Object.fromEntries(phases.map(([phase, recorder]) => [phase, recorder.curve()])),
      errors: sortedByCount(this.#errors),
      counts: Object.fromEntries(this.#counts),
      notes: this.#notes,
      violations: this.#violations,
      violationExamples: this.#examples,
      points: this.#points,
    };
  }
}

interface Interval {
  readonly firstTokens: number[];
  readonly answers: number[];
  errors: number;
}

function emptyInterval(): Interval {
  return { firstTokens: [], answers: [], errors: 0 };
}

function percentileOrNone(values: readonly number[], percentile: number): number | undefined {
  return values.length === 0 ? undefined : percentileOf(values, percentile);
}

function sortedByCount(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

/** Halves the number of points. Percentiles of a pair are the larger ones: a peak is never hidden. */
function joinNeighbours(points: readonly TimePoint[]): TimePoint[] {
  const joined: TimePoint[] = [];
  for (let index = 0; index < points.length; index += 2) {
    const [first, second] = [points[index], points[index + 1]];
    if (first) joined.push(second ? join(first, second) : first);
  }
  return joined;
}

function join(first: TimePoint, second: TimePoint): TimePoint {
  return {
    atSeconds: first.atSeconds,
    seconds: first.seconds + second.seconds,
    answers: first.answers + second.answers,
    errors: first.errors + second.errors,
    firstTokenP50Ms: larger(first.firstTokenP50Ms, second.firstTokenP50Ms),
    firstTokenP99Ms: larger(first.firstTokenP99Ms, second.firstTokenP99Ms),
    answerP99Ms: larger(first.answerP99Ms, second.answerP99Ms),
    serverBytes: larger(first.serverBytes, second.serverBytes),
    gatewayBytes: larger(first.gatewayBytes, second.gatewayBytes),
  };
}

function larger(first: number | undefined, second: number | undefined): number | undefined {
  return first === undefined ? second : Math.max(first, second ?? first);
}
