import { setImmediate } from 'node:timers/promises';

const PENDING = Symbol('pending');

/** Lets time pass, as `pass` says, until `awaited` has settled; real sockets have their turn in between. */
export async function passTimeUntil<T>(awaited: Promise<T>, pass: () => void, turns = 50): Promise<T> {
  for (;;) {
    pass();
    const outcome = await Promise.race([awaited, after(turns)]);
    if (outcome !== PENDING) return outcome;
  }
}

async function after(turns: number): Promise<typeof PENDING> {
  for (let turn = 0; turn < turns; turn += 1) await setImmediate();
  return PENDING;
}
