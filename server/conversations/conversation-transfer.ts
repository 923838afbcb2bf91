/** Whole conversations, out of the store in pages and into it in one unit. */
import type { SentFacts } from '../attachments/attachment.ts';
import { AttachmentRows, attachmentSteps } from '../attachments/attachment-rows.ts';
import type { Store } from '../store/store.ts';
import type { Step } from '../store/batch.ts';
import type { ConversationRow, MessageRow } from '../store/schema.ts';
import type { ImportedConversation } from './imports/imported-conversation.ts';
import { OWN_FORMAT } from './imports/own-format.ts';

export const TRANSFER_LIMITS = {
  /** Of one page; one message at least is always in it. */
  messages: 200,
  characters: 48 * 1024,
  rowsOfStatement: 500,
} as const;

/** Text, and all else that its owner may set. */
export type WholeConversation = Pick<
  ConversationRow,
  'number' | 'id' | 'title' | 'status' | 'route' | 'persona'
> & {
  /** The id of its folder. */
  readonly folder: string | null;
  readonly pinned: number;
  readonly instructions: string;
  readonly created_at: number;
  readonly updated_at: number;
};

export type WholeMessage = Pick<
  MessageRow,
  'number' | 'parent' | 'role' | 'text' | 'status' | 'exchange' | 'created_at'
> & {
  /** What was sent with it. */
  readonly attachments?: readonly SentFacts[] | undefined;
};

export interface MessagesPage {
  readonly messages: readonly WholeMessage[];
  /** The last message of the page, when there are more. */
  readonly next: number | undefined;
}

export interface NewRows {
  readonly number: number;
  readonly id: string;
  readonly owner: string;
  readonly at: number;
  /** The number of its folder. */
  readonly folder: number | null;
  readonly nextMessage: () => number;
}

export class ConversationTransfer {
  readonly #store: Store;

  readonly #attachments: AttachmentRows;

  constructor(store: Store) {
    this.#store = store;
    this.#attachments = new AttachmentRows(store);
  }

  conversation(id: string, owner: string): Promise<WholeConversation | undefined> {
    return this.#whole(owner).where('conversations.id', '=', id).executeTakeFirst();
  }

  /** The next one of an owner, in the order in which they came. */
  conversationAfter(number: number, owner: string): Promise<WholeConversation | undefined> {
    const later = this.#whole(owner).where('conversations.number', '>', number);
    return later.orderBy('conversations.number').limit(1).executeTakeFirst();
  }

  /** All branches, in the order in which the messages came: each after the one that it follows. */
  async messages(conversation: number, after: number): Promise<MessagesPage> {
    const rows = await this.#store.db
      .selectFrom('messages')
      .select(['number', 'parent', 'role', 'text', 'status', 'exchange', 'created_at'])
      .where('conversation', '=', conversation)
      .where('number', '>', after)
      .where('status', '<>', 'failed')
      .orderBy('number')
      .limit(TRANSFER_LIMITS.messages + 1)
      .execute();
    const facts = await this.#attachments.facts(rows.map(({ number }) => number));
    const messages: WholeMessage[] = [];
    let characters = 0;
    for (const row of rows) {
      characters += row.text.length;
      const isFull = messages.length === TRANSFER_LIMITS.messages || characters > TRANSFER_LIMITS.characters;
      if (isFull && messages.length > 0) return { messages, next: messages.at(-1)?.number };
      messages.push({ ...row, attachments: facts.get(row.number) });
    }
    return { messages, next: undefined };
  }

  /** All or nothing. Imported messages belong to no exchange: nobody paid for them here. */
  async write(
    imported: ImportedConversation,
    { number, id, owner, at, folder, nextMessage }: NewRows,
  ): Promise<void> {
    const { db } = this.#store;
    const { title, status, pinned, instructions, messages } = imported;
    const { createdAt, updatedAt, ofMessages } = timesOf(imported, at);
    const row = { number, id, owner, title, title_source: 'owner', status, instructions, folder } as const;
    const times = { created_at: createdAt, updated_at: updatedAt };
    const numbers = new Map<string, number>();
    const rows = messages.map((message, index) => {
      const own = nextMessage();
      numbers.set(message.id, own);
      const { role, text } = message;
      const parent = message.parent === null ? null : (numbers.get(message.parent) ?? null);
      return { number: own, parent, role, text, created_at: ofMessages[index] ?? createdAt };
    });
    const steps: Step[] = [
      db
        .insertInto('conversations')
        .values({ ...row, ...times, pinned: Number(pinned) })
        .compile(),
    ];
    const none = {
      conversation: number,
      status: 'ok',
      exchange: 0,
      account: null,
      client_message_id: null,
    } as const;
    for (let from = 0; from < rows.length; from += TRANSFER_LIMITS.rowsOfStatement) {
      const some = rows.slice(from, from + TRANSFER_LIMITS.rowsOfStatement);
      steps.push(
        db
          .insertInto('messages')
          .values(some.map((each) => ({ ...each, ...none })))
          .compile(),
      );
    }
    for (const [index, { attachments }] of messages.entries()) {
      steps.push(...attachmentSteps(db, rows[index]?.number ?? 0, attachments));
    }
    await this.#store.write(steps);
  }

  #whole(owner: string) {
    return this.#store.db
      .selectFrom('conversations')
      .leftJoin('folders', 'folders.number', 'conversations.folder')
      .select(['conversations.number', 'conversations.id', 'title', 'status', 'route', 'persona', 'pinned'])
      .select(['conversations.instructions', 'conversations.created_at', 'updated_at'])
      .select('folders.id as folder')
      .where('conversations.owner', '=', owner)
      .where('deleted_at', 'is', null);
  }
}

/** When it was begun and said, in milliseconds since 1970: nothing that comes from elsewhere is of later. */
export function timesOf(imported: ImportedConversation, at: number) {
  const past = (time: number | undefined, otherwise: number) => Math.min(time ?? otherwise, at);
  const { messages } = imported;
  const createdAt = past(imported.createdAt ?? messages[0]?.at, at);
  return {
    createdAt,
    updatedAt: past(imported.updatedAt ?? messages.at(-1)?.at, at),
    ofMessages: messages.map((message) => past(message.at, createdAt)),
  };
}

/** The members of our own format but the messages, and a message in it. */
export function headOf(conversation: WholeConversation) {
  const { id, title, status, pinned, instructions, route, persona } = conversation;
  return {
    ...OWN_FORMAT,
    id,
    title,
    status,
    pinned: pinned === 1,
    instructions,
    ...(route !== null && { route }),
    ...(persona !== null && { persona }),
    createdAt: timeText(conversation.created_at),
    updatedAt: timeText(conversation.updated_at),
  };
}

/** Files are named, with what tells them from others; `ConversationFiles` has their contents. */
export function messageOf({ attachments, ...message }: WholeMessage) {
  const { number, parent, role, text, status, created_at } = message;
  const files = attachments?.map(({ name, type, bytes, pages, isTruncated, fileHash, sentHash }) => {
    const truncated = isTruncated ? true : undefined;
    return { name, type, bytes, pages, truncated, fileHash, sentHash };
  });
  return {
    id: String(number),
    ...(parent !== null && { parent: String(parent) }),
    role,
    text,
    status,
    createdAt: timeText(created_at),
    ...(files && { attachments: files }),
  };
}

function timeText(at: number): string {
  return new Date(at).toISOString();
}
