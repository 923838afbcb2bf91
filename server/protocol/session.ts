/**
 * A conversation in progress: who it is, what was said, what runs. On the JSON-RPC face it can outlive its
 * connection (`session.hello`); on the text face it ends with it.
 */
import type { Access } from '../identity/access.ts';
import { History, type HistoryLimits } from '../conversations/history.ts';
import type { RequestId } from '../operations/call.ts';
import type { JsonChannel } from './json-channel.ts';
import type { Locale } from '../../shared/locale.ts';
import type { OutputOf } from '../../shared/define-operation.ts';
import type { Operations } from '../../shared/operations/index.ts';

export type SendResult = OutputOf<Operations['chat.send']>;

interface RememberedSend {
  readonly text: string;
  readonly model: string | undefined;
  readonly outcome: Promise<SendResult>;
}

export interface SessionLimits extends HistoryLimits {
  readonly rememberedSendsMax: number;
}

export class Session {
  readonly name: string;
  /** Who pays. It lives as long as the session can be resumed. */
  readonly account: string;
  /** Where the client is; by its newest connection. */
  address = '';
  access: Access = 'anonymous';
  locale: Locale;
  /** The model that was chosen; the provider's default when undefined. */
  model: string | undefined;
  /** Only on the JSON-RPC face. */
  channel: JsonChannel | undefined;
  generations = 0;
  /** Numbers traces; refused messages have one too. */
  #traces = 0;
  #messages = 0;
  #history: History | undefined;
  #running: Map<RequestId | symbol, AbortController> | undefined;
  #sends: Map<string, RememberedSend> | undefined;
  readonly #limits: SessionLimits;

  /** `epoch` names this run of the server: numbers begin anew with each, accounts must not. */
  constructor(number: number, epoch: string, locale: Locale, limits: SessionLimits) {
    this.name = `Usuario-${number}`;
    this.account = `anon:${epoch}:${number}`;
    this.locale = locale;
    this.#limits = limits;
  }

  /** Messages that were taken on, whatever came of them. */
  get messages(): number {
    return this.#messages;
  }

  get history(): History {
    return (this.#history ??= new History(this.#limits));
  }

  /** What is kept for the client: the conversation, and messages that it has not confirmed. */
  get keptBytes(): number {
    return (this.#history?.length ?? 0) + (this.channel?.unacknowledgedBytes ?? 0);
  }

  get running(): ReadonlyMap<RequestId | symbol, AbortController> {
    return this.#running ?? NOTHING_RUNS;
  }

  /** `Usuario-N:mM`, a new one for each message. [J-11] */
  nextTrace(): string {
    this.#traces += 1;
    return `${this.name}:m${this.#traces}`;
  }

  taken(): void {
    this.#messages += 1;
  }

  begin(id: RequestId | symbol, controller: AbortController): void {
    (this.#running ??= new Map()).set(id, controller);
  }

  finish(id: RequestId | symbol): void {
    this.#running?.delete(id);
  }

  abortAll(): void {
    for (const controller of this.running.values()) controller.abort();
  }

  remembered(clientMessageId: string): RememberedSend | undefined {
    return this.#sends?.get(clientMessageId);
  }

  /** A send that fails is forgotten, so that the same id can be tried again. */
  rememberSend(clientMessageId: string, send: RememberedSend): void {
    const sends = (this.#sends ??= new Map());
    sends.set(clientMessageId, send);
    send.outcome.catch(() => sends.delete(clientMessageId));
    const oldest = sends.keys().next();
    if (sends.size > this.#limits.rememberedSendsMax && !oldest.done) sends.delete(oldest.value);
  }
}

const NOTHING_RUNS: ReadonlyMap<RequestId | symbol, AbortController> = new Map();
