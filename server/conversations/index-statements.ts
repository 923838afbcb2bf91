/** The statements that index a piece, compiled once: they always have room for as many messages. */
import { sql, type Compilable } from 'kysely';
import type { Step } from '../store/batch.ts';
import type { Database } from '../store/schema.ts';

/** At least one message, and no more than there is room for. */
type ForMessages = (messages: readonly number[]) => Step;

export interface IndexStatements {
  /** Each owner has a key … */
  readonly addOwners: ForMessages;
  /** … and each conversation the key of its first owner. */
  readonly giveKeys: ForMessages;
  /** On SQLite. */
  readonly insert: ForMessages;
  readonly unqueue: ForMessages;
}

export function indexStatements(db: Database, messagesMax: number): IndexStatements {
  const places = Array.from({ length: messagesMax }, (_, index) => -1 - index);
  const conversations = db.selectFrom('messages').select('conversation').where('number', 'in', places);
  const owners = db
    .selectFrom('conversations')
    .select('owner')
    .distinct()
    .where('number', 'in', conversations)
    .where('search_key', 'is', null)
    .where('owner', 'not in', db.selectFrom('search_owners').select('owner'));
  const giveKeys = db
    .updateTable('conversations')
    .set((each) => ({
      search_key: each
        .selectFrom('search_owners')
        .select((all) => all.fn.min('search_owners.key').as('key'))
        .whereRef('search_owners.owner', '=', 'conversations.owner'),
    }))
    .where('number', 'in', conversations)
    .where('search_key', 'is', null);
  const insert = sql`insert into message_search (rowid, tokens)
    select messages.number, hilo_tokens(conversations.search_key, messages.text)
    from messages join conversations on conversations.number = messages.conversation
    where messages.number in (${sql.join(places)}) and messages.text <> ''
      and conversations.deleted_at is null
      and not exists (select 1 from message_search_docsize where id = messages.number)`;
  return {
    addOwners: filled(db.insertInto('search_owners').columns(['owner']).expression(owners)),
    giveKeys: filled(giveKeys),
    insert: filled({ compile: () => insert.compile(db) }),
    unqueue: filled(db.deleteFrom('search_queue').where('message', 'in', places)),
  };
}

/** Numbers below zero are places for messages. The last message fills all that are left. */
function filled(query: Compilable): ForMessages {
  const { sql: text, parameters } = query.compile();
  return (messages) => ({
    sql: text,
    parameters: parameters.map((value) =>
      typeof value === 'number' && value < 0 ? (messages[-1 - value] ?? messages.at(-1)) : value,
    ),
  });
}
