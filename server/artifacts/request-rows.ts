/** The rows of requests: what is to be written, and what is to be deleted, is here first. */
import type { ArtifactRequestRow, ArtifactStage } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { FORGOTTEN } from '../store/text-removal.ts';
import type { ArtifactService } from './artifact-store.ts';

/** One file of a request. */
export interface RequestFile {
  /** Below the folder of the request, such as `image/original.png`. */
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  /** What was made, as opposed to what is said about it; it goes earlier. */
  readonly isArtifact: boolean;
}

export interface StoredRequest {
  readonly id: string;
  readonly service: ArtifactService;
  readonly owner: string;
  readonly home: string;
  readonly session: string | undefined;
  readonly stage: ArtifactStage;
  readonly status: ArtifactRequestRow['status'];
  readonly prompt: string;
  readonly files: readonly RequestFile[];
  readonly meta: Readonly<Record<string, unknown>>;
  readonly isFolded: boolean;
  readonly createdAt: number;
}

export interface NewRow {
  readonly id: string;
  readonly service: ArtifactService;
  readonly owner: string;
  readonly account: string;
  readonly home: string;
  readonly session: string | undefined;
  readonly prompt: string;
  readonly createdAt: number;
}

export interface EndedRow {
  readonly stage: 'local' | 'stored';
  readonly status: 'ok' | 'failed' | 'cancelled';
  readonly exchange: number | undefined;
  /** The texts of the exchange are in the store: what was erased there leaves no file. */
  readonly needsExchange: boolean;
  readonly files: readonly RequestFile[];
  readonly meta: Readonly<Record<string, unknown>>;
  readonly salt: Uint8Array | undefined;
  readonly isIndexed: boolean;
}

export class RequestRows {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async begin({ createdAt, session, ...row }: NewRow): Promise<void> {
    const fresh = {
      ...row,
      session: session ?? null,
      exchange: null,
      stage: 'running',
      status: 'running',
      prompt_salt: null,
      files: '[]',
      meta: '{}',
      folded: 1,
      created_at: createdAt,
    } as const;
    await this.#store.write([this.#store.db.insertInto('artifact_requests').values(fresh).compile()]);
  }

  /** False when it was erased while it ran: then nothing of it may stay. */
  async end(id: string, ended: EndedRow): Promise<boolean> {
    const { db } = this.#store;
    const { stage, status, exchange, needsExchange, files, meta, salt, isIndexed } = ended;
    let update = db
      .updateTable('artifact_requests')
      .set({
        stage,
        status,
        exchange: exchange ?? null,
        files: JSON.stringify(files),
        meta: JSON.stringify(meta),
        prompt_salt: salt ?? null,
        folded: isIndexed ? 0 : 1,
      })
      .where('id', '=', id)
      .where('stage', '=', 'running');
    if (needsExchange) {
      const kept = db
        .selectFrom('exchanges')
        .select('number')
        .where('number', '=', exchange ?? 0);
      update = update.where((each) => each.exists(kept));
    }
    const [changed = 0] = await this.#store.write([update.compile()]);
    if (changed === 0) await this.forget([id]);
    return changed > 0;
  }

  /** They and their files are to be deleted. */
  async forget(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const rows = this.#store.db.updateTable('artifact_requests').set(FORGOTTEN).where('id', 'in', ids);
    await this.#store.write([rows.compile()]);
  }

  /** What a crash has interrupted. */
  async forgetRunning(): Promise<void> {
    const rows = this.#store.db
      .updateTable('artifact_requests')
      .set(FORGOTTEN)
      .where('stage', '=', 'running');
    await this.#store.write([rows.compile()]);
  }

  async find(id: string): Promise<StoredRequest | undefined> {
    const rows = this.#store.db.selectFrom('artifact_requests').selectAll().where('id', '=', id);
    const row = await rows.where('stage', '<>', 'deleting').executeTakeFirst();
    return row && requestOf(row);
  }

