/**
 * What requests leave in files. A request begins with a row; its files are written to this machine, and the
 * row then says that they are there. On their way to S3, and when they are deleted, `ArtifactOutbox` moves
 * them: no answer waits for it.
 */
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import { checkedKey, isArtifactKey } from './artifact-key.ts';
import {
  readWhole,
  type ArtifactService,
  type ArtifactStores,
  type FoundArtifact,
} from './artifact-store.ts';
import { addEntry } from './history-index.ts';
import { homeOf, messageKey, requestFolder, requestIdOf, stateKey } from './request-keys.ts';
import { recordOf, type RequestOutcome } from './request-record.ts';
import { bytesOf, type RequestFile, type RequestRows, type StoredRequest } from './request-rows.ts';

export const REQUEST_LIMITS = {
  /** Files that are on their way to a store which does not take them. */
  localBytesMax: 1024 * 1024 * 1024,
  saltBytes: 32,
  fullRetryMs: 60_000,
} as const;

export interface RequestFilesOptions {
  readonly rows: RequestRows;
  readonly local: ArtifactStores;
  /** Undefined where the file system is the store. */
  readonly remote: ArtifactStores | undefined;
  readonly clock: Pick<Clock, 'now'>;
  /** UUIDv7. */
  readonly newId: () => string;
  readonly randomBytes: (size: number) => Buffer;
  /** Services whose requests are recorded; artefacts are kept of all. */
  readonly recorded: ReadonlySet<ArtifactService>;
  /** Records have a hash in place of the prompt. */
  readonly hidesPrompts: boolean;
  readonly usdPerCredit: number | undefined;
  /** There is something for the outbox. */
  readonly onWritten: () => void;
}

export interface RequestStart {
  readonly service: ArtifactService;
  readonly owner: string;
  readonly account: string;
  /** The id of the conversation. */
  readonly session?: string | undefined;
  /** Shown in lists; only of images. */
  readonly prompt?: string | undefined;
}

/** What a request leaves beside its record. */
export interface RequestContents {
  /** `input.json`, without the prompt where prompts are hidden. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly files: readonly ContentFile[];
  /** Of a conversation: the new message, and how it stands now. */
  readonly session?: { readonly message: object; readonly state: object } | undefined;
}

export interface ContentFile {
  /** Such as `summary.txt`. */
  readonly name: string;
  readonly type: string;
  readonly content: Uint8Array;
}

/** Keys by name: `record`, `input`, `output`, `summary`, `image`, `preview`. */
export type RequestKeys = Readonly<Record<string, string>>;

const JSON_TYPE = 'application/json';

export class RequestFiles {
  readonly #options: RequestFilesOptions;
  /** Requests whose files are being written: the outbox leaves them alone. */
  readonly writing = new Set<string>();
  #localBytes = 0;

  private constructor(options: RequestFilesOptions) {
    this.#options = options;
  }

  /** What a crash has interrupted is deleted by the outbox. */
  static async open(options: RequestFilesOptions): Promise<RequestFiles> {
    const files = new RequestFiles(options);
    await options.rows.forgetRunning();
    files.#localBytes = await options.rows.localBytes();
    return files;
  }

  isRecorded(service: ArtifactService): boolean {
    return this.#options.recorded.has(service);
  }

