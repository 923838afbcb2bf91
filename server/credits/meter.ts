/** What the pipeline needs from the accounting. */
import type { ProviderName } from '../../shared/model-route.ts';
import type { SentAttachment } from '../attachments/attachment.ts';
import type { TurnPlacement } from '../conversations/turn-placement.ts';
import type { SpendingBudget } from './budgets.ts';
import type { Price } from './price-table.ts';

export interface TokenUsage {
  readonly inputTokens: number;
  /** Of the answer and of the thinking before it. */
  readonly outputTokens: number;
  readonly source: 'reported' | 'estimated';
  /** How many were drawn; they are paid by the piece. Undefined when it was not about images. */
  readonly images?: number | undefined;
}

/** The account that pays, and who asks. */
export interface Payer {
  readonly account: string;
  /** An account, or an API key (`key:ID`). */
  readonly actor: string;
  /** The address from which an account without an owner connects. */
  readonly address: string;
  /** The account of whoever asked, under which texts are kept, when another one pays. */
  readonly home?: string | undefined;
  /** Whose wallet pays, when it is a team's. */
  readonly team?: { readonly id: string; readonly name: string } | undefined;
  /** They bound what it may spend. */
  readonly budgets?: readonly SpendingBudget[] | undefined;
  /** The key of a rate window of its own, beside its owner's: an API key with a limit. */
  readonly ratedAs?: string | undefined;
}

export interface ReserveRequest {
  readonly payer: Payer;
  readonly trace: string;
  /** The routes that may answer. */
  readonly candidates: readonly { readonly route: string; readonly price: Price }[];
  /** Estimated, for the prompt as it will be sent. */
  readonly inputTokens: number;
  readonly maxOutputTokens: number;
  /** How many are wanted. */
  readonly images?: number | undefined;
  /** Of several calls together: what they may cost at most. */
  readonly amount?: number | undefined;
}

/** What an exchange was for. */
export type Service = 'chat' | 'completion' | 'embedding' | 'image' | 'summarize' | 'title';

export interface SettleFacts {
  readonly service: Service;
  readonly route: string;
  readonly provider: ProviderName;
  readonly model: string;
  readonly price: Price;
  readonly degraded: boolean;
  /** An exchange that failed after a part was delivered costs nothing, but is recorded too. */
  readonly finish: 'stop' | 'length' | 'cancelled' | 'failed';
  readonly usage: TokenUsage;
  readonly prompt: string;
  /** What was sent with the prompt; the ledger commits to it as well. */
  readonly attachments?: readonly SentAttachment[] | undefined;
  readonly answer: string;
  /** Where the turn is kept. */
  readonly placement: TurnPlacement;
  /** The settlement brings the proof; it costs more than the rest of the receipt. */
  readonly wantsProof?: boolean | undefined;
}

/** What allows the owner, and only the owner, to prove an exchange. */
export interface Receipt {
  /** Index of the exchange in the ledger. */
  readonly index: number;
  /**
   * C2SP tlog-proof: the entry as its extra data, the inclusion proof, the signed checkpoint. Only when it
   * was wanted.
   */
  readonly proof?: string;
  /** Salts of the two commitments in the entry, base64. */
  readonly promptSalt: string;
  readonly answerSalt: string;
}

export interface Settlement {
  readonly charged: number;
  readonly balance: number;
  /** By which what is kept of it is found; undefined without a ledger. */
  readonly exchange?: number | undefined;
  readonly receipt: Receipt;
}

/** Credits that are reserved for one exchange; ended exactly once, by `settle` or `release`. */
export interface Reservation {
  /** No more than the account can pay for. */
  readonly maxOutputTokens: number;
  /** Resolves when the charge is durable. Rejects with `ledger_unavailable`. */
  settle(facts: SettleFacts): Promise<Settlement>;
  /** Returns all the credits. */
  release(): void;
}

export interface Meter {
  /**
   * Rejects with `insufficient_credits`, `credits_held`, `address_credits_used`, `ledger_unavailable`, or
   * with the refusal of a budget.
   */
  reserve(request: ReserveRequest): Promise<Reservation>;
}
