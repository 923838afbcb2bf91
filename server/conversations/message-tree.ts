/** The tree of a conversation's messages, read along its branches: never more than a window of it. */
import { sql } from 'kysely';
import type { SentFacts } from '../attachments/attachment.ts';
import { AttachmentRows } from '../attachments/attachment-rows.ts';
import type { MessageStatus } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import { isVisible } from './visible-messages.ts';

/** Messages that one query goes down at most, on the way to the end of a branch. */
const STEPS_AT_ONCE = 1_000;

export interface TreeMessage {
  readonly number: number;
  readonly parent: number | null;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly status: MessageStatus;
  readonly createdAt: number;
  /** Null when its exchange was erased. */
  readonly trace: string | null;
  /** What was sent with it. */
  readonly attachments?: readonly SentFacts[] | undefined;
}

type BranchRow = TreeMessage & { readonly hasAttachments: boolean | number };

export interface FoundMessage {
  readonly number: number;
  readonly parent: number | null;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly status: MessageStatus;
  /** Number and id of its conversation. */
  readonly conversation: number;
  readonly conversationId: string;
}

export interface MessageExchange {
  readonly number: number;
  /** The id of its entry in the ledger, when that does not follow from the number. */
  readonly entryId: string | null;
  /** Entries in the ledger before it. */
  readonly entriesBefore: number;
}

export interface PageLimits {
  readonly messagesMax: number;
  readonly charactersMax: number;
}

/** A seam. */
export interface MessageTree {
  /** Undefined when its owner has no such message. */
  find(message: number, owner: string): Promise<FoundMessage | undefined>;
  /** The exchange that made this answer; undefined when its owner has no such answer, or it was erased. */
  exchangeOf(message: number, owner: string): Promise<MessageExchange | undefined>;
  /** The branch that ends in this message, newest first, as far as the limits allow; one message at least. */
  upwards(conversation: number, message: number, limits: PageLimits): Promise<readonly TreeMessage[]>;
  /** The end of the branch through this message: at each fork the newest version. */
  endOf(message: number, signal: AbortSignal): Promise<number>;
  /** All versions of each of these messages, oldest first, by the message that they follow. */
  versions(
    conversation: number,
    parents: readonly (number | null)[],
  ): Promise<ReadonlyMap<number | null, readonly number[]>>;
}

export class MessageTreeReader implements MessageTree {
  readonly #store: Store;

  readonly #attachments: AttachmentRows;

  constructor(store: Store) {
    this.#store = store;
    this.#attachments = new AttachmentRows(store);
  }

  find(message: number, owner: string): Promise<FoundMessage | undefined> {
    return this.#store.db
      .selectFrom('messages')
      .innerJoin('conversations', 'conversations.number', 'messages.conversation')
      .where('messages.number', '=', message)
      .where('conversations.owner', '=', owner)
      .where('conversations.deleted_at', 'is', null)
      .select(['messages.number', 'messages.parent', 'messages.role', 'messages.text', 'messages.status'])
      .select(['messages.conversation', 'conversations.id as conversationId'])
      .executeTakeFirst();
  }

  exchangeOf(message: number, owner: string): Promise<MessageExchange | undefined> {
    return this.#store.db
      .selectFrom('messages')
      .innerJoin('conversations', 'conversations.number', 'messages.conversation')
      .innerJoin('exchanges', 'exchanges.number', 'messages.exchange')
      .where('messages.number', '=', message)
      .where('messages.role', '=', 'assistant')
      .where('conversations.owner', '=', owner)
      .where('conversations.deleted_at', 'is', null)
      .select(['exchanges.number', 'exchanges.entry_id as entryId'])
      .select('exchanges.entries_before as entriesBefore')
      .executeTakeFirst();
  }

  async upwards(
    conversation: number,
    message: number,
    { messagesMax, charactersMax }: PageLimits,
  ): Promise<readonly TreeMessage[]> {
    const { rows } = await sql<BranchRow>`
      with recursive branch (number, parent, step, characters) as (
        select number, parent, 1, length(text) from messages
          where number = ${message} and conversation = ${conversation}
        union all
        select m.number, m.parent, branch.step + 1, branch.characters + length(m.text)
          from branch join messages m on m.number = branch.parent
          where branch.step < ${messagesMax} and branch.characters <= ${charactersMax}
      )
      select m.number, m.parent, m.role, m.text, m.status, m.created_at as "createdAt", exchanges.trace,
        exists (select 1 from attachments a where a.message = m.number) as "hasAttachments"
        from branch join messages m on m.number = branch.number
        left join exchanges on exchanges.number = m.exchange order by branch.step`.execute(this.#store.db);
    const holders = rows.flatMap(({ number, hasAttachments }) => (hasAttachments ? [number] : []));
    const facts = await this.#attachments.facts(holders);
    return rows.map((row) => ({ ...row, attachments: facts.get(row.number) }));
  }

  async endOf(message: number, signal: AbortSignal): Promise<number> {
    for (let from = message; ;) {
      signal.throwIfAborted();
      const { rows } = await sql<{ number: number; step: number }>`
        with recursive branch (number, step) as (
          select number, 0 from messages where number = ${from}
          union all
          select (select next.number from messages next
            where next.parent = branch.number and ${isVisible('next')}
            order by next.number desc limit 1), branch.step + 1
            from branch where branch.number is not null and branch.step < ${STEPS_AT_ONCE}
        )
        select number, step from branch where number is not null
          order by step desc limit 1`.execute(this.#store.db);
      const { number = from, step = 0 } = rows[0] ?? {};
      if (step < STEPS_AT_ONCE) return number;
      from = number;
    }
  }

  async versions(
    conversation: number,
    parents: readonly (number | null)[],
  ): Promise<ReadonlyMap<number | null, readonly number[]>> {
    const following = parents.filter((parent) => parent !== null);
    const found = [
      ...(following.length > 0 ? await this.#following(following) : []),
      ...(parents.includes(null) ? await this.#first(conversation) : []),
    ];
    const versions = new Map<number | null, number[]>();
    for (const { number, parent } of found) {
      const known = versions.get(parent);
      if (known) known.push(number);
      else versions.set(parent, [number]);
    }
    return versions;
  }

  #following(parents: readonly number[]) {
    return this.#store.db
      .selectFrom('messages as m')
      .select(['m.number', 'm.parent'])
      .where('m.parent', 'in', parents)
      .where(isVisible('m'))
      .orderBy('m.number')
      .execute();
  }

  #first(conversation: number) {
    return this.#store.db
      .selectFrom('messages as m')
      .select(['m.number', 'm.parent'])
      .where('m.conversation', '=', conversation)
      .where('m.parent', 'is', null)
      .where(isVisible('m'))
      .orderBy('m.number')
      .execute();
  }
}
