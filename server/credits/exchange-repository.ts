/** `ExchangeTexts` on the store. */
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import { attachmentSteps } from '../attachments/attachment-rows.ts';
import { titleOf } from '../support/title.ts';
import type { Step } from '../store/batch.ts';
import type { Tables } from '../store/schema.ts';
import { StoreError } from '../store/store-error.ts';
import type { Store } from '../store/store.ts';
import {
  forgetRequests,
  forgetSharedTitles,
  removalOfJobs,
  removeAll,
  removeExchanges,
  type Removed,
} from '../store/text-removal.ts';
import type { AccountNumbers, NumberedAccount } from './account-numbers.ts';
import { hotStatements, type HotStatements } from './exchange-statements.ts';
import {
  exchangeId,
  exchangeNumber,
  PromptErased,
  type Erased,
  type Erasure,
  type ExchangeErasure,
  type ExchangeMark,
  type ExchangeTexts,
  type PromptSharer,
  type RecordedExchange,
  type StoredExchange,
} from './exchange-texts.ts';
import { nameByWordsLeft } from './title-after-erasing.ts';
import { growingCache } from '../support/growing-cache.ts';

/** The row of a conversation records when something was said in it, but not more often than this. */
const TOUCH_MS = 60_000;
const TOUCHES_REMEMBERED = 50_000;

const NOTHING: Removed = { exchanges: 0, conversations: [] };

export interface ExchangeRepositoryOptions {
  readonly store: Store;
  readonly accounts: AccountNumbers;
  readonly nextNumber: () => number;
}

