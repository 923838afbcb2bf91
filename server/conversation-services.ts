/** What handlers need to keep conversations in lists and folders, and to delete them. */
import { randomUUIDv7 } from 'node:crypto';
import { ConversationSearch } from './conversations/conversation-search.ts';
import { ConversationLists } from './conversations/conversation-lists.ts';
import { FolderRepository } from './conversations/folder-repository.ts';
import { ConversationDeletion, type ConversationDeletionOptions } from './credits/conversation-deletion.ts';
import { ConversationRemoval } from './credits/conversation-removal.ts';
import { storeGuest } from './credits/guest-rows.ts';
import type { DataDirectory } from './data-directory.ts';
import type { Services } from './operations/handlers/index.ts';

type ConversationServices = Pick<
  Services,
  | 'deletion'
  | 'folders'
  | 'lists'
  | 'search'
  | 'newTimedId'
  | 'nextConversation'
  | 'nextFolder'
  | 'storeGuest'
>;

export type ConversationServiceOptions = Pick<
  ConversationDeletionOptions,
  'clock' | 'log' | 'onErased' | 'receipts'
>;

export function conversationServices(
  { store, accounts, ledger, texts, conversations, numbers, searchIndex, closeFirst }: DataDirectory,
  { clock, log, onErased, receipts }: ConversationServiceOptions,
): ConversationServices {
  const deletion = new ConversationDeletion({
    removal: new ConversationRemoval(store),
    texts,
    ledger,
    receipts,
    clock,
    log,
    onErased,
    onHidden: (ids) => conversations.hide(ids),
    isInUse: (id) => conversations.isInUse(id),
  });
  deletion.start();
  closeFirst(() => deletion.close());
  return {
    lists: new ConversationLists(store),
    folders: new FolderRepository(store),
    search: new ConversationSearch(store, searchIndex),
    deletion,
    newTimedId: randomUUIDv7,
    nextConversation: numbers.conversations,
    nextFolder: numbers.folders,
    storeGuest: (guest) => storeGuest({ store, accounts }, guest, clock.now()),
  };
}
