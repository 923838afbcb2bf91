/**
 * Sends that were answered before, also by an earlier run of the server: the answer as it was given, from
 * the store and the ledger.
 */
import { HiloError } from '../../shared/errors.ts';
import { exchangeId } from './exchange-texts.ts';
import type { TokenUsage } from './meter.ts';
import type { ExchangeReceipt, LocatedExchange, Receipts } from './receipts.ts';
import type { Wallets } from './wallets.ts';

export interface StoredAnswer {
  readonly text: string;
  readonly trace: string;
  /** Its id. */
  readonly conversation: string;
  readonly finishReason: 'stop' | 'length';
  readonly model: string;
  readonly degraded: boolean;
  readonly usage: TokenUsage;
  /** What it cost then, and the balance now. */
  readonly credits: { readonly charged: number; readonly balance: number };
  readonly receipt: ExchangeReceipt;
}

export interface AnsweredSend {
  readonly prompt: string;
  readonly promptMessage: number;
  readonly answerMessage: number;
  /** The message that the prompt follows. */
  readonly parent: number | null;
  /** `assistant` when a prompt that was said before was answered once more. */
  readonly role: 'user' | 'assistant';
  /** Reads the ledger. */
  read(signal: AbortSignal): Promise<StoredAnswer>;
}

export interface Sender {
  readonly owner: string;
  readonly account: string;
}

/** A seam. Everything rejects with `HiloError` only. */
export interface AnsweredSends {
  /** `erased` when its texts are gone; undefined when there is no such send. */
  find(sender: Sender, clientMessageId: string): Promise<AnsweredSend | 'erased' | undefined>;
}

interface StoredSend extends Omit<AnsweredSend, 'read'> {
  readonly conversation: string;
  readonly exchange: number;
  /** Null when it was erased. */
  readonly entriesBefore: number | null;
  readonly answer: string;
}

export interface LedgerAnsweredSendsOptions {
  readonly sends: {
    findByClientMessageId(owner: string, clientMessageId: string): Promise<StoredSend | undefined>;
  };
  readonly receipts: Pick<Receipts, 'locate' | 'receipt'>;
  readonly wallets: Pick<Wallets, 'balance'>;
}

export class LedgerAnsweredSends implements AnsweredSends {
  readonly #options: LedgerAnsweredSendsOptions;

  constructor(options: LedgerAnsweredSendsOptions) {
    this.#options = options;
  }

  async find(sender: Sender, clientMessageId: string): Promise<AnsweredSend | 'erased' | undefined> {
    const { sends } = this.#options;
    const stored = await sends.findByClientMessageId(sender.owner, clientMessageId).catch(unavailable);
    if (!stored) return undefined;
    const { prompt, promptMessage, answerMessage, parent, role, entriesBefore } = stored;
    if (entriesBefore === null) return 'erased';
    const read = (signal: AbortSignal) => this.#read(sender, { ...stored, entriesBefore }, signal);
    return { prompt, promptMessage, answerMessage, parent, role, read };
  }

  async #read(
    { account }: Sender,
    { exchange, entriesBefore, answer, conversation }: StoredSend & { readonly entriesBefore: number },
    signal: AbortSignal,
  ): Promise<StoredAnswer> {
    const { receipts, wallets } = this.#options;
    const located = await receipts.locate({ id: exchangeId(exchange), entriesBefore }, signal);
    if (!located) throw new HiloError('ledger_unavailable');
    const reader = { account, isAdmin: false };
    const {
      entry: _entry,
      charged: _charged,
      ...receipt
    } = await receipts.receipt(reader, located.index, signal);
    const { available: balance } = await wallets.balance(located.entry.account);
    const credits = { charged: located.charged, balance };
    return { text: answer, conversation, credits, receipt, ...factsOf(located) };
  }
}

function unavailable(cause: unknown): never {
  throw new HiloError('ledger_unavailable', { cause });
}

function factsOf({ entry }: LocatedExchange) {
  const { trace, model, degraded, finish, inputTokens, outputTokens, usage: source } = entry;
  const finishReason = finish === 'length' ? ('length' as const) : ('stop' as const);
  const usage = { inputTokens: Number(inputTokens), outputTokens: Number(outputTokens), source };
  return { trace, model, degraded: degraded === 'true', finishReason, usage };
}
