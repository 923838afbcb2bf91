/** Accepts connections, keeps the set of them, and ends them: at their deadlines, on drain, on close. */
import type { AddressInfo, Server, Socket } from 'node:net';
import { HiloError } from '../../shared/errors.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import type { CloseReason } from '../support/close-reason.ts';
import type { ConnectionServices, OpenConnection } from './connection-services.ts';
import { createLineServer } from './line-server.ts';
import { refusal, type Refusal } from './refusal.ts';
import type { Session } from '../protocol/session.ts';

export interface ListenerOptions {
  readonly services: Omit<ConnectionServices, 'onClosed'>;
  /** The open connections; the listener adds and removes them. */
  readonly connections: Set<OpenConnection>;
  readonly host: string;
  readonly port: number;
  readonly proxyHost: string;
  /** Every connection here begins with a PROXY header. */
  readonly proxyPort: number;
  /** Whether a peer must begin with a PROXY header on the plain port too. */
  readonly demandsProxyHeader: (address: string) => boolean;
  readonly random: () => number;
  onClosed(connection: OpenConnection, reason: CloseReason, durationMs: number): void;
  /** A connection was closed without an error line, because too many are being refused already. */
  onDropped(reason: CloseReason): void;
  /** Why connections are refused or dropped; at most once in ten seconds for each reason. */
  onFailed(reason: CloseReason, error: unknown): void;
}

type Proxying = Pick<ConnectionOptions, 'demandsProxyHeader' | 'believesProxy'>;

const REPORT_MS = 10_000;

export class Listener {
  readonly #options: ListenerOptions;
  readonly #services: ConnectionServices;
  readonly #connections: Set<OpenConnection>;
  readonly #plain: Server;
  readonly #proxied: Server;
  #stopSweep: () => void = () => {};
  #onEmpty: (() => void) | undefined;
  readonly #reportedMs = new Map<CloseReason, number>();

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#connections = options.connections;
    this.#services = {
      ...options.services,
      onClosed: (connection, reason, durationMs) => {
        this.#connections.delete(connection);
        options.onClosed(connection, reason, durationMs);
        if (this.#connections.size === 0) this.#onEmpty?.();
      },
    };
    this.#plain = this.#createServer((socket) => ({
      demandsProxyHeader: options.demandsProxyHeader(socket.remoteAddress ?? ''),
      believesProxy: false,
    }));
    this.#proxied = this.#createServer(() => ({ demandsProxyHeader: true, believesProxy: true }));
  }

  /** Where people and programs connect, and where the gateway connects. Throws what `listen` throws. */
  async listen(): Promise<{ port: number; proxyPort: number }> {
    const { host, port, proxyHost, proxyPort } = this.#options;
    const addresses = [
      await listening(this.#plain, host, port),
      await listening(this.#proxied, proxyHost, proxyPort),
    ];
    this.#sweep();
    return { port: addresses[0]?.port ?? port, proxyPort: addresses[1]?.port ?? proxyPort };
  }

  /**
   * Accepts no new connections; open ones are notified, may finish their in-flight requests, and are closed.
   * Resolves when the last one is gone, after `drainMs` and the grace to close at the latest. [P-16]
   */
  async drain(): Promise<void> {
    const { limits, clock } = this.#services;
    this.#plain.close();
    this.#proxied.close();
    const retries = new Map<OpenConnection, number>();
    for (const connection of this.#connections) {
      const { drainReconnectMinMs: min, drainReconnectMaxMs: max } = limits;
      const retryAfterMs = Math.round(min + this.#options.random() * (max - min));
      retries.set(connection, retryAfterMs);
      connection.draining(retryAfterMs);
    }
    const endMs = clock.monotonic() + limits.drainMs;
    while (this.#connections.size > 0) {
      const isOver = clock.monotonic() >= endMs;
      for (const connection of this.#connections) {
        if (connection.isIdle || isOver) this.#sendAway(connection, retries.get(connection) ?? 0);
      }
      if (isOver) break;
      await this.#emptyOr(DRAIN_STEP_MS);
    }
    if (this.#connections.size > 0) await this.#emptyOr(limits.closeGraceMs + DRAIN_STEP_MS);
    this.#stopSweep();
  }

  #sendAway(connection: OpenConnection, retryAfterMs: number): void {
    const values = { seconds: Math.ceil(retryAfterMs / 1_000) };
    connection.close('draining', new HiloError('draining', { values, retryAfterMs }));
  }

  #emptyOr(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#services.clock.after(delayMs, resolve);
      this.#onEmpty = () => {
        cancel();
        resolve();
      };
    });
  }

  #createServer(proxying: (socket: Socket) => Proxying): Server {
    return createLineServer({
      onSocket: (socket) => this.#accept(socket, proxying(socket)),
      // The next connection may succeed.
      onAcceptFailed: (error) => {
        this.#options.onDropped('accept_failed');
        this.#report('accept_failed', error);
      },
    });
  }

  #accept(socket: Socket, proxying: Proxying): void {
    const { limits } = this.#services;
    const size = this.#connections.size;
    if (size >= limits.connectionsMax + limits.refusalReserve) {
      socket.destroy();
      this.#options.onDropped('server_full');
      return;
    }
    socket.setKeepAlive(true, limits.keepAliveInitialMs, limits.keepAliveIntervalMs, limits.keepAliveProbes);
    const admission = this.#admit(size >= limits.connectionsMax);
    this.#connections.add(new Connection(socket, this.#services, { ...proxying, ...admission }));
  }

  /** A refused connection uses up no number. */
  #admit(isFull: boolean): { session: Session; refusal: Refusal | undefined } {
    const services = this.#services;
    const retryAfterMs = services.limits.serverFullRetrySeconds * 1_000;
    if (isFull)
      return { session: services.unnumberedSession(), refusal: refusal('server_full', retryAfterMs) };
    try {
      return { session: services.newSession(), refusal: undefined };
    } catch (error) {
      this.#report('store_unavailable', error);
      return { session: services.unnumberedSession(), refusal: refusal('store_unavailable', retryAfterMs) };
    }
  }

  #report(reason: CloseReason, error: unknown): void {
    const nowMs = this.#services.clock.monotonic();
    if (nowMs - (this.#reportedMs.get(reason) ?? -Infinity) < REPORT_MS) return;
    this.#reportedMs.set(reason, nowMs);
    this.#options.onFailed(reason, error);
  }

  #sweep(): void {
    const { clock, limits, registry } = this.#services;
    this.#stopSweep = clock.after(limits.sweepMs, () => {
      const nowMs = clock.monotonic();
      for (const connection of this.#connections) connection.sweep(nowMs);
      registry.sweep(nowMs);
      this.#sweep();
    });
  }
}

/** How often a drain checks whether a connection has become idle. */
const DRAIN_STEP_MS = 50;

async function listening(server: Server, host: string, port: number): Promise<AddressInfo> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, resolve);
  await promise;
  server.off('error', reject);
  return server.address() as AddressInfo;
}
