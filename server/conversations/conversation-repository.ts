/** Conversations and their messages, read from the store. Turns are written with their exchanges. */
import { sql, type CompiledQuery } from 'kysely';
import type { Database, MessageStatus } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import type {
  ConversationStore,
  ConversationWindow,
  PlacedExchange,
  StoredConversation,
  StoredTurn,
} from './conversation-directory.ts';
import type { HistoryLimits } from './history.ts';

/** Messages read for each turn that is wanted, because those of erased turns are skipped. */
const STEPS_PER_TURN = 4;

/** A send that was answered, found by the id that its client gave it. One that was erased has no texts. */
export interface StoredSend {
  readonly conversation: string;
  readonly exchange: number;
  /** Entries in the ledger before that of its exchange. Null when it was erased. */
  readonly entriesBefore: number | null;
  readonly prompt: string;
  readonly answer: string;
  readonly status: MessageStatus;
}

interface ChainRow {
  readonly number: number;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly status: MessageStatus;
  readonly exchange: number;
  readonly trace: string | null;
}

export class ConversationRepository implements ConversationStore {
  readonly #store: Store;
  /** Runs before many messages, so it is compiled once. Parameters: owner, client message id, owner. */
  readonly #byClientMessageId: CompiledQuery<FoundSend>;

  constructor(store: Store) {
    this.#store = store;
    this.#byClientMessageId = byClientMessageId(store.db);
  }

  byId(id: string, owner: string): Promise<StoredConversation | undefined> {
    return this.#conversations().where('id', '=', id).where('owner', '=', owner).executeTakeFirst();
  }

  newestOf(owner: string): Promise<StoredConversation | undefined> {
    return this.#conversations()
      .where('owner', '=', owner)
      .orderBy('updated_at', 'desc')
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  /**
   * The newest turns of the branch that ends in `leaf`, oldest first, and the leaf: the newest answer with
   * words when none is given. Turns that failed, were erased or have no answer are left out.
   */
  async window(conversation: number, limits: HistoryLimits, leaf?: number): Promise<ConversationWindow> {
    const last = leaf ?? (await this.#newestAnswer(conversation));
    if (last === undefined) return { turns: [], leaf: null };
    const rows = await this.#chain(conversation, last, limits);
    return { turns: turnsOf(rows, limits), leaf: last };
  }

  async findByClientMessageId(owner: string, clientMessageId: string): Promise<StoredSend | undefined> {
    const parameters = [owner, clientMessageId, owner];
    const asked = { ...this.#byClientMessageId, parameters };
    const [row] = (await this.#store.db.executeQuery<FoundSend>(asked)).rows;
    return row && { ...row, answer: row.answer ?? '' };
  }

  /** Newest first. */
  exchangesOf(id: string, owner: string): Promise<readonly PlacedExchange[]> {
    return this.#store.db
      .selectFrom('exchanges')
      .innerJoin('messages', 'messages.exchange', 'exchanges.number')
      .innerJoin('conversations', 'conversations.number', 'messages.conversation')
      .distinct()
      .where('conversations.deleted_at', 'is', null)
      .where('conversations.id', '=', id)
      .where('conversations.owner', '=', owner)
      .select(['exchanges.number', 'exchanges.entry_id as entryId'])
      .select('exchanges.entries_before as entriesBefore')
      .orderBy('exchanges.number', 'desc')
      .execute();
  }

  #conversations() {
    return this.#store.db
      .selectFrom('conversations')
      .select(['number', 'id', 'owner', 'created_at as createdAt'])
      .where('deleted_at', 'is', null);
  }

  async #newestAnswer(conversation: number): Promise<number | undefined> {
    const row = await this.#store.db
      .selectFrom('messages')
      .select('number')
      .where('conversation', '=', conversation)
      .where('role', '=', 'assistant')
      .where('status', 'in', ['ok', 'cancelled'])
      .where('text', '!=', '')
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.number;
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
      select chain.number, role, text, status, exchange, trace from chain
        left join exchanges on exchanges.number = chain.exchange order by step`.execute(this.#store.db);
    return rows;
  }
}

type FoundSend = Omit<StoredSend, 'answer'> & { readonly answer: string | null };

function byClientMessageId(db: Database): CompiledQuery<FoundSend> {
  const accounts = db.selectFrom('accounts').select('number').where('owner', '=', '');
  return db
    .selectFrom('messages as asked')
    .innerJoin('conversations', 'conversations.number', 'asked.conversation')
    .leftJoin('exchanges', 'exchanges.number', 'asked.exchange')
    .leftJoin('messages as answered', 'answered.number', 'exchanges.answer')
    .where('asked.account', 'in', accounts)
    .where('asked.client_message_id', '=', '')
    .where('conversations.owner', '=', '')
    .select(['conversations.id as conversation', 'asked.exchange', 'asked.text as prompt'])
    .select(['answered.text as answer', 'asked.status', 'exchanges.entries_before as entriesBefore'])
    .compile();
}

function turnsOf(newestFirst: readonly ChainRow[], limits: HistoryLimits): StoredTurn[] {
  const turns: StoredTurn[] = [];
  let length = 0;
  for (const [index, answer] of newestFirst.entries()) {
    const prompt = newestFirst[index + 1];
    if (answer.role !== 'assistant' || prompt?.role !== 'user' || !isSaid(answer)) continue;
    length += prompt.text.length + answer.text.length;
    if (turns.length === limits.historyTurnsMax || length > limits.historyCharactersMax) break;
    const { exchange, text: assistant, trace } = answer;
    turns.push({ user: prompt.text, assistant, exchange, trace: trace ?? '' });
  }
  return turns.toReversed();
}

function isSaid({ status, text }: ChainRow): boolean {
  return (status === 'ok' || status === 'cancelled') && text !== '';
}
