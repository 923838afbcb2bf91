/**
 * Connections to the server for HTTP requests. Each request in progress has one to itself, so that a client
 * that goes away, or does not read, concerns no other. One that is free serves the next request; those that
 * stay free for a while are closed. When all are busy, requests wait, in order, for a bounded time. [H-3]
 */
import { Connection } from '../../shared/client/connection.ts';
import { DISCONNECTED, type Outcome, type Params } from '../../shared/client/message.ts';
import type { PausableTransport, TransportEvents } from '../../shared/client/transport.ts';
import type { Clock } from '../../shared/clock.ts';
import { addressKey } from '../../shared/ip-address.ts';
import type { RequestMeta } from '../../shared/request-meta.ts';

export interface PoolLimits {
  readonly serverConnectionsMax: number;
  readonly serverConnectionsIdleMax: number;
  readonly serverConnectionIdleMs: number;
  readonly waitingRequestsMax: number;
  readonly waitingRequestMs: number;
  /** Of one address, waiting or running. */
  readonly addressRequestsMax: number;
}

export interface ServerPoolOptions {
  readonly open: (events: TransportEvents) => PausableTransport;
  readonly clock: Clock;
  readonly limits: PoolLimits;
  /** Addresses without a limit of their own. */
  readonly isExempt: (address: string) => boolean;
}

export interface ServerRequest {
  readonly method: string;
  readonly params: Params;
  readonly meta: RequestMeta;
  /** Undefined for an operation that streams: the server watches over it. */
  readonly timeoutMs: number | undefined;
  /** It changes nothing, so it may be sent again when a connection that was free turns out to be lost. */
  readonly isRead: boolean;
  /**
   * What the server tells of the request before it answers. While a promise that it gives is pending, the
   * connection is not read: no more comes than was read with this event.
   */
  readonly onEvent?: (name: string, params: Params) => void | Promise<void>;
}

/** Why there is no answer of the server. `unreachable`: the request was never sent. */
export type ServerFault = 'full' | 'address_full' | 'unreachable' | 'lost' | 'timed_out';

export type ServerAnswer = Outcome | { readonly ok: false; readonly fault: ServerFault };

interface Pooled {
  readonly connection: Connection;
  transport: PausableTransport | undefined;
  isOpen: boolean;
  /** How many requests it has carried. */
  uses: number;
  stopIdleTimer: (() => void) | undefined;
}

interface Waiter {
  readonly resolve: (pooled: Pooled | undefined) => void;
  readonly stopTimer: () => void;
}

export class ServerPool {
  readonly #options: ServerPoolOptions;
  readonly #all = new Set<Pooled>();
  /** The one that was used last comes first. */
  readonly #idle: Pooled[] = [];
  readonly #waiting = new Set<Waiter>();
  /** Requests of each address, waiting or running. */
  readonly #byAddress = new Map<string, number>();
  #isClosed = false;

  constructor(options: ServerPoolOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#all.size;
  }

