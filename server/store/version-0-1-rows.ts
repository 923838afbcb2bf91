/** Copies the rows of version 0.1 into the tables of today: a conversation for each account. */
import { hash } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import { titleOf } from '../support/title.ts';
import type { Tables } from './schema.ts';

const ROWS_AT_ONCE = 100;
const SEQUENCES = ['accounts', 'conversations', 'exchanges', 'messages'] as const;

export interface OldTables {
  contents: OldRow;
  erasures: { id: string; account: string; exchange: number | null; by: string };
}

interface OldRow {
  readonly rowid: number;
  readonly id: string;
  readonly account: string;
  readonly at: number;
  readonly entriesBefore: number;
  readonly prompt: string;
  readonly answer: string;
  readonly promptSalt: Uint8Array;
  readonly answerSalt: Uint8Array;
}

/** Account by account, so that only a page of rows is in memory. Returns how many rows there were. */
export function importRows(old: Kysely<OldTables>, target: Transaction<Tables>): Promise<number> {
  return new Import(old, target).run();
}

interface CurrentAccount {
  readonly name: string;
  readonly number: number;
  readonly conversation: number;
  /** The message that the next turn follows. */
  leaf: number | null;
  updatedAt: number;
}

class Import {
  readonly #old: Kysely<OldTables>;
  readonly #target: Transaction<Tables>;
  readonly #next = new Map<string, number>();
  #current: CurrentAccount | undefined;

  constructor(old: Kysely<OldTables>, target: Transaction<Tables>) {
    this.#old = old;
    this.#target = target;
  }

  async run(): Promise<number> {
    for (const name of SEQUENCES) this.#next.set(name, await nextOf(this.#target, name));
    const { greatest } = await this.#old
      .selectFrom('contents')
      .select((each) => each.fn.max('rowid').as('greatest'))
      .executeTakeFirstOrThrow();
    let count = 0;
    for (let after: OldRow | undefined, isMore = true; isMore;) {
      const page = await this.#page(after);
      for (const rows of runsOfOneAccount(page)) await this.#add(rows);
      count += page.length;
      after = page.at(-1);
      isMore = page.length === ROWS_AT_ONCE;
    }
    await this.#endAccount();
    await this.#erasures();
    await this.#endSequences(greatest ?? 0);
    return count;
  }

  #page(after: OldRow | undefined): Promise<OldRow[]> {
    const rows = this.#old
      .selectFrom('contents')
      .select(['rowid', 'id', 'account', 'at', 'entriesBefore', 'prompt', 'answer'])
      .select(['promptSalt', 'answerSalt'])
      .orderBy('account')
      .orderBy('rowid')
      .limit(ROWS_AT_ONCE);
    const { account, rowid } = after ?? {};
    return after
      ? rows.where(sql<boolean>`(account, rowid) > (${account}, ${rowid})`).execute()
      : rows.execute();
  }

  async #add(rows: readonly OldRow[]): Promise<void> {
    const current = await this.#accountOf(rows);
    const messages: Tables['messages'][] = [];
    const exchanges: Tables['exchanges'][] = [];
    for (const row of rows) {
      const exchange = exchangeOf(row, current.number, this.#next);
      exchanges.push(exchange);
      messages.push(...messagesOf(row, exchange, current));
      // Nothing follows a turn without an answer.
      if (row.answer !== '') current.leaf = exchange.answer;
      current.updatedAt = row.at;
    }
    await this.#target.insertInto('messages').values(messages).execute();
    await this.#target.insertInto('exchanges').values(exchanges).execute();
  }

  async #accountOf([first]: readonly OldRow[]): Promise<CurrentAccount> {
    const { account: name = '', at = 0, prompt = '' } = first ?? {};
    if (this.#current?.name === name) return this.#current;
    await this.#endAccount();
    const owner = `account:${name}`;
    const number = await this.#accountNumber(name, owner);
    const conversation = this.#take('conversations');
    await this.#target
      .insertInto('conversations')
      .values({
        number: conversation,
        id: uuidOf(name, at),
        owner,
        title: titleOf(prompt),
        status: 'open',
        created_at: at,
        updated_at: at,
      })
      .execute();
    return (this.#current = { name, number, conversation, leaf: null, updatedAt: at });
  }

  async #accountNumber(name: string, owner: string): Promise<number> {
    const known = await this.#target
      .selectFrom('accounts')
      .select('number')
      .where('name', '=', name)
      .executeTakeFirst();
    if (known) {
      await this.#target.updateTable('accounts').set({ owner }).where('number', '=', known.number).execute();
      return known.number;
    }
    const number = this.#take('accounts');
    await this.#target.insertInto('accounts').values({ number, name, owner }).execute();
    return number;
  }

  async #endAccount(): Promise<void> {
    if (!this.#current) return;
    const { conversation, updatedAt } = this.#current;
    await this.#target
      .updateTable('conversations')
      .set({ updated_at: updatedAt })
      .where('number', '=', conversation)
      .execute();
  }

  /** Their texts are gone from the old tables; only their entry in the ledger is missing. */
  async #erasures(): Promise<void> {
    const rows = await this.#old.selectFrom('erasures').select(['id', 'account', 'exchange', 'by']).execute();
    if (rows.length === 0) return;
    const erasures = rows.map((row) => ({ ...row, number: 0 }));
    const insert = this.#target.insertInto('erasures').values(erasures);
    await insert.onConflict((one) => one.column('id').doNothing()).execute();
  }

  async #endSequences(greatestRow: number): Promise<void> {
    this.#next.set('exchanges', (this.#next.get('exchanges') ?? 1) + greatestRow);
    this.#next.set('messages', (this.#next.get('messages') ?? 1) + greatestRow * 2);
    for (const [name, next] of this.#next) {
      const row = this.#target.insertInto('sequences').values({ name, next });
      await row.onConflict((one) => one.column('name').doUpdateSet({ next })).execute();
    }
  }

  #take(name: string): number {
    const number = this.#next.get(name) ?? 1;
    this.#next.set(name, number + 1);
    return number;
  }
}

