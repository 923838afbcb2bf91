/** The contract of the exchange pipeline: the one way by which a message reaches a model. */
import type { HiloError } from '../../shared/errors.ts';
import type { DrawnImage, ImageSize } from '../images/drawn-image.ts';
import type { ReadAttachment, SentAttachment, SentFacts } from '../attachments/attachment.ts';
import type { FinishReason, LlmMessage, LlmOptions } from '../models/model-client.ts';
import type { Finish, ToolCall } from '../../shared/operations/completion-shapes.ts';
import type { TurnPlacement } from '../conversations/turn-placement.ts';
import type { History } from '../conversations/history.ts';
import type { Meter, Payer, Receipt, Service, TokenUsage } from '../credits/meter.ts';
import type { Locale } from '../../shared/locale.ts';
import type { ProviderName } from '../../shared/model-route.ts';
import type { RouteUser } from '../models/route.ts';
import type { AbortSource } from '../support/lazy-abort.ts';

/** Of a conversation, or without one. */
export type ExchangeRequest = ExchangeBasics & (Spoken | Stateless);

/** A message of a conversation. */
export interface Spoken {
  /** The pipeline takes the newest whole turns that fit. */
  readonly history: History;
  /** For the model, after the operator's system prompt; cut where they do not fit. */
  readonly instructions?: string | undefined;
  readonly attachments?: Attachments | undefined;
  readonly task?: undefined;
}

/** By the number of the message; of images the last ones. What was erased meanwhile is missing. */
export type ReadEarlier = (
  messages: readonly number[],
  images: { readonly imagesMax: number },
) => Promise<ReadonlyMap<number, readonly SentAttachment[]>>;

/** What is sent with a message, and how what was sent with earlier ones is found. */
export interface Attachments {
  readonly own: readonly ReadAttachment[];
  /** Their texts may be cut to fit; those of a message that was said before are sent as they were. */
  readonly mayCut: boolean;
  readonly earlier: ReadEarlier;
}

/** What is given whole: nothing is added to it and nothing left out. */
export interface Stateless {
  readonly task: Task;
  readonly history?: undefined;
  readonly instructions?: undefined;
  readonly attachments?: undefined;
}

export type Task = CompletionTask | EmbeddingTask | ImageTask;

export interface CompletionTask {
  readonly kind: 'completion';
  readonly messages: readonly LlmMessage[];
  readonly options: LlmOptions;
  /** No more than the route allows. */
  readonly maxOutputTokens: number | undefined;
  /** The companion, which is not a model, can do nothing with it. */
  readonly needsModel?: true;
}

export interface EmbeddingTask {
  readonly kind: 'embeddings';
  readonly input: readonly string[];
  readonly dimensions: number | undefined;
}

export interface ImageTask {
  readonly kind: 'image';
  readonly prompt: string;
  readonly style: string | undefined;
  readonly size: ImageSize;
  readonly seed: number | undefined;
  /** How many. */
  readonly count: number;
}

export interface ExchangeBasics {
  /**
   * Whose message it is: the key of the rate window, and of the place in the queue among those of its
   * address.
   */
  readonly owner: string;
  readonly payer: Payer;
  readonly service: Service;
  /** `Usuario-N:mM` */
  readonly trace: string;
  /** By which a client of the gateway knows its request. */
  readonly clientRequestId?: string | undefined;
  /** The message; of a task what the ledger commits to. */
  readonly text: string;
  readonly locale: Locale;
  /** The id of a route; the default when absent. */
  readonly route?: string | undefined;
  /** Which routes may be used. */
  readonly access: RouteUser;
  /** Where the turn is kept once it is over. */
  readonly placement: TurnPlacement;
  /** One of several for one request, which has its place in the rate window already. */
  readonly hasPlace?: true;
  /** Where its credits come from; what the account has when left out. */
  readonly meter?: Meter | undefined;
  /**
   * Set when nobody waits for it in person: it takes no place of the rate window, and waits for a slot behind
   * everybody who does. Called while it has a slot that somebody waits for.
   */
  readonly giveWay?: (() => void) | undefined;
  /** The receipt of the result brings its proof. */
  readonly wantsProof?: boolean | undefined;
  /** Ends it with a reason that its sender is told: what it may do has changed. */
  readonly stop?: ((reason: HiloError) => void) | undefined;
  /** The only way to cancel, in every stage; the exchange then rejects with `cancelled`. */
  readonly signal: AbortSource;
}

