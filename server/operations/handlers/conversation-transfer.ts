/** Conversations that leave the server, and such as come from elsewhere. */
import { HiloError } from '../../../shared/errors.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { ConversationHub } from '../../conversations/conversation-hub.ts';
import { LIST_LIMITS, type ConversationLists } from '../../conversations/conversation-lists.ts';
import type { FolderRepository } from '../../conversations/folder-repository.ts';
import { timesOf, type ConversationTransfer } from '../../conversations/conversation-transfer.ts';
import {
  FIRST_FILE,
  type ConversationFiles,
  type FilePlace,
} from '../../conversations/conversation-files.ts';
import { filesPage, jsonPage, markdownPage } from '../../conversations/export-texts.ts';
import { ImportReader } from '../../conversations/imports/import-reader.ts';
import { ImportFault, type ImportedConversation } from '../../conversations/imports/imported-conversation.ts';
import { decodePlace, encodePlace, type Place } from '../../conversations/list-cursor.ts';
import type { Retention } from '../../credits/retention.ts';
import { ownerOfUser } from '../../identity/user.ts';
import type { UserAdmin } from '../../identity/user-admin.ts';
import type { Guest } from '../../identity/principal.ts';
import type { Call, Handlers } from '../call.ts';
import { isoTime } from '../sign-in.ts';
import { summaryOf } from './conversation-lists.ts';
import { ImportFolders } from './import-folders.ts';
import { findConversation } from './conversation-reference.ts';
import { requirePerson } from './users.ts';

/** What is written in one transaction, so that others who write do not wait long. */
const PIECE = { conversations: 50, messages: 200 } as const;

interface TransferServices {
  readonly clock: Pick<Clock, 'now'>;
  readonly lists: ConversationLists;
  readonly transfer: ConversationTransfer;
  readonly conversationFiles: ConversationFiles;
  readonly retention: Pick<Retention, 'expiry'>;
  readonly userAdmin: Pick<UserAdmin, 'find'>;
  readonly hub: Pick<ConversationHub, 'changed' | 'changedMuch'>;
  readonly folders: FolderRepository;
  /** UUIDv7. */
  readonly newTimedId: () => string;
  readonly nextConversation: () => number;
  readonly nextFolder: () => number;
  readonly nextMessage: () => number;
  readonly storeGuest: (guest: Guest) => Promise<void>;
  /** Texts were written without an exchange. */
  readonly onImported: () => void;
}

type TransferHandlers = Pick<Handlers, 'conversations.export' | 'conversations.import'>;

export function conversationTransferHandlers(services: TransferServices): TransferHandlers {
  const { lists, transfer } = services;
  const imports = new ImportReader();
  return {
    async 'conversations.export'({ conversation: named, format, cursor }, call) {
      const place = cursor === undefined ? undefined : decodePlace(cursor);
      const { id } = await findConversation(lists, call, named);
      const conversation = await transfer.conversation(id, call.principal.owner);
      if (!conversation) throw new HiloError('not_found', { values: { what: id } });
      const { title } = conversation;
      const files = format === 'json' && place && filePlaceOf(place);
      if (files) return { title, format, ...(await exportedFiles(services, conversation.number, files)) };
      const after = place?.number;
      const { messages, next } = await transfer.messages(conversation.number, after ?? 0);
      const page = { conversation, messages, after, next };
      const isLast = format === 'json' && next === undefined;
      const hasFiles = isLast && (await services.conversationFiles.hasAny(conversation.number));
      const text = format === 'json' ? jsonPage(page, hasFiles) : markdownPage(page, call.session.locale);
      if (hasFiles) return { title, format, text, nextCursor: cursorOfFile(FIRST_FILE) };
      const nextCursor = next === undefined ? {} : { nextCursor: encodePlace({ at: 0, number: next }) };
      return { title, format, text, ...nextCursor };
    },

    async 'conversations.import'({ data, user }, call) {
      const { owner, retentionDays } = await recipientOf(services, call, user);
      const imported = await read(imports, data, call);
      const { all } = await lists.count(owner);
      const { conversationsMax: max } = LIST_LIMITS;
      if (all + imported.length > max) throw new HiloError('too_many_kept', { values: { max } });
      const { guest } = call.session.credentials;
      if (guest.owner === owner) await services.storeGuest(guest);
      const folders = await ImportFolders.open(services, owner, imported);
      const conversations = [];
      for (const piece of piecesOf(imported)) {
        // Its deadline has passed, and nobody waits for it any more. What is written stays.
        if (call.signal.aborted) throw new HiloError('cancelled');
        const numbers = await folders.numbersOf(piece);
        const writing = piece.map((one, index) => {
          return write(services, { call, owner, folder: numbers[index] ?? null }, one);
        });
        conversations.push(...(await Promise.all(writing)));
      }
      if (folders.hasNew) services.hub.changedMuch(owner);
      services.onImported();
      const messages = imported.reduce((sum, one) => sum + one.messages.length, 0);
      return { conversations, messages, ...deletedSoon(services, imported, retentionDays) };
    },
  };
}

