/**
 * Counters and histograms for what happens with every message. prom-client hashes the labels at each
 * observation, which takes about a microsecond; these add to plain numbers and use its registry only during a
 * scrape.
 */
import { Counter, type Metric, type Registry } from 'prom-client';

export class FastCounter<First extends string, Second extends string> {
  readonly #counts = new Map<string, Map<string, number>>();

  constructor(registry: Registry, name: string, help: string, labels: readonly [First, Second]) {
    const counts = this.#counts;
    const [first, second] = labels;
    const counter = new Counter({
      name,
      help,
      labelNames: [first, second],
      registers: [],
      collect() {
        for (const [one, inner] of counts) {
          for (const [two, count] of inner) {
            this.inc({ [first]: one, [second]: two } as Record<First | Second, string>, count);
            inner.set(two, 0);
          }
        }
      },
    });
    registry.registerMetric(counter);
  }

  add(first: string, second: string, count = 1): void {
    let inner = this.#counts.get(first);
    if (!inner) this.#counts.set(first, (inner = new Map()));
    inner.set(second, (inner.get(second) ?? 0) + count);
  }
}

interface Series {
  readonly counts: Float64Array;
  sum: number;
  total: number;
}

/** A histogram with one label. Values and bounds in the unit of its name. */
export class FastHistogram {
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  /** `bounds` in ascending order; the bucket without a bound is added. */
  constructor(registry: Registry, name: string, help: string, label: string, bounds: readonly number[]) {
    this.#bounds = bounds;
    const metric = { name, help, type: 'histogram', get: () => this.#read(name, help, label) };
    // The registry uses only a metric's name and `get`.
    registry.registerMetric(metric as unknown as Metric);
  }

  observe(labelValue: string, value: number): void {
    let series = this.#series.get(labelValue);
    if (!series) {
      series = { counts: new Float64Array(this.#bounds.length + 1), sum: 0, total: 0 };
      this.#series.set(labelValue, series);
    }
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] ?? 0)) bucket += 1;
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += value;
    series.total += 1;
  }

  #read(name: string, help: string, label: string) {
    const values = [...this.#series].flatMap(([labelValue, series]) => {
      const labels = label === '' ? {} : { [label]: labelValue };
      let cumulative = 0;
      const buckets = [...this.#bounds, '+Inf'].map((le, bucket) => {
        cumulative += series.counts[bucket] ?? 0;
        return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: cumulative };
      });
      return [
        ...buckets,
        { metricName: `${name}_sum`, labels, value: series.sum },
        { metricName: `${name}_count`, labels, value: series.total },
      ];
    });
    return Promise.resolve({ name, help, type: 'histogram', values, aggregator: 'sum' });
  }
}
