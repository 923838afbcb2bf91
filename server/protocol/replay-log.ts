/**
 * What a resumable session has sent and its client has not confirmed. Sequence numbers are consecutive
 * from 1; a line is kept until it is acknowledged, so that a resume can send exactly what was missed. When
 * too much is kept the oldest lines are dropped: a client that lacks them cannot resume, and no other client
 * is affected.
 */
import { HiloError } from '../../shared/errors.ts';

export class ReplayLog {
  #lines: string[] = [];
  /** Index of the oldest kept line; acknowledged lines before it are removed in batches, not one by one. */
  #head = 0;
  #lastSeq = 0;
  #acknowledgedSeq = 0;
  #bytes = 0;

  /** The number of the last line that was added; 0 before the first. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  get unacknowledgedBytes(): number {
    return this.#bytes;
  }

  get acknowledgedSeq(): number {
    return this.#acknowledgedSeq;
  }

  get nextSeq(): number {
    return this.#lastSeq + 1;
  }

  /** Keeps the line, and as many of those before it as fit into `bytesMax`. */
  add(line: string, bytesMax: number): void {
    this.#lines.push(line);
    this.#lastSeq += 1;
    this.#bytes += line.length;
    if (this.#bytes > bytesMax) {
      while (this.#bytes > bytesMax && this.#firstSeq() < this.#lastSeq) this.#forgetOldest();
      this.#tidy();
    }
  }

  /** Forgets everything up to `seq`. A number that was confirmed before changes nothing. */
  acknowledge(seq: number): void {
    if (seq > this.#lastSeq) throw new HiloError('ack_ahead', { values: { seq, sent: this.#lastSeq } });
    this.#acknowledgedSeq = Math.max(this.#acknowledgedSeq, seq);
    while (this.#firstSeq() <= seq) this.#forgetOldest();
    this.#tidy();
  }

  /**
   * Every line after `seq`, oldest first. Throws `gap` when some were forgotten, `ack_ahead` when `seq` was
   * never sent.
   */
  after(seq: number): readonly string[] {
    if (seq > this.#lastSeq) throw new HiloError('ack_ahead', { values: { seq, sent: this.#lastSeq } });
    const first = this.#firstSeq();
    if (seq + 1 < first) throw new HiloError('gap', { values: { lastSeq: seq } });
    return this.#lines.slice(this.#head + seq + 1 - first);
  }

  /** Forgets every line, confirmed or not: a client that lacks one of them gets a `gap`. */
  forgetAll(): void {
    this.#lines = [];
    this.#head = 0;
    this.#bytes = 0;
  }

  #firstSeq(): number {
    return this.#lastSeq - (this.#lines.length - this.#head) + 1;
  }

  #forgetOldest(): void {
    this.#bytes -= this.#lines[this.#head]?.length ?? 0;
    this.#lines[this.#head] = '';
    this.#head += 1;
  }

  /** Removes forgotten lines in batches, not one by one. */
  #tidy(): void {
    if (this.#head === this.#lines.length) this.#lines = [];
    else if (this.#head > 64) this.#lines = this.#lines.slice(this.#head);
    else return;
    this.#head = 0;
  }
}
