/**
 * A conversation in progress: who it is, what was said, what runs. On the JSON-RPC face it can outlive its
 * connection (`session.hello`); on the text face it ends with it.
 */
import type { Access } from '../identity/access.ts';
import { History, type HistoryLimits } from '../conversations/history.ts';
import type { RequestId } from '../operations/call.ts';
import type { JsonChannel } from './json-channel.ts';
import type { Locale } from '../../shared/locale.ts';

export interface Abortable {
  abort(): void;
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
  #running: Map<RequestId | symbol, Abortable> | undefined;
  readonly #limits: HistoryLimits;

  /** `epoch` names this run of the server: numbers begin anew with each, accounts must not. */
  constructor(number: number, epoch: string, locale: Locale, limits: HistoryLimits) {
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

  get running(): ReadonlyMap<RequestId | symbol, Abortable> {
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

  begin(id: RequestId | symbol, run: Abortable): void {
    (this.#running ??= new Map()).set(id, run);
  }

  finish(id: RequestId | symbol): void {
    this.#running?.delete(id);
  }

  abortAll(): void {
    for (const run of this.running.values()) run.abort();
  }
}

const NOTHING_RUNS: ReadonlyMap<RequestId | symbol, Abortable> = new Map();
