/** For unit tests: the part of a socket that an outbox uses; its peer reads when the test says so. */
import type { Socket } from 'node:net';

export class StalledSocket {
  /** Whether the kernel takes everything at once. */
  isFlowing = true;
  hasEnded = false;
  readonly #taken: Buffer[] = [];
  readonly #waiting: { bytes: Buffer; done: (() => void) | undefined }[] = [];

  /** One entry for each system call. */
  get taken(): string[] {
    return this.#taken.map(String);
  }

  /** All that the peer has read. */
  get text(): string {
    return Buffer.concat(this.#taken).toString();
  }

  get writableLength(): number {
    return this.#waiting.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  write(data: string | Buffer, _encoding: string, done?: () => void): void {
    this.#waiting.push({ bytes: Buffer.from(data), done });
    if (this.isFlowing) this.read();
  }

  end(): void {
    this.hasEnded = true;
  }

  /** The peer reads this many of the writes that wait or follow; all by default. */
  read(count = Infinity): void {
    for (let left = count; left > 0; left -= 1) {
      const write = this.#waiting.shift();
      if (!write) return;
      this.#taken.push(write.bytes);
      write.done?.();
    }
  }

  asSocket(): Socket {
    return this as unknown as Socket;
  }
}
