/** All bridges of a gateway, the one timer that looks after them, and their drain. */
import type { Socket } from 'node:net';
import type { Clock } from '../shared/clock.ts';
import { addressKey } from '../shared/ip-address.ts';
import { LIMITS } from '../shared/limits.ts';
import { encodeProxyHeader, type ProxyEndpoint } from '../shared/proxy-protocol.ts';
import type { CloseReason } from './close-reason.ts';
import { GATEWAY_LIMITS } from './limits.ts';
import type { GatewayCounts } from './metrics.ts';
import { TextFrames } from './text-frames.ts';
import type { ServerAddress } from './upstream.ts';
import { Bridge, type BridgeContext, type BridgeWebSocket } from './websocket-bridge.ts';

const READ_BUFFER_BYTES = 64 * 1024;

export interface BridgesOptions {
  readonly server: ServerAddress;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly counts: GatewayCounts;
}

export class Bridges implements BridgeContext {
  readonly server: ServerAddress;
  readonly counts: GatewayCounts;
  readonly readBuffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
  readonly frames = new TextFrames();
  readonly #clock: Clock;
  readonly #random: () => number;
  /** With the key of the client's address. */
  readonly #all = new Map<Bridge, string>();
  readonly #byAddress = new Map<string, number>();
  #cancelSweep: () => void;
  #whenEmpty: (() => void) | undefined;

  constructor(options: BridgesOptions) {
    this.server = options.server;
    this.counts = options.counts;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#cancelSweep = this.#clock.after(LIMITS.sweepMs, () => this.#sweep());
  }

  get size(): number {
    return this.#all.size;
  }

  /** Bytes that wait in this process for browsers and for the server. */
  get backlogBytes(): number {
    let bytes = 0;
    for (const bridge of this.#all.keys()) bytes += bridge.backlogBytes;
    return bytes;
  }

  /** Bridges of the client's address that are open or closing. */
  countOf(address: string): number {
    return this.#byAddress.get(addressKey(address)) ?? 0;
  }

  /** Must be called in the same tick in which the WebSocket was opened, or its first messages are lost. */
  open(webSocket: BridgeWebSocket, browser: Socket, client: ProxyEndpoint): void {
    const destination = { address: browser.localAddress ?? '', port: browser.localPort ?? 0 };
    const address = addressKey(client.address);
    this.#all.set(new Bridge(webSocket, browser, encodeProxyHeader(client, destination), this), address);
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
  }

  /**
   * Ends every bridge with `draining`, at random over `spreadMs`; one with an answer under way waits for its
   * end, but no longer than `spreadMs + LIMITS.drainMs`. Resolves when all are gone.
   */
  async drain(spreadMs: number): Promise<void> {
    if (this.#all.size === 0) return;
    const empty = new Promise<void>((resolve) => (this.#whenEmpty = resolve));
    for (const bridge of this.#all.keys()) bridge.drainAfter(this.#random() * spreadMs);
    const cancel = this.#clock.after(spreadMs + LIMITS.drainMs, () => this.#endAll());
    await empty;
    cancel();
  }

  /** Destroys all bridges that are left, and stops the timer. */
  close(): void {
    this.#cancelSweep();
    for (const bridge of this.#all.keys()) {
      bridge.end('draining');
      bridge.destroy();
    }
  }

  nowMs(): number {
    return Math.round(this.#clock.monotonic());
  }

  heartbeatMs(): number {
    const { heartbeatMs, heartbeatJitter } = GATEWAY_LIMITS;
    return Math.round(heartbeatMs * (1 + heartbeatJitter * (this.#random() * 2 - 1)));
  }

  ended(reason: CloseReason): void {
    this.counts.closes.set(reason, (this.counts.closes.get(reason) ?? 0) + 1);
  }

  gone(bridge: Bridge): void {
    const address = this.#all.get(bridge) ?? '';
    this.#all.delete(bridge);
    const left = (this.#byAddress.get(address) ?? 0) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
    if (this.#all.size === 0) this.#whenEmpty?.();
  }

  #sweep(): void {
    this.#cancelSweep = this.#clock.after(LIMITS.sweepMs, () => this.#sweep());
    const nowMs = this.nowMs();
    for (const bridge of this.#all.keys()) bridge.sweep(nowMs);
  }

  #endAll(): void {
    for (const bridge of this.#all.keys()) bridge.end('draining');
  }
}
