/** The texts of entries from what callers ask for, and whether two requests are the same. */
import canonicalize from 'canonicalize';
import { amountMax, type Entry, type EntryOf } from '../../shared/ledger/entries.ts';
import { LedgerError } from './ledger-error.ts';

export interface ExchangeFacts {
  model: string;
  inputTokens: number;
  outputTokens: number;
  /** Whether the provider counted the tokens or Hilo estimated them. */
  usage: 'reported' | 'estimated';
  finish: string;
  trace: string;
  degraded: boolean;
  /** Commitments (see `commitTo`), never texts. */
  prompt: string;
  answer: string;
}

type Resolution = EntryOf<'settle'> | EntryOf<'release'> | EntryOf<'expire'>;

export function isResolution(entry: Entry): entry is Resolution {
  return entry.type === 'settle' || entry.type === 'release' || entry.type === 'expire';
}

export function heldBy(entry: Resolution): string {
  return entry.type === 'settle' ? String(Number(entry.amount) + Number(entry.returned)) : entry.amount;
}

/**
 * What must be equal for two requests to be the same: all but the times and what the ledger itself filled in.
 */
export function bodyOf(entry: Entry | undefined): string | undefined {
  if (entry === undefined) return undefined;
  const {
    at: _at,
    expires: _expires,
    balance: _balance,
    ...body
  } = entry as unknown as Record<string, string>;
  return canonicalize(body);
}

export function otherBody(id: string, earlier: Entry): LedgerError {
  const message = `The id ${id} was used before, for another ${earlier.type}`;
  return new LedgerError('conflict', message, { reason: 'duplicate_id', earlier: earlier.type });
}

export function exchangeEntry(
  account: string,
  id: string,
  at: string,
  facts: ExchangeFacts,
): EntryOf<'exchange'> {
  const { answer, finish, prompt, trace, usage } = facts;
  return {
    account,
    answer,
    at,
    degraded: facts.degraded ? 'true' : 'false',
    finish,
    id,
    inputTokens: amountText(facts.inputTokens),
    model: toWords(facts.model),
    outputTokens: amountText(facts.outputTokens),
    prompt,
    trace,
    type: 'exchange',
    usage,
  };
}

/** Reasons and names of models, in the characters that entries may contain. */
export function toWords(text: string): string {
  return text.replaceAll(/[^ !#-[\]-~]/gu, '?').slice(0, 256);
}

export function amountText(amount: number): string {
  if (!Number.isSafeInteger(amount) || amount < 0 || amount > amountMax) {
    throw new RangeError(`An amount must be an integer from 0 to ${amountMax}, not ${amount}`);
  }
  return String(amount);
}
