/** The statements that every message runs, compiled once. Parameters come in the order of the columns. */
import { sql, type Compilable } from 'kysely';
import type { Step } from '../store/batch.ts';
import type { Database } from '../store/schema.ts';

type Parameters = readonly (string | number | Uint8Array | null)[];

export interface HotStatements {
  /** id, token_hash, account, created_at, seen_at */
  guest(parameters: Parameters): Step;
  /**
   * number, id, owner, title, status, created_at, updated_at, updated_at. A conversation that is there keeps
   * its title, unless it has none.
   */
  conversation(parameters: Parameters): Step;
  /**
   * number, conversation, parent, role, text, status, exchange, account, client_message_id, created_at. One
   * row: SQLite keeps a journal for a statement that may fail after its first row.
   */
  message(parameters: Parameters): Step;
  /**
   * Another answer to a prompt that was said before: as for `message`, with the number of the prompt in place
   * of the conversation. Fails with `constraint` when the prompt was erased.
   */
  secondAnswer(parameters: Parameters): Step;
  /** updated_at, number */
  touch(parameters: Parameters): Step;
  /** The columns of `ExchangeRow` but `entry_id`, in their order. */
  exchange(parameters: Parameters): Step;
}

const titleUnlessGiven = sql<string>`case when conversations.title = '' and conversations.deleted_at is null
  then excluded.title else conversations.title end`;

const BYTES = new Uint8Array();

export function hotStatements(db: Database): HotStatements {
  const message = {
    number: 0,
    conversation: 0,
    parent: 0,
    role: 'user',
    text: '',
    status: 'ok',
    exchange: 0,
    account: 0,
    client_message_id: '',
    created_at: 0,
  } as const;
  const conversationOfPrompt = sql<number>`(select conversation from messages
    where number = ${0} and role = 'user' and status <> 'erased')`;
  const exchange = {
    number: 0,
    account: 0,
    at: 0,
    entries_before: 0,
    trace: '',
    prompt: 0,
    answer: 0,
    prompt_salt: BYTES,
    answer_salt: BYTES,
  };
  const guest = { id: '', token_hash: BYTES, account: 0, created_at: 0, seen_at: 0 };
  const times = { created_at: 0, updated_at: 0 };
  const conversation = { number: 0, id: '', owner: '', title: '', status: 'open', ...times } as const;
  return {
    guest: hot(
      db
        .insertInto('guests')
        .values(guest)
        .onConflict((one) => one.column('id').doNothing()),
    ),
    conversation: hot(
      db
        .insertInto('conversations')
        .values(conversation)
        .onConflict((one) => one.column('number').doUpdateSet({ updated_at: 0, title: titleUnlessGiven })),
    ),
    message: hot(db.insertInto('messages').values(message)),
    secondAnswer: hot(db.insertInto('messages').values({ ...message, conversation: conversationOfPrompt })),
    touch: hot(db.updateTable('conversations').set({ updated_at: 0 }).where('number', '=', 0)),
    exchange: hot(db.insertInto('exchanges').values(exchange)),
  };
}

function hot(query: Compilable): (parameters: Parameters) => Step {
  const { sql } = query.compile();
  return (parameters) => ({ sql, parameters });
}
