/** Artefacts in one bucket of any S3-compatible store. Its client is loaded only where S3 is configured. */
import type { Readable } from 'node:stream';
import type * as S3 from '@aws-sdk/client-s3';
import { checkedKey, checkedPrefix } from './artifact-key.ts';
import type { ArtifactContent, ArtifactStore, FoundArtifact, ListedArtifact } from './artifact-store.ts';

export const S3_LIMITS = {
  connectMs: 5_000,
  /** Until the answer begins. */
  requestMs: 30_000,
  /** The client's own tries, with pauses that grow; the outbox tries again after them. */
  triesMax: 3,
  socketsMax: 16,
} as const;

export interface S3Settings {
  /** Of AWS itself when undefined. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** The bucket is a part of the path, not of the host name. */
  readonly isPathStyle: boolean;
  /** As the AWS client finds them, in the environment or the machine's role, when undefined. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** How long a signed address is good for. */
  readonly signedUrlSeconds: number;
}

/** What all buckets share. */
export interface S3Connection {
  readonly client: S3.S3Client;
  readonly commands: typeof S3;
  readonly settings: S3Settings;
}

export async function connectS3(settings: S3Settings): Promise<S3Connection> {
  const commands = await import('@aws-sdk/client-s3');
  const { endpoint, region, isPathStyle: forcePathStyle, credentials } = settings;
  const { connectMs, requestMs, triesMax, socketsMax } = S3_LIMITS;
  const client = new commands.S3Client({
    region,
    forcePathStyle,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials && { credentials }),
    maxAttempts: triesMax,
    // Many compatible stores refuse the checksums that the client adds by default.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: requestMs,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: socketsMax },
      httpsAgent: { maxSockets: socketsMax },
    },
  });
  return { client, commands, settings };
}

export class S3ArtifactStore implements ArtifactStore {
  readonly #connection: S3Connection;
  readonly #bucket: string;

  constructor(connection: S3Connection, bucket: string) {
    this.#connection = connection;
    this.#bucket = bucket;
  }

  async put(key: string, content: ArtifactContent, contentType: string): Promise<void> {
    const { client, commands } = this.#connection;
    const isWhole = content instanceof Uint8Array;
    const put = new commands.PutObjectCommand({
      ...this.#at(key),
      Body: isWhole ? content : content.stream,
      ContentLength: isWhole ? content.length : content.bytes,
      ContentType: contentType,
    });
    await client.send(put);
  }

  async get(key: string): Promise<FoundArtifact | undefined> {
    const { client, commands } = this.#connection;
    try {
      const { Body, ContentLength = 0 } = await client.send(new commands.GetObjectCommand(this.#at(key)));
      return Body && { bytes: ContentLength, stream: Body as Readable };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    const { client, commands } = this.#connection;
    await client.send(new commands.DeleteObjectCommand(this.#at(key))).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }

  async *list(prefix: string): AsyncGenerator<ListedArtifact, void, undefined> {
    const { client, commands } = this.#connection;
    const asked = { Bucket: this.#bucket, Prefix: checkedPrefix(prefix) };
    let next: string | undefined;
    do {
      const page = new commands.ListObjectsV2Command({ ...asked, ContinuationToken: next });
      const { Contents = [], NextContinuationToken } = await client.send(page);
      for (const { Key, Size = 0 } of Contents) if (Key !== undefined) yield { key: Key, bytes: Size };
      next = NextContinuationToken;
    } while (next !== undefined);
  }

  async signedUrl(key: string): Promise<string> {
    const { client, commands, settings } = this.#connection;
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    const get = new commands.GetObjectCommand(this.#at(key));
    return getSignedUrl(client, get, { expiresIn: settings.signedUrlSeconds });
  }

  async close(): Promise<void> {
    this.#connection.client.destroy();
  }

  #at(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#bucket, Key: checkedKey(key) };
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && ['NoSuchKey', 'NotFound'].includes(error.name);
}