export class ExchangeRepository implements ExchangeTexts {
  readonly #store: Store;
  readonly #accounts: AccountNumbers;
  readonly #hot: HotStatements;
  /** By owner: the conversation whose row was written last, and when. */
  readonly #touched = growingCache<string, { readonly number: number; readonly at: number }>(
    TOUCHES_REMEMBERED,
  );
  readonly nextNumber: () => number;

  constructor({ store, accounts, nextNumber }: ExchangeRepositoryOptions) {
    this.#store = store;
    this.#accounts = accounts;
    this.#hot = hotStatements(store.db);
    this.nextNumber = nextNumber;
  }

  get failure(): Error | undefined {
    return this.#store.failure;
  }

  async record(exchange: RecordedExchange): Promise<void> {
    const { account: name } = exchange;
    const account = this.#accounts.known(name) ?? (await this.#accounts.numberOf(name));
    if (exchange.placed.isNewPrompt) await this.#recordTurn(exchange, account);
    else await this.#recordAnswer(exchange, account);
    this.#accounts.noteStored(account, exchange.placed.conversation.owner);
  }

  async #recordTurn(exchange: RecordedExchange, account: NumberedAccount): Promise<void> {
    const { owner } = exchange.placed.conversation;
    const isTouched = this.#isTouched(exchange);
    try {
      await this.#write(exchange, account, isTouched ? [] : [this.#conversation(exchange)]);
    } catch (error) {
      if (!isTouched || !isRefused(error)) throw error;
      // It was erased in the meantime: the next message begins it anew.
      await this.#write(exchange, account, [this.#conversation(exchange)]);
    }
    if (!isTouched)
      this.#touched.set(owner, { number: exchange.placed.conversation.number, at: exchange.at });
  }

  /** Another answer to a prompt that was said before. */
  async #recordAnswer(exchange: RecordedExchange, account: NumberedAccount): Promise<void> {
    const { at, placed } = exchange;
    try {
      await this.#write(exchange, account, [this.#hot.touch([at, placed.conversation.number])]);
    } catch (error) {
      const { db } = this.#store;
      const prompt = db.selectFrom('messages').select('status').where('number', '=', placed.promptMessage);
      const { status = 'erased' } = (isRefused(error) && (await prompt.executeTakeFirst())) || {};
      if (!isRefused(error) || status !== 'erased') throw error;
      throw new PromptErased('The prompt was erased', { cause: error });
    }
  }

  async read(id: string): Promise<StoredExchange | undefined> {
    const row = await this.#store.db
      .selectFrom('exchanges')
      .innerJoin('accounts', 'accounts.number', 'exchanges.account')
      .innerJoin('messages as asked', 'asked.number', 'exchanges.prompt')
      .innerJoin('messages as answered', 'answered.number', 'exchanges.answer')
      .select(['exchanges.number', 'accounts.name as account', 'exchanges.at'])
      .select(['asked.text as prompt', 'answered.text as answer'])
      .select(['prompt_salt as promptSalt', 'answer_salt as answerSalt'])
      .where(named(id))
      .executeTakeFirst();
    return row;
  }

  async newestBelow(below: number, limit: number): Promise<ExchangeMark[]> {
    const rows = await this.#store.db
      .selectFrom('exchanges')
      .select(['number', 'entry_id', 'entries_before'])
      .where('number', '<', below)
      .orderBy('number', 'desc')
      .limit(limit)
      .execute();
    return rows.map(markOf);
  }

  async newestOf(account: string): Promise<ExchangeMark | undefined> {
    const row = await this.#store.db
      .selectFrom('exchanges')
      .innerJoin('accounts', 'accounts.number', 'exchanges.account')
      .select(['exchanges.number', 'entry_id', 'entries_before'])
      .where('accounts.name', '=', account)
      .orderBy('exchanges.number', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row && markOf(row);
  }

  async discard(ids: readonly string[]): Promise<void> {
    let removed = 0;
    for (const id of ids) {
      const row = await this.#numbers(id);
      if (row) removed += (await removeExchanges(this.#store, [row])).exchanges;
    }
    if (removed > 0) await this.#store.forgetBytes({ keepCopies: true });
  }

  async sharersOfPrompt(id: string): Promise<readonly PromptSharer[]> {
    const { db } = this.#store;
    const prompt = db.selectFrom('exchanges').select('prompt').where(named(id));
    const rows = await db
      .selectFrom('messages')
      .innerJoin('exchanges', 'exchanges.number', 'messages.exchange')
      .innerJoin('accounts', 'accounts.number', 'exchanges.account')
      .where('messages.parent', '=', prompt)
      .where('messages.role', '=', 'assistant')
      .select(['exchanges.number', 'entry_id', 'entries_before', 'accounts.name'])
      .execute();
    return rows.map((row) => ({ ...markOf(row), account: row.name }));
  }

  async erase(erasures: readonly ExchangeErasure[]): Promise<Erased> {
    const rows: Numbers[] = [];
    const notes: Step[] = [];
    for (const erasure of erasures) {
      const row = await this.#numbers(erasure.entry, erasure.account);
      if (row) rows.push(row);
      notes.push(this.#note(erasure, row?.number ?? 0));
    }
    const named = erasures.flatMap(({ entry }) => exchangeNumber(entry) ?? []);
    const numbers = [...new Set([...named, ...rows.map(({ number }) => number)])];
    if (rows.length === 0) {
      const accounts = erasures.map(({ account }) => account);
      const { db } = this.#store;
      const jobs = removalOfJobs(db, numbers, accounts);
      const changed = await this.#store.write([...notes, ...forgetRequests(db, numbers), jobs]);
      const exchanges = changed.at(-1) ?? 0;
      if (exchanges > 0) await this.#store.forgetBytes();
      return { ...NOTHING, exchanges, numbers };
    }
    const removed = await this.#eraseTexts(rows, notes);
    await this.#store.forgetBytes();
    return { ...removed, numbers };
  }

  async erased(erasureId: string): Promise<void> {
    await this.#store.write([this.#store.db.deleteFrom('erasures').where('id', '=', erasureId).compile()]);
  }

  async pendingErasures(): Promise<Erasure[]> {
    const rows = await this.#store.db.selectFrom('erasures').selectAll().execute();
    // A crash may have happened between the note and the rest.
    for (const { account, exchange, number } of rows)
      if (exchange === null) await this.#remove(account, number);
    // Erasures of version 0.1 were carried out before its texts were copied.
    const keepCopies = rows.every(({ number }) => number === 0);
    if (rows.length > 0) await this.#store.forgetBytes({ keepCopies });
    return rows.map(({ id, account, exchange, by }) => ({ id, account, exchange, by }));
  }

  /** Whether the conversation's row is of this minute, and no other row of its owner was written since. */
  #isTouched({ at, placed: { conversation } }: RecordedExchange): boolean {
    const touched = this.#touched.get(conversation.owner);
    return touched?.number === conversation.number && at - touched.at < TOUCH_MS;
  }

  async #write(exchange: RecordedExchange, account: NumberedAccount, conversation: Step[]): Promise<void> {
    await this.#store.write([
      ...this.#accounts.stepsFor(account, exchange.placed.conversation.owner),
      ...this.#guest(exchange, account),
      ...conversation,
      ...this.#messages(exchange, account),
      this.#exchange(exchange, account),
      ...this.#places(exchange),
    ]);
  }

  #guest({ at, placed: { newGuest } }: RecordedExchange, { number: account }: NumberedAccount): Step[] {
    if (!newGuest) return [];
    const { id, tokenHash = null, createdAt } = newGuest;
    return [this.#hot.guest([id, tokenHash, account, createdAt, at])];
  }

  #conversation({ at, prompt, placed }: RecordedExchange): Step {
    const { number, id, owner, createdAt } = placed.conversation;
    return this.#hot.conversation([number, id, owner, titleOf(prompt), 'open', createdAt, at, at]);
  }

  #messages({ number, at, ...said }: RecordedExchange, { number: account }: NumberedAccount): Step[] {
    const { prompt, answer, status, placed } = said;
    const { conversation, parent, promptMessage, answerMessage } = placed;
    // A send that failed may be repeated under the same id.
    const clientId = status === 'ok' && answer !== '' ? (placed.clientMessageId ?? null) : null;
    const sender = [clientId === null ? null : account, clientId, at] as const;
    const answered = [promptMessage, 'assistant', answer, status, number] as const;
    if (!placed.isNewPrompt) {
      return [this.#hot.secondAnswer([answerMessage, promptMessage, ...answered, ...sender])];
    }
    const asked = [promptMessage, conversation.number, parent, 'user', prompt, status, number] as const;
    return [
      this.#hot.message([...asked, ...sender]),
      ...attachmentSteps(this.#store.db, promptMessage, said.attachments),
      this.#hot.message([answerMessage, conversation.number, ...answered, null, null, at]),
    ];
  }

  /** A device without a row stands at the newest message. */
  #places({ at, placed }: RecordedExchange): Step[] {
    const { movedDevice, staying, conversation } = placed;
    const { db } = this.#store;
    const steps: Step[] = [];
    if (movedDevice !== undefined) {
      const places = db.deleteFrom('places').where('conversation', '=', conversation.number);
      steps.push(places.where('device', '=', movedDevice).compile());
    }
    for (const device of staying?.devices ?? []) {
      const place = { message: staying?.message ?? 0, updated_at: at };
      const row = db.insertInto('places').values({ conversation: conversation.number, device, ...place });
      steps.push(
        row.onConflict((one) => one.columns(['conversation', 'device']).doUpdateSet(place)).compile(),
      );
    }
    return steps;
  }

  #exchange(exchange: RecordedExchange, { number: account }: NumberedAccount): Step {
    const { number, at, entriesBefore, trace, promptSalt, answerSalt, placed } = exchange;
    const { promptMessage, answerMessage } = placed;
    return this.#hot.exchange([
      number,
      account,
      at,
      entriesBefore,
      trace,
      promptMessage,
      answerMessage,
      promptSalt,
      answerSalt,
    ]);
  }

  /** Meanwhile no exchange of the account is written: the ledger's entry covers what came before it. */
  async eraseAll(erasure: Erasure): Promise<Erased> {
    const [newest] = await this.newestBelow(Number.MAX_SAFE_INTEGER, 1);
    // Exchanges of which only files are kept have no row of their own.
    const { filed } = await this.#store.db
      .selectFrom('artifact_requests')
      .select((each) => each.fn.max('exchange').as('filed'))
      .executeTakeFirstOrThrow();
    // Jobs have numbers of the same sequence.
    const { job } = await this.#store.db
      .selectFrom('jobs')
      .select((each) => each.fn.max('number').as('job'))
      .executeTakeFirstOrThrow();
    const upTo = Math.max(newest?.number ?? 0, filed ?? 0, job ?? 0);
    await this.#store.write([this.#note(erasure, upTo)]);
    const removed = await this.#remove(erasure.account, upTo);
    await this.#store.forgetBytes();
    const { owner = null } = (await this.#accounts.find(erasure.account)) ?? {};
    return { ...removed, isEverything: true, owner };
  }

  async #remove(accountName: string, upTo: number): Promise<Removed> {
    const account = await this.#accounts.find(accountName);
    if (!account) return NOTHING;
    return removeAll(this.#store, { account: account.number, owner: account.owner, upTo });
  }

  /** The messages stay in their tree, without text; everything that could prove them is deleted. */
  async #eraseTexts(rows: readonly Numbers[], notes: readonly Step[]): Promise<Erased> {
    const { db } = this.#store;
    const numbers = rows.map(({ number }) => number);
    const prompts = rows.map(({ prompt }) => prompt);
    const messages = [...prompts, ...rows.map(({ answer }) => answer)];
    const holder = db.selectFrom('messages').select('conversation').where('number', 'in', prompts);
    const conversations = await db
      .selectFrom('conversations')
      .select('id')
      .where('number', 'in', holder)
      .execute();
    const ids = conversations.map(({ id }) => id);
    const said = await db.selectFrom('messages').select('text').where('number', 'in', prompts).execute();
    const titles = said.map(({ text }) => titleOf(text));
    const [exchanges = 0] = await this.#store.write([
      db.deleteFrom('exchanges').where('number', 'in', numbers).compile(),
      ...forgetRequests(db, numbers),
      ...notes,
      db
        .updateTable('messages')
        .set({ text: '', status: 'erased' })
        .where('number', 'in', messages)
        .compile(),
      // Titles consist of the first words, or come from a model that was told the first message.
      db
        .updateTable('conversations')
        .set({ title: '' })
        .where('number', 'in', holder)
        .where('title_source', '<>', 'owner')
        .where((each) =>
          each.or([each('number', 'in', holder.where('parent', 'is', null)), each('title', 'in', titles)]),
        )
        .compile(),
      forgetSharedTitles(db, holder),
    ]);
    await nameByWordsLeft(this.#store, ids);
    return { exchanges, conversations: ids };
  }

  #note({ id, account, exchange, by }: Erasure, number: number): Step {
    return this.#store.db
      .insertInto('erasures')
      .values({ id, account, exchange, by, number })
      .onConflict((one) => one.column('id').doNothing())
      .compile();
  }

  async #numbers(id: string, account?: string): Promise<Numbers | undefined> {
    const row = await this.#store.db
      .selectFrom('exchanges')
      .innerJoin('accounts', 'accounts.number', 'exchanges.account')
      .select(['exchanges.number', 'exchanges.prompt', 'exchanges.answer', 'accounts.name'])
      .where(named(id))
      .executeTakeFirst();
    return row && (account === undefined || row.name === account) ? row : undefined;
  }
}

interface Numbers {
  readonly number: number;
  readonly prompt: number;
  readonly answer: number;
}

function markOf(row: Pick<Tables['exchanges'], 'number' | 'entry_id' | 'entries_before'>): ExchangeMark {
  const { number, entry_id, entries_before } = row;
  return { number, id: entry_id ?? exchangeId(number), entriesBefore: entries_before };
}

function isRefused(error: unknown): boolean {
  return error instanceof StoreError && error.kind === 'constraint';
}

/** Ids of version 0.1 are in another column. */
function named(id: string): Where {
  const number = exchangeNumber(id);
  return number === undefined
    ? (each) => each('exchanges.entry_id', '=', id)
    : (each) => each('exchanges.number', '=', number);
}

type Where = (
  each: ExpressionBuilder<Tables, 'exchanges'>,
) => ExpressionWrapper<Tables, 'exchanges', SqlBool>;
