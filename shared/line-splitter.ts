/**
 * Bytes in, lines out: a pure machine without timers or sockets. [P-1] in docs/protocol.md.
 *
 * A line ends with LF; one CR before it is dropped; UTF-8 is validated on the whole line, so it does not
 * matter how the bytes were cut. `next()` is pulled: what is not pulled stays as bytes, so a caller that
 * stops pulling and stops reading holds a bounded amount. `node:readline` would not do: it also splits at
 * U+2028.
 */
import { isUtf8 } from 'node:buffer';

/**
 * `line_too_long` is reported as soon as the limit is passed; what follows is dropped up to its LF.
 * `invalid_utf8` also stands for a NUL.
 */
export type LineFault = 'line_too_long' | 'invalid_utf8';

export type LineEvent = { readonly type: 'line'; readonly text: string } | { readonly type: LineFault };

const LF = 0x0a;
const CR = 0x0d;

export class LineSplitter {
  /** May be raised or lowered at any time; it counts for lines that are not complete yet. */
  lineBytesMax: number;
  /** The unread chunks, oldest first; never joined before a line is complete. */
  #chunks: Buffer[] = [];
  /** Where the unread bytes of the first chunk begin. */
  #start = 0;
  /** How many chunks, from the first, are known to hold no LF, and the bytes in them. */
  #scanned = 0;
  #scannedBytes = 0;
  #bufferedBytes = 0;
  #discarding = false;

  constructor(lineBytesMax: number) {
    this.lineBytesMax = lineBytesMax;
  }

  /** Bytes that were pushed and not yet given out or dropped. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#bufferedBytes += chunk.length;
  }

  /** The next event, or undefined when more bytes are needed. */
  next(): LineEvent | undefined {
    for (;;) {
      const chunk = this.#chunks[this.#scanned];
      if (chunk === undefined) return undefined;
      const from = this.#scanned === 0 ? this.#start : 0;
      const lf = chunk.indexOf(LF, from);
      if (this.#discarding) {
        this.#drop(chunk, lf);
        continue;
      }
      const lineBytes = this.#scannedBytes + (lf < 0 ? chunk.length : lf) - from;
      // One byte of grace for a CR that may precede the LF.
      if (lineBytes > this.lineBytesMax + 1 || (lf >= 0 && this.#tooLong(chunk, lf, lineBytes))) {
        this.#discarding = true;
        this.#dropScanned();
        return { type: 'line_too_long' };
      }
      if (lf < 0) {
        this.#scanned += 1;
        this.#scannedBytes += chunk.length - from;
        continue;
      }
      return this.#take(chunk, from, lf);
    }
  }

  /** The bytes after the last LF as a line, once the peer has ended; undefined when there are none. */
  end(): LineEvent | undefined {
    if (this.#discarding || this.#bufferedBytes === 0) return undefined;
    this.push(Buffer.of(LF));
    return this.next();
  }

  #tooLong(chunk: Buffer, lf: number, lineBytes: number): boolean {
    if (lineBytes <= this.lineBytesMax) return false;
    return (lf > 0 ? chunk[lf - 1] : this.#lastScannedByte()) !== CR;
  }

  #lastScannedByte(): number | undefined {
    return this.#chunks[this.#scanned - 1]?.at(-1);
  }

  #take(chunk: Buffer, from: number, lf: number): LineEvent {
    let line = chunk.subarray(from, lf);
    if (this.#scanned > 0) {
      const parts = this.#chunks.slice(0, this.#scanned);
      parts[0] = (parts[0] ?? line).subarray(this.#start);
      line = Buffer.concat([...parts, line]);
      this.#chunks.splice(0, this.#scanned);
    }
    this.#bufferedBytes -= this.#scannedBytes + (lf + 1 - from);
    this.#scanned = 0;
    this.#scannedBytes = 0;
    this.#advanceTo(chunk, lf + 1);
    if (line.length > 0 && line[line.length - 1] === CR) line = line.subarray(0, -1);
    if (!isUtf8(line) || line.includes(0)) return { type: 'invalid_utf8' };
    return { type: 'line', text: line.toString('utf8') };
  }

  #drop(chunk: Buffer, lf: number): void {
    const end = lf < 0 ? chunk.length : lf + 1;
    this.#bufferedBytes -= end - this.#start;
    this.#advanceTo(chunk, end);
    if (lf >= 0) this.#discarding = false;
  }

  #dropScanned(): void {
    this.#chunks.splice(0, this.#scanned);
    this.#bufferedBytes -= this.#scannedBytes;
    if (this.#scanned > 0) this.#start = 0;
    this.#scanned = 0;
    this.#scannedBytes = 0;
  }

  #advanceTo(chunk: Buffer, position: number): void {
    if (position >= chunk.length) {
      this.#chunks.shift();
      this.#start = 0;
    } else {
      this.#start = position;
    }
  }
}
