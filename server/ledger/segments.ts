import { isSegmentName, segmentBytesMax, segmentName } from '../../shared/ledger/layout.ts';
import type { ByteSource } from '../../shared/ledger/line-reader.ts';
import type { Disk, DiskFile } from './disk.ts';

interface Segment {
  number: number;
  file: DiskFile;
  start: number;
  size: number;
}

/** The segment files as one long file that grows at its end. */
export class Segments implements ByteSource {
  #disk: Disk;
  #segments: Segment[];
  #bytesMax: number;

  private constructor(disk: Disk, segments: Segment[], bytesMax: number) {
    this.#disk = disk;
    this.#segments = segments;
    this.#bytesMax = bytesMax;
  }

  static async open(disk: Disk, bytesMax = segmentBytesMax): Promise<Segments> {
    const names = (await disk.names()).filter(isSegmentName).sort();
    const segments: Segment[] = [];
    let start = 0;
    for (const [number, name] of names.entries()) {
      if (name !== segmentName(number)) throw new Error(`The segment ${segmentName(number)} is missing`);
      const file = await disk.open(name);
      const size = await file.size();
      segments.push({ number, file, start, size });
      start += size;
    }
    return new Segments(disk, segments, bytesMax);
  }

  get size(): number {
    const last = this.#segments.at(-1);
    return last === undefined ? 0 : last.start + last.size;
  }

  async read(position: number, length: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (const segment of this.#segments) {
      const from = Math.max(position, segment.start);
      const to = Math.min(position + length, segment.start + segment.size);
      if (from < to) pieces.push(await segment.file.read(from - segment.start, to - from));
    }
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
  }

  /** Writes at the end and syncs. A block never spans two segments. */
  async append(bytes: Uint8Array): Promise<void> {
    let last = this.#segments.findLast((segment) => segment.size > 0) ?? this.#segments[0];
    if (last === undefined || last.size >= this.#bytesMax) last = await this.#next(last);
    await last.file.write(last.size, bytes);
    await last.file.sync();
    last.size += bytes.length;
    for (const later of this.#segments.slice(last.number + 1)) later.start = last.start + last.size;
  }

  /** Forgets everything from `end` on; durable when it resolves. */
  async cut(end: number): Promise<void> {
    for (const segment of this.#segments) {
      const size = Math.min(segment.size, Math.max(0, end - segment.start));
      if (size === segment.size) continue;
      await segment.file.truncate(size);
      await segment.file.sync();
      segment.size = size;
    }
    for (const segment of this.#segments) segment.start = Math.min(segment.start, end);
  }

  /** Makes durable what an earlier process may have left in the page cache only. */
  async sync(): Promise<void> {
    for (const segment of this.#segments) await segment.file.sync();
  }

  /** The file and the place in it of a byte of the joined segments. */
  place(position: number): { segment: string; offset: number } {
    const segment = this.#segments.findLast((item) => item.start <= position && item.size > 0);
    return { segment: segmentName(segment?.number ?? 0), offset: position - (segment?.start ?? 0) };
  }

  async close(): Promise<void> {
    for (const segment of this.#segments) await segment.file.close();
  }

  async #next(last: Segment | undefined): Promise<Segment> {
    const number = last === undefined ? 0 : last.number + 1;
    const existing = this.#segments[number];
    if (existing !== undefined) return existing;
    const file = await this.#disk.open(segmentName(number));
    const segment = { number, file, start: this.size, size: 0 };
    this.#segments.push(segment);
    return segment;
  }
}
