import { close, fdatasync, ftruncate, fstat, open as openCallback, read, write } from 'node:fs';
import { mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk, DiskFile } from './disk.ts';

/**
 * A folder of the real disk. The callback functions of `node:fs` are used where it is hot: they cost half as
 * much.
 */
export async function openNodeDisk(folder: string): Promise<Disk> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    names: () => readdir(folder),
    open: async (name) => {
      const isNew = !(await readdir(folder)).includes(name);
      const file = new NodeFile(await openDescriptor(join(folder, name)));
      if (isNew) await syncFolder(folder);
      return file;
    },
    replace: async (name, bytes) => {
      const draft = join(folder, `${name}.new`);
      const handle = await open(draft, 'w', 0o600);
      try {
        await handle.writeFile(bytes);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await rename(draft, join(folder, name));
      await syncFolder(folder);
    },
    remove: (name) => unlink(join(folder, name)),
  };
}

class NodeFile implements DiskFile {
  #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  size(): Promise<number> {
    return new Promise((resolve, reject) => {
      fstat(this.#descriptor, (error, stats) => (error ? reject(error) : resolve(stats.size)));
    });
  }

  async read(position: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const count = await this.#readOnce(bytes, done, position + done);
      if (count === 0) break;
      done += count;
    }
    return bytes.subarray(0, done);
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.length) done += await this.#writeOnce(bytes, done, position + done);
  }

  sync(): Promise<void> {
    return settled((done) => fdatasync(this.#descriptor, done));
  }

  truncate(size: number): Promise<void> {
    return settled((done) => ftruncate(this.#descriptor, size, done));
  }

  close(): Promise<void> {
    return settled((done) => close(this.#descriptor, done));
  }

  #readOnce(bytes: Buffer, offset: number, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      read(this.#descriptor, bytes, offset, bytes.length - offset, position, (error, count) =>
        error ? reject(error) : resolve(count),
      );
    });
  }

  #writeOnce(bytes: Uint8Array, offset: number, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      write(this.#descriptor, bytes, offset, bytes.length - offset, position, (error, count) =>
        error ? reject(error) : resolve(count),
      );
    });
  }
}

function openDescriptor(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    // Not in append mode: Linux would then ignore the position of every write.
    openCallback(path, 'r+', (error, descriptor) => {
      if (error === null) return resolve(descriptor);
      if (error.code !== 'ENOENT') return reject(error);
      openCallback(path, 'wx+', 0o600, (failed, created) => (failed ? reject(failed) : resolve(created)));
    });
  });
}

function settled(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
}

/** A created or renamed file survives a crash only when its folder is synced too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