  get idleCount(): number {
    return this.#idle.length;
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** Never rejects. When `signal` aborts, the connection is cut, which ends what runs for the request. */
  async ask(request: ServerRequest, signal: AbortSignal): Promise<ServerAnswer> {
    const { isExempt, limits } = this.#options;
    if (isExempt(request.meta.address)) return this.#ask(request, signal);
    const key = addressKey(request.meta.address);
    const count = this.#byAddress.get(key) ?? 0;
    if (count >= limits.addressRequestsMax) return { ok: false, fault: 'address_full' };
    this.#byAddress.set(key, count + 1);
    const answer = await this.#ask(request, signal);
    const left = (this.#byAddress.get(key) ?? 0) - 1;
    if (left > 0) this.#byAddress.set(key, left);
    else this.#byAddress.delete(key);
    return answer;
  }

  close(): void {
    this.#isClosed = true;
    for (const { connection } of this.#all) connection.close();
    for (const waiter of this.#waiting) this.#answer(waiter, undefined);
  }

  async #ask(request: ServerRequest, signal: AbortSignal): Promise<ServerAnswer> {
    if (signal.aborted) return { ok: false, fault: 'lost' };
    const pooled = await this.#acquire(signal);
    if (!pooled) return { ok: false, fault: 'full' };
    if (signal.aborted) {
      // Whoever asked has left: nothing is begun for nobody.
      this.#release(pooled);
      return { ok: false, fault: 'lost' };
    }
    const wasUsed = pooled.uses > 0;
    const answer = await this.#run(pooled, request, signal);
    const isLost = 'fault' in answer && answer.fault !== 'timed_out' && !signal.aborted;
    if (!isLost || !wasUsed || !request.isRead || this.#isClosed) return answer;
    return this.#run(this.#open(), request, signal);
  }

  async #run(pooled: Pooled, request: ServerRequest, signal: AbortSignal): Promise<ServerAnswer> {
    const { method, params, meta, timeoutMs, onEvent } = request;
    pooled.uses += 1;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const cut = () => pooled.connection.close();
    signal.addEventListener('abort', cut, { once: true });
    const gate = new ReadingGate(pooled.transport);
    const event = (name: string, told: Params) => gate.hold(onEvent?.(name, told));
    const timeout = timeoutMs === undefined ? {} : { timeoutMs };
    const listener = { event, repeated: () => {}, settled: resolve };
    pooled.connection.request(method, params, listener, { ...timeout, meta });
    if (signal.aborted) cut();
    const outcome = await promise;
    gate.end();
    signal.removeEventListener('abort', cut);
    const fault = outcome.ok ? undefined : faultOf(outcome.failure.reason, pooled);
    if (fault) pooled.connection.close();
    else this.#release(pooled);
    return fault ? { ok: false, fault } : outcome;
  }

  #acquire(signal: AbortSignal): Promise<Pooled | undefined> {
    const { limits, clock } = this.#options;
    const idle = this.#idle.pop();
    if (idle) {
      idle.stopIdleTimer?.();
      idle.stopIdleTimer = undefined;
      return Promise.resolve(idle);
    }
    if (this.#isClosed) return Promise.resolve(undefined);
    if (this.#all.size < limits.serverConnectionsMax) return Promise.resolve(this.#open());
    if (this.#waiting.size >= limits.waitingRequestsMax) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<Pooled | undefined>();
    const giveUp = () => this.#answer(waiter, undefined);
    const waiter: Waiter = { resolve, stopTimer: clock.after(limits.waitingRequestMs, giveUp) };
    this.#waiting.add(waiter);
    signal.addEventListener('abort', giveUp, { once: true });
    return promise;
  }

  #open(): Pooled {
    const { open, clock } = this.#options;
    let transport: PausableTransport | undefined;
    const pooled: Pooled = {
      transport: undefined,
      isOpen: false,
      uses: 0,
      stopIdleTimer: undefined,
      connection: new Connection(
        (events) =>
          (transport = open({
            opened() {
              pooled.isOpen = true;
              events.opened();
            },
            line: (line) => events.line(line),
            closed: (end) => events.closed(end),
          })),
        { clock, strict: true },
      ),
    };
    pooled.transport = transport;
    this.#all.add(pooled);
    void this.#removeWhenClosed(pooled);
    return pooled;
  }

  #release(pooled: Pooled): void {
    const { limits, clock } = this.#options;
    if (!this.#all.has(pooled)) return;
    const [waiter] = this.#waiting;
    if (waiter) return this.#answer(waiter, pooled);
    if (this.#idle.length >= limits.serverConnectionsIdleMax) return pooled.connection.close();
    this.#idle.push(pooled);
    pooled.stopIdleTimer = clock.after(limits.serverConnectionIdleMs, () => pooled.connection.close());
    return undefined;
  }

  async #removeWhenClosed(pooled: Pooled): Promise<void> {
    await pooled.connection.closed;
    this.#all.delete(pooled);
    pooled.stopIdleTimer?.();
    const at = this.#idle.indexOf(pooled);
    if (at >= 0) this.#idle.splice(at, 1);
    const [waiter] = this.#waiting;
    if (waiter && !this.#isClosed) this.#answer(waiter, this.#open());
  }

  #answer(waiter: Waiter, pooled: Pooled | undefined): void {
    if (!this.#waiting.delete(waiter)) return;
    waiter.stopTimer();
    waiter.resolve(pooled);
  }
}

/** Reads a connection only while nobody has to be waited for. */
class ReadingGate {
  readonly #transport: PausableTransport | undefined;
  #holders = 0;
  #isOver = false;

  constructor(transport: PausableTransport | undefined) {
    this.#transport = transport;
  }

  hold(until: void | Promise<void>): void {
    if (!(until instanceof Promise) || this.#isOver) return;
    this.#holders += 1;
    if (this.#holders === 1) this.#transport?.pause();
    void until.finally(() => this.#letGo());
  }

  /** The connection serves the next request. */
  end(): void {
    this.#isOver = true;
    if (this.#holders > 0) this.#transport?.resume();
  }

  #letGo(): void {
    this.#holders -= 1;
    if (this.#holders === 0 && !this.#isOver) this.#transport?.resume();
  }
}

function faultOf(reason: string, { isOpen }: Pooled): ServerFault | undefined {
  if (reason === 'timed_out') return 'timed_out';
  if (reason !== DISCONNECTED.reason) return undefined;
  return isOpen ? 'lost' : 'unreachable';
}
