/** What handlers need to keep conversations in lists and folders, and to delete them. */
import { randomUUID } from 'node:crypto';
import type { ServerConfig } from './config/config.ts';
import type { SendOnce } from './chat/send-once.ts';
import type { ConversationDirectory } from './conversations/conversation-directory.ts';
import { LedgerEraser, type LedgerEraserOptions } from './credits/eraser.ts';
import type { SendResult } from './operations/handlers/turns.ts';
import type { SessionRegistry } from './protocol/session-registry.ts';
import { AuditedReads } from './conversations/audited-reads.ts';
import { Adoption } from './conversations/adoption.ts';
import { ConversationTransfer } from './conversations/conversation-transfer.ts';
import { ConversationFiles } from './conversations/conversation-files.ts';
import { ShareRepository } from './conversations/share-repository.ts';
import { ConversationTitles, HOUSE, type ConversationTitlesOptions } from './chat/conversation-titles.ts';
import { Personas } from './chat/personas.ts';
import { ConversationSettings } from './conversations/conversation-settings.ts';
import type { ConversationHub } from './conversations/conversation-hub.ts';
import { ConversationSearch } from './conversations/conversation-search.ts';
import { ConversationLists } from './conversations/conversation-lists.ts';
import { FolderRepository } from './conversations/folder-repository.ts';
import { ConversationDeletion, type ConversationDeletionOptions } from './credits/conversation-deletion.ts';
import { ConversationOpenings } from './credits/conversation-openings.ts';
import { ConversationRemoval } from './credits/conversation-removal.ts';
import { ImportedTexts } from './credits/imported-texts.ts';
import { storeGuest } from './credits/guest-rows.ts';
import { Retention, type RetentionOptions } from './credits/retention.ts';
import { RetentionRepository } from './credits/retention-repository.ts';
import { ownerOfUser } from './identity/user.ts';
import type { DataDirectory } from './data-directory.ts';
import { summaryOf } from './operations/handlers/conversation-lists.ts';
import type { Services } from './operations/handlers/index.ts';
import { timedId } from './support/timed-id.ts';

type ConversationServices = Pick<
  Services,
  | 'adoption'
  | 'auditedReads'
  | 'deletion'
  | 'eraser'
  | 'folders'
  | 'imports'
  | 'retention'
  | 'lists'
  | 'openings'
  | 'personas'
  | 'settings'
  | 'search'
  | 'shares'
  | 'conversationFiles'
  | 'transfer'
  | 'newShareId'
  | 'newTimedId'
  | 'nextMessage'
  | 'onImported'
  | 'nextConversation'
  | 'nextFolder'
  | 'storeGuest'
  | 'titles'
>;

export interface ConversationServiceOptions extends Pick<RetentionOptions, 'clock' | 'log' | 'onErased'> {
  readonly receipts: LedgerEraserOptions['receipts'] & ConversationDeletionOptions['receipts'];
  readonly randomBytes: (size: number) => Buffer;
  readonly config: Pick<ServerConfig, 'personas' | 'RETENTION_DAYS'>;
  readonly hub: Pick<ConversationHub, 'changed'>;
  readonly titles: ConversationTitles | undefined;
}

const SHARE_ID_BYTES = 16;

export function conversationServices(
  { store, accounts, ledger, texts, conversations, numbers, searchIndex, gate, closeFirst }: DataDirectory,
  { clock, log, onErased, receipts, randomBytes, config, hub, titles }: ConversationServiceOptions,
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
      titles?.forget(ids);
    },
    isInUse: (id) => conversations.isInUse(id),
  });
  deletion.start();
  closeFirst(() => deletion.close());
  const erasing = { ledger, texts, gate, receipts, onErased };
  const retention = new Retention({
    ...erasing,
    days: config.RETENTION_DAYS,
    ownerOfUser,
    old: new RetentionRepository(store),
    deletion,
    clock,
    log,
  });
  retention.start();
  closeFirst(() => retention.close());
  const eraser = new LedgerEraser({
    ...erasing,
    newId: randomUUID,
    onErasing: (account) => conversations.eraseTurns({ account }),
  });
  return {
    eraser,
    retention,
    lists: new ConversationLists(store),
    openings: new ConversationOpenings({ store, accounts, clock }),
    folders: new FolderRepository(store),
    imports: new ImportedTexts({ store, onErased }),
    search: new ConversationSearch(store, searchIndex),
    deletion,
    titles,
    settings,
    personas: new Personas(config.personas),
    shares: new ShareRepository(store),
    transfer: new ConversationTransfer(store),
    conversationFiles: new ConversationFiles(store),
    auditedReads: new AuditedReads({ store, clock, newTimedId: timedId }),
    adoption: new Adoption(store, (from, to) => conversations.handOver(from, to)),
    newShareId: () => randomBytes(SHARE_ID_BYTES).toString('base64url'),
    nextMessage: numbers.messages,
    onImported: () => searchIndex.wake(),
    newTimedId: timedId,
    nextConversation: numbers.conversations,
    nextFolder: numbers.folders,
    storeGuest: (guest) => storeGuest({ store, accounts }, guest, clock.now()),
  };
}

export type TitleOptions = Pick<
  ConversationTitlesOptions,
  'clock' | 'exchange' | 'log' | 'routes' | 'slots'
> & {
  readonly route: string | undefined;
  readonly hub: Pick<ConversationHub, 'changed'>;
};

/** Undefined when titles are the first words. They end when the server begins to end. */
export function conversationTitles(
  { store }: DataDirectory,
  { route, hub, ...options }: TitleOptions,
): ConversationTitles | undefined {
  if (route === undefined) return undefined;
  const lists = new ConversationLists(store);
  return new ConversationTitles({
    ...options,
    route,
    store: lists,
    onTitled({ id, owner }) {
      const tell = lists.byId(id, owner).then((row) => {
        if (row) hub.changed(owner, { conversation: summaryOf(row) });
      });
      // Others see the title when they read the list again.
      tell.catch((err: unknown) => options.log.warn({ err }, 'A new title could not be told'));
    },
  });
}

export interface Rememberers {
  readonly sends: Pick<SendOnce<SendResult>, 'forget'>;
  readonly hub: Pick<ConversationHub, 'forget'>;
  readonly registry: Pick<SessionRegistry, 'forgetTexts'>;
  readonly requests: { erased(): void };
  readonly titles: Pick<ConversationTitles, 'forget'> | undefined;
}

/** What was erased leaves everything that remembers texts. */
export function forgetErased(
  conversations: ConversationDirectory,
  { sends, hub, registry, requests, titles }: Rememberers,
): LedgerEraserOptions['onErased'] {
  return ({ account, owner, conversations: ids, numbers, isEverything }) => {
    sends.forget(account);
    // What has begun since the erasing began would be written as soon as it has ended.
    if (isEverything) conversations.eraseTurns({ account, owner: owner ?? null });
    conversations.forget(ids, numbers);
    if (numbers ?? isEverything) conversations.forgetTemporary(account, numbers);
    hub.forget(ids);
    titles?.forget(ids);
    registry.forgetTexts(account);
    requests.erased();
  };
}

/** Of an account: the user or guest who has it, or Hilo itself; undefined when nobody has. */
export async function ownerOf({ accounts }: DataDirectory, name: string): Promise<string | undefined> {
  return name === HOUSE ? HOUSE : ((await accounts.find(name))?.owner ?? undefined);
}
