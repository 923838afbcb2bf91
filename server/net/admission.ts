/**
 * Decides whether a client may connect: a pure state machine over an injected time. [P-12] For each address
 * (IPv6: each /64) a number of connections at once and a token bucket of new ones, and the same for the
 * requests that the gateway passes on; for the server a total.
 */
import type { LRUCache } from 'lru-cache';
import type { RequestAdmission } from '../protocol/forwarded-requests.ts';
import { InputBudget } from '../protocol/input-budget.ts';
import { addressKey } from '../../shared/ip-address.ts';
import { growingCache } from '../support/growing-cache.ts';

export interface AdmissionLimits {
  readonly addressConnectionsMax: number;
  readonly addressConnectsPerSecond: number;
  readonly addressConnectsBurst: number;
  readonly addressRequestsMax: number;
  readonly addressRequestsPerSecond: number;
  readonly addressRequestsBurst: number;
  readonly addressesTrackedMax: number;
  readonly addressInputBytesPerSecond: number;
  readonly addressInputBytesBurst: number;
  readonly addressWorkMsPerSecond: number;
  readonly addressWorkMsBurst: number;
}

/** How many there are at once, and the tokens for new ones. */
interface Flow {
  count: number;
  tokens: number;
  refilledMs: number;
}

interface AddressState {
  readonly connections: Flow;
  readonly requests: Flow;
  readonly input: InputBudget;
}

interface FlowLimits {
  readonly most: number;
  readonly perSecond: number;
  readonly burst: number;
}

export type Verdict =
  | { readonly isAdmitted: true; readonly release: () => void; readonly input: InputBudget | undefined }
  | { readonly isAdmitted: false; readonly retryAfterMs: number };

const FREE: Verdict = { isAdmitted: true, release: () => {}, input: undefined };
/** Nobody knows when a connection, or a request, of the address will end. */
const TOO_MANY_RETRY_MS = 1_000;

export class AddressAdmission implements RequestAdmission {
  readonly #limits: AdmissionLimits;
  readonly #connectionLimits: FlowLimits;
  readonly #requestLimits: FlowLimits;
  readonly #isExempt: (address: string) => boolean;
  /** Addresses with connections or requests; their number is bounded by the number of connections. */
  readonly #present = new Map<string, AddressState>();
  /** Addresses without any, kept for the rate of their next ones. */
  readonly #recent: LRUCache<string, AddressState>;

  constructor(limits: AdmissionLimits, isExempt: (address: string) => boolean) {
    this.#limits = limits;
    this.#connectionLimits = {
      most: limits.addressConnectionsMax,
      perSecond: limits.addressConnectsPerSecond,
      burst: limits.addressConnectsBurst,
    };
    this.#requestLimits = {
      most: limits.addressRequestsMax,
      perSecond: limits.addressRequestsPerSecond,
      burst: limits.addressRequestsBurst,
    };
    this.#isExempt = isExempt;
    this.#recent = growingCache(limits.addressesTrackedMax);
  }

  admit(address: string, nowMs: number): Verdict {
    if (this.#isExempt(address)) return FREE;
    const key = addressKey(address);
    const state = this.#stateOf(key, nowMs);
    return this.#take(key, state, { flow: state.connections, limits: this.#connectionLimits, nowMs });
  }

  /** [G-8] Bytes and work that the address owes delay a connection; a request is refused for them. */
  admitRequest(address: string, nowMs: number): Verdict {
    if (this.#isExempt(address)) return FREE;
    const key = addressKey(address);
    const state = this.#stateOf(key, nowMs);
    const waitMs = state.input.waitMs(nowMs);
    if (waitMs > 0) return this.#refused(key, state, waitMs);
    return this.#take(key, state, { flow: state.requests, limits: this.#requestLimits, nowMs });
  }

  #take(
    key: string,
    state: AddressState,
    { flow, limits, nowMs }: { flow: Flow; limits: FlowLimits; nowMs: number },
  ): Verdict {
    const earned = ((nowMs - flow.refilledMs) / 1_000) * limits.perSecond;
    flow.tokens = Math.min(limits.burst, flow.tokens + earned);
    flow.refilledMs = nowMs;
    if (flow.tokens < 1) return this.#refused(key, state, ((1 - flow.tokens) / limits.perSecond) * 1_000);
    // One that is refused costs nothing: a client that waits as long as the hint says is admitted.
    if (flow.count >= limits.most) return this.#refused(key, state, TOO_MANY_RETRY_MS);
    flow.tokens -= 1;
    flow.count += 1;
    this.#present.set(key, state);
    return { isAdmitted: true, release: () => this.#release(key, state, flow), input: state.input };
  }

  #refused(key: string, state: AddressState, retryAfterMs: number): Verdict {
    if (!isPresent(state)) this.#recent.set(key, state);
    return { isAdmitted: false, retryAfterMs: Math.ceil(retryAfterMs) };
  }

  #release(key: string, state: AddressState, flow: Flow): void {
    flow.count -= 1;
    if (isPresent(state)) return;
    this.#present.delete(key);
    this.#recent.set(key, state);
  }

  #stateOf(key: string, nowMs: number): AddressState {
    const known = this.#present.get(key) ?? this.#recent.get(key);
    if (known) return known;
    return {
      connections: { count: 0, tokens: this.#connectionLimits.burst, refilledMs: nowMs },
      requests: { count: 0, tokens: this.#requestLimits.burst, refilledMs: nowMs },
      input: this.#newInput(nowMs),
    };
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

function isPresent({ connections, requests }: AddressState): boolean {
  return connections.count > 0 || requests.count > 0;
}
