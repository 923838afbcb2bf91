/** Opens the stores that the settings name, and what writes to them. */
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../observability/log.ts';
import { readOrMakeKey } from '../support/key-file.ts';
import type { Store } from '../store/store.ts';
import { ArtifactOutbox } from './artifact-outbox.ts';
import { ARTIFACT_SERVICES, type ArtifactService, type ArtifactStores } from './artifact-store.ts';
import { FileArtifactStore } from './file-store.ts';
import { RequestFiles } from './request-files.ts';
import { RequestRows } from './request-rows.ts';
import { UrlSigner } from './url-signer.ts';
import { connectS3, S3ArtifactStore, type S3Settings } from './s3-store.ts';
import { timedId } from '../support/timed-id.ts';

export interface ArtifactSettings {
  readonly folder: string;
  /** The key under which addresses are signed. */
  readonly linkKeyFile: string;
  readonly signedUrlSeconds: number;
  /** Undefined: artefacts stay on the file system. */
  readonly s3: (S3Settings & { readonly bucketOf: (service: ArtifactService) => string }) | undefined;
  readonly recorded: ReadonlySet<ArtifactService>;
  readonly hidesPrompts: boolean;
  readonly usdPerCredit: number | undefined;
  readonly artifactDays: number;
  readonly recordDays: number;
}

export interface ArtifactDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly randomBytes: (size: number) => Buffer;
}

export interface Artifacts {
  /** What handlers need of them. */
  readonly services: {
    readonly requests: RequestFiles;
    readonly links: { readonly requests: RequestFiles; readonly signer: UrlSigner };
  };
  readonly outbox: ArtifactOutbox;
  close(): Promise<void>;
}

export async function openArtifacts(
  settings: ArtifactSettings,
  { store, clock, log, randomBytes }: ArtifactDependencies,
): Promise<Artifacts> {
  const rows = new RequestRows(store);
  const local = await storesOf((service) =>
    FileArtifactStore.open({ folder: join(settings.folder, service), newId: timedId }),
  );
  const { s3 } = settings;
  const connection = s3 && (await connectS3(s3));
  const remote =
    connection && (await storesOf(async (service) => new S3ArtifactStore(connection, s3.bucketOf(service))));
  const requests = await RequestFiles.open({
    ...settings,
    rows,
    local,
    remote,
    clock,
    newId: timedId,
    randomBytes,
    onWritten: () => outbox.wake(),
  });
  const linkKey = await readOrMakeKey(settings.linkKeyFile, () => randomBytes(32).toString('base64url'));
  const signer = new UrlSigner(linkKey, settings.signedUrlSeconds, clock);
  const outbox = new ArtifactOutbox({ ...settings, rows, files: requests, local, remote, clock, log });
  outbox.start();
  return {
    services: { requests, links: { requests, signer } },
    outbox,
    close: async () => {
      await outbox.close();
      await remote?.image.close();
    },
  };
}

async function storesOf(
  open: (service: ArtifactService) => Promise<ArtifactStores[ArtifactService]>,
): Promise<ArtifactStores> {
  const entries = await Promise.all(
    ARTIFACT_SERVICES.map(async (service) => [service, await open(service)] as const),
  );
  return Object.fromEntries(entries) as Record<ArtifactService, ArtifactStores[ArtifactService]>;
}
