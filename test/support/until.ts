import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 20;

/** Looks again and again until it is so; fails after `withinMs`. */
export async function until<Value>(
  read: () => Promise<Value>,
  isSo: (value: Value) => boolean,
  withinMs = 15_000,
): Promise<Value> {
  for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
    const value = await read();
    if (isSo(value)) return value;
    if (waitedMs >= withinMs) {
      throw new assert.AssertionError({ message: `Still ${JSON.stringify(value)}` });
    }
    await sleep(LOOK_MS);
  }
}
