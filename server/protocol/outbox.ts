/**
 * The one writer of a connection. [P-9]
 *
 * What follows from one arrival is sent with one system call, unless it is large: a
 * socket reports no progress before it has passed on a whole write, and over a slow link that can take longer
 * than a peer may be silent. So large text is given to the socket one piece after the other.
 *
 * Above the soft limit the outbox is blocked: producers wait on `whenWritable()` and the connection stops
 * reading. When more than the hard limit is added although the kernel takes no more, or when it takes nothing
 * for too long, the peer is a slow consumer, and the connection decides what to report. What is written
 * within one turn does not count as slowness, however much it is.
 */
import type { Socket } from 'node:net';

export const OUTBOX_PIECE_LIMITS = {
  /** How much the socket is given at once. */
  pieceBytesMax: 16 * 1024,
} as const;

export interface OutboxLimits {
  readonly outboxSoftBytes: number;
  readonly outboxLowBytes: number;
  readonly outboxHardBytes: number;
}

const NOTHING = Buffer.alloc(0);

/**
 * Flushes all outboxes that were written to, as soon as what has just arrived is dealt with: a first token
 * does not wait for what arrived beside it.
 */
export class FlushScheduler {
  #dirty: Outbox[] = [];
  #isScheduled = false;
  readonly #flushAll = () => {
    const outboxes = this.#dirty;
    this.#dirty = [];
    this.#isScheduled = false;
    for (const outbox of outboxes) outbox.flush();
  };

  schedule(outbox: Outbox): void {
    this.#dirty.push(outbox);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(this.#flushAll);
  }
}

export class Outbox {
  readonly #socket: Socket;
  readonly #scheduler: FlushScheduler;
  readonly #limits: OutboxLimits;
  /** Called when the outbox passes the hard limit, and when it is blocked or free again. */
  readonly #onChange: (change: 'overflow' | 'blocked' | 'writable') => void;
  #pending = '';
  /** What comes before `#pending`: the rest of a text that is given piece by piece, or an empty text. */
  #rest = NOTHING;
  /** Bytes of both. */
  #pendingBytes = 0;
  #isBlocked = false;
  #isOpen = true;
  #waiters: (() => void)[] = [];
  #acceptedBytes = 0;
  #flushedBytesSeen = 0;
  #progressMs: number | undefined;
  /** Bytes that were added while the kernel had not taken everything yet. */
  #lateBytes = 0;
  readonly #onWritten = (error?: Error | null) => {
    if (error) return;
    this.flush();
    this.#release();
  };

  constructor(
    socket: Socket,
    scheduler: FlushScheduler,
    limits: OutboxLimits,
    onChange: (change: 'overflow' | 'blocked' | 'writable') => void,
  ) {
    this.#socket = socket;
    this.#scheduler = scheduler;
    this.#limits = limits;
    this.#onChange = onChange;
  }

  /** Bytes that the kernel has not taken. */
  get queuedBytes(): number {
    return this.#pendingBytes + this.#socket.writableLength;
  }

  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Never blocks and never reorders. After `end` or `abandon` it discards. */
  write(text: string): void {
    if (!this.#isOpen || text === '') return;
    this.#pending += text;
    this.#added(Buffer.byteLength(text));
  }

  /** Like `write`, for data that is not text. */
  writeBytes(bytes: Buffer): void {
    if (!this.#isOpen) return;
    this.#rest = Buffer.concat([this.#rest, Buffer.from(this.#pending), bytes]);
    this.#pending = '';
    this.#added(bytes.length);
  }

  /**
   * Resolves when the outbox is below its low mark or closed; undefined when there is nothing to wait for.
   */
  whenWritable(): Promise<void> | undefined {
    if (!this.#isBlocked || !this.#isOpen) return undefined;
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** While the socket still has something it is given nothing more: it would join both into one write. */
  flush(): void {
    while (this.#pendingBytes > 0 && this.#socket.writableLength === 0) this.#writePiece();
  }

  /** How long the kernel has taken nothing although something waits. It samples, so call it regularly. */
  stalledMs(nowMs: number): number {
    const flushed = this.#acceptedBytes - this.#socket.writableLength;
    if (this.queuedBytes === 0 || flushed !== this.#flushedBytesSeen) this.#progressMs = nowMs;
    this.#flushedBytesSeen = flushed;
    this.#progressMs ??= nowMs;
    return nowMs - this.#progressMs;
  }

  /** Writes what is there and the final error line, then the FIN. */
  end(finalErrorLine: string): void {
    if (!this.#isOpen) return;
    this.write(finalErrorLine);
    while (this.#pendingBytes > 0) this.#writePiece();
    this.abandon();
    this.#socket.end();
  }

  /** Discards everything from now on and releases every caller that waits. */
  abandon(): void {
    this.#isOpen = false;
    this.#pending = '';
    this.#rest = NOTHING;
    this.#pendingBytes = 0;
    for (const waiter of this.#waiters.splice(0)) waiter();
  }

  #added(bytes: number): void {
    if (this.#pendingBytes === 0) this.#scheduler.schedule(this);
    this.#pendingBytes += bytes;
    this.#lateBytes = this.#socket.writableLength === 0 ? 0 : this.#lateBytes + bytes;
    if (this.#lateBytes > this.#limits.outboxHardBytes) this.#onChange('overflow');
    else if (this.queuedBytes > this.#limits.outboxSoftBytes && !this.#isBlocked) {
      this.#isBlocked = true;
      this.#onChange('blocked');
    }
  }

  #writePiece(): void {
    const isWhole = this.#rest.length === 0 && this.#pendingBytes <= OUTBOX_PIECE_LIMITS.pieceBytesMax;
    const piece = isWhole ? this.#pending : this.#cutPiece();
    const bytes = isWhole ? this.#pendingBytes : piece.length;
    if (isWhole) this.#pending = '';
    this.#pendingBytes -= bytes;
    this.#acceptedBytes += bytes;
    // Text of one byte for each character is written without being encoded.
    this.#socket.write(piece, bytes === piece.length ? 'latin1' : 'utf8', this.#onWritten);
  }

  #cutPiece(): Buffer {
    if (this.#rest.length === 0) {
      this.#rest = Buffer.from(this.#pending);
      this.#pending = '';
    }
    const piece = this.#rest.subarray(0, OUTBOX_PIECE_LIMITS.pieceBytesMax);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  #release(): void {
    if (!this.#isBlocked || this.queuedBytes > this.#limits.outboxLowBytes) return;
    this.#isBlocked = false;
    for (const waiter of this.#waiters.splice(0)) waiter();
    this.#onChange('writable');
  }
}
