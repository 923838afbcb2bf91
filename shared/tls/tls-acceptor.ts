/**
 * The way from an accepted TCP socket to a TLS connection. For Node only.
 *
 *   accept ──► first byte ──► (its turn) ──► handshake ──► onSecure
 *      │           └── not TLS, or nothing came in time: onPlain
 *      └── too many of one address: an alert
 *
 * A handshake costs a client nothing and a server a signature. So those in progress are bounded, in all and
 * for each address; when all places are taken the oldest one gives way, since a client that means it is done
 * long before; and in each turn of the event loop at most one begins, so that everything else gets its turn.
 */
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Clock } from '../clock.ts';
import { addressKey } from '../ip-address.ts';
import type { CertificateFiles } from './certificate-files.ts';

export const HANDSHAKE_OUTCOMES = [
  'done',
  'failed',
  'plain',
  'timed_out',
  'address_limit',
  'displaced',
  'gone',
] as const;

export type HandshakeOutcome = (typeof HANDSHAKE_OUTCOMES)[number];

export interface TlsAcceptorLimits {
  /** From the accepting to the end of the handshake. */
  readonly tlsHandshakeMs: number;
  readonly tlsHandshakesMax: number;
  readonly addressTlsHandshakesMax: number;
}

export interface TlsAcceptorOptions {
  readonly certificate: CertificateFiles;
  readonly clock: Clock;
  readonly limits: TlsAcceptorLimits;
  /** Addresses without a limit of their own. */
  readonly isExempt: (address: string) => boolean;
  /** What may be spoken, such as `http/1.1`; none: clients are not asked. */
  readonly protocols?: readonly string[];
  readonly onEnded: (outcome: HandshakeOutcome) => void;
}

/** What becomes of one socket: exactly one of these is called. */
export interface AcceptedSocket {
  readonly onSecure: (socket: TLSSocket) => void;
  /** The client speaks without TLS, or says nothing; what it has sent can be read from the socket. */
  readonly onPlain: (socket: Socket) => void;
  /** The handshake came to nothing; the socket is being destroyed. */
  readonly onFailed: () => void;
}

interface Handshake {
  readonly socket: Socket;
  readonly events: AcceptedSocket;
  /** The key of the address that is counted; undefined for one without a limit. */
  readonly address: string | undefined;
  /** By which the secure socket is found again. */
  readonly peer: string;
  /** The client's first bytes have come. */
  hasBegun: boolean;
  stopReading: () => void;
  detach: () => void;
}

/** The type of a TLS record that begins a handshake (RFC 8446 §5.1). */
const HANDSHAKE_RECORD = 0x16;
/** How long a client that was refused may take to read why. */
const DENIED_MS = 1_000;
/** A fatal alert, access_denied: all that can be said before a handshake (RFC 8446 §6). */
const ACCESS_DENIED = Buffer.of(0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 49);

export class TlsAcceptor {
  readonly #options: TlsAcceptorOptions;
  readonly #server: Server;
  /** In the order of their beginning. */
  readonly #handshakes = new Map<string, Handshake>();
  readonly #byAddress = new Map<string, number>();
  readonly #waiting: Handshake[] = [];
  /** Sockets that have got an alert and are not closed yet. */
  #denied = 0;

