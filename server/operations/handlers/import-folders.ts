/** The folders that imported conversations were in, found again or made anew. */
import { HiloError } from '../../../shared/errors.ts';
import type { Clock } from '../../../shared/clock.ts';
import { FOLDER_LIMITS, type FolderRepository } from '../../conversations/folder-repository.ts';
import type {
  ImportedConversation,
  ImportedFolder,
} from '../../conversations/imports/imported-conversation.ts';

export interface ImportFolderServices {
  readonly clock: Pick<Clock, 'now'>;
  readonly folders: Pick<FolderRepository, 'of' | 'create'>;
  /** UUIDv7. */
  readonly newTimedId: () => string;
  readonly nextFolder: () => number;
}

export class ImportFolders {
  readonly #services: ImportFolderServices;
  readonly #owner: string;
  /** Numbers by what the folder is: its name and its instructions. */
  readonly #known: Map<string, number>;
  #hasNew = false;

  private constructor(services: ImportFolderServices, owner: string, known: Map<string, number>) {
    this.#services = services;
    this.#owner = owner;
    this.#known = known;
  }

  /** Rejects with `too_many_kept` when the owner would have too many. Nothing is written yet. */
  static async open(
    services: ImportFolderServices,
    owner: string,
    imported: readonly ImportedConversation[],
  ): Promise<ImportFolders> {
    const own = await services.folders.of(owner);
    const known = new Map(own.map((folder) => [keyOf(folder), folder.number]));
    const wanted = new Set(imported.flatMap(({ folder }) => (folder ? [keyOf(folder)] : [])));
    const { foldersMax: max } = FOLDER_LIMITS;
    const added = [...wanted].filter((key) => !known.has(key)).length;
    if (own.length + added > max) throw new HiloError('too_many_kept', { values: { max } });
    return new ImportFolders(services, owner, known);
  }

  get hasNew(): boolean {
    return this.#hasNew;
  }

  /** The number of the folder of each; a folder with the same name and instructions is taken. */
  async numbersOf(conversations: readonly ImportedConversation[]): Promise<(number | null)[]> {
    const numbers: (number | null)[] = [];
    for (const { folder } of conversations) {
      numbers.push(folder ? (this.#known.get(keyOf(folder)) ?? (await this.#create(folder))) : null);
    }
    return numbers;
  }

  async #create({ name, instructions }: ImportedFolder): Promise<number> {
    const { folders, clock, newTimedId, nextFolder } = this.#services;
    const number = nextFolder();
    const row = { number, id: newTimedId(), owner: this.#owner, name, instructions };
    await folders.create({ ...row, created_at: clock.now() });
    this.#known.set(keyOf({ name, instructions }), number);
    this.#hasNew = true;
    return number;
  }
}

function keyOf({ name, instructions }: ImportedFolder): string {
  return JSON.stringify([name, instructions]);
}