async function exportedFiles(
  { conversationFiles }: Pick<TransferServices, 'conversationFiles'>,
  conversation: number,
  from: FilePlace,
) {
  const page = await conversationFiles.page(conversation, from);
  const text = filesPage(page, from.message === FIRST_FILE.message);
  return { text, ...(page.next && { nextCursor: cursorOfFile(page.next) }) };
}

/** The cursor of a page of messages has 0 in its place. */
function cursorOfFile({ message, position, offset }: FilePlace): string {
  return encodePlace({ at: 1 + position + offset * POSITIONS, number: message });
}

function filePlaceOf({ at, number }: Place): FilePlace | undefined {
  if (at === 0) return undefined;
  return { message: number, position: (at - 1) % POSITIONS, offset: Math.floor((at - 1) / POSITIONS) };
}

/** More than a message has files. */
const POSITIONS = 100;

interface Recipient {
  readonly owner: string;
  /** How long they want their texts to be kept. */
  readonly retentionDays: number | undefined;
}

/** The caller, or whom an administrator names. The operator has no conversations of their own. */
async function recipientOf(
  { userAdmin }: TransferServices,
  call: Call,
  named: string | undefined,
): Promise<Recipient> {
  const { principal, session } = call;
  if (named !== undefined) {
    if (principal.access !== 'admin') throw new HiloError('forbidden');
    requirePerson(call);
    const { id, retentionDays } = await userAdmin.find(named);
    return { owner: ownerOfUser(id), retentionDays };
  }
  const { login, isOperator } = session.credentials;
  // The guest of the operator's connection is gone with it, and nobody would find them again.
  if (isOperator && !login) throw new HiloError('account_needed');
  return { owner: principal.owner, retentionDays: login?.user.retentionDays };
}

/** Those that are written together: many small ones, so that they share a transaction. */
function* piecesOf(imported: readonly ImportedConversation[]): Generator<readonly ImportedConversation[]> {
  let piece: ImportedConversation[] = [];
  let messages = 0;
  for (const one of imported) {
    piece.push(one);
    messages += one.messages.length;
    if (piece.length < PIECE.conversations && messages < PIECE.messages) continue;
    yield piece;
    [piece, messages] = [[], 0];
  }
  if (piece.length > 0) yield piece;
}

/** What the retention deletes at its next sweep; empty when nothing is too old. */
function deletedSoon(
  { retention, clock }: TransferServices,
  imported: readonly ImportedConversation[],
  retentionDays: number | undefined,
) {
  const expiry = retention.expiry(retentionDays);
  if (!expiry) return {};
  const { days, before, by } = expiry;
  let [conversations, messages] = [0, 0];
  for (const one of imported) {
    const { createdAt, updatedAt, ofMessages } = timesOf(one, clock.now());
    if (createdAt >= before) continue;
    const isWhole = updatedAt < before;
    if (isWhole) conversations += 1;
    messages += ofMessages.filter((at, index) => {
      return isWhole || (at < before && one.messages[index]?.text !== '');
    }).length;
  }
  if (conversations + messages === 0) return {};
  return { retention: { days, conversations, messages, at: isoTime(by) } };
}

async function read(imports: ImportReader, data: string, { session }: Call): Promise<ImportedConversation[]> {
  try {
    return await imports.read(data);
  } catch (fault) {
    if (!(fault instanceof ImportFault)) throw fault;
    const { place, detail } = fault;
    throw new HiloError('import_refused', { values: { place, detail: detail[session.locale] } });
  }
}

async function write(
  services: TransferServices,
  { call, owner, folder }: { readonly call: Call; readonly owner: string; readonly folder: number | null },
  imported: ImportedConversation,
) {
  const { transfer, lists, hub, clock, newTimedId, nextConversation, nextMessage } = services;
  const [id, number] = [newTimedId(), nextConversation()];
  await transfer.write(imported, { number, id, owner, at: clock.now(), folder, nextMessage });
  const row = await lists.byId(id, owner);
  if (!row) throw new HiloError('not_found', { values: { what: id } });
  const conversation = summaryOf(row);
  hub.changed(owner, { conversation }, call.session);
  return conversation;
}
