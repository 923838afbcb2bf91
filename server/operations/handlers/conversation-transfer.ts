/** Conversations that leave the server, and such as come from elsewhere. */
import { HiloError } from '../../../shared/errors.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { ConversationHub } from '../../conversations/conversation-hub.ts';
import { LIST_LIMITS, type ConversationLists } from '../../conversations/conversation-lists.ts';
import type { ConversationTransfer } from '../../conversations/conversation-transfer.ts';
import { jsonPage, markdownPage } from '../../conversations/export-texts.ts';
import { ImportReader } from '../../conversations/imports/import-reader.ts';
import { ImportFault, type ImportedConversation } from '../../conversations/imports/imported-conversation.ts';
import { decodePlace, encodePlace } from '../../conversations/list-cursor.ts';
import type { Guest } from '../../identity/principal.ts';
import type { Call, Handlers } from '../call.ts';
import { told } from './conversation-lists.ts';
import { findConversation } from './conversation-reference.ts';

interface TransferServices {
  readonly clock: Pick<Clock, 'now'>;
  readonly lists: ConversationLists;
  readonly transfer: ConversationTransfer;
  readonly hub: Pick<ConversationHub, 'changed'>;
  /** UUIDv7. */
  readonly newTimedId: () => string;
  readonly nextConversation: () => number;
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
      const after = cursor === undefined ? undefined : decodePlace(cursor).number;
      const { id } = await findConversation(lists, call, named);
      const conversation = await transfer.conversation(id, call.principal.owner);
      if (!conversation) throw new HiloError('not_found', { values: { what: id } });
      const { messages, next } = await transfer.messages(conversation.number, after ?? 0);
      const page = { conversation, messages, after, next };
      const text = format === 'json' ? jsonPage(page) : markdownPage(page, call.session.locale);
      const nextCursor = next === undefined ? {} : { nextCursor: encodePlace({ at: 0, number: next }) };
      return { title: conversation.title, format, text, ...nextCursor };
    },

    async 'conversations.import'({ data }, call) {
      const { owner } = call.principal;
      const imported = await read(imports, data, call);
      const { all } = await lists.count(owner);
      const { conversationsMax: max } = LIST_LIMITS;
      if (all + imported.length > max) throw new HiloError('too_many_kept', { values: { max } });
      const { guest } = call.session.credentials;
      if (guest.owner === owner) await services.storeGuest(guest);
      const conversations = [];
      for (const one of imported) conversations.push(await write(services, call, one));
      services.onImported();
      const messages = imported.reduce((sum, one) => sum + one.messages.length, 0);
      return { conversations, messages };
    },
  };
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

async function write(services: TransferServices, call: Call, imported: ImportedConversation) {
  const { transfer, lists, clock, newTimedId, nextConversation, nextMessage } = services;
  const { owner } = call.principal;
  const [id, number] = [newTimedId(), nextConversation()];
  await transfer.write(imported, { number, id, owner, at: clock.now(), nextMessage });
  return told(services, call, await findConversation(lists, call, id));
}
