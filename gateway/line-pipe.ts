/**
 * From a stream of bytes to whole lines, for a pipe that forwards them: a pure machine. A line ends with LF;
 * one CR before it is dropped; UTF-8 is judged on the whole line. shared/line-splitter.ts goes on after a bad
 * line, since a server must; here a bad line is the end, since nothing may be left out of a pipe.
 *
 * Complete lines are views of the chunk, handed over without a copy. Only an unfinished line is kept, in a
 * buffer that doubles, so that a line that comes byte by byte costs its own length and no more than linear
 * time.
 */
import { isUtf8 } from 'node:buffer';

const LF = 0x0a;
const CR = 0x0d;

export interface LineSink {
  /** The view is only good during the call. */
  line(bytes: Buffer): void;
}

export type LineFault = 'server_line_too_long' | 'server_invalid_utf8';

export class LinePipe {
  #held: Buffer | undefined;
  #heldBytes = 0;

  /** Whether bytes wait for their LF. */
  get isMidLine(): boolean {
    return this.#heldBytes > 0;
  }

  /** Stops at the first fault; the pipe must not be used after it. */
  push(chunk: Buffer, lineBytesMax: number, sink: LineSink): LineFault | undefined {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      const line = this.#take(chunk.subarray(start, end));
      start = end + 1;
      if (line.length > lineBytesMax) return 'server_line_too_long';
      if (!isUtf8(line)) return 'server_invalid_utf8';
      sink.line(line);
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start));
    // One byte of grace for a CR that may precede the LF.
    return this.#heldBytes > lineBytesMax + 1 ? 'server_line_too_long' : undefined;
  }

  #take(tail: Buffer): Buffer {
    let line = tail;
    if (this.#heldBytes > 0) {
      this.#hold(tail);
      line = (this.#held ?? tail).subarray(0, this.#heldBytes);
      this.#held = undefined;
      this.#heldBytes = 0;
    }
    return line.length > 0 && line[line.length - 1] === CR ? line.subarray(0, -1) : line;
  }

  #hold(bytes: Buffer): void {
    const needed = this.#heldBytes + bytes.length;
    if (!this.#held || this.#held.length < needed) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, (this.#held?.length ?? 0) * 2));
      this.#held?.copy(larger, 0, 0, this.#heldBytes);
      this.#held = larger;
    }
    bytes.copy(this.#held, this.#heldBytes);
    this.#heldBytes = needed;
  }
}
