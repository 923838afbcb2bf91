import type { Disk, DiskFile } from './disk.ts';

const pageBytes = 4096;

/** Numbers from 0 up to 1, the same ones for the same seed. */
export type Random = () => number;

interface FileState {
  /** What would surely be there after a crash. */
  durable: Buffer;
  /** What a running process reads. */
  current: Buffer;
  dirtyPages: Set<number>;
}

/** Bytes that are being written into a file. */
export interface DiskWrite {
  readonly name: string;
  readonly position: number;
  readonly bytes: Uint8Array;
}

/**
 * A disk in memory that keeps, after a crash, what was synced and any of the pages that were not.
 * `onOperation` runs before each change or sync; it may take a `crashed` or `killed` copy there, or throw to
 * make the operation fail.
 */
export class SimulatedDisk implements Disk {
  #files: Map<string, FileState>;
  /** Their removal is not durable. */
  #removed = new Map<string, FileState>();
  onOperation: (operation: string, name: string, write?: DiskWrite) => void = () => undefined;
  /** Each write and each sync waits for it first. */
  delay: () => Promise<void> = () => Promise.resolve();

  constructor(files: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.#files = new Map();
    for (const [name, bytes] of files) this.#files.set(name, freshFile(Buffer.from(bytes)));
  }

  /**
   * What a new start finds if the power fails now. Each unsynced page and size is kept or lost as `random`
   * says.
   */
  crashed(random: Random): SimulatedDisk {
    const files = new Map<string, Buffer>();
    for (const [name, file] of this.#removed) if (random() < 0.5) files.set(name, survivor(file, random));
    for (const [name, file] of this.#files) files.set(name, survivor(file, random));
    return new SimulatedDisk(files);
  }

  /**
   * What a new start finds if the process alone dies now, all of whose writes the system still has, and a
   * part of the write that is in progress.
   */
  killed(torn?: DiskWrite): SimulatedDisk {
    const disk = new SimulatedDisk(new Map([...this.#files].map(([name, file]) => [name, file.current])));
    const file = torn && disk.#files.get(torn.name);
    if (file) {
      write(file, torn.position, torn.bytes);
      disk.#files.set(torn.name, freshFile(file.current));
    }
    return disk;
  }

  /** The present content of a file. */
  content(name: string): Buffer {
    return Buffer.from(this.#files.get(name)?.current ?? []);
  }

  names(): Promise<string[]> {
    return Promise.resolve([...this.#files.keys()]);
  }

  async open(name: string): Promise<DiskFile> {
    let file = this.#files.get(name);
    if (file === undefined) {
      this.onOperation('create', name);
      file = freshFile(Buffer.alloc(0));
      this.#files.set(name, file);
    }
    return await Promise.resolve(this.#handle(name, file));
  }

  async replace(name: string, bytes: Uint8Array): Promise<void> {
    this.onOperation('replace', name);
    this.#files.set(name, freshFile(Buffer.from(bytes)));
    await Promise.resolve();
  }

  async remove(name: string): Promise<void> {
    this.onOperation('remove', name);
    const file = this.#files.get(name);
    if (file === undefined) throw new Error(`${name} is not there`);
    this.#files.delete(name);
    this.#removed.set(name, file);
    await Promise.resolve();
  }

  /** Stays usable when the file is removed or replaced. */
  #handle(name: string, file: FileState): DiskFile {
    return {
      size: () => Promise.resolve(file.current.length),
      read: (position, length) =>
        Promise.resolve(Buffer.from(file.current.subarray(position, position + length))),
      write: async (position, bytes) => {
        this.onOperation('write', name, { name, position, bytes });
        await this.delay();
        write(file, position, bytes);
      },
      sync: async () => {
        this.onOperation('sync', name);
        await this.delay();
        file.durable = Buffer.from(file.current);
        file.dirtyPages.clear();
      },
      truncate: async (size) => {
        this.onOperation('truncate', name);
        const { current, dirtyPages } = file;
        for (let page = Math.floor(size / pageBytes); page * pageBytes < current.length; page += 1)
          dirtyPages.add(page);
        file.current = Buffer.from(current.subarray(0, size));
        await Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
  }
}

/** A small generator of good enough numbers (mulberry32), so that a printed seed repeats a test exactly. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function freshFile(bytes: Buffer): FileState {
  return { durable: bytes, current: Buffer.from(bytes), dirtyPages: new Set() };
}

function write(file: FileState, position: number, bytes: Uint8Array): void {
  const end = position + bytes.length;
  if (end > file.current.length) {
    const grown = Buffer.alloc(end);
    file.current.copy(grown);
    file.current = grown;
  }
  file.current.set(bytes, position);
  for (let page = Math.floor(position / pageBytes); page * pageBytes < end; page += 1)
    file.dirtyPages.add(page);
}

function survivor({ durable, current, dirtyPages }: FileState, random: Random): Buffer {
  if (dirtyPages.size === 0) return Buffer.from(durable);
  const bytes = Buffer.alloc(random() < 0.5 ? durable.length : current.length);
  for (let page = 0; page * pageBytes < bytes.length; page += 1) {
    const source = dirtyPages.has(page) && random() < 0.5 ? current : durable;
    const start = page * pageBytes;
    bytes.set(source.subarray(start, Math.min(bytes.length, start + pageBytes)), start);
  }
  return bytes;
}
