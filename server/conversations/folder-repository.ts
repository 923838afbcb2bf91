/** Folders of conversations. Each belongs to one owner. */
import type { Store } from '../store/store.ts';
import type { FolderRow } from '../store/schema.ts';

export const FOLDER_LIMITS = {
  foldersMax: 200,
  /** Conversations that leave a deleted folder in one unit. */
  pieceRows: 500,
} as const;

export type StoredFolder = Readonly<Omit<FolderRow, 'owner'>>;

export interface FolderChanges {
  readonly name?: string | undefined;
  readonly instructions?: string | undefined;
}

export class FolderRepository {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  of(owner: string): Promise<StoredFolder[]> {
    const own = this.#folders().where('owner', '=', owner).orderBy('name').orderBy('number');
    return own.limit(FOLDER_LIMITS.foldersMax).execute();
  }

  byId(id: string, owner: string): Promise<StoredFolder | undefined> {
    return this.#folders().where('owner', '=', owner).where('id', '=', id).executeTakeFirst();
  }

  async create(folder: FolderRow): Promise<void> {
    await this.#store.write([this.#store.db.insertInto('folders').values(folder).compile()]);
  }

  async update(number: number, { name, instructions }: FolderChanges): Promise<void> {
    const changes = {
      ...(name !== undefined && { name }),
      ...(instructions !== undefined && { instructions }),
    };
    if (Object.keys(changes).length === 0) return;
    const step = this.#store.db.updateTable('folders').set(changes).where('number', '=', number);
    await this.#store.write([step.compile()]);
  }

  /** Its conversations stay. */
  async delete(number: number): Promise<void> {
    const { db } = this.#store;
    const some = db
      .selectFrom('conversations')
      .select('number')
      .where('folder', '=', number)
      .limit(FOLDER_LIMITS.pieceRows);
    const leave = db.updateTable('conversations').set({ folder: null }).where('number', 'in', some).compile();
    for (;;) {
      const [left = 0] = await this.#store.write([leave]);
      if (left < FOLDER_LIMITS.pieceRows) break;
    }
    await this.#store.write([db.deleteFrom('folders').where('number', '=', number).compile()]);
    await this.#store.forgetBytes({ keepCopies: true });
  }

  #folders() {
    return this.#store.db
      .selectFrom('folders')
      .select(['number', 'id', 'name', 'instructions', 'created_at']);
  }
}
