/**
 * Moves what requests have left: to S3, into the index of its day, and away. One step at a time, so that
 * nothing is sent that is being deleted. What cannot be done now is tried again; what a crash cuts off, the
 * next start goes on with, since the rows say what is left to do.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../observability/log.ts';
import type { ArtifactStore, ArtifactStores } from './artifact-store.ts';
import { foldDay, removeEntry } from './history-index.ts';
import { indexDayKey, indexEntryKey, messageKey, requestFolder, stateKey } from './request-keys.ts';
import type { RequestFiles } from './request-files.ts';
import { bytesOf, type RequestRows, type StoredRequest } from './request-rows.ts';

export const OUTBOX_LIMITS = {
  pageRows: 64,
  /** Requests whose files are sent at the same time. */
  sentAtOnce: 4,
  foldMs: 60_000,
  lifecycleMs: 60 * 60_000,
  retryMs: 5_000,
  retryMaxMs: 5 * 60_000,
} as const;

const DAY_MS = 24 * 60 * 60 * 1_000;

export interface ArtifactOutboxOptions {
  readonly rows: RequestRows;
  readonly files: Pick<RequestFiles, 'writing' | 'shipped'>;
  readonly local: ArtifactStores;
  readonly remote: ArtifactStores | undefined;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** How long artefacts, and then their records, are kept. */
  readonly artifactDays: number;
  readonly recordDays: number;
}

export class ArtifactOutbox {
  readonly #options: ArtifactOutboxOptions;
  #running: Promise<void> | undefined;
  #isAsked = false;
  #isClosing = false;
  #failures = 0;
  #nextFoldMs = 0;
  #nextLifecycleMs = 0;
  #cancelTimer = () => {};

  constructor(options: ArtifactOutboxOptions) {
    this.#options = options;
  }

