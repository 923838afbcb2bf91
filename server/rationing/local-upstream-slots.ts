import type { Clock } from '../../shared/clock.ts';
import { LocalModelSlots } from './local-model-slots.ts';
import type { ModelSlots, SlotUpstream, UpstreamSlots } from './model-slots.ts';

export interface LocalUpstreamSlotsOptions {
  readonly clock: Clock;
  /** Tasks that may wait for each upstream. */
  readonly queueMax: number;
}

/** One queue and one number of slots for each upstream, by its id. */
export class LocalUpstreamSlots implements UpstreamSlots {
  readonly #options: LocalUpstreamSlotsOptions;
  readonly #limited = new Map<string, LocalModelSlots>();
  readonly #free: LocalModelSlots;

  constructor(options: LocalUpstreamSlotsOptions) {
    this.#options = options;
    this.#free = new LocalModelSlots({ ...options, slots: undefined });
  }

  get waiting(): number {
    return sum(this.#limited.values(), (slots) => slots.waiting) + this.#free.waiting;
  }

  get inFlight(): number {
    return sum(this.#limited.values(), (slots) => slots.inFlight);
  }

  of({ id, slots }: SlotUpstream): ModelSlots {
    if (slots === undefined) return this.#free;
    let limited = this.#limited.get(id);
    if (!limited) this.#limited.set(id, (limited = new LocalModelSlots({ ...this.#options, slots })));
    return limited;
  }
}

function sum(all: Iterable<LocalModelSlots>, count: (slots: LocalModelSlots) => number): number {
  let total = 0;
  for (const slots of all) total += count(slots);
  return total;
}
