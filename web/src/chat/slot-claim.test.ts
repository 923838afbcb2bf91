import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryValues } from '../ui/browser-values.ts';
import { EMPTY_CHAT } from './chat-state.ts';
import type { Locks } from './locks.ts';
import { claimSlot } from './slot-claim.ts';
import { SlotStorage } from './slot-storage.ts';

/** Locks of one browser; a window that asks for a taken one is refused when its patience ends. */
class FakeLocks implements Locks {
  readonly held = new Set<string>();

  request(
    name: string,
    options: { signal: AbortSignal } | { ifAvailable: true },
    run: (lock: object | null) => Promise<unknown>,
  ): Promise<unknown> {
    if (this.held.has(name)) {
      return 'ifAvailable' in options ? run(null) : Promise.reject(new Error('aborted'));
    }
    this.held.add(name);
    return run({});
  }
}

function browser(locks: Locks) {
  const storage = new SlotStorage(memoryValues());
  let ids = 0;
  return {
    storage,
    window: (own: string | null = null) => {
      let memory = own;
      return claimSlot({
        storage,
        locks,
        windowMemory: {
          get: () => memory,
          set: (slot) => {
            memory = slot;
          },
        },
        newId: () => `slot-${(ids += 1)}`,
      });
    },
  };
}

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
    const { storage, window } = browser(locks);
    for (const [slot, savedAtMs] of [
      ['oldest', 1],
      ['older', 2],
      ['open', 3],
    ] as const) {
      storage.save(slot, { chat: EMPTY_CHAT, resumption: undefined }, savedAtMs);
    }
    locks.held.add('hilo.slot.open');
    assert.deepEqual(await window(), { slot: 'older', shows: 'older', copied: false, isBeside: false });
  });
});
