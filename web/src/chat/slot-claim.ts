/**
 * Decides which slot this window owns. A reload finds its own; a duplicated window finds its own taken and
 * gets a copy to read with a session of its own; a new window takes up the newest slot that no window has
 * open.
 */
import type { Locks } from './locks.ts';
import { STORAGE_LIMITS, type SlotStorage } from './slot-storage.ts';

/** A reload may ask before the page that it replaces has let go. */
const OWN_SLOT_WAIT_MS = 400;

export interface ClaimOptions {
  readonly storage: SlotStorage;
  /** Survives a reload, is copied when a window is duplicated, and is not seen by others. */
  readonly windowMemory: { get(): string | null; set(slot: string): void };
  readonly locks: Locks;
  readonly newId: () => string;
}

export interface Claim {
  readonly slot: string;
  /** The slot whose conversation is shown first. */
  readonly shows: string | undefined;
  /** The conversation is a copy: another window holds its session. */
  readonly copied: boolean;
  /** Other windows have the conversations that there are. */
  readonly isBeside: boolean;
}

const ALONE = { copied: false, isBeside: false } as const;

export async function claimSlot(options: ClaimOptions): Promise<Claim> {
  const own = options.windowMemory.get();
  if (own !== null) {
    if (await hold(options.locks, own, OWN_SLOT_WAIT_MS)) return { slot: own, shows: own, ...ALONE };
    return claimFresh(options, own);
  }
  for (const { slot } of options.storage.own()) {
    if (!(await hold(options.locks, slot, 0))) continue;
    options.windowMemory.set(slot);
    await prune(options, slot);
    return { slot, shows: slot, ...ALONE };
  }
  return claimFresh(options, undefined);
}

/** A slot of its own, showing a copy of the conversation of another one. */
export async function claimFresh(options: ClaimOptions, shows: string | undefined): Promise<Claim> {
  const slot = options.storage.nameOf(options.newId());
  await hold(options.locks, slot, OWN_SLOT_WAIT_MS);
  options.windowMemory.set(slot);
  return { slot, shows, copied: shows !== undefined, isBeside: options.storage.own().length > 0 };
}

async function prune({ storage, locks }: ClaimOptions, keep: string): Promise<void> {
  for (const { slot } of storage.own().slice(STORAGE_LIMITS.slotsKept)) {
    if (slot !== keep && (await hold(locks, slot, 0))) storage.remove(slot);
  }
}

/** True when the lock was given; it is then held for as long as the page lives. 0 does not wait at all. */
async function hold(locks: Locks, slot: string, waitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const options = waitMs > 0 ? { signal: AbortSignal.timeout(waitMs) } : ({ ifAvailable: true } as const);
    const given = async (lock: object | null) => {
      resolve(lock !== null);
      if (lock !== null) await new Promise(() => {});
    };
    locks.request(`hilo.slot.${slot}`, options, given).catch(() => resolve(false));
  });
}
