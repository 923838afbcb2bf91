/** The same tests on the file system and on a server that speaks S3's protocol. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import S3rver from 's3rver';
import { ARTIFACT_SERVICES, type ArtifactStore } from './artifact-store.ts';
import { FileArtifactStore } from './file-store.ts';
import { connectS3, S3ArtifactStore, type S3Settings } from './s3-store.ts';

export interface TestS3 {
  readonly settings: S3Settings;
  /** Such as `hilo-image`; each test file has its own server. */
  readonly bucket: (service: string) => string;
  readonly stop: () => Promise<void>;
}

export async function startS3(changes: Partial<S3Settings> = {}): Promise<TestS3> {
  const directory = await mkdtemp(join(tmpdir(), 'hilo-s3-'));
  const bucket = (service: string) => `hilo-${service}`;
  const server = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory,
    configureBuckets: ARTIFACT_SERVICES.map((service) => ({ name: bucket(service), configs: [] })),
  });
  const { port } = await server.run();
  return {
    settings: {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      isPathStyle: true,
      // The ones that s3rver knows.
      credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
      signedUrlSeconds: 300,
      ...changes,
    },
    bucket,
    stop: async () => {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export type OnBothStores = (name: string, run: (store: ArtifactStore) => Promise<void>) => void;

/** Declares a test once for each kind of store; the store is empty. */
export function bothArtifactStores(): OnBothStores {
  let server: Promise<TestS3> | undefined;
  after(async () => (await server?.catch(() => undefined))?.stop());
  return (name, run) => {
    test(`${name} · file system`, async (context) => run(await newFileStore(context)));
    test(`${name} · S3`, async (context) => {
      server ??= startS3();
      const { settings, bucket } = await server;
      const store = new S3ArtifactStore(await connectS3(settings), bucket('image'));
      context.after(async () => {
        for await (const { key } of store.list('')) await store.delete(key);
        await store.close();
      });
      await run(store);
    });
  };
}

export async function newFileStore(context: TestContext): Promise<FileArtifactStore> {
  const folder = await mkdtemp(join(tmpdir(), 'hilo-artifacts-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return FileArtifactStore.open({ folder, newId: randomUUID });
}
