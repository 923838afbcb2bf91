/** What handlers need to keep conversations in lists and folders, and to delete them. */
import { randomUUIDv7 } from 'node:crypto';
import type { ServerConfig } from './config/config.ts';
import { Adoption } from './conversations/adoption.ts';
import { ConversationTransfer } from './conversations/conversation-transfer.ts';
import { ShareRepository } from './conversations/share-repository.ts';
import { Personas } from './chat/personas.ts';
import { ConversationSettings } from './conversations/conversation-settings.ts';
import type { ConversationHub } from './conversations/conversation-hub.ts';
import { ConversationSearch } from './conversations/conversation-search.ts';
import { ConversationLists } from './conversations/conversation-lists.ts';
import { FolderRepository } from './conversations/folder-repository.ts';
import { ConversationDeletion, type ConversationDeletionOptions } from './credits/conversation-deletion.ts';
import { ConversationRemoval } from './credits/conversation-removal.ts';
import { storeGuest } from './credits/guest-rows.ts';
import { Retention, type RetentionOptions } from './credits/retention.ts';
import { RetentionRepository } from './credits/retention-repository.ts';
import { ownerOfUser } from './identity/user.ts';
import type { DataDirectory } from './data-directory.ts';
import type { Services } from './operations/handlers/index.ts';

type ConversationServices = Pick<
  Services,
  | 'adoption'
  | 'deletion'
  | 'folders'
  | 'lists'
  | 'personas'
  | 'settings'
  | 'search'
  | 'shares'
  | 'transfer'
  | 'newShareId'
  | 'newTimedId'
  | 'nextMessage'
  | 'onImported'
  | 'nextConversation'
  | 'nextFolder'
  | 'storeGuest'
>;

export interface ConversationServiceOptions extends Pick<RetentionOptions, 'clock' | 'log' | 'onErased'> {
  readonly receipts: ConversationDeletionOptions['receipts'];
  readonly randomBytes: (size: number) => Buffer;
  readonly config: Pick<ServerConfig, 'personas' | 'RETENTION_DAYS'>;
  readonly hub: Pick<ConversationHub, 'changed'>;
}

const SHARE_ID_BYTES = 16;

export function conversationServices(
  { store, accounts, ledger, texts, conversations, numbers, searchIndex, gate, closeFirst }: DataDirectory,
  { clock, log, onErased, receipts, randomBytes, config, hub }: ConversationServiceOptions,
): ConversationServices {
  const settings = new ConversationSettings(store);
  const deletion = new ConversationDeletion({
    removal: new ConversationRemoval(store),
    texts,
    ledger,
    receipts,
    clock,
    log,
    onErased,
    onHidden: (ids, owner) => {
      conversations.hide(ids);
      for (const deleted of ids) hub.changed(owner, { deleted });
      settings.changed();
    },
    isInUse: (id) => conversations.isInUse(id),
  });
  deletion.start();
  closeFirst(() => deletion.close());
  const retention = new Retention({
    days: config.RETENTION_DAYS,
    ownerOfUser,
    old: new RetentionRepository(store),
    deletion,
    texts,
    ledger,
    receipts,
    gate,
    clock,
    log,
    onErased,
  });
  retention.start();
  closeFirst(() => retention.close());
  return {
    lists: new ConversationLists(store),
    folders: new FolderRepository(store),
    search: new ConversationSearch(store, searchIndex),
    deletion,
    settings,
    personas: new Personas(config.personas),
    shares: new ShareRepository(store),
    transfer: new ConversationTransfer(store),
    adoption: new Adoption(store, (from, to) => conversations.handOver(from, to)),
    newShareId: () => randomBytes(SHARE_ID_BYTES).toString('base64url'),
    nextMessage: numbers.messages,
    onImported: () => searchIndex.wake(),
    newTimedId: randomUUIDv7,
    nextConversation: numbers.conversations,
    nextFolder: numbers.folders,
    storeGuest: (guest) => storeGuest({ store, accounts }, guest, clock.now()),
  };
}