  /** Rejects with `artifacts_full` while too much waits for S3. */
  async begin({ service, owner, account, session, prompt = '' }: RequestStart): Promise<OpenRequest> {
    const { rows, clock, newId } = this.#options;
    // What was erased on its way is not counted down.
    if (this.#localBytes > REQUEST_LIMITS.localBytesMax) this.#localBytes = await rows.localBytes();
    if (this.#localBytes > REQUEST_LIMITS.localBytesMax) {
      throw new HiloError('artifacts_full', { retryAfterMs: REQUEST_LIMITS.fullRetryMs });
    }
    const id = newId();
    const home = homeOf(owner);
    // A conversation that has no id yet, or an odd one, leaves no path of its own.
    const named = session !== undefined && isArtifactKey(session) ? session : undefined;
    const row = { id, service, owner, account, home, session: named, prompt, createdAt: clock.now() };
    await rows.begin(row);
    const { writing } = this;
    writing.add(id);
    const written: RequestFile[] = [];
    const release = () => writing.delete(id);
    return {
      id,
      createdAt: row.createdAt,
      get isOpen() {
        return writing.has(id);
      },
      put: (file) => this.#put(row, file, { written, isArtifact: true }),
      end: (outcome, contents) => this.#end({ ...row, written }, outcome, contents).finally(release),
      drop: () => this.#drop(id).finally(release),
    };
  }

  async find(owner: string, id: string): Promise<StoredRequest | undefined> {
    const found = await this.#options.rows.find(id);
    return found?.owner === owner ? found : undefined;
  }

  /** Whoever it belongs to; for an address that was signed. */
  anybodys(id: string): Promise<StoredRequest | undefined> {
    return this.#options.rows.find(id);
  }

  list(...asked: Parameters<RequestRows['list']>): Promise<StoredRequest[]> {
    return this.#options.rows.list(...asked);
  }

  ofSession(...asked: Parameters<RequestRows['ofSession']>): Promise<StoredRequest[]> {
    return this.#options.rows.ofSession(...asked);
  }

  /** The content of a file of one owner; what belongs to others is as little there as what never was. */
  async ownContent(owner: string, key: string): Promise<Buffer | undefined> {
    const request = await this.find(owner, requestIdOf(key));
    if (!request) return undefined;
    const folder = requestFolder(request.id, request.createdAt);
    const file = request.files.find(({ name }) => folder + name === key);
    const found = file && (await this.read(request, file.name));
    return found && readWhole(found);
  }

  /** Undefined when it is gone. */
  async read(request: StoredRequest, name: string): Promise<FoundArtifact | undefined> {
    const { local, remote } = this.#options;
    const { service } = request;
    const key = checkedKey(requestFolder(request.id, request.createdAt) + name);
    const here = request.stage === 'stored' && remote ? undefined : await local[service].get(key);
    return here ?? (await remote?.[service].get(key)) ?? (await local[service].get(key));
  }

  async readText(request: StoredRequest, name: string): Promise<string | undefined> {
    const found = await this.read(request, name);
    return found && (await readWhole(found)).toString();
  }

  /** The address of a file that S3 has signed; undefined where it is not there. */
  async signedUrl(request: StoredRequest, name: string): Promise<string | undefined> {
    const { remote } = this.#options;
    if (!remote || request.stage !== 'stored') return undefined;
    return remote[request.service].signedUrl(requestFolder(request.id, request.createdAt) + name);
  }

  /** It is gone at once for everybody; the outbox deletes its files. */
  async forget(ids: readonly string[]): Promise<void> {
    await this.#options.rows.forget(ids);
    this.#options.onWritten();
  }

  /** Rows were marked with the texts that were erased: their files go now. */
  erased(): void {
    this.#options.onWritten();
  }

  /** Bytes that have reached S3. */
  shipped(bytes: number): void {
    this.#localBytes = Math.max(0, this.#localBytes - bytes);
  }

  async #drop(id: string): Promise<void> {
    await this.#options.rows.forget([id]);
    this.#options.onWritten();
  }

