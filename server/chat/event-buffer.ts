import type { Clock } from '../../shared/clock.ts';
import { toHiloError, type HiloError } from '../../shared/errors.ts';
import { rawTokens } from '../support/raw-tokens.ts';
import type { ExchangeEvent, ExchangeSink } from './exchange.ts';
import { DeltaJoiner } from './join-deltas.ts';
import { EXCHANGE_LIMITS } from './limits.ts';

type TextType = 'thinking' | 'delta';

/**
 * Between a call, which produces events at the model's pace, and a sink, which takes them at its own. Order
 * is kept, an error comes after the text that came before it, and the read-ahead is bounded by `full` and
 * `room`.
 */
export class EventBuffer {
  /** Settles when the sink has everything and the call has ended; rejects with the error of the end. */
  readonly done: Promise<void>;
  readonly #sink: ExchangeSink;
  readonly #settle: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #joiner: DeltaJoiner;
  /** What the joiner has. */
  #type: TextType = 'delta';
  /** Texts that came before the type changed. */
  #earlier: { readonly type: TextType; readonly text: string }[] = [];
  #earlierLength = 0;
  #position: number | undefined;
  #started: ExchangeEvent | undefined;
  #loading: 'none' | 'due' | 'told' = 'none';
  #ended = false;
  #error: HiloError | undefined;
  #isBlocked = false;
  #isPushing = false;
  #isBroken = false;
  /** The exchange no longer waits for the sink. */
  #isUrgent = false;
  #wakeProducer: (() => void) | undefined;
  #text = '';
  #thinkingLength = 0;
  #thinkingTokens = 0;

  constructor(clock: Clock, sink: ExchangeSink) {
    this.done = this.#settle.promise;
    this.#sink = sink;
    this.#joiner = new DeltaJoiner(clock, () => this.#push());
  }

  /** The deltas that the sink has, as one. */
  get text(): string {
    return this.#text;
  }

  /** UTF-16 code units of the thinking that the sink has. */
  get thinkingLength(): number {
    return this.#thinkingLength;
  }

  /** Estimated for the thinking that the sink has, before the ratio of the model. */
  get thinkingTokens(): number {
    return this.#thinkingTokens;
  }

  /** The sink, not the model, is the slow one. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** The sink lags so far behind that the producer should await `room` before it reads on. */
  get full(): boolean {
    return this.#joiner.length + this.#earlierLength >= EXCHANGE_LIMITS.readAheadLength && !this.#ended;
  }

  /** An earlier position that was not taken yet is replaced. */
  position(position: number): void {
    this.#position = position;
    this.#push();
  }

  /** An earlier start that was not taken yet is replaced. */
  started(model: string, degraded: boolean): void {
    this.#position = undefined;
    this.#loading = 'none';
    this.#started = { type: 'started', model, degraded };
    this.#push();
  }

  /** Passed on once for each start. */
  loading(): void {
    if (this.#loading !== 'none') return;
    this.#loading = 'due';
    this.#push();
  }

  thinking(text: string): void {
    this.#append('thinking', text);
  }

  delta(text: string): void {
    this.#append('delta', text);
  }

  /** Without an error the call has succeeded. Only the first end counts. */
  end(error?: HiloError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#position = undefined;
    this.#joiner.finish();
    this.#wakeProducer?.();
  }

  /** The sink gets everything that is waiting, ready or not, and later events as they come. */
  deliverNow(): void {
    this.#isUrgent = true;
    this.#push();
  }

  room(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeProducer = resolve;
    });
  }

  #append(type: TextType, text: string): void {
    if (type !== this.#type) {
      const before = this.#joiner.restart();
      if (before !== '') this.#earlier.push({ type: this.#type, text: before });
      this.#earlierLength += before.length;
      this.#type = type;
    }
    this.#joiner.push(text);
  }

  /** A sink may end the exchange from within `event`, so this can be entered while it runs. */
  #push(): void {
    if (this.#isPushing) return;
    this.#isPushing = true;
    try {
      for (let event = this.#take(); event; event = this.#take()) {
        this.#count(event);
        this.#sink.event(event);
        const wait = this.#isUrgent ? undefined : this.#sink.ready();
        if (wait) void this.#block(wait);
      }
    } catch (thrown) {
      this.#break(thrown);
    }
    this.#isPushing = false;
    if (this.#wakeProducer && !this.full) this.#wakeProducer();
    if (this.#ended && (!this.#isBlocked || this.#isUrgent)) this.#finish();
  }

  /** The next event, if there is one now and the sink may have it. */
  #take(): ExchangeEvent | undefined {
    if (this.#isBroken || (this.#isBlocked && !this.#isUrgent)) return undefined;
    if (this.#started) {
      const started = this.#started;
      this.#started = undefined;
      return started;
    }
    if (this.#loading === 'due') {
      this.#loading = 'told';
      return { type: 'loading' };
    }
    const earlier = this.#earlier.shift();
    if (earlier) {
      this.#earlierLength -= earlier.text.length;
      return earlier;
    }
    const text = this.#joiner.take();
    if (text !== undefined) return { type: this.#type, text };
    if (this.#position === undefined) return undefined;
    const position = this.#position;
    this.#position = undefined;
    return { type: 'queued', position };
  }

  #count(event: ExchangeEvent): void {
    if (event.type === 'delta') this.#text += event.text;
    if (event.type !== 'thinking') return;
    this.#thinkingLength += event.text.length;
    this.#thinkingTokens += rawTokens(event.text);
  }

  async #block(wait: Promise<void>): Promise<void> {
    this.#isBlocked = true;
    try {
      for (let next: Promise<void> | undefined = wait; next; next = this.#sink.ready()) await next;
      this.#isBlocked = false;
    } catch (thrown) {
      this.#break(thrown);
    }
    this.#push();
  }

  /** The sink has failed: there is nobody left to deliver to. */
  #break(thrown: unknown): void {
    this.#isBroken = true;
    this.#ended = true;
    this.#settle.reject(toHiloError(thrown));
    this.#wakeProducer?.();
  }

  #finish(): void {
    if (this.#error) this.#settle.reject(this.#error);
    else this.#settle.resolve();
  }
}
