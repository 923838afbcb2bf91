import { HiloError } from '../../../shared/errors.ts';
import type { OutputOf } from '../../../shared/define-operation.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { ConversationSettings } from '../../conversations/conversation-settings.ts';
import {
  FOLDER_LIMITS,
  type FolderRepository,
  type StoredFolder,
} from '../../conversations/folder-repository.ts';
import { truncate } from '../../../shared/truncate.ts';
import type { Call, Handlers } from '../call.ts';

interface FolderServices {
  readonly clock: Pick<Clock, 'now'>;
  readonly folders: FolderRepository;
  readonly settings: Pick<ConversationSettings, 'changed'>;
  /** UUIDv7. */
  readonly newTimedId: () => string;
  readonly nextFolder: () => number;
}

type FolderHandlers = Pick<Handlers, 'folders.list' | 'folders.create' | 'folders.update' | 'folders.delete'>;

const LIST_NUMBER = /^\d{1,3}$/;

export function folderHandlers(services: FolderServices): FolderHandlers {
  const { folders, settings, clock, newTimedId, nextFolder } = services;
  return {
    async 'folders.list'(_, { principal, session }) {
      const listed = await folders.of(principal.owner);
      if (session.isTyped) session.shownFolders = listed.map(({ id }) => id);
      return { folders: listed.map(shown) };
    },

    async 'folders.create'({ name, instructions }, { principal: { owner } }) {
      const { foldersMax: max } = FOLDER_LIMITS;
      if ((await folders.of(owner)).length >= max) throw new HiloError('too_many_kept', { values: { max } });
      const number = nextFolder();
      const folder = { number, id: newTimedId(), owner, name, instructions, created_at: clock.now() };
      await folders.create(folder);
      return shown(folder);
    },

    async 'folders.update'({ folder, ...changes }, call) {
      const { number, id } = await findFolder(folders, call, folder);
      await folders.update(number, changes);
      settings.changed();
      return shown(await findFolder(folders, call, id));
    },

    async 'folders.delete'({ folder }, call) {
      const { number, id } = await findFolder(folders, call, folder);
      await folders.delete(number);
      settings.changed();
      return { deleted: id };
    },
  };
}

/**
 * By its id, for people who type also by its name or its number in the last list. Rejects with `not_found`,
 * for those of others as well.
 */
export async function findFolder(
  folders: Pick<FolderRepository, 'byId' | 'of'>,
  { principal: { owner }, session }: Call,
  reference: string,
): Promise<StoredFolder> {
  const found = await folders.byId(reference, owner);
  if (found) return found;
  if (session.isTyped) {
    const wanted = reference.toLowerCase();
    const all = await folders.of(owner);
    const [only, another] = all.filter(({ name }) => name.toLowerCase() === wanted);
    if (only && !another) return only;
    const numbered = LIST_NUMBER.test(reference) ? session.shownFolders[Number(reference) - 1] : undefined;
    const listed = all.find(({ id }) => id === numbered);
    if (listed && !only) return listed;
  }
  throw new HiloError('not_found', { values: { what: truncate(reference) } });
}

function shown({ id, name, instructions, created_at }: StoredFolder): OutputOf<Operations['folders.create']> {
  return { id, name, instructions, createdAt: new Date(created_at).toISOString() };
}
