/**
 * The leanest client there is: precomputed bytes out, a search for a mark in what comes in. It shares the
 * cores with what it measures, so it parses nothing and allocates nothing for each exchange.
 */
import { connect, type Socket } from 'node:net';
import { localAddressOf } from '../client/create-client.ts';

export interface Wire {
  readonly port: number;
  readonly kind: 'tcp' | 'ws';
  /** One line, without its LF. */
  readonly request: string;
  /** Goes out before the first request, and is answered by a reply of its own. */
  readonly opening?: string;
  /** `acknowledge` is called: the session can be resumed, so the server keeps what is not acknowledged. */
  readonly acknowledges?: boolean;
  /** Stands in the last message of each reply and in no other. */
  readonly doneMark: string;
  /** Stands in a failure and in nothing else. */
  readonly failureMark: string;
}

export interface RawHooks {
  /** A reply is complete. Return true to send the next request. */
  done(): boolean;
  /** The client is at its end: refused, failed or cut off. */
  failed(why: string): void;
}

/** All sockets of a process read into one buffer: it is used up before the next one reads. */
const SHARED_BUFFER = Buffer.allocUnsafeSlow(256 * 1024);
const HANDSHAKE_END = '\r\n\r\n';
const SEQ_MARK = '"seq":';
const LF = 10;
const CLOSING_BRACE = 125;

export class RawClient {
  readonly #hooks: RawHooks;
  readonly #socket: Socket;
  readonly #request: Buffer;
  readonly #opening: Buffer;
  readonly #acknowledges: boolean;
  readonly #doneMark: Buffer;
  readonly #failureMark: Buffer;
  /** The end of what was read last, when a mark may have been cut there. */
  #carry: Buffer | undefined;
  /** Of the newest whole reply. */
  #seq = 0;
  #isReady: boolean;
  #isOver = false;

  constructor(wire: Wire, index: number, hooks: RawHooks) {
    this.#hooks = hooks;
    const frame = wire.kind === 'ws' ? maskedFrame : (line: string) => Buffer.from(`${line}\n`);
    this.#request = frame(wire.request);
    this.#opening = wire.opening === undefined ? this.#request : frame(wire.opening);
    this.#doneMark = Buffer.from(wire.doneMark);
    this.#failureMark = Buffer.from(wire.failureMark);
    this.#isReady = wire.kind === 'tcp';
    this.#acknowledges = wire.acknowledges === true;
    const localAddress = localAddressOf('127.0.0.1', index);
    this.#socket = connect({
      host: '127.0.0.1',
      port: wire.port,
      noDelay: true,
      ...(localAddress ? { localAddress } : {}),
      onread: {
        buffer: SHARED_BUFFER,
        callback: (length) => {
          this.#read(SHARED_BUFFER.subarray(0, length));
          return true;
        },
      },
    });
    this.#socket.on(
      'connect',
      () => void this.#socket.write(this.#isReady ? this.#opening : upgradeRequest(wire.port)),
    );
    this.#socket.on('error', (error) => this.#fail(error.message));
    this.#socket.on('close', () => this.#fail('closed'));
  }

  send(): void {
    this.#socket.write(this.#request);
  }

  /** in docs/protocol.md. */
  acknowledge(): void {
    const params = `{"seq":${this.#seq}}`;
    this.#socket.write(`{"jsonrpc":"2.0","method":"session.ack","params":${params}}\n`);
  }

  destroy(): void {
    this.#isOver = true;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    if (!this.#isReady) return this.#readHandshake(chunk);
    const bytes = this.#carry ? Buffer.concat([this.#carry, chunk]) : chunk;
    this.#carry = undefined;
    if (bytes.includes(this.#doneMark)) {
      if (this.#acknowledges) this.#seq = lastSeq(bytes) ?? this.#seq;
      if (this.#hooks.done()) this.send();
    } else if (bytes.includes(this.#failureMark)) {
      this.#fail(bytes.toString('utf8', 0, 300));
    } else if (bytes.at(-1) !== LF && bytes.at(-1) !== CLOSING_BRACE) {
      this.#carry = Buffer.from(bytes.subarray(-Math.max(this.#doneMark.length, this.#failureMark.length)));
    }
    return undefined;
  }

  #readHandshake(chunk: Buffer): void {
    const text = (this.#carry?.toString('latin1') ?? '') + chunk.toString('latin1');
    if (!text.includes(HANDSHAKE_END)) {
      this.#carry = Buffer.from(text, 'latin1');
      return undefined;
    }
    this.#carry = undefined;
    if (!text.startsWith('HTTP/1.1 101')) return this.#fail(text.slice(0, 300));
    this.#isReady = true;
    this.#socket.write(this.#opening);
    return undefined;
  }

  #fail(why: string): void {
    if (this.#isOver) return;
    this.destroy();
    this.#hooks.failed(why);
  }
}

function lastSeq(bytes: Buffer): number | undefined {
  const at = bytes.lastIndexOf(SEQ_MARK);
  if (at === -1) return undefined;
  return Number.parseInt(bytes.toString('latin1', at + SEQ_MARK.length, at + SEQ_MARK.length + 16), 10);
}

/** RFC 6455 §4.1, with the key of its §1.3: nobody here checks what comes back. */
export function upgradeRequest(port: number): string {
  return [
    'GET /ws HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    '\r\n',
  ].join('\r\n');
}

/** RFC 6455 §5.2 and §5.3: a whole text message of a client, which must be masked. */
export function maskedFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
  const isShort = payload.length < 126;
  const head = Buffer.alloc(isShort ? 2 : 4);
  head[0] = 0x81;
  head[1] = 0x80 | (isShort ? payload.length : 126);
  if (!isShort) head.writeUInt16BE(payload.length, 2);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([head, mask, masked]);
}
