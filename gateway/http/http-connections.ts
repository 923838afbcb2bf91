/**
 * [G-7] in docs/protocol.md.
 * The connections of plain HTTP: how many there may be, in all and for each address, how many requests each
 * may send ahead, and how long it may leave its answers unread. WebSockets leave this list when they open.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../shared/clock.ts';
import { addressKey } from '../../shared/ip-address.ts';
import { LIMITS } from '../../shared/limits.ts';
import { GATEWAY_LIMITS } from '../limits.ts';
import type { TextKey } from '../texts.ts';
import { WriteProgress } from '../write-progress.ts';

export interface HttpConnectionsOptions {
  readonly clock: Clock;
  /** How many requests an address may make at once: so many connections it may have, if not more. */
  readonly addressRequestsMax: number;
  /** Addresses that no limit for one address concerns, and for which a reserve is kept: health checks. */
  readonly isExempt: (address: string) => boolean;
  /** Answers a connection that finds no room, and closes it. */
  readonly refuse: (socket: Socket, reason: { readonly status: 429 | 503; readonly text: TextKey }) => void;
}

interface Connection {
  /** Undefined for exempt addresses. */
  readonly address: string | undefined;
  /** Of requests whose answers are not complete. */
  readonly pending: Set<ServerResponse>;
  progress: WriteProgress | undefined;
  /** An upgrade that waits for the answers before it. */
  upgrade: (() => void) | undefined;
}

export class HttpConnections {
  readonly #options: HttpConnectionsOptions;
  readonly #all = new Map<Socket, Connection>();
  readonly #byAddress = new Map<string, number>();
  #cancelSweep: () => void;

  constructor(options: HttpConnectionsOptions) {
    this.#options = options;
    this.#cancelSweep = options.clock.after(LIMITS.sweepMs, () => this.#sweep());
  }

  get size(): number {
    return this.#all.size;
  }

  /** A new connection: from now on it is counted, or it is refused. */
  opened(socket: Socket): void {
    const peer = socket.remoteAddress ?? '';
    const address = this.#options.isExempt(peer) ? undefined : addressKey(peer);
    if (address !== undefined) {
      const { httpConnectionsMax, addressHttpConnectionsMax } = GATEWAY_LIMITS;
      const ofAddressMax = Math.max(addressHttpConnectionsMax, this.#options.addressRequestsMax);
      const ofAddress = this.#byAddress.get(address) ?? 0;
      if (ofAddress >= ofAddressMax) {
        return this.#options.refuse(socket, { status: 429, text: 'address_full' });
      }
      if (this.#all.size >= httpConnectionsMax) {
        return this.#options.refuse(socket, { status: 503, text: 'full' });
      }
      this.#byAddress.set(address, ofAddress + 1);
    }
    this.#all.set(socket, { address, pending: new Set(), progress: undefined, upgrade: undefined });
    socket.once('close', () => this.#remove(socket));
  }

  /**
   * A request: false when it must not be answered, because its connection was refused or has been ended. A
   * client that sends many requests ahead is ended: no browser does this, and each could cost a descriptor.
   */
  requested(socket: Socket, response: ServerResponse): boolean {
    const connection = this.#all.get(socket);
    if (!connection || socket.destroyed) return false;
    connection.pending.add(response);
    response.once('close', () => this.#answered(socket, connection, response));
    if (connection.pending.size <= GATEWAY_LIMITS.pipelinedRequestsMax) return true;
    socket.destroy();
    return false;
  }

  /**
   * It becomes a WebSocket: `upgrade` is called once every request before it is answered, since an answer
   * must not end up between the frames. A connection whose answers do not end in time is ended.
   */
  upgrade(socket: Socket, upgrade: () => void): void {
    const connection = this.#all.get(socket);
    if (!connection || connection.upgrade) return void socket.destroy();
    if (connection.pending.size === 0) {
      this.#remove(socket);
      return upgrade();
    }
    // Node's HTTP server has let go of the socket, though it still writes the answers.
    const end = () => socket.destroy();
    const drained = () => {
      for (const answer of connection.pending) {
        if (answer.socket === socket && answer.writableNeedDrain) answer.emit('drain');
      }
    };
    const cancelTimeout = this.#options.clock.after(GATEWAY_LIMITS.requestMs, end);
    socket.on('error', end).on('drain', drained).once('close', cancelTimeout);
    connection.upgrade = () => {
      cancelTimeout();
      socket.off('error', end).off('drain', drained).off('close', cancelTimeout);
      // Set by the HTTP server for the next request.
      socket.setTimeout(0);
      this.#remove(socket);
      upgrade();
    };
  }

  close(): void {
    this.#cancelSweep();
  }

  #answered(socket: Socket, connection: Connection, response: ServerResponse): void {
    connection.pending.delete(response);
    if (connection.pending.size === 0 && !socket.destroyed) connection.upgrade?.();
  }

  #remove(socket: Socket): void {
    const connection = this.#all.get(socket);
    if (!connection) return;
    this.#all.delete(socket);
    if (connection.address === undefined) return;
    const left = (this.#byAddress.get(connection.address) ?? 0) - 1;
    if (left > 0) this.#byAddress.set(connection.address, left);
    else this.#byAddress.delete(connection.address);
  }

  /** Ends clients that read nothing of their answer. */
  #sweep(): void {
    const { clock } = this.#options;
    this.#cancelSweep = clock.after(LIMITS.sweepMs, () => this.#sweep());
    for (const [socket, connection] of this.#all) {
      if (socket.writableLength === 0) connection.progress = undefined;
      else {
        connection.progress ??= new WriteProgress();
        const stalledMs = connection.progress.stalledMs(socket, clock.monotonic());
        if (stalledMs >= LIMITS.writeProgressMs) socket.destroy();
      }
    }
  }
}
