import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { memoryValues } from '../ui/browser-values.ts';
import { EMPTY_CHAT } from './chat-state.ts';
import type { Locks } from './locks.ts';
import { claimSlot } from './slot-claim.ts';
import { SlotStorage } from './slot-storage.ts';

/** Locks of one browser: given after a moment, and free again when what they were given to has ended. */
class FakeLocks implements Locks {
  readonly held = new Set<string>();
  readonly #waiting = new Map<string, () => void>();
  #whenWaiting = Promise.withResolvers<void>();

  async request(
    name: string,
    options: { signal: AbortSignal } | { ifAvailable: true },
    run: (lock: object | null) => Promise<unknown>,
  ): Promise<unknown> {
    await setImmediate();
    if (this.held.has(name)) {
      if ('ifAvailable' in options && options.ifAvailable) return run(null);
      await this.#turn(name, 'signal' in options ? options.signal : undefined);
    }
    this.held.add(name);
    try {
      return await run({});
    } finally {
      this.held.delete(name);
    }
  }

  /** As if the window that has it were gone. */
  release(name: string): void {
    this.held.delete(name);
    this.#waiting.get(name)?.();
  }

  /** Settles when a window waits for a lock. */
  get whenWaiting(): Promise<void> {
    return this.#whenWaiting.promise;
  }

  #turn(name: string, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.set(name, resolve);
    signal?.addEventListener('abort', () => reject(new Error('aborted')));
    this.#whenWaiting.resolve();
    return promise;
  }
}

function browser(locks: Locks) {
  const storage = new SlotStorage(memoryValues());
  let ids = 0;
  const open = async (own: string | null = null) => {
    let memory = own;
    const windowMemory = {
      get: () => memory,
      set: (slot: string) => {
        memory = slot;
      },
    };
    const claim = await claimSlot({ storage, locks, windowMemory, newId: () => `slot-${(ids += 1)}` });
    return { claim, remembered: memory };
  };
  return {
    storage,
    window: async (own?: string) => (await open(own)).claim,
    /** What a reload of the window would ask for. */
    remembered: async (own?: string) => (await open(own)).remembered,
    save: (slot: string, savedAtMs: number) =>
      storage.save(slot, { chat: EMPTY_CHAT, resumption: undefined }, savedAtMs),
  };
}

/** From the newest to the oldest. */
const saved = (storage: SlotStorage) => storage.list().map(({ slot }) => slot);

describe('claimSlot', () => {
  it('gives the first window a slot of its own, and a reload the same', async () => {
    const locks = new FakeLocks();
    const { window } = browser(locks);
    assert.deepEqual(await window(), { slot: 'slot-1', shows: undefined, copied: false, isBeside: false });
    locks.held.clear();
    assert.deepEqual(await window('slot-1'), {
      slot: 'slot-1',
      shows: 'slot-1',
      copied: false,
      isBeside: false,
    });
  });

  it('gives a duplicated window a copy to read', async () => {
    const { window } = browser(new FakeLocks());
    await window();
    assert.deepEqual(await window('slot-1'), {
      slot: 'slot-2',
      shows: 'slot-1',
      copied: true,
      isBeside: false,
    });
  });

  it('lets a new window take up the newest slot that no window has open', async () => {
    const locks = new FakeLocks();
    const { save, window } = browser(locks);
    for (const [index, slot] of ['oldest', 'older', 'open'].entries()) save(slot, index);
    locks.held.add('hilo.slot.open');
    assert.deepEqual(await window(), { slot: 'older', shows: 'older', copied: false, isBeside: false });
    assert.deepEqual(await window(), { slot: 'oldest', shows: 'oldest', copied: false, isBeside: false });
    assert.deepEqual(await window(), { slot: 'slot-1', shows: undefined, copied: false, isBeside: true });
  });

  it('says that there are others when a window with a conversation is open', async () => {
    const locks = new FakeLocks();
    const { save, window } = browser(locks);
    save('open', 1);
    locks.held.add('hilo.slot.open');
    assert.equal((await window()).isBeside, true);
  });

  it('waits for the page that a reload replaces', async () => {
    const locks = new FakeLocks();
    const { window } = browser(locks);
    locks.held.add('hilo.slot.own');
    const claimed = window('own');
    await locks.whenWaiting;
    locks.release('hilo.slot.own');
    assert.deepEqual(await claimed, { slot: 'own', shows: 'own', copied: false, isBeside: false });
    assert.ok(locks.held.has('hilo.slot.own'));
  });

  it('holds the slot as long as the window lives, and remembers it', async () => {
    const locks = new FakeLocks();
    const { save, remembered } = browser(locks);
    assert.equal(await remembered(), 'slot-1');
    assert.ok(locks.held.has('hilo.slot.slot-1'));
    assert.equal(await remembered('slot-1'), 'slot-2');
    assert.ok(locks.held.has('hilo.slot.slot-2'));
    save('closed', 1);
    assert.equal(await remembered(), 'closed');
    await setImmediate();
    assert.deepEqual([...locks.held], ['hilo.slot.slot-1', 'hilo.slot.slot-2', 'hilo.slot.closed']);
  });
});

describe('the slots that closed windows have left', () => {
  const names = ['newest', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth'];
  const withSlots = (open: readonly string[]) => {
    const locks = new FakeLocks();
    const opened = browser(locks);
    for (const [index, slot] of names.entries()) opened.save(slot, names.length - index);
    for (const slot of open) locks.held.add(`hilo.slot.${slot}`);
    return opened;
  };

  it('are six at most, but none that is open goes', async () => {
    const { storage, window } = withSlots(['eighth']);
    assert.equal((await window()).slot, 'newest');
    assert.deepEqual(saved(storage), [...names.slice(0, 6), 'eighth']);
  });

  it('keep the one that is taken up, however old it is', async () => {
    const { storage, window } = withSlots(names.slice(0, 6));
    assert.equal((await window()).slot, 'seventh');
    assert.deepEqual(saved(storage), names.slice(0, 7));
  });
});
