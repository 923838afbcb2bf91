/** Accepts connections, keeps the set of them, and ends them: at their deadlines, on drain, on close. */
import type { AddressInfo, Server, Socket } from 'node:net';
import { HiloError } from '../../shared/errors.ts';
import { Connection } from './connection.ts';
import type { CloseReason } from '../support/close-reason.ts';
import type { CertificateFiles } from '../../shared/tls/certificate-files.ts';
import { TlsAcceptor, type AcceptedSocket, type HandshakeOutcome } from '../../shared/tls/tls-acceptor.ts';
import type { Verdict } from './admission.ts';
import type { ConnectionOptions, ConnectionServices, OpenConnection } from './connection-services.ts';
import { createLineServer } from './line-server.ts';
import { readProxyHeader } from './proxy-preamble.ts';
import { refusal, TLS_EXPECTED, type Refusal } from './refusal.ts';
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
  readonly tls: ListenerTls | undefined;
  readonly random: () => number;
  onClosed(connection: OpenConnection, reason: CloseReason, durationMs: number): void;
  /** A connection was closed without an error line, because too many are being refused already. */
  onDropped(reason: CloseReason): void;
  /** Why connections are refused or dropped; at most once in ten seconds for each reason. */
  onFailed(reason: CloseReason, error: unknown): void;
}

export interface ListenerTls {
  readonly certificate: CertificateFiles;
  readonly host: string;
  /** For people and programs; undefined: TLS is for the gateway alone. */
  readonly port: number | undefined;
  /** Whether the port of the gateway speaks TLS. */
  readonly isForGateway: boolean;
  readonly isExempt: (address: string) => boolean;
  onHandshake(outcome: HandshakeOutcome): void;
}

type Proxying = Pick<ConnectionOptions, 'demandsProxyHeader' | 'believesProxy'>;

/** What is known of a connection when it becomes one. */
interface Accepted extends Proxying {
  /** How its address was counted, if it has been. */
  readonly admitted?: (Verdict & { readonly isAdmitted: true }) | undefined;
  readonly address?: string;
  readonly isEncrypted?: boolean;
  readonly refusal?: Refusal;
}

export interface ListenerPorts {
  readonly port: number;
  readonly proxyPort: number;
  readonly tlsPort: number | undefined;
}

const REPORT_MS = 10_000;

