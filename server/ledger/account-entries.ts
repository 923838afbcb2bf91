/** The texts of entries from what callers ask for, and whether two requests are the same. */
import canonicalize from 'canonicalize';
import { amountMax, type Entry, type EntryOf } from '../../shared/ledger/entries.ts';
import { LedgerError } from './ledger-error.ts';

export interface ExchangeFacts {
  /** Who asked; another account, or a key, may pay. */
  actor: string;
  service: string;
  /** The id of the route. */
  route: string;
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

/** What the entry says beside the exchange. */
export interface Charging {
  account: string;
  amount: number;
  at: string;
  /** Index of the hold that it ends, or `-`. */
  hold: string;
  id: string;
}

export function holdEntry({
  amount,
  ...rest
}: Omit<Charging, 'hold'> & { expires: string }): EntryOf<'hold'> {
  const { account, at, expires, id } = rest;
  return { account, amount: amountText(amount), at, expires, id, type: 'hold' };
}

export function chargeEntry(charging: Charging, facts: ExchangeFacts): EntryOf<'charge'> {
  const { actor, answer, finish, prompt, service, trace, usage } = facts;
  const { account, at, hold, id } = charging;
  return {
    account,
    actor,
    amount: amountText(charging.amount),
    answer,
    at,
    degraded: facts.degraded ? 'true' : 'false',
    finish,
    hold,
    id,
    inputTokens: amountText(facts.inputTokens),
    model: toWords(facts.model),
    outputTokens: amountText(facts.outputTokens),
    prompt,
    route: toWords(facts.route),
    service,
    trace,
    type: 'charge',
    usage,
  };
}

/** Reasons and names of models and routes, in the characters that entries may contain. */
export function toWords(text: string): string {
  return text.replaceAll(/[^ !#-[\]-~]/gu, '?').slice(0, 256);
}

export function amountText(amount: number): string {
  if (!Number.isSafeInteger(amount) || amount < 0 || amount > amountMax) {
    throw new RangeError(`An amount must be an integer from 0 to ${amountMax}, not ${amount}`);
  }
  return String(amount);
}