  /** Of one owner and service, the newest first, older than `before`. */
  async list(
    owner: string,
    service: ArtifactService,
    { before, limit }: { readonly before: string | undefined; readonly limit: number },
  ): Promise<StoredRequest[]> {
    let rows = this.#store.db
      .selectFrom('artifact_requests')
      .selectAll()
      .where('owner', '=', owner)
      .where('service', '=', service)
      .where('stage', '<>', 'deleting');
    if (before !== undefined) rows = rows.where('id', '<', before);
    return (await rows.orderBy('id', 'desc').limit(limit).execute()).map(requestOf);
  }

  /** The ids of an owner's requests in a conversation, the oldest first. */
  async ofSession(owner: string, session: string, limit: number): Promise<StoredRequest[]> {
    const rows = await this.#store.db
      .selectFrom('artifact_requests')
      .selectAll()
      .where('session', '=', session)
      .where('owner', '=', owner)
      .where('stage', 'in', ['local', 'stored', 'expired'])
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(requestOf);
  }

  async inStage(stage: ArtifactStage, limit: number, after = ''): Promise<StoredRequest[]> {
    const rows = this.#store.db.selectFrom('artifact_requests').selectAll().where('stage', '=', stage);
    return (await rows.where('id', '>', after).orderBy('id').limit(limit).execute()).map(requestOf);
  }

  /** Those in a stage that were begun before this time. */
  async olderThan(
    stages: readonly ArtifactStage[],
    time: number,
    limit: number,
    after = '',
  ): Promise<StoredRequest[]> {
    const rows = await this.#store.db
      .selectFrom('artifact_requests')
      .selectAll()
      .where('stage', 'in', stages)
      .where('created_at', '<', time)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(requestOf);
  }

  /** Those that the index of their day does not have yet, and that are where they belong. */
  async unfolded(limit: number): Promise<StoredRequest[]> {
    const rows = await this.#store.db
      .selectFrom('artifact_requests')
      .selectAll()
      .where('folded', '=', 0)
      .where('stage', 'in', ['stored', 'expired'])
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(requestOf);
  }

  async folded(ids: readonly string[]): Promise<void> {
    const rows = this.#store.db.updateTable('artifact_requests').set({ folded: 1 }).where('id', 'in', ids);
    await this.#store.write([rows.compile()]);
  }

  async move(id: string, from: ArtifactStage, to: ArtifactStage): Promise<void> {
    const rows = this.#store.db.updateTable('artifact_requests').set({ stage: to }).where('id', '=', id);
    await this.#store.write([rows.where('stage', '=', from).compile()]);
  }

  async expire(id: string, left: readonly RequestFile[]): Promise<void> {
    const rows = this.#store.db
      .updateTable('artifact_requests')
      .set({ stage: 'expired', files: JSON.stringify(left) })
      .where('id', '=', id)
      .where('stage', '=', 'stored');
    await this.#store.write([rows.compile()]);
  }

  /** Its files are gone. */
  async remove(id: string): Promise<void> {
    const rows = this.#store.db.deleteFrom('artifact_requests').where('id', '=', id);
    await this.#store.write([rows.where('stage', '=', 'deleting').compile()]);
  }

  /** Whether a conversation has files besides those that are being deleted. */
  async hasSession(session: string): Promise<boolean> {
    const row = await this.#store.db
      .selectFrom('artifact_requests')
      .select('id')
      .where('session', '=', session)
      .where('stage', '<>', 'deleting')
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Bytes of files that are on their way. */
  async localBytes(): Promise<number> {
    const rows = await this.#store.db
      .selectFrom('artifact_requests')
      .select('files')
      .where('stage', '=', 'local')
      .execute();
    return rows.reduce((sum, { files }) => sum + bytesOf(JSON.parse(files) as RequestFile[]), 0);
  }
}

export function bytesOf(files: readonly RequestFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function requestOf(row: ArtifactRequestRow): StoredRequest {
  const { id, service, owner, home, stage, status, prompt } = row;
  return {
    id,
    service,
    owner,
    home,
    session: row.session ?? undefined,
    stage,
    status,
    prompt,
    files: JSON.parse(row.files) as RequestFile[],
    meta: JSON.parse(row.meta) as Record<string, unknown>,
    isFolded: row.folded === 1,
    createdAt: row.created_at,
  };
}
