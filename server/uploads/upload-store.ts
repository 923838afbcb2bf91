/**
 * Inputs of operations that are too long for a line. They come in pieces and stay on disk until an operation
 * takes them, which deletes them. Nothing here survives a restart: what a crash has left is deleted at the
 * start.
 */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';

export interface UploadLimits {
  /** Of one file. */
  readonly fileBytesMax: number;
  /** Of those who share a quota. */
  readonly quotaFilesMax: number;
  readonly filesMax: number;
  readonly bytesMax: number;
  /** Between two pieces. */
  readonly pieceMs: number;
  /** From the beginning to the end. */
  readonly uploadMs: number;
  /** From the end to the operation that takes the file. */
  readonly unusedMs: number;
  /** Of files whose content is in memory. */
  readonly takenBytesMax: number;
}

export const UPLOAD_LIMITS = {
  quotaFilesMax: 8,
  filesMax: 256,
  bytesMax: 512 * 1024 * 1024,
  pieceMs: 60_000,
  uploadMs: 10 * 60_000,
  unusedMs: 10 * 60_000,
  takenBytesMax: 96 * 1024 * 1024,
} as const satisfies Omit<UploadLimits, 'fileBytesMax'>;

/** Content that is being read goes as soon as the work with it is done. */
const FULL_RETRY_MS = 2_000;
/** Files go when they are used or too old. */
const TOO_MANY_RETRY_MS = 10_000;

export interface UploadOwner {
  /** Only they can name the file. */
  readonly owner: string;
  /** With whom they share a quota: guests of one address do. */
  readonly quota: string;
  /** Of this file, where it may be longer than others. */
  readonly fileBytesMax?: number;
}

export interface Taken {
  readonly content: Buffer;
  readonly release: () => void;
}

interface Upload extends UploadOwner {
  readonly fileBytesMax: number;
  readonly id: string;
  readonly path: string;
  readonly endsAtMs: number;
  bytes: number;
  isComplete: boolean;
  /** Of all pieces so far. */
  writing: Promise<unknown>;
  cancelExpiry: () => void;
}

export interface UploadStoreOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** Not to be guessed. */
  readonly newId: () => string;
  readonly limits: UploadLimits;
}

export class UploadStore {
  readonly #options: UploadStoreOptions;
  readonly #uploads = new Map<string, Upload>();
  readonly #filesByQuota = new Map<string, number>();
  readonly #deleting = new Set<Promise<void>>();
  #bytes = 0;
  #takenBytes = 0;

  private constructor(options: UploadStoreOptions) {
    this.#options = options;
  }

  /** Deletes what an earlier run has left. */
  static async open(options: UploadStoreOptions): Promise<UploadStore> {
    await rm(options.folder, { recursive: true, force: true });
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    return new UploadStore(options);
  }

  get files(): number {
    return this.#uploads.size;
  }

  /** Rejects with `file_too_large`, `too_many_files`, `files_full`. `bytes` is what the client announces. */
  async begin({ owner, quota, ...own }: UploadOwner, bytes = 0): Promise<string> {
    const { folder, clock, newId, limits } = this.#options;
    const { quotaFilesMax: max } = limits;
    const { fileBytesMax = limits.fileBytesMax } = own;
    if (bytes > fileBytesMax) throw tooLarge(fileBytesMax);
    const files = this.#filesByQuota.get(quota) ?? 0;
    if (files >= max) {
      throw new HiloError('too_many_files', { values: { max }, retryAfterMs: TOO_MANY_RETRY_MS });
    }
    if (this.#uploads.size >= limits.filesMax || this.#bytes + bytes > limits.bytesMax) throw full();
    const id = newId();
    const path = join(folder, id);
    const endsAtMs = clock.monotonic() + limits.uploadMs;
    const upload: Upload = {
      id,
      owner,
      quota,
      path,
      endsAtMs,
      fileBytesMax,
      bytes: 0,
      isComplete: false,
      writing: Promise.resolve(),
      cancelExpiry: () => {},
    };
    this.#uploads.set(id, upload);
    this.#filesByQuota.set(quota, files + 1);
    this.#expireAfter(upload, limits.pieceMs);
    await this.#write(upload, async () => (await open(path, 'wx', 0o600)).close());
    return id;
  }

  /**
   * `at` is where the piece begins. Rejects with `not_found`, `file_position`, `file_too_large`,
   * `files_full`.
   */
  async append(owner: string, id: string, at: number, piece: Buffer): Promise<{ bytes: number }> {
    const { limits, clock } = this.#options;
    const upload = this.#find(owner, id);
    if (upload.isComplete || at !== upload.bytes) {
      throw new HiloError('file_position', { values: { bytes: upload.bytes } });
    }
    if (upload.bytes + piece.length > upload.fileBytesMax) throw tooLarge(upload.fileBytesMax);
    if (this.#bytes + piece.length > limits.bytesMax) throw full();
    upload.bytes += piece.length;
    this.#bytes += piece.length;
    this.#expireAfter(upload, Math.min(limits.pieceMs, Math.max(0, upload.endsAtMs - clock.monotonic())));
    await this.#write(upload, async () => {
      const handle = await open(upload.path, 'r+');
      try {
        await handle.write(piece, 0, piece.length, at);
      } finally {
        await handle.close();
      }
    });
    return { bytes: upload.bytes };
  }

