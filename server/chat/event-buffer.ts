import type { Clock } from '../../shared/clock.ts';
import { toHiloError, type HiloError } from '../../shared/errors.ts';
import { rawTokens } from '../support/raw-tokens.ts';
import type { DrawnImage } from '../images/drawn-image.ts';
import type { ToolCall } from '../../shared/operations/completion-shapes.ts';
import type { ExchangeEvent, ExchangeSink, ToolCallEvent } from './exchange.ts';
import { DeltaJoiner } from './join-deltas.ts';
import { EXCHANGE_LIMITS } from './limits.ts';

/** What joined text is a part of. */
type Segment =
  | { readonly type: 'thinking' | 'delta' }
  /** The arguments of a tool call. */
  | { readonly type: 'toolCall'; readonly index: number };

type StartedEvent = Extract<ExchangeEvent, { type: 'started' }>;

const THINKING: Segment = { type: 'thinking' };
const DELTA: Segment = { type: 'delta' };

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
  #segment: Segment = DELTA;
  /** What came before that, in order. */
  #earlier: ExchangeEvent[] = [];
  #earlierLength = 0;
  #position: number | undefined;
  #started: StartedEvent | undefined;
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
  #thinking = '';
  #thinkingTokens = 0;
  readonly #toolCalls: { id: string; name: string; arguments: string }[] = [];
  #vectors = 0;
  #dimensions = 0;
  readonly #images: string[] = [];

  constructor(clock: Clock, sink: ExchangeSink) {
    this.done = this.#settle.promise;
    this.#sink = sink;
    this.#joiner = new DeltaJoiner(clock, () => this.#push());
  }

  /** The deltas that the sink has, as one. */
  get text(): string {
    return this.#text;
  }

  /** The thinking that the sink has. */
  get thinkingText(): string {
    return this.#thinking;
  }

  /** As far as the sink has them. */
  get toolCalls(): readonly ToolCall[] {
    return this.#toolCalls;
  }

  /** How many the sink has, and how long each is. */
  get vectors(): { readonly count: number; readonly dimensions: number } {
    return { count: this.#vectors, dimensions: this.#dimensions };
  }

  /** SHA-256 of those that the sink has. */
  get images(): readonly string[] {
    return this.#images;
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
  started(start: Omit<StartedEvent, 'type'>): void {
    this.#position = undefined;
    this.#loading = 'none';
    this.#started = { type: 'started', ...start };
    this.#push();
  }

  /** Passed on once for each start. */
  loading(): void {
    if (this.#loading !== 'none') return;
    this.#loading = 'due';
    this.#push();
  }

  thinking(text: string): void {
    this.#append(THINKING, text);
  }

  delta(text: string): void {
    this.#append(DELTA, text);
  }

  /** The first part of a call, with its id, is an event of its own. */
  toolCall({ index, id, name, text }: Omit<ToolCallEvent, 'type'>): void {
    const segment: Segment = { type: 'toolCall', index };
    if (id === undefined) return this.#append(segment, text);
    this.#turnTo(segment);
    this.#queue({ type: 'toolCall', index, id, name, text }, text.length);
    return undefined;
  }

  vector(index: number, vector: string): void {
    this.#queue({ type: 'vector', index, vector }, vector.length);
  }

  image(index: number, image: DrawnImage): void {
    this.#queue({ type: 'image', index, image }, image.png.length);
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

  #append(segment: Segment, text: string): void {
    this.#turnTo(segment);
    this.#joiner.push(text);
  }

  #turnTo(segment: Segment): void {
    if (isSame(segment, this.#segment)) return;
    const before = this.#joiner.restart();
    if (before !== '') this.#earlier.push({ ...this.#segment, text: before });
    this.#earlierLength += before.length;
    this.#segment = segment;
  }

  #queue(event: ExchangeEvent, length: number): void {
    this.#earlier.push(event);
    this.#earlierLength += length;
    this.#push();
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
      this.#earlierLength -= lengthOf(earlier);
      return earlier;
    }
    const text = this.#joiner.take();
    if (text !== undefined) return { ...this.#segment, text };
    if (this.#position === undefined) return undefined;
    const position = this.#position;
    this.#position = undefined;
    return { type: 'queued', position };
  }

  #count(event: ExchangeEvent): void {
    switch (event.type) {
      case 'delta':
        this.#text += event.text;
        break;
      case 'thinking':
        this.#thinking += event.text;
        this.#thinkingTokens += rawTokens(event.text);
        break;
      case 'toolCall':
        this.#countToolCall(event);
        break;
      case 'vector':
        this.#vectors += 1;
        this.#dimensions = Math.floor((event.vector.length * 3) / 4 / FLOAT_BYTES);
        break;
      case 'image':
        this.#images.push(event.image.sha256);
        break;
      default:
    }
  }

  #countToolCall({ index, id = '', name = '', text }: ToolCallEvent): void {
    const call = this.#toolCalls[index];
    if (call) call.arguments += text;
    else this.#toolCalls[index] = { id, name, arguments: text };
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

const FLOAT_BYTES = 4;

function isSame(one: Segment, other: Segment): boolean {
  if (one.type !== other.type) return false;
  return one.type !== 'toolCall' || other.type !== 'toolCall' || one.index === other.index;
}

/** UTF-16 code units, or bytes of an image, that it adds to what was read ahead. */
function lengthOf(event: ExchangeEvent): number {
  if (event.type === 'image') return event.image.png.length;
  if (event.type === 'vector') return event.vector.length;
  return 'text' in event ? event.text.length : 0;
}