  /** There is something to do; returns at once. */
  wake(): void {
    this.#isAsked = true;
    if (this.#isClosing || this.#failures > 0) return;
    this.#begin();
  }

  /** Goes on with what an earlier run has left. */
  start(): void {
    this.#isAsked = true;
    this.#begin();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#cancelTimer();
    await this.#running;
  }

  /** Everything that can be done now; for tests and for the operator's commands. Rejects where it fails. */
  async runAll(): Promise<void> {
    await this.#running;
    await this.#work(true);
  }

  #begin(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#isAsked && this.#failures === 0 && !this.#isClosing) this.#begin();
    });
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    this.#isAsked = false;
    this.#cancelTimer();
    try {
      await this.#work(false);
      this.#failures = 0;
      this.#later(OUTBOX_LIMITS.foldMs);
    } catch (err) {
      this.#failures += 1;
      const { retryMs, retryMaxMs } = OUTBOX_LIMITS;
      const pauseMs = Math.min(retryMs * 2 ** (this.#failures - 1), retryMaxMs);
      // The first one, and then one for each time the pause is as long as it gets.
      if (this.#failures === 1 || pauseMs === retryMaxMs) {
        log.warn({ err, at: clock.now() }, 'Artefacts could not be moved yet');
      }
      this.#later(pauseMs);
    }
  }

  #later(delayMs: number): void {
    this.#cancelTimer();
    if (!this.#isClosing) this.#cancelTimer = this.#options.clock.after(delayMs, () => this.start());
  }

  /** Deleting first: it needs no room, and people wait for it. */
  async #work(isEverything: boolean): Promise<void> {
    const { clock } = this.#options;
    await this.#delete();
    await this.#send();
    const nowMs = clock.monotonic();
    if (isEverything || nowMs >= this.#nextLifecycleMs) {
      await this.#expire();
      this.#nextLifecycleMs = nowMs + OUTBOX_LIMITS.lifecycleMs;
    }
    if (isEverything || nowMs >= this.#nextFoldMs) {
      await this.#fold();
      this.#nextFoldMs = nowMs + OUTBOX_LIMITS.foldMs;
    }
    await this.#delete();
  }

  async #delete(): Promise<void> {
    const { rows, files } = this.#options;
    for (let after = ''; !this.#isClosing;) {
      const page = await rows.inStage('deleting', OUTBOX_LIMITS.pageRows, after);
      for (const request of page) if (!files.writing.has(request.id)) await this.#deleteFiles(request);
      after = page.at(-1)?.id ?? after;
      if (page.length < OUTBOX_LIMITS.pageRows) return;
    }
  }

  /** Whatever is in its folder: what a crash has interrupted is in no list. */
  async #deleteFiles(request: StoredRequest): Promise<void> {
    const { rows } = this.#options;
    const { id, session, createdAt } = request;
    for (const store of this.#storesOf(request)) {
      for await (const { key } of store.list(requestFolder(id, createdAt))) await store.delete(key);
      await removeEntry(store, request);
      if (session === undefined) continue;
      await store.delete(messageKey(session, createdAt, id));
      await store.delete(`${stateKey(session)}-${id}`);
      if (!(await rows.hasSession(session))) await store.delete(stateKey(session));
    }
    await rows.remove(id);
  }

  async #send(): Promise<void> {
    const { rows, remote } = this.#options;
    if (!remote) return;
    while (!this.#isClosing) {
      const page = await rows.inStage('local', OUTBOX_LIMITS.pageRows);
      if (page.length === 0) return;
      // Those of one conversation one after the other: the last state counts.
      const groups = [...Map.groupBy(page, ({ id, session = id }) => session).values()];
      const next = async (): Promise<void> => {
        for (let group = groups.shift(); group; group = groups.shift()) {
          for (const request of group) await this.#sendFiles(request, remote[request.service]);
        }
      };
      await Promise.all(Array.from({ length: OUTBOX_LIMITS.sentAtOnce }, next));
    }
  }

  async #sendFiles(request: StoredRequest, to: ArtifactStore): Promise<void> {
    const { rows, files, local } = this.#options;
    const { id, session, createdAt, service } = request;
    const from = local[service];
    const folder = requestFolder(id, createdAt);
    const sent = request.files.map(({ name, type }) => ({ from: folder + name, to: folder + name, type }));
    if (session !== undefined) {
      const message = messageKey(session, createdAt, id);
      const state = stateKey(session);
      sent.push({ from: message, to: message, type: JSON_TYPE });
      sent.push({ from: `${state}-${id}`, to: state, type: JSON_TYPE });
    }
    const entry = indexEntryKey(request);
    if (!request.isFolded) sent.push({ from: entry, to: entry, type: JSON_TYPE });
    for (const file of sent) {
      const found = await from.get(file.from);
      try {
        if (found) await to.put(file.to, found, file.type);
      } finally {
        // A store that takes nothing has not read it, and the file would stay open.
        found?.stream.destroy();
      }
    }
    await rows.move(id, 'local', 'stored');
    for (const file of sent) await from.delete(file.from);
    files.shipped(bytesOf(request.files));
  }

  async #fold(): Promise<void> {
    const { rows, local, remote } = this.#options;
    while (!this.#isClosing) {
      const page = await rows.unfolded(OUTBOX_LIMITS.pageRows);
      const days = Map.groupBy(page, (request) => `${request.service} ${indexDayKey(request)}`);
      for (const requests of days.values()) {
        const [first] = requests;
        if (!first) continue;
        await foldDay((remote ?? local)[first.service], first);
        await rows.folded(requests.map(({ id }) => id));
      }
      if (page.length < OUTBOX_LIMITS.pageRows) return;
    }
  }

  /** The artefacts first, and later what is said about them. */
  async #expire(): Promise<void> {
    const { rows, clock, log, artifactDays, recordDays } = this.#options;
    const old = clock.now() - recordDays * DAY_MS;
    let count = 0;
    for (let after = ''; !this.#isClosing;) {
      const page = await rows.olderThan(['stored', 'expired'], old, OUTBOX_LIMITS.pageRows, after);
      await rows.forget(page.map(({ id }) => id));
      count += page.length;
      after = page.at(-1)?.id ?? after;
      if (page.length < OUTBOX_LIMITS.pageRows) break;
    }
    const past = clock.now() - artifactDays * DAY_MS;
    for (let after = ''; !this.#isClosing;) {
      const page = await rows.olderThan(['stored'], past, OUTBOX_LIMITS.pageRows, after);
      for (const request of page) await this.#expireFiles(request);
      count += page.length;
      after = page.at(-1)?.id ?? after;
      if (page.length < OUTBOX_LIMITS.pageRows) break;
    }
    if (count > 0) log.info({ requests: count }, 'Old artefacts were deleted');
  }

  async #expireFiles(request: StoredRequest): Promise<void> {
    const folder = requestFolder(request.id, request.createdAt);
    for (const { name, isArtifact } of request.files) {
      if (!isArtifact) continue;
      for (const store of this.#storesOf(request)) await store.delete(folder + name);
    }
    await this.#options.rows.expire(
      request.id,
      request.files.filter(({ isArtifact }) => !isArtifact),
    );
  }

  /** What was stored before S3 was configured is still on this machine. */
  #storesOf({ service }: StoredRequest): readonly ArtifactStore[] {
    const { local, remote } = this.#options;
    return remote ? [remote[service], local[service]] : [local[service]];
  }
}

const JSON_TYPE = 'application/json';
