/** Conversations and their messages, read from the store. Turns are written with their exchanges. */
import { sql, type CompiledQuery } from 'kysely';
import { AttachmentRows } from '../attachments/attachment-rows.ts';
import type { Attached, SentFacts } from '../attachments/attachment.ts';
import type { Database, MessageStatus } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import type { ConversationStore, PlacedExchange, StoredConversation } from './conversation-directory.ts';
import type { StoredTurn } from './conversation.ts';
import type { HistoryLimits } from './history.ts';

/** Messages read for each turn that is wanted, because those of erased turns are skipped. */
const STEPS_PER_TURN = 4;

/** Devices of one conversation whose places are kept; that of the others is the newest message. */
const PLACES_MAX = 50;

/** A send that was answered, found by the id that its client gave it. One that was erased has no texts. */
export interface StoredSend {
  readonly conversation: string;
  readonly exchange: number;
  /** Entries in the ledger before that of its exchange. Null when it was erased. */
  readonly entriesBefore: number | null;
  readonly prompt: string;
  readonly answer: string;
  readonly status: MessageStatus;
  readonly promptMessage: number;
  readonly answerMessage: number;
  /** The message that the prompt follows. */
  readonly parent: number | null;
  /** `assistant` when a prompt that was said before was answered once more. */
  readonly role: 'user' | 'assistant';
}

export interface PlaceStore {
  /** Undefined: it follows the newest message. Resolves when that is durable. */
  keepPlace(conversation: number, device: string, message: number | undefined, at: number): Promise<void>;
}

interface ChainRow {
  readonly number: number;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly status: MessageStatus;
  readonly exchange: number;
  readonly trace: string | null;
  readonly hasAttachments: boolean | number;
}

export class ConversationRepository implements ConversationStore, PlaceStore {
  readonly #store: Store;
  /** Runs before many messages, so it is compiled once. Parameters: owner, client message id, owner. */
  readonly #byClientMessageId: CompiledQuery<FoundSend>;

  readonly #attachments: AttachmentRows;

  constructor(store: Store) {
    this.#store = store;
    this.#attachments = new AttachmentRows(store);
    this.#byClientMessageId = byClientMessageId(store.db);
  }

  byId(id: string, owner: string): Promise<StoredConversation | undefined> {
    return this.#store.db
      .selectFrom('conversations as c')
      .select(['c.number', 'c.id', 'c.owner', 'c.created_at as createdAt'])
      .select((each) =>
        each
          .selectFrom('messages as m')
          .select('m.number')
          .whereRef('m.conversation', '=', 'c.number')
          .where('m.role', '=', 'assistant')
          .where('m.status', 'in', ['ok', 'cancelled'])
          .where('m.text', '!=', '')
          .orderBy('m.number', 'desc')
          .limit(1)
          .as('newest'),
      )
      .where('c.id', '=', id)
      .where('c.owner', '=', owner)
      .where('c.deleted_at', 'is', null)
      .executeTakeFirst();
  }

  newestOf(owner: string): Promise<{ readonly id: string } | undefined> {
    return this.#store.db
      .selectFrom('conversations')
      .select('id')
      .where('owner', '=', owner)
      .where('deleted_at', 'is', null)
      .orderBy('updated_at', 'desc')
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  /** Turns that failed, were erased or have no answer are left out. */
  async window(conversation: number, leaf: number, limits: HistoryLimits): Promise<readonly StoredTurn[]> {
    const chain = await this.#chain(conversation, leaf, limits);
    const holders = chain.flatMap(({ number, hasAttachments }) => (hasAttachments ? [number] : []));
    return turnsOf(chain, limits, await this.#attachments.facts(holders));
  }

  async placeOf(conversation: number, device: string): Promise<number | undefined> {
    const row = await this.#store.db
      .selectFrom('places')
      .innerJoin('messages', 'messages.number', 'places.message')
      .where('places.conversation', '=', conversation)
      .where('places.device', '=', device)
      .select('places.message')
      .executeTakeFirst();
    return row?.message;
  }

  async keepPlace(
    conversation: number,
    device: string,
    message: number | undefined,
    at: number,
  ): Promise<void> {
    const { db } = this.#store;
    const places = db.deleteFrom('places').where('conversation', '=', conversation);
    if (message === undefined) {
      await this.#store.write([places.where('device', '=', device).compile()]);
      return;
    }
    const row = db.insertInto('places').values({ conversation, device, message, updated_at: at });
    const newest = db
      .selectFrom('places')
      .select('device')
      .where('conversation', '=', conversation)
      .orderBy('updated_at', 'desc')
      .limit(PLACES_MAX);
    await this.#store.write([
      row
        .onConflict((one) => one.columns(['conversation', 'device']).doUpdateSet({ message, updated_at: at }))
        .compile(),
      places.where('device', 'not in', newest).compile(),
    ]);
  }

