import type { Locale } from '../../shared/locale.ts';
import { LlmError, type LlmChunk, type LlmMessage, type LlmRequest } from '../models/model-client.ts';
import type { EmbeddingRequest, ImageRequest, LlmOptions, ModelClient } from '../models/model-client.ts';
import { LazyAbort } from '../support/lazy-abort.ts';

/** A request to any provider; the signal is added by `Attempt`. */
export interface AttemptRequest {
  readonly model: string;
  readonly messages: readonly LlmMessage[];
  readonly maxOutputTokens: number;
  readonly contextTokens: number;
  readonly options?: LlmOptions | undefined;
  /** Texts to embed, in place of messages to answer. */
  readonly embedding?: Pick<EmbeddingRequest, 'input' | 'dimensions'> | undefined;
  /** An image to draw, in place of them. */
  readonly drawing?: Omit<ImageRequest, 'model' | 'trace' | 'traceparent' | 'signal'> | undefined;
  readonly trace: string;
  readonly traceparent?: string | undefined;
  readonly locale: Locale;
}

/**
 * One attempt at one provider: its stream, chunk by chunk, which can be interrupted from outside at any
 * moment.
 */
export class Attempt {
  readonly #client: ModelClient;
  readonly #request: AttemptRequest;
  readonly #abort = new LazyAbort();
  #iterator: AsyncIterator<LlmChunk> | undefined;
  #interruption: LlmError | undefined;
  /** Of the last `next`. */
  #resolve: (chunk: LlmChunk) => void = () => {};
  #reject: (error: LlmError) => void = () => {};
  readonly #onStep = (step: IteratorResult<LlmChunk, unknown>): void => {
    if (step.done) this.#reject(cutOff());
    else this.#resolve(step.value);
  };
  readonly #onFault = (thrown: unknown): void => this.#reject(toLlmError(thrown));

  constructor(client: ModelClient, request: AttemptRequest) {
    this.#client = client;
    this.#request = request;
  }

  /** Rejects with `LlmError` only; with `cut_off` when the stream ended without its end. */
  next(): Promise<LlmChunk> {
    // What an interrupted step still brings belongs to nobody.
    if (this.#interruption) return Promise.reject(this.#interruption);
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      try {
        this.#iterator ??= this.#open();
        this.#iterator.next().then(this.#onStep, this.#onFault);
      } catch (thrown) {
        this.#onFault(thrown);
      }
    });
  }

  /**
   * Aborts the upstream request; the pending and every later `next` rejects with `error` at once. That does
   * not wait for the provider to notice: a slot must not depend on it.
   */
  interrupt(error: LlmError): void {
    if (this.#interruption) return;
    this.#interruption = error;
    this.#abort.abort(error);
    this.#reject(error);
  }

  /**
   * Lets the provider release what it holds: it may be between two chunks, where an abort does not wake it.
   */
  close(): void {
    const closing = this.#iterator?.return?.();
    // The answer is known by now; a fault while tidying up no longer concerns anyone.
    closing?.then(undefined, () => undefined);
  }

  #open(): AsyncIterator<LlmChunk> {
    const request = new AbortableRequest(this.#request, this.#abort);
    const { drawing, embedding } = request;
    if (drawing) {
      const { model, trace, traceparent, signal } = request;
      const images = this.#client.draw?.({ model, trace, traceparent, signal, ...drawing });
      if (!images) throw new LlmError('bad_request', 'This server makes no images');
      return images[Symbol.asyncIterator]();
    }
    if (!embedding) return this.#client.stream(request)[Symbol.asyncIterator]();
    const { model, trace, traceparent, signal } = request;
    const chunks = this.#client.embed?.({ model, trace, traceparent, signal, ...embedding });
    if (!chunks) throw new LlmError('bad_request', 'This server makes no embeddings');
    return chunks[Symbol.asyncIterator]();
  }
}

/** Its signal is made when the client first reads it. */
class AbortableRequest implements LlmRequest {
  readonly model: string;
  readonly messages: readonly LlmMessage[];
  readonly maxOutputTokens: number;
  readonly contextTokens: number;
  readonly options: LlmOptions | undefined;
  readonly embedding: AttemptRequest['embedding'];
  readonly drawing: AttemptRequest['drawing'];
  readonly trace: string;
  readonly traceparent: string | undefined;
  readonly locale: Locale;
  readonly #abort: LazyAbort;

  constructor(request: AttemptRequest, abort: LazyAbort) {
    this.model = request.model;
    this.messages = request.messages;
    this.maxOutputTokens = request.maxOutputTokens;
    this.contextTokens = request.contextTokens;
    this.options = request.options;
    this.embedding = request.embedding;
    this.drawing = request.drawing;
    this.trace = request.trace;
    this.traceparent = request.traceparent;
    this.locale = request.locale;
    this.#abort = abort;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }
}

function cutOff(): LlmError {
  return new LlmError('cut_off', 'The stream ended without its end');
}

/** Whatever else a provider throws is a fault in its code: it did not keep to its protocol with us. */
function toLlmError(thrown: unknown): LlmError {
  if (thrown instanceof LlmError) return thrown;
  return new LlmError('protocol', 'The provider threw something else than LlmError', { cause: thrown });
}
