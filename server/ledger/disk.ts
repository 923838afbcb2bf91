/**
 * What the ledger needs of a disk, so that tests can simulate a crash. After any rejection the ledger stops
 * for good.
 */
export interface Disk {
  names(): Promise<string[]>;
  /** Opens a file, creating it when it is missing; its name is durable when this resolves. */
  open(name: string): Promise<DiskFile>;
  /** Replaces a whole small file: after a crash it has either the old or the new content. */
  replace(name: string, bytes: Uint8Array): Promise<void>;
  /** Who has the file open can go on reading it. After a crash the file may be there again. */
  remove(name: string): Promise<void>;
}

export interface DiskFile {
  size(): Promise<number>;
  /** Reads up to `length` bytes; fewer only at the end of the file. */
  read(position: number, length: number): Promise<Buffer>;
  /** Writes all bytes; they are durable only after `sync`. */
  write(position: number, bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}