  async findByClientMessageId(owner: string, clientMessageId: string): Promise<StoredSend | undefined> {
    const parameters = [owner, clientMessageId, owner];
    const asked = { ...this.#byClientMessageId, parameters };
    const [row] = (await this.#store.db.executeQuery<FoundSend>(asked)).rows;
    if (!row) return undefined;
    const { prompt, answer, promptMessage, answerMessage } = row;
    return {
      ...row,
      prompt: prompt ?? '',
      answer: answer ?? '',
      promptMessage: promptMessage ?? 0,
      answerMessage: answerMessage ?? 0,
    };
  }

  /** Newest first. */
  exchangesOf(id: string, owner: string): Promise<readonly PlacedExchange[]> {
    return this.#store.db
      .selectFrom('exchanges')
      .innerJoin('messages', 'messages.exchange', 'exchanges.number')
      .innerJoin('conversations', 'conversations.number', 'messages.conversation')
      .where('conversations.deleted_at', 'is', null)
      .where('conversations.id', '=', id)
      .where('conversations.owner', '=', owner)
      .where('messages.role', '=', 'assistant')
      .select(['exchanges.number', 'exchanges.entry_id as entryId'])
      .select('exchanges.entries_before as entriesBefore')
      .orderBy('exchanges.number', 'desc')
      .execute();
  }

  /** From the leaf upwards, newest first; stops after this many messages or characters. */
  async #chain(conversation: number, leaf: number, limits: HistoryLimits): Promise<readonly ChainRow[]> {
    const { historyTurnsMax, historyCharactersMax } = limits;
    const { rows } = await sql<ChainRow>`
      with recursive chain (number, parent, role, text, status, exchange, step, characters) as (
        select number, parent, role, text, status, exchange, 1, length(text) from messages
          where number = ${leaf} and conversation = ${conversation}
        union all
        select m.number, m.parent, m.role, m.text, m.status, m.exchange, chain.step + 1,
          chain.characters + length(m.text)
          from chain join messages m on m.number = chain.parent
          where chain.step < ${historyTurnsMax * STEPS_PER_TURN}
            and chain.characters <= ${historyCharactersMax}
      )
      select chain.number, role, text, status, exchange, trace,
        exists (select 1 from attachments a where a.message = chain.number) as "hasAttachments" from chain
        left join exchanges on exchanges.number = chain.exchange order by step`.execute(this.#store.db);
    return rows;
  }
}

type Texts = 'answer' | 'answerMessage' | 'prompt' | 'promptMessage';
/** Without its texts when it was erased. */
type FoundSend = Omit<StoredSend, Texts> & { readonly [Name in Texts]: StoredSend[Name] | null };

/** Cross joins, since SQLite would otherwise go through all messages of the owner. */
function byClientMessageId(db: Database): CompiledQuery<FoundSend> {
  return db
    .selectFrom('accounts')
    .crossJoin('messages as asked')
    .crossJoin('conversations')
    .leftJoin('exchanges', 'exchanges.number', 'asked.exchange')
    .leftJoin('messages as prompt', 'prompt.number', 'exchanges.prompt')
    .leftJoin('messages as answered', 'answered.number', 'exchanges.answer')
    .where('accounts.owner', '=', '')
    .whereRef('asked.account', '=', 'accounts.number')
    .where('asked.client_message_id', '=', '')
    .whereRef('conversations.number', '=', 'asked.conversation')
    .where('conversations.owner', '=', '')
    .select(['conversations.id as conversation', 'asked.exchange', 'prompt.text as prompt'])
    .select(['answered.text as answer', 'asked.status', 'exchanges.entries_before as entriesBefore'])
    .select(['prompt.number as promptMessage', 'answered.number as answerMessage'])
    .select(['prompt.parent', 'asked.role'])
    .compile();
}

function turnsOf(
  newestFirst: readonly ChainRow[],
  limits: HistoryLimits,
  facts: ReadonlyMap<number, readonly SentFacts[]>,
): StoredTurn[] {
  const turns: StoredTurn[] = [];
  let length = 0;
  for (const [index, answer] of newestFirst.entries()) {
    const prompt = newestFirst[index + 1];
    if (answer.role !== 'assistant' || prompt?.role !== 'user' || !isSaid(answer)) continue;
    length += prompt.text.length + answer.text.length;
    if (turns.length === limits.historyTurnsMax || length > limits.historyCharactersMax) break;
    const { exchange, text: assistant, trace } = answer;
    const attached = rememberedOf(prompt.number, facts.get(prompt.number));
    turns.push({ user: prompt.text, assistant, exchange, trace: trace ?? '', attached });
  }
  return turns.toReversed();
}

function rememberedOf(message: number, facts: readonly SentFacts[] | undefined): Attached | undefined {
  return facts && { facts, rawTokens: facts.reduce((sum, each) => sum + each.rawTokens, 0), message };
}

function isSaid({ status, text }: ChainRow): boolean {
  return (status === 'ok' || status === 'cancelled') && text !== '';
}