  /** From now on an operation can take it. */
  async end(owner: string, id: string): Promise<{ bytes: number }> {
    const upload = this.#find(owner, id);
    upload.isComplete = true;
    this.#expireAfter(upload, this.#options.limits.unusedMs);
    await upload.writing;
    return { bytes: upload.bytes };
  }

  async discard(owner: string, id: string): Promise<{ bytes: number }> {
    const upload = this.#find(owner, id);
    await this.#drop(upload);
    return { bytes: upload.bytes };
  }

  /**
   * The whole file, which is deleted; its bytes count until `release`. Rejects with `not_found`,
   * `file_incomplete`, `files_full`; after the last two the file is still there.
   */
  async take(owner: string, id: string): Promise<Taken> {
    const { upload, release } = this.#hold(owner, id);
    // Nobody else can take it from here on.
    this.#forget(upload);
    try {
      return await contentOf(upload, release);
    } finally {
      await rm(upload.path, { force: true });
    }
  }

  /** As `take`, but the file stays, for an operation that may have to be asked for again. */
  async read(owner: string, id: string): Promise<Taken> {
    const { upload, release } = this.#hold(owner, id);
    return contentOf(upload, release);
  }

  /**
   * Moves the whole file to where it stays; it is durable there when this resolves. Rejects with `not_found`
   * or `file_incomplete`.
   */
  async keep(owner: string, id: string, path: string): Promise<{ bytes: number }> {
    const upload = this.#find(owner, id);
    if (!upload.isComplete) throw new HiloError('file_incomplete');
    this.#forget(upload);
    try {
      await upload.writing;
      const handle = await open(upload.path, 'r+');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(upload.path, path);
      return { bytes: upload.bytes };
    } catch (cause) {
      await rm(upload.path, { force: true });
      throw new HiloError('internal', { cause });
    }
  }

  async close(): Promise<void> {
    for (const upload of this.#uploads.values()) void this.#drop(upload);
    await Promise.all(this.#deleting);
  }

  #hold(owner: string, id: string): { readonly upload: Upload; readonly release: () => void } {
    const upload = this.#find(owner, id);
    const { bytes } = upload;
    if (!upload.isComplete) throw new HiloError('file_incomplete');
    if (this.#takenBytes + bytes > this.#options.limits.takenBytesMax && this.#takenBytes > 0) throw full();
    this.#takenBytes += bytes;
    return { upload, release: () => void (this.#takenBytes -= bytes) };
  }

  /** What belongs to others is as little there as what never was. */
  #find(owner: string, id: string): Upload {
    const upload = this.#uploads.get(id);
    if (!upload || upload.owner !== owner) throw new HiloError('not_found', { values: { what: id } });
    return upload;
  }

  /** A file that could not be written is gone. */
  async #write(upload: Upload, write: () => Promise<void>): Promise<void> {
    const done = upload.writing.then(write);
    upload.writing = done.catch(() => {});
    try {
      await done;
    } catch (cause) {
      await this.#drop(upload);
      throw isDiskFull(cause) ? full(cause) : new HiloError('internal', { cause });
    }
  }

  #expireAfter(upload: Upload, ms: number): void {
    upload.cancelExpiry();
    upload.cancelExpiry = this.#options.clock.after(ms, () => void this.#drop(upload));
  }

  async #drop(upload: Upload): Promise<void> {
    if (!this.#forget(upload)) return;
    // What cannot be deleted now is deleted at the next start.
    const deleting = upload.writing.then(() => rm(upload.path, { force: true })).catch(() => {});
    this.#deleting.add(deleting);
    await deleting;
    this.#deleting.delete(deleting);
  }

  #forget(upload: Upload): boolean {
    upload.cancelExpiry();
    if (!this.#uploads.delete(upload.id)) return false;
    this.#bytes -= upload.bytes;
    const left = (this.#filesByQuota.get(upload.quota) ?? 0) - 1;
    if (left > 0) this.#filesByQuota.set(upload.quota, left);
    else this.#filesByQuota.delete(upload.quota);
    return true;
  }
}

async function contentOf({ writing, path }: Upload, release: () => void): Promise<Taken> {
  try {
    await writing;
    return { content: await readFile(path), release };
  } catch (cause) {
    release();
    throw new HiloError('internal', { cause });
  }
}

function tooLarge(max: number): HiloError {
  return new HiloError('file_too_large', { values: { max } });
}

function full(cause?: unknown): HiloError {
  return new HiloError('files_full', { retryAfterMs: FULL_RETRY_MS, cause });
}

function isDiskFull(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