  constructor(options: TlsAcceptorOptions) {
    this.#options = options;
    const { certificate, protocols } = options;
    const alpn = protocols === undefined ? {} : { ALPNProtocols: [...protocols] };
    this.#server = createServer({ ...certificate.options, ...alpn });
    this.#server.on('secureConnection', (socket) => this.#secured(socket));
    this.#server.on('tlsClientError', (_error, socket) => socket.destroy());
    // Connections that are open keep what they have agreed on.
    certificate.onChange(() => this.#server.setSecureContext(certificate.options));
  }

  /** Handshakes that are not over. */
  get size(): number {
    return this.#handshakes.size;
  }

  /** `client` is the address that limits count; the socket's own if nothing is said. */
  accept(socket: Socket, events: AcceptedSocket, client = socket.remoteAddress): void {
    const { clock, limits, isExempt } = this.#options;
    socket.on('error', () => socket.destroy());
    // It was gone before it was accepted.
    if (client === undefined || socket.remoteAddress === undefined) return events.onFailed();
    const address = isExempt(client) ? undefined : addressKey(client);
    if (address !== undefined && this.#countOf(address) >= limits.addressTlsHandshakesMax) {
      this.deny(socket);
      return events.onFailed();
    }
    if (this.#handshakes.size >= limits.tlsHandshakesMax) this.#displaceOldest();
    const handshake: Handshake = {
      socket,
      events,
      address,
      peer: peerOf(socket),
      hasBegun: false,
      stopReading: () => {},
      detach: () => {},
    };
    this.#handshakes.set(handshake.peer, handshake);
    if (address !== undefined) this.#byAddress.set(address, this.#countOf(address) + 1);
    const stopTimer = clock.after(limits.tlsHandshakeMs, () => this.#timedOut(handshake));
    const readable = () => this.#readable(handshake);
    const gone = () => this.#fail(handshake, handshake.hasBegun ? 'failed' : 'gone');
    socket.on('readable', readable).on('end', gone).on('close', gone);
    handshake.stopReading = () => socket.off('readable', readable);
    handshake.detach = () => {
      stopTimer();
      handshake.stopReading();
      socket.off('end', gone).off('close', gone);
    };
    return undefined;
  }

  /**
   * Without a handshake there is no other way to say why. What the client has sent is read and dropped: an
   * unread hello would make the kernel answer with RST, and the client would never see the alert.
   */
  deny(socket: Socket): void {
    this.#options.onEnded('address_limit');
    socket.on('error', () => socket.destroy());
    if (this.#denied >= this.#options.limits.tlsHandshakesMax) return void socket.destroy();
    this.#denied += 1;
    const stopTimer = this.#options.clock.after(DENIED_MS, () => socket.destroy());
    socket.once('close', () => {
      this.#denied -= 1;
      stopTimer();
    });
    socket.once('end', () => socket.destroy());
    socket.resume();
    socket.end(ACCESS_DENIED);
    return undefined;
  }

  /** Ends every handshake that is not over. */
  close(): void {
    for (const handshake of this.#handshakes.values()) this.#fail(handshake, 'gone');
  }

  /** What the first byte is, is seen without taking it. */
  #readable(handshake: Handshake): void {
    const { socket } = handshake;
    const bytes = socket.read() as Buffer | null;
    if (bytes === null) return;
    socket.unshift(bytes);
    if (bytes[0] !== HANDSHAKE_RECORD) return this.#isPlain(handshake);
    handshake.stopReading();
    handshake.hasBegun = true;
    this.#waiting.push(handshake);
    if (this.#waiting.length === 1) setImmediate(() => this.#beginNext());
    return undefined;
  }

  #beginNext(): void {
    const handshake = this.#waiting.shift();
    if (this.#waiting.length > 0) setImmediate(() => this.#beginNext());
    // One that has ended while it waited costs no turn of others: there is nothing to compute.
    if (handshake && this.#handshakes.get(handshake.peer) === handshake) {
      // A client that ends its side before it has shaken hands has gone.
      handshake.socket.allowHalfOpen = false;
      this.#server.emit('connection', handshake.socket);
    }
  }

  #secured(socket: TLSSocket): void {
    const handshake = this.#handshakes.get(peerOf(socket));
    // The client went away in the same moment.
    if (!handshake) return void socket.destroy();
    this.#end(handshake, 'done');
    socket.allowHalfOpen = true;
    return handshake.events.onSecure(socket);
  }

  #timedOut(handshake: Handshake): void {
    if (handshake.hasBegun) this.#fail(handshake, 'timed_out');
    else this.#isPlain(handshake);
  }

  #isPlain(handshake: Handshake): void {
    this.#end(handshake, 'plain');
    handshake.events.onPlain(handshake.socket);
  }

  #displaceOldest(): void {
    const [oldest] = this.#handshakes.values();
    if (oldest) this.#fail(oldest, 'displaced');
  }

  #fail(handshake: Handshake, outcome: HandshakeOutcome): void {
    this.#end(handshake, outcome);
    handshake.socket.destroy();
    handshake.events.onFailed();
  }

  #end(handshake: Handshake, outcome: HandshakeOutcome): void {
    handshake.detach();
    this.#handshakes.delete(handshake.peer);
    if (handshake.address !== undefined) {
      const left = this.#countOf(handshake.address) - 1;
      if (left > 0) this.#byAddress.set(handshake.address, left);
      else this.#byAddress.delete(handshake.address);
    }
    this.#options.onEnded(outcome);
  }

  #countOf(address: string): number {
    return this.#byAddress.get(address) ?? 0;
  }
}

/** Of all sockets that are open at a time, no other has it. */
function peerOf({ remoteAddress, remotePort, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localPort}`;
}
