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
  readonly drawing?: Omit<ImageRequest, 'model' | 'trace' | 'signal'> | undefined;
  readonly trace: string;
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
  #rejectNext: ((error: LlmError) => void) | undefined;

  constructor(client: ModelClient, request: AttemptRequest) {
    this.#client = client;
    this.#request = request;
  }

  /** Rejects with `LlmError` only; with `cut_off` when the stream ended without its end. */
  next(): Promise<LlmChunk> {
    return new Promise((resolve, reject) => {
      if (this.#interruption) return reject(this.#interruption);
      this.#rejectNext = reject;
      const fail = (thrown: unknown) => reject(toLlmError(thrown));
      try {
        this.#iterator ??= this.#open();
        this.#iterator.next().then((step) => (step.done ? fail(cutOff()) : resolve(step.value)), fail);
      } catch (thrown) {
        fail(thrown);
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
    this.#rejectNext?.(error);
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
      const { model, trace, signal } = request;
      const images = this.#client.draw?.({ model, trace, signal, ...drawing });
      if (!images) throw new LlmError('bad_request', 'This server makes no images');
      return images[Symbol.asyncIterator]();
    }
    if (!embedding) return this.#client.stream(request)[Symbol.asyncIterator]();
    const { model, trace, signal } = request;
    const chunks = this.#client.embed?.({ model, trace, signal, ...embedding });
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
