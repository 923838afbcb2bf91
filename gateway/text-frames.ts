/**
 * Lines as WebSocket text messages (RFC 6455 §5.2, not masked), gathered so that those of one read become one
 * write. For lines of an ordinary length: a long one is not worth a copy.
 */

export const FRAME_LIMITS = {
  /** What is gathered at most. */
  bytesMax: 8 * 1024,
} as const;

const FINAL_TEXT = 0x81;
const SHORT_BYTES_MAX = 125;
const HEAD_BYTES_MAX = 4;

export class TextFrames {
  /** Shared by all bridges: it is empty again before the next one uses it. */
  readonly #buffer = Buffer.allocUnsafeSlow(FRAME_LIMITS.bytesMax);
  #length = 0;

  /** False when there is no room for it. */
  add(line: Buffer): boolean {
    if (this.#length + line.length + HEAD_BYTES_MAX > this.#buffer.length) return false;
    this.#buffer[this.#length++] = FINAL_TEXT;
    if (line.length <= SHORT_BYTES_MAX) this.#buffer[this.#length++] = line.length;
    else {
      this.#buffer[this.#length++] = SHORT_BYTES_MAX + 1;
      this.#length = this.#buffer.writeUInt16BE(line.length, this.#length);
    }
    line.copy(this.#buffer, this.#length);
    this.#length += line.length;
    return true;
  }

  /** All that was gathered, as bytes of their own; undefined when there is nothing. */
  take(): Buffer | undefined {
    if (this.#length === 0) return undefined;
    const frames = Buffer.from(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
    return frames;
  }
}