export class Listener {
  readonly #options: ListenerOptions;
  readonly #services: ConnectionServices;
  readonly #connections: Set<OpenConnection>;
  readonly #plain: Server;
  readonly #proxied: Server;
  readonly #encrypted: Server | undefined;
  readonly #acceptors: TlsAcceptor[] = [];
  /** Connections whose PROXY header has not come, before a handshake. */
  #preambles = 0;
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
    const ofGateway = { demandsProxyHeader: true, believesProxy: true };
    const { tls } = options;
    this.#plain = this.#createServer((socket) => {
      const demandsProxyHeader = options.demandsProxyHeader(socket.remoteAddress ?? '');
      this.#accept(socket, { demandsProxyHeader, believesProxy: false });
    });
    // The gateway is many clients, so no limit for one address concerns it.
    this.#proxied = tls?.isForGateway
      ? this.#createTlsServer({ ...tls, isExempt: () => true }, ofGateway)
      : this.#createServer((socket) => this.#accept(socket, ofGateway));
    if (tls?.port === undefined) return;
    this.#encrypted = this.#createTlsServer(tls, { demandsProxyHeader: false, believesProxy: false });
  }

  /** TLS connections that are none yet. */
  get handshakes(): number {
    return this.#acceptors.reduce((sum, { size }) => sum + size, this.#preambles);
  }

  /** Where people and programs connect, and where the gateway connects. Throws what `listen` throws. */
  async listen(): Promise<ListenerPorts> {
    const { host, port, proxyHost, proxyPort, tls } = this.#options;
    const plain = await listening(this.#plain, host, port);
    const proxied = await listening(this.#proxied, proxyHost, proxyPort);
    const encrypted =
      this.#encrypted && tls ? await listening(this.#encrypted, tls.host, tls.port ?? 0) : undefined;
    this.#sweep();
    return { port: plain.port, proxyPort: proxied.port, tlsPort: encrypted?.port };
  }

  /**
   * Accepts no new connections; open ones are notified, may finish their in-flight requests, and are closed.
   * Resolves when the last one is gone, after `drainMs` and the grace to close at the latest. [P-16]
   */
  async drain(): Promise<void> {
    const { limits, clock } = this.#services;
    this.#plain.close();
    this.#proxied.close();
    this.#encrypted?.close();
    for (const acceptor of this.#acceptors) acceptor.close();
    this.#options.tls?.certificate.close();
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

  #createServer(onSocket: (socket: Socket) => void): Server {
    return createLineServer({
      onSocket: (socket) => {
        const { limits } = this.#services;
        if (this.#connections.size + this.handshakes >= limits.connectionsMax + limits.refusalReserve) {
          socket.destroy();
          this.#options.onDropped('server_full');
          return;
        }
        const { keepAliveInitialMs, keepAliveIntervalMs, keepAliveProbes } = limits;
        socket.setKeepAlive(true, keepAliveInitialMs, keepAliveIntervalMs, keepAliveProbes);
        onSocket(socket);
      },
      // The next connection may succeed.
      onAcceptFailed: (error) => {
        this.#options.onDropped('accept_failed');
        this.#report('accept_failed', error);
      },
    });
  }

  #createTlsServer(tls: ListenerTls, proxying: Proxying): Server {
    const { limits, clock } = this.#services;
    const { certificate, isExempt } = tls;
    const onEnded = (outcome: HandshakeOutcome) => tls.onHandshake(outcome);
    const acceptor = new TlsAcceptor({ certificate, clock, limits, isExempt, onEnded });
    this.#acceptors.push(acceptor);
    return this.#createServer((socket) => this.#acceptTls(socket, acceptor, proxying));
  }

  #acceptTls(socket: Socket, acceptor: TlsAcceptor, proxying: Proxying): void {
    const { clock, limits } = this.#services;
    const { remoteAddress: peer = '' } = socket;
    if (proxying.believesProxy || !this.#options.demandsProxyHeader(peer))
      return this.#handshake(socket, peer, acceptor, proxying);
    this.#preambles += 1;
    const over = () => (this.#preambles -= 1);
    return readProxyHeader(socket, {
      clock,
      proxyHeaderMs: limits.proxyHeaderMs,
      onRead: (address) => {
        over();
        this.#handshake(socket, address, acceptor, proxying);
      },
      onFailed: () => {
        over();
        this.#options.onDropped('proxy_header');
      },
    });
  }

  /** The address is counted before the handshake, which costs more than a connection does. [P-18] */
  #handshake(socket: Socket, address: string, acceptor: TlsAcceptor, proxying: Proxying): void {
    const { addresses, clock } = this.#services;
    const admitted = proxying.believesProxy ? undefined : addresses.admit(address, clock.monotonic());
    if (admitted?.isAdmitted === false) {
      this.#options.onDropped('address_limit');
      return acceptor.deny(socket);
    }
    // Of a browser, only the way from the gateway is known to be encrypted.
    const isEncrypted = !proxying.believesProxy;
    const then: AcceptedSocket = {
      onSecure: (secured) => this.#accept(secured, { ...proxying, admitted, address, isEncrypted }),
      onPlain: (plain) => this.#accept(plain, { ...proxying, admitted, address, refusal: TLS_EXPECTED }),
      onFailed: () => admitted?.release(),
    };
    return acceptor.accept(socket, then, address);
  }

  #accept(socket: Socket, { refusal, ...options }: Accepted): void {
    const admission = this.#admit(this.#connections.size >= this.#services.limits.connectionsMax);
    const { session } = admission;
    const refused = admission.refusal ?? refusal;
    this.#connections.add(new Connection(socket, this.#services, { ...options, session, refusal: refused }));
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
