/** A client's requests that wait for their response, and the rules for how each one ends. */
import type { Clock } from '../clock.ts';
import type { RequestMeta } from '../request-meta.ts';
import {
  DISCONNECTED,
  TIMED_OUT,
  type Outcome,
  type Params,
  type RequestId,
  type RpcFailure,
} from './message.ts';

export interface RequestListener {
  /** A notification that belongs to the request. */
  event(method: string, params: Params): void;
  /** Called once; no other event follows. */
  settled(outcome: Outcome): void;
  /** The request is sent again, since it never arrived; discard the events received so far. */
  repeated(): void;
}

export interface RequestOptions {
  /** Without it, the request waits as long as the connection lasts. */
  readonly timeoutMs?: number;
  /**
   * The request survives a lost connection: it waits for the session to be resumed, and is sent again if it
   * never arrived. Only for requests that are safe to repeat.
   */
  readonly survives?: boolean;
  /** Only for the gateway: who makes the request. [G-8] */
  readonly meta?: RequestMeta;
}

/** What a typed client needs from a connection or from a session. */
export interface Channel {
  /** If there is no connection, settles the listener with `disconnected` after this call has returned. */
  request(method: string, params: Params, listener: RequestListener, options?: RequestOptions): RequestId;
}

interface Pending {
  readonly method: string;
  readonly params: Params;
  readonly listener: RequestListener;
  readonly survives: boolean;
  readonly cancelTimeout: (() => void) | undefined;
}

export class Requests {
  readonly #clock: Clock;
  readonly #pending = new Map<RequestId, Pending>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(
    id: RequestId,
    method: string,
    params: Params,
    listener: RequestListener,
    options: RequestOptions = {},
  ): void {
    const { timeoutMs, survives = false } = options;
    const late = () => this.settle(id, { ok: false, failure: TIMED_OUT });
    const cancelTimeout = timeoutMs === undefined ? undefined : this.#clock.after(timeoutMs, late);
    this.#pending.set(id, { method, params, listener, survives, cancelTimeout });
  }

  /** Returns false when no request with this id is waiting. */
  settle(id: RequestId, outcome: Outcome): boolean {
    const pending = this.#pending.get(id);
    if (!pending) return false;
    this.#pending.delete(id);
    pending.cancelTimeout?.();
    pending.listener.settled(outcome);
    return true;
  }

  /** Returns false when the notification belongs to no waiting request. */
  notify(method: string, params: Params): boolean {
    const requestId = params['requestId'];
    if (typeof requestId !== 'string' && typeof requestId !== 'number') return false;
    const pending = this.#pending.get(requestId);
    pending?.listener.event(method, params);
    return pending !== undefined;
  }

  /** The connection was cut. */
  cut(): void {
    for (const [id, { survives }] of this.#pending) {
      if (!survives) this.settle(id, { ok: false, failure: DISCONNECTED });
    }
  }

  failAll(failure: RpcFailure): void {
    for (const id of this.#pending.keys()) this.settle(id, { ok: false, failure });
  }

  /** A request that the server neither runs nor has answered never arrived; it is to be sent again. */
  repeatLost(
    running: readonly RequestId[],
    send: (id: RequestId, method: string, params: Params) => void,
  ): void {
    for (const [id, { method, params, listener, survives }] of this.#pending) {
      if (!survives || running.includes(id)) continue;
      listener.repeated();
      send(id, method, params);
    }
  }
}
