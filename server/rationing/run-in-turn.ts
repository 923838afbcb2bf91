import type { ModelSlots, SlotTask, Turn } from './model-slots.ts';

/**
 * Runs `work` in one of a few slots when the turn of its client has come. Rejects with `queue_full` when too
 * much waits, and with the signal's reason as soon as it is aborted; work that is still waiting then never
 * runs.
 */
export async function runInTurn<Value>(
  slots: ModelSlots,
  turn: Turn,
  signal: AbortSignal,
  work: () => Promise<Value>,
): Promise<Value> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Value>();
  const task: SlotTask = {
    ...turn,
    tellPosition: () => undefined,
    runInSlot: async () => {
      if (!signal.aborted) await work().then(resolve, reject);
    },
  };
  const onAbort = () => reject(signal.reason as Error);
  // The outcome may be known before it is awaited below.
  promise.catch(() => undefined);
  const ticket = await slots.enter(task);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (ticket && signal.aborted) await slots.leave(ticket);
  }
}
