/** Where artefacts are kept: a seam, with one implementation on the file system and one on S3. */
import type { Readable } from 'node:stream';

/** Each service has a folder, or a bucket, of its own. */
export const ARTIFACT_SERVICES = ['summarize', 'image', 'chat', 'job'] as const;
export type ArtifactService = (typeof ARTIFACT_SERVICES)[number];

/** A stream is read once and has exactly this many bytes. */
export type ArtifactContent = Uint8Array | { readonly stream: Readable; readonly bytes: number };

export interface FoundArtifact {
  readonly bytes: number;
  /** To be read to its end, or destroyed. */
  readonly stream: Readable;
}

export interface ListedArtifact {
  readonly key: string;
  readonly bytes: number;
}

/** Everything rejects with an `Error` when the store does not work, or the key could lead out of it. */
export interface ArtifactStore {
  /** Durable when it resolves. Whoever reads meanwhile gets the content before or after, never a part. */
  put(key: string, content: ArtifactContent, contentType: string): Promise<void>;
  get(key: string): Promise<FoundArtifact | undefined>;
  /** Also when there is none. */
  delete(key: string): Promise<void>;
  /** In no order that could be relied on. */
  list(prefix: string): AsyncIterable<ListedArtifact>;
  /** An address by which anyone can read it for some minutes; undefined when only we can read it. */
  signedUrl(key: string): Promise<string | undefined>;
  close(): Promise<void>;
}

export type ArtifactStores = Readonly<Record<ArtifactService, ArtifactStore>>;

/** The whole content; only for what is known to be small. */
export async function readWhole({ stream }: FoundArtifact): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
