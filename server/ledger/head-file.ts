import {
  formatHead,
  headFile,
  headSlotBytes,
  parseHead,
  type HeadRecord,
} from '../../shared/ledger/layout.ts';
import type { Disk, DiskFile } from './disk.ts';

/** The two alternating head records: the older one stays whole while the newer one is being written. */
export class HeadFile {
  #file: DiskFile;
  #newest: number;
  readonly found: HeadRecord | undefined;

  private constructor(file: DiskFile, newest: number, found: HeadRecord | undefined) {
    this.#file = file;
    this.#newest = newest;
    this.found = found;
  }

  static async open(disk: Disk): Promise<HeadFile> {
    const file = await disk.open(headFile);
    const first = parseHead(await file.read(0, headSlotBytes));
    const second = parseHead(await file.read(headSlotBytes, headSlotBytes));
    const newest = second !== undefined && (first === undefined || second.blocks > first.blocks) ? 1 : 0;
    return new HeadFile(file, newest, newest === 1 ? second : first);
  }

  /** Durable when it resolves. */
  async write(head: HeadRecord): Promise<void> {
    const slot = 1 - this.#newest;
    await this.#file.write(slot * headSlotBytes, Buffer.from(formatHead(head), 'latin1'));
    await this.#file.sync();
    this.#newest = slot;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
