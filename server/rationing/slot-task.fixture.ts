import { setImmediate } from 'node:timers/promises';
import type { SlotTask, SlotTicket } from './model-slots.ts';

/** A task that runs until the test ends it, and records its notifications. */
export class TestTask implements SlotTask {
  readonly client: string;
  readonly owner: string;
  readonly positions: number[] = [];
  ticket: SlotTicket | undefined;
  runs = 0;
  #finish: (() => void) | undefined;

  /** Without an address each owner is a separate client. */
  constructor(owner: string, client = owner) {
    this.client = client;
    this.owner = owner;
  }

  get running(): boolean {
    return this.#finish !== undefined;
  }

  runInSlot(): Promise<void> {
    this.runs++;
    return new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  finish(): void {
    this.#finish?.();
    this.#finish = undefined;
  }

  tellPosition(position: number): void {
    this.positions.push(position);
  }
}

/** Runs everything that can run without time passing. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 3; round++) await setImmediate();
}