/** In the order in which the old rows came, whatever the order in which they are read. */
function exchangeOf(row: OldRow, account: number, next: ReadonlyMap<string, number>): Tables['exchanges'] {
  const number = (next.get('exchanges') ?? 1) + row.rowid - 1;
  const prompt = (next.get('messages') ?? 1) + (row.rowid - 1) * 2;
  return {
    number,
    entry_id: row.id,
    account,
    at: row.at,
    entries_before: row.entriesBefore,
    // The id was the run of the server, a colon, and the trace.
    trace: row.id.slice(row.id.indexOf(':') + 1),
    prompt,
    answer: prompt + 1,
    prompt_salt: row.promptSalt,
    answer_salt: row.answerSalt,
  };
}

function messagesOf(
  row: OldRow,
  exchange: Tables['exchanges'],
  current: CurrentAccount,
): Tables['messages'][] {
  const common = {
    conversation: current.conversation,
    status: 'ok',
    exchange: exchange.number,
    account: null,
    client_message_id: null,
    created_at: row.at,
  } as const;
  return [
    { ...common, number: exchange.prompt, parent: current.leaf, role: 'user', text: row.prompt },
    { ...common, number: exchange.answer, parent: exchange.prompt, role: 'assistant', text: row.answer },
  ];
}

function* runsOfOneAccount(rows: readonly OldRow[]): Generator<OldRow[]> {
  let run: OldRow[] = [];
  for (const row of rows) {
    if (run[0] && run[0].account !== row.account) {
      yield run;
      run = [];
    }
    run.push(row);
  }
  if (run.length > 0) yield run;
}

/** A UUIDv7 whose random part follows from the account, so that repeating the import gives the same. */
function uuidOf(account: string, at: number): string {
  const time = at.toString(16).padStart(12, '0').slice(-12);
  const random = hash('sha256', `hilo conversation of ${account}`, 'hex');
  const variant = '89ab'.charAt(Number.parseInt(random.charAt(3), 16) % 4);
  const [one, two, three] = [random.slice(0, 3), random.slice(4, 7), random.slice(8, 20)];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${one}-${variant}${two}-${three}`;
}

async function nextOf(target: Transaction<Tables>, name: string): Promise<number> {
  const row = await target.selectFrom('sequences').select('next').where('name', '=', name).executeTakeFirst();
  return row?.next ?? 1;
}