  /**
   * Durable on this machine when it resolves. Undefined when the request was erased while it ran. Rejects
   * with `artifacts_unavailable` when the files cannot be written.
   */
  async #end(
    row: RowAndFiles,
    outcome: RequestOutcome,
    contents: RequestContents,
  ): Promise<RequestKeys | undefined> {
    const { rows, remote, onWritten } = this.#options;
    const isRecorded = this.isRecorded(row.service);
    const salt = isRecorded && this.#options.hidesPrompts ? this.#newSalt() : undefined;
    try {
      const files = await this.#write(row, outcome, contents, salt);
      const isKept = await rows.end(row.id, {
        stage: remote ? 'local' : 'stored',
        status: outcome.status,
        exchange: outcome.exchange,
        needsExchange: row.service === 'chat',
        files,
        meta: outcome.meta,
        salt,
        isIndexed: isRecorded,
      });
      if (remote && isKept) this.#localBytes += bytesOf(files);
      onWritten();
      return isKept ? keysOf({ ...row, files }) : undefined;
    } catch (cause) {
      await this.#drop(row.id).catch(() => {});
      throw new HiloError('artifacts_unavailable', { cause });
    }
  }

  async #put(
    { service, id, createdAt }: Row,
    { name, type, content }: ContentFile,
    { written, isArtifact }: { readonly written: RequestFile[]; readonly isArtifact: boolean },
  ): Promise<void> {
    await this.#options.local[service].put(requestFolder(id, createdAt) + name, content, type);
    written.push({ name, type, bytes: content.length, isArtifact });
  }

  async #write(
    row: RowAndFiles,
    outcome: RequestOutcome,
    { input, files, session }: RequestContents,
    salt: Buffer | undefined,
  ): Promise<RequestFile[]> {
    const { service, id, createdAt, written } = row;
    const store = this.#options.local[service];
    const folder = requestFolder(id, createdAt);
    // What was made before it failed is not given to anybody.
    if (outcome.status === 'failed') await this.#takeBack(row);
    const put = (file: ContentFile, isArtifact: boolean) => this.#put(row, file, { written, isArtifact });
    for (const file of files) await put(file, true);
    if (!this.isRecorded(service)) return written;
    const inputFile = jsonFile('input.json', salt ? without(input, outcome.prompt) : input);
    await put(inputFile, false);
    const sizes = { inputBytes: inputFile.content.length, outputBytes: bytesOf(written) };
    const artifacts = keysOf({ id, createdAt, files: written });
    const { usdPerCredit } = this.#options;
    const record = recordOf(row, outcome, { salt, usdPerCredit, sizes, artifacts });
    await put(jsonFile('record.json', record), false);
    if (session && row.session !== undefined) {
      await store.put(messageKey(row.session, createdAt, id), jsonBytes(session.message), JSON_TYPE);
      await store.put(this.#localStateKey(row.session, id), jsonBytes(session.state), JSON_TYPE);
    }
    const entry = { id, service, createdAt: new Date(createdAt).toISOString(), status: outcome.status };
    await addEntry(store, row, { ...entry, record: `${folder}record.json` });
    return written;
  }

  async #takeBack({ service, id, createdAt, written }: RowAndFiles): Promise<void> {
    const folder = requestFolder(id, createdAt);
    for (const { name } of written.splice(0)) await this.#options.local[service].delete(folder + name);
  }

  /** On its way to S3 each state has a name of its own, so that a newer one is not taken for an older one. */
  #localStateKey(session: string, id: string): string {
    return this.#options.remote ? `${stateKey(session)}-${id}` : stateKey(session);
  }

  #newSalt(): Buffer {
    return this.#options.randomBytes(REQUEST_LIMITS.saltBytes);
  }
}

/** A request that is being worked on. It ends once. */
export interface OpenRequest {
  readonly id: string;
  readonly createdAt: number;
  readonly isOpen: boolean;
  /** Durable on this machine when it resolves. */
  put(file: ContentFile): Promise<void>;
  /** The keys of what it has left; undefined when it was erased meanwhile. */
  end(outcome: RequestOutcome, contents: RequestContents): Promise<RequestKeys | undefined>;
  /** Nothing of it stays. */
  drop(): Promise<void>;
}

interface Row {
  readonly id: string;
  readonly service: ArtifactService;
  readonly home: string;
  readonly session: string | undefined;
  readonly createdAt: number;
}

interface RowAndFiles extends Row {
  readonly written: RequestFile[];
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  'input.json': 'input',
  'record.json': 'record',
  'output.json': 'output',
  'summary.txt': 'summary',
  'image/original.png': 'image',
  'image/preview.jpg': 'preview',
};

/** The names under which APIs tell keys; further files have their own. */
export function keysOf({
  id,
  createdAt,
  files,
}: Pick<StoredRequest, 'id' | 'createdAt' | 'files'>): RequestKeys {
  const folder = requestFolder(id, createdAt);
  return Object.fromEntries(files.map(({ name }) => [KEY_NAMES[name] ?? name, folder + name]));
}

export function jsonFile(name: string, value: unknown): ContentFile {
  return { name, type: JSON_TYPE, content: jsonBytes(value) };
}

function jsonBytes(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Without the members that are the prompt. */
function without(input: RequestContents['input'], prompt: string): RequestContents['input'] {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== prompt));
}
