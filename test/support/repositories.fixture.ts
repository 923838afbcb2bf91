/** The repositories of a store, as the server puts them together, and turns to write with them. */
import { randomUUID } from 'node:crypto';
import { ConversationRepository } from '../../server/conversations/conversation-repository.ts';
import type { StoredTurn } from '../../server/conversations/conversation.ts';
import type { HistoryLimits } from '../../server/conversations/history.ts';
import { MessageTreeReader } from '../../server/conversations/message-tree.ts';
import type { PlacedTurn } from '../../server/conversations/turn-placement.ts';
import { AccountNumbers } from '../../server/credits/account-numbers.ts';
import { ExchangeRepository } from '../../server/credits/exchange-repository.ts';
import { exchangeId, type RecordedExchange } from '../../server/credits/exchange-texts.ts';
import { GuestRepository } from '../../server/identity/guest-repository.ts';
import type { Guest } from '../../server/identity/principal.ts';
import { openSequence } from '../../server/store/sequence.ts';
import type { Store } from '../../server/store/store.ts';

export const AT = 1_700_000_000_000;

export interface TestRepositories {
  readonly store: Store;
  readonly accounts: AccountNumbers;
  readonly exchanges: ExchangeRepository;
  readonly conversations: ConversationRepository;
  readonly messages: MessageTreeReader;
  readonly guests: GuestRepository;
  readonly nextMessage: () => number;
  readonly nextConversation: () => number;
}

export async function openRepositories(store: Store): Promise<TestRepositories> {
  const names = ['accounts', 'exchanges', 'messages', 'conversations'];
  const sequences = new Map(
    await Promise.all(names.map(async (name) => [name, await openSequence(store, name)] as const)),
  );
  const next = (name: string) => () => sequences.get(name)?.next() ?? 0;
  const accounts = new AccountNumbers(store, next('accounts'));
  return {
    store,
    accounts,
    exchanges: new ExchangeRepository({ store, accounts, nextNumber: next('exchanges') }),
    conversations: new ConversationRepository(store),
    messages: new MessageTreeReader(store),
    guests: new GuestRepository(store),
    nextMessage: next('messages'),
    nextConversation: next('conversations'),
  };
}

/** What is read of the branch that ends in the newest answer. */
export async function newestWindow(
  conversations: ConversationRepository,
  { id, owner }: { readonly id: string; readonly owner: string },
  limits: HistoryLimits,
): Promise<{ turns: readonly StoredTurn[]; leaf: number | null }> {
  const found = await conversations.byId(id, owner);
  const leaf = found?.newest ?? null;
  return {
    leaf,
    turns: found && leaf !== null ? await conversations.window(found.number, leaf, limits) : [],
  };
}

/** A guest with one conversation, and the message that the next turn follows. */
export class Talk {
  readonly guest: Guest;
  readonly conversation: PlacedTurn['conversation'];
  parent: number | null = null;
  readonly #repositories: TestRepositories;

  constructor(repositories: TestRepositories, id: string = randomUUID(), tokenHash?: Uint8Array) {
    this.#repositories = repositories;
    const [owner, account] = [`guest:${id}`, `guest:${id}`];
    this.guest = { id, owner, account, tokenHash, createdAt: AT, isStored: false, isReturning: false };
    const number = repositories.nextConversation();
    this.conversation = { number, id: randomUUID(), owner, createdAt: AT };
  }

  /** Records a turn, or another answer to the message `answers`; returns its id in the ledger. */
  async say(
    prompt: string,
    changes: Partial<RecordedExchange> & { clientMessageId?: string; answers?: number } = {},
  ): Promise<string> {
    const { clientMessageId, answers, ...rest } = changes;
    const { exchanges, nextMessage } = this.#repositories;
    const number = exchanges.nextNumber();
    const [promptMessage, answerMessage] = [answers ?? nextMessage(), nextMessage()];
    const { conversation, guest, parent } = this;
    const newGuest = guest.isStored ? undefined : guest;
    const exchange: RecordedExchange = {
      number,
      account: guest.account,
      at: AT,
      entriesBefore: 0,
      trace: `Usuario-1:m${number}`,
      prompt,
      answer: `answer to ${prompt}`,
      status: 'ok',
      promptSalt: saltOf('p', number),
      answerSalt: saltOf('q', number),
      placed: {
        conversation,
        newGuest,
        parent,
        promptMessage,
        isNewPrompt: answers === undefined,
        answerMessage,
        clientMessageId,
        movedDevice: undefined,
        staying: undefined,
      },
      ...rest,
    };
    await exchanges.record(exchange);
    guest.isStored = true;
    if (exchange.status !== 'failed' && exchange.answer !== '') this.parent = answerMessage;
    return exchangeId(number);
  }
}

/** Recognisable among the bytes of a file. */
export function saltOf(letter: string, number: number): Buffer {
  return Buffer.from(`${letter.repeat(24)}${String(number).padStart(8, '0')}`);
}
