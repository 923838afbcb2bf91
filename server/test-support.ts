/** For unit tests: as much of a socket as an outbox uses; its peer reads when the test says so. */
import type { Socket } from 'node:net';

export class StalledSocket {
  /** Whether the kernel takes everything at once. */
  isFlowing = true;
  hasEnded = false;
  /** One entry for each system call. */
  readonly taken: string[] = [];
  readonly #waiting: { text: string; done: (() => void) | undefined }[] = [];

  get writableLength(): number {
    return this.#waiting.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  }

  write(text: string, _encoding: string, done?: () => void): void {
    this.#waiting.push({ text, done });
    if (this.isFlowing) this.read();
  }

  end(): void {
    this.hasEnded = true;
  }

  /** The peer reads so many of the writes that wait; all by default. */
  read(count = Infinity): void {
    for (let left = count; left > 0; left -= 1) {
      const write = this.#waiting.shift();
      if (!write) return;
      this.taken.push(write.text);
      write.done?.();
    }
  }

  asSocket(): Socket {
    return this as unknown as Socket;
  }
}
