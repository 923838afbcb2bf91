import { LRUCache } from 'lru-cache';

/**
 * Forgets what was used least recently beyond `max` entries. With its own option `max` the library allocates
 * its lists for all entries at once: milliseconds and megabytes for a cache that may stay empty.
 */
export function growingCache<Key extends {}, Value extends {}>(max: number): LRUCache<Key, Value> {
  return new LRUCache({ maxSize: max, sizeCalculation: () => 1 });
}
