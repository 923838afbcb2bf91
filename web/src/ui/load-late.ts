const RETRY_MS = 3_000;
const ATTEMPTS_MAX = 20;

/** Loads a part of the page that it can do without for a while, or for good. */
export async function loadLate<T>(
  load: () => Promise<T>,
  after: (delayMs: number, run: () => void) => void,
): Promise<T | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    try {
      return await load();
    } catch {
      await new Promise<void>((resolve) => after(RETRY_MS, resolve));
    }
  }
  return undefined;
}
