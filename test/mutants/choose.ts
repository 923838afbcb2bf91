/** A choice that repeats: the same seed takes the same faults of the same source. */
import { seededRandom } from '../../loadtest/stub/random.ts';

/** In the order in which they stood. */
export function choose<Item>(items: readonly Item[], count: number, seed: number): Item[] {
  const random = seededRandom(seed);
  return items
    .map((item, index) => ({ item, index, weight: random() }))
    .sort((one, other) => one.weight - other.weight)
    .slice(0, count)
    .sort((one, other) => one.index - other.index)
    .map(({ item }) => item);
}
