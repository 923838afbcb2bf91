/** Artefacts as files, readable by the server's user only. */
import { createWriteStream } from 'node:fs';
import { mkdir, open, opendir, rename, rm, rmdir, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkedKey, checkedPrefix } from './artifact-key.ts';
import type { ArtifactContent, ArtifactStore, FoundArtifact, ListedArtifact } from './artifact-store.ts';

/** Files that are being written; no key begins with a dot. */
const DRAFTS = '.new';
/** A folder may be removed, because it is empty, just before a file is moved into it. */
const MOVE_TRIES = 5;

export interface FileArtifactStoreOptions {
  readonly folder: string;
  /** Not used twice. */
  readonly newId: () => string;
}

export class FileArtifactStore implements ArtifactStore {
  readonly #folder: string;
  readonly #newId: () => string;

  private constructor({ folder, newId }: FileArtifactStoreOptions) {
    this.#folder = folder;
    this.#newId = newId;
  }

  /** Deletes the drafts that a crash has left. */
  static async open(options: FileArtifactStoreOptions): Promise<FileArtifactStore> {
    const drafts = join(options.folder, DRAFTS);
    await rm(drafts, { recursive: true, force: true });
    await mkdir(drafts, { recursive: true, mode: 0o700 });
    return new FileArtifactStore(options);
  }

  /** Written beside its place, then moved into it, so that a crash never leaves half a file. */
  async put(key: string, content: ArtifactContent): Promise<void> {
    const path = this.#path(key);
    const draft = join(this.#folder, DRAFTS, this.#newId());
    try {
      await writeDurably(draft, content);
      await moveInto(path, draft);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    await syncFolders(dirname(path), this.#folder);
  }

  async get(key: string): Promise<FoundArtifact | undefined> {
    const file = await open(this.#path(key), 'r').catch(orUndefined);
    if (!file) return undefined;
    const { size: bytes } = await file.stat();
    return { bytes, stream: file.createReadStream() };
  }

  async delete(key: string): Promise<void> {
    const path = this.#path(key);
    await rm(path, { force: true });
    for (let folder = dirname(path); folder !== this.#folder; folder = dirname(folder)) {
      const isGone = await rmdir(folder).then(
        () => true,
        () => false,
      );
      if (!isGone) {
        await syncFolder(folder).catch(orUndefined);
        return;
      }
    }
    await syncFolder(this.#folder);
  }

  async *list(prefix: string): AsyncGenerator<ListedArtifact, void, undefined> {
    const last = checkedPrefix(prefix).lastIndexOf('/');
    yield* this.#walk(join(this.#folder, prefix.slice(0, Math.max(last, 0))), prefix);
  }

  async signedUrl(): Promise<undefined> {}

  async close(): Promise<void> {}

  #path(key: string): string {
    return join(this.#folder, ...checkedKey(key).split('/'));
  }

  async *#walk(folder: string, prefix: string): AsyncGenerator<ListedArtifact, void, undefined> {
    const entries = await opendir(folder).catch(orUndefined);
    if (!entries) return;
    for await (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const path = join(folder, entry.name);
      const key = relative(this.#folder, path).split(sep).join('/');
      if (entry.isDirectory()) {
        if (`${key}/`.startsWith(prefix) || prefix.startsWith(`${key}/`)) yield* this.#walk(path, prefix);
      } else if (entry.isFile() && key.startsWith(prefix)) {
        const file = await open(path, 'r').catch(orUndefined);
        if (!file) continue;
        const { size: bytes } = await file.stat();
        await file.close();
        yield { key, bytes };
      }
    }
  }
}

async function writeDurably(path: string, content: ArtifactContent): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    if (content instanceof Uint8Array) await file.writeFile(content);
    else await writeStream(file, path, content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeStream(
  file: FileHandle,
  path: string,
  { stream, bytes }: Exclude<ArtifactContent, Uint8Array>,
): Promise<void> {
  await pipeline(stream, createWriteStream(path, { flags: 'r+' }));
  const { size } = await file.stat();
  if (size !== bytes) throw new Error(`A stream had ${size} bytes in place of ${bytes}`);
}

async function moveInto(path: string, draft: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    try {
      return await rename(draft, path);
    } catch (error) {
      if (!isMissing(error) || tries === MOVE_TRIES) throw error;
    }
  }
}

/** The names of new files and folders are durable only when the folders that hold them are. */
async function syncFolders(folder: string, top: string): Promise<void> {
  for (let each = folder; each.length >= top.length; each = dirname(each)) {
    await syncFolder(each).catch(orUndefined);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const names = await open(folder, 'r');
  try {
    await names.sync();
  } finally {
    await names.close();
  }
}

function orUndefined(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
