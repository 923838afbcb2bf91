/**
 * Files that are kept for batches: a row for each, and its bytes in a folder. The row decides: bytes without
 * one, which a crash or the erasing of an account has left, are deleted.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Selectable } from 'kysely';
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import type { KeptFileRow } from '../store/job-schema.ts';
import type { Store } from '../store/store.ts';
import type { UploadStore } from '../uploads/upload-store.ts';
import { BATCH_LIMITS } from './limits.ts';

export interface KeptFilesOptions {
  readonly folder: string;
  readonly store: Store;
  readonly uploads: Pick<UploadStore, 'keep'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly nextNumber: () => number;
  /** A UUID. */
  readonly newId: () => string;
}

export type KeptFile = Selectable<KeptFileRow>;

export interface NewFile {
  /** The id of the upload. */
  readonly upload: string;
  readonly name: string;
  /** Of what its owner has sent, where that was translated. */
  readonly sourceBytes: number | undefined;
}

const NAME = /^(file-[0-9a-f]{32})\.jsonl$/;

export class KeptFiles {
  readonly #options: KeptFilesOptions;
  /** Those whose row is being written. */
  readonly #beginning = new Set<string>();

  private constructor(options: KeptFilesOptions) {
    this.#options = options;
  }

  static async open(options: KeptFilesOptions): Promise<KeptFiles> {
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    const files = new KeptFiles(options);
    await files.sweep();
    return files;
  }

  path(id: string): string {
    return join(this.#options.folder, `${id}.jsonl`);
  }

  /** Rejects with `too_many_kept`, `files_full`, `not_found`, `file_incomplete`. */
  async keep(owner: string, { upload, name, sourceBytes }: NewFile): Promise<KeptFile> {
    const { store, uploads, clock, nextNumber, newId } = this.#options;
    const { filesMax: max, bytesMax, keptMs } = BATCH_LIMITS;
    const { count, bytes: all } = await this.#sums(owner);
    if (count >= max) throw new HiloError('too_many_kept', { values: { max } });
    if (all >= bytesMax) throw new HiloError('files_full');
    const id = `file-${newId().replaceAll('-', '')}`;
    this.#beginning.add(id);
    try {
      const { bytes } = await uploads.keep(owner, upload, this.path(id));
      const at = clock.now();
      const times = { created_at: at, expires_at: at + keptMs };
      const lengths = { bytes, source_bytes: sourceBytes ?? null };
      const row = { number: nextNumber(), id, owner, name, ...lengths, ...times };
      await store.write([store.db.insertInto('kept_files').values(row).compile()]);
      return row;
    } finally {
      this.#beginning.delete(id);
    }
  }

  /** Rejects with `not_found`. */
  async find(owner: string, id: string): Promise<KeptFile> {
    const all = this.#options.store.db.selectFrom('kept_files').selectAll();
    const row = await all.where('id', '=', id).where('owner', '=', owner).executeTakeFirst();
    if (!row) throw new HiloError('not_found', { values: { what: id } });
    return row;
  }

  /** Newest first. */
  page(owner: string, { below, limit }: { below: number; limit: number }): Promise<KeptFile[]> {
    const all = this.#options.store.db.selectFrom('kept_files').selectAll().where('owner', '=', owner);
    return all.where('number', '<', below).orderBy('number', 'desc').limit(limit).execute();
  }

  async erase({ number, id }: Pick<KeptFile, 'id' | 'number'>): Promise<void> {
    const { store } = this.#options;
    await store.write([store.db.deleteFrom('kept_files').where('number', '=', number).compile()]);
    await rm(this.path(id), { force: true });
    await store.forgetBytes();
  }

  /** Those whose time is over, oldest first. */
  expired(before: number): Promise<KeptFile[]> {
    const all = this.#options.store.db.selectFrom('kept_files').selectAll();
    return all.where('expires_at', '<', before).orderBy('expires_at').limit(100).execute();
  }

  /** Deletes bytes that no row names. */
  async sweep(): Promise<void> {
    const { folder, store } = this.#options;
    for (const name of await readdir(folder)) {
      const id = NAME.exec(name)?.[1];
      if (id !== undefined && this.#beginning.has(id)) continue;
      const row =
        id !== undefined &&
        (await store.db.selectFrom('kept_files').select('id').where('id', '=', id).executeTakeFirst());
      if (!row) await rm(join(folder, name), { force: true });
    }
  }

  async #sums(owner: string): Promise<{ count: number; bytes: number }> {
    const { db } = this.#options.store;
    const own = await db
      .selectFrom('kept_files')
      .select((each) => each.fn.countAll<number>().as('count'))
      .where('owner', '=', owner)
      .executeTakeFirst();
    const all = await db
      .selectFrom('kept_files')
      .select((each) => each.fn.sum<number | string | null>('bytes').as('bytes'))
      .executeTakeFirst();
    return { count: own?.count ?? 0, bytes: Number(all?.bytes ?? 0) };
  }
}
