/** Random bytes in small pieces: one call of the system's generator serves many salts. */

const POOL_BYTES = 8 * 1024;

/** Returns each byte once, as a copy: it shares no memory with bytes returned later. */
export function pooledRandomBytes(fill: (size: number) => Buffer): (size: number) => Buffer {
  let pool: Buffer = Buffer.alloc(0);
  let used = 0;
  return (size) => {
    if (size > POOL_BYTES) return fill(size);
    if (used + size > pool.length) {
      pool = fill(POOL_BYTES);
      used = 0;
    }
    const bytes = Buffer.allocUnsafeSlow(size);
    pool.copy(bytes, 0, used, used + size);
    pool.fill(0, used, used + size);
    used += size;
    return bytes;
  };
}
