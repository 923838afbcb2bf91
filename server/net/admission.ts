/**
 * Decides whether a client may connect: a pure state machine over an injected time. [P-12] For each address
 * (IPv6: each /64) a number of connections at once and a token bucket of new ones; for the server a total.
 */
import { LRUCache } from 'lru-cache';
import { InputBudget } from '../protocol/input-budget.ts';
import { addressKey } from '../../shared/ip-address.ts';

export interface AdmissionLimits {
  readonly addressConnectionsMax: number;
  readonly addressConnectsPerSecond: number;
  readonly addressConnectsBurst: number;
  readonly addressesTrackedMax: number;
  readonly addressInputBytesPerSecond: number;
  readonly addressInputBytesBurst: number;
  readonly addressWorkMsPerSecond: number;
  readonly addressWorkMsBurst: number;
}

interface AddressState {
  count: number;
  tokens: number;
  refilledMs: number;
  readonly input: InputBudget;
}

export type Verdict =
  | { readonly isAdmitted: true; readonly release: () => void; readonly input: InputBudget | undefined }
  | { readonly isAdmitted: false; readonly retryAfterMs: number };

const FREE: Verdict = { isAdmitted: true, release: () => {}, input: undefined };

export class AddressAdmission {
  readonly #limits: AdmissionLimits;
  readonly #isExempt: (address: string) => boolean;
  /** Addresses with connections; their number is bounded by the number of connections. */
  readonly #connected = new Map<string, AddressState>();
  /** Addresses without connections, kept for the rate of their next ones. */
  readonly #recent: LRUCache<string, AddressState>;

  constructor(limits: AdmissionLimits, isExempt: (address: string) => boolean) {
    this.#limits = limits;
    this.#isExempt = isExempt;
    this.#recent = new LRUCache({ max: limits.addressesTrackedMax });
  }

  admit(address: string, nowMs: number): Verdict {
    if (this.#isExempt(address)) return FREE;
    const key = addressKey(address);
    const state = this.#stateOf(key, nowMs);
    const { addressConnectionsMax, addressConnectsPerSecond } = this.#limits;
    if (state.tokens < 1) {
      return this.#refused(key, state, ((1 - state.tokens) / addressConnectsPerSecond) * 1_000);
    }
    // A refused connection costs nothing: a client that waits as long as the hint says is admitted.
    if (state.count >= addressConnectionsMax) return this.#refused(key, state, 1_000);
    state.tokens -= 1;
    state.count += 1;
    this.#connected.set(key, state);
    return { isAdmitted: true, release: () => this.#release(key, state), input: state.input };
  }

  #refused(key: string, state: AddressState, retryAfterMs: number): Verdict {
    if (state.count === 0) this.#recent.set(key, state);
    return { isAdmitted: false, retryAfterMs: Math.ceil(retryAfterMs) };
  }

  #release(key: string, state: AddressState): void {
    state.count -= 1;
    if (state.count > 0) return;
    this.#connected.delete(key);
    this.#recent.set(key, state);
  }

  #stateOf(key: string, nowMs: number): AddressState {
    const { addressConnectsBurst, addressConnectsPerSecond } = this.#limits;
    const state = this.#connected.get(key) ?? this.#recent.get(key);
    if (!state)
      return { count: 0, tokens: addressConnectsBurst, refilledMs: nowMs, input: this.#newInput(nowMs) };
    const earned = ((nowMs - state.refilledMs) / 1_000) * addressConnectsPerSecond;
    state.tokens = Math.min(addressConnectsBurst, state.tokens + earned);
    state.refilledMs = nowMs;
    return state;
  }
  #newInput(nowMs: number): InputBudget {
    const limits = this.#limits;
    const rates = {
      bytesPerSecond: limits.addressInputBytesPerSecond,
      bytesBurst: limits.addressInputBytesBurst,
      workMsPerSecond: limits.addressWorkMsPerSecond,
      workMsBurst: limits.addressWorkMsBurst,
    };
    return new InputBudget(rates, nowMs);
  }
}
