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
  /** Addresses that no limit for one address concerns, and for which a reserve is kept: health checks. */
  readonly isExempt: (address: string) => boolean;
  /** Answers a connection that finds no room, and closes it. */
  readonly refuse: (socket: Socket, reason: { readonly status: 429 | 503; readonly text: TextKey }) => void;
}

interface Connection {
  /** Undefined for exempt addresses. */
  readonly address: string | undefined;
  /** Requests whose answers are not complete. */
  pending: number;
  progress: WriteProgress | undefined;
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
      const ofAddress = this.#byAddress.get(address) ?? 0;
      if (ofAddress >= addressHttpConnectionsMax) {
        return this.#options.refuse(socket, { status: 429, text: 'address_full' });
      }
      if (this.#all.size >= httpConnectionsMax) {
        return this.#options.refuse(socket, { status: 503, text: 'full' });
      }
      this.#byAddress.set(address, ofAddress + 1);
    }
    this.#all.set(socket, { address, pending: 0, progress: undefined });
    socket.once('close', () => this.#remove(socket));
  }

  /**
   * A request: false when it must not be answered, because its connection was refused or has been ended. A
   * client that sends many requests ahead is ended: no browser does this, and each could cost a descriptor.
   */
  requested(socket: Socket, response: ServerResponse): boolean {
    const connection = this.#all.get(socket);
    if (!connection || socket.destroyed) return false;
    connection.pending += 1;
    response.once('close', () => (connection.pending -= 1));
    if (connection.pending <= GATEWAY_LIMITS.pipelinedRequestsMax) return true;
    socket.destroy();
    return false;
  }

  /** It becomes a WebSocket. False when it cannot: answers before it would end up between its frames. */
  upgraded(socket: Socket): boolean {
    const connection = this.#all.get(socket);
    if (!connection || connection.pending > 0) return false;
    this.#remove(socket);
    return true;
  }

  close(): void {
    this.#cancelSweep();
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