export type ExchangeEvent =
  /**
   * 1 is next in line. Reported when it changes, at most four times a second; never when the call starts at
   * once.
   */
  | { readonly type: 'queued'; readonly position: number }
  | {
      readonly type: 'started';
      readonly model: string;
      readonly degraded: boolean;
      /** The id of the route. */
      readonly route: string;
      /** Estimated for the prompt. */
      readonly inputTokens: number;
    }
  /** The model is being loaded; reported once for each `started`. */
  | { readonly type: 'loading' }
  /** The model's reasoning: shown apart, paid for, and no part of the answer. */
  | { readonly type: 'thinking'; readonly text: string }
  | { readonly type: 'delta'; readonly text: string }
  | ToolCallEvent
  | VectorEvent
  | ImageEvent;

/** Only of a completion with tools. The first one of a call has its id and name. */
export interface ToolCallEvent {
  readonly type: 'toolCall';
  readonly index: number;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  /** Of the arguments. */
  readonly text: string;
}

/** Only of embeddings; base64. */
export interface VectorEvent {
  readonly type: 'vector';
  readonly index: number;
  readonly vector: string;
}

/** Only of an image task. */
export interface ImageEvent {
  readonly type: 'image';
  /** From 0. */
  readonly index: number;
  readonly image: DrawnImage;
}

/** Where the events of one exchange go. */
export interface ExchangeSink {
  event(event: ExchangeEvent): void;
  /** Undefined when the next event may come at once; else resolves when it is worth asking again. */
  ready(): Promise<void> | undefined;
}

export interface ChargedWallet {
  readonly charged: number;
  readonly balance: number;
  readonly team?: string;
}

export interface ExchangeResult {
  readonly text: string;
  readonly thinking: string;
  readonly toolCalls: readonly ToolCall[];
  /** Of embeddings: how many, and how long each is. */
  readonly vectors: { readonly count: number; readonly dimensions: number };
  /** SHA-256 of each image, in hexadecimal, in order. */
  readonly images: readonly string[];
  /** As the ledger has it … */
  readonly finishReason: FinishReason;
  /** … and in full. */
  readonly finish: Finish;
  readonly stopSequence: string | undefined;
  /** The id of the route that answered. */
  readonly route: string;
  readonly provider: ProviderName;
  readonly model: string;
  /** The offline companion stood in for a configured model that did not answer. */
  readonly degraded: boolean;
  /** Earlier messages that the model was sent with it; what was said before those did not fit. */
  readonly remembered: number;
  /** As they were sent; undefined where there are none. */
  readonly attachments?: readonly SentFacts[];
  readonly usage: TokenUsage;
  /** Parts of the two counts, where the model server reports them. */
  readonly usageParts: { readonly cachedInputTokens?: number; readonly thinkingTokens?: number };
  /** Of the wallet that has paid; with the name of the team, if it is a team's. */
  readonly credits: ChargedWallet;
  /** The number of the exchange, by which what is kept of it is found. */
  readonly exchange: number | undefined;
  readonly receipt: Receipt;
}

/**
 * Sends events in the order queued* started loading? thinking* delta*, then resolves with the result; the
 * deltas joined are its text. A completion may mix thinking, deltas and tool calls; embeddings have vectors
 * only, and image tasks images. `started` comes again when a route failed before its first token and the next
 * one took over.
 *
 * Rejects with `HiloError` only: not_found (the route), message_too_long, context_length_exceeded,
 * unsupported, upstream_refused (the three of a task), invalid_params, rate_limited,
 * insufficient_credits, credits_held, ledger_unavailable, queue_full, cancelled, empty_answer,
 * upstream_failed, upstream_timeout, upstream_unavailable, upstream_rate_limited, draining (and internal, for
 * a fault of ours). Before it rejects for another reason than a refusal, the sink has everything that came
 * from the model.
 *
 * While the sink is not ready, the model is read ahead of it by a bounded length only, and the timeouts of
 * the model stand still. A cancelled exchange does not wait for the sink.
 */
export type Exchange = (request: ExchangeRequest, sink: ExchangeSink) => Promise<ExchangeResult>;
