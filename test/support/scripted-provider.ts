/** Models for tests: one that echoes, and one that says what the test tells it, when the test tells it. */
import type { Clock } from '../../shared/clock.ts';
import {
  LlmError,
  type LlmChunk,
  type ModelClient,
  type ModelListing,
  type LlmRequest,
} from '../../server/models/model-client.ts';

/** For `startTestServer`; the first one answers, the others are its fallbacks. */
export function providersOf(...providers: readonly ModelClient[]): readonly ModelClient[] {
  return providers;
}

abstract class TestProvider {
  readonly provider = 'ollama';
  readonly defaultModel = 'test-model';

  models(): Promise<readonly ModelListing[]> {
    return Promise.resolve([{ name: this.defaultModel }, { name: 'other-model' }]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Answers `echo: ` and the message, at once and in one piece. */
export class EchoProvider extends TestProvider implements ModelClient {
  calls = 0;

  async *stream({ messages }: LlmRequest): AsyncGenerator<LlmChunk, void, undefined> {
    this.calls += 1;
    yield { type: 'delta', text: `echo: ${messages.at(-1)?.content ?? ''}` };
    yield { type: 'end', finishReason: 'stop', inputTokens: 7, outputTokens: 3 };
  }
}

/** Answers in words, with a pause of the clock between them. */
export class PacedProvider extends TestProvider implements ModelClient {
  readonly #clock: Clock;
  readonly #pauseMs: number;

  constructor(clock: Clock, pauseMs = 100) {
    super();
    this.#clock = clock;
    this.#pauseMs = pauseMs;
  }

  async *stream({ signal }: LlmRequest): AsyncGenerator<LlmChunk, void, undefined> {
    for (const word of ['one ', 'two ', 'three']) {
      yield { type: 'delta', text: word };
      await new Promise<void>((resolve) => {
        this.#clock.after(this.#pauseMs, resolve);
        signal.addEventListener('abort', () => resolve());
      });
      if (signal.aborted) throw new LlmError('aborted', 'The call was aborted');
    }
    yield { type: 'end', finishReason: 'stop', inputTokens: 7, outputTokens: 3 };
  }
}

/** One call of a `ScriptedProvider`, in the hands of the test. */
export class ScriptedCall {
  readonly request: LlmRequest;
  readonly #chunks: LlmChunk[] = [];
  #wake: () => void = () => {};
  #error: LlmError | undefined;
  /** How many chunks were pulled. */
  taken = 0;

  constructor(request: LlmRequest) {
    this.request = request;
    request.signal.addEventListener('abort', () => this.#wake());
  }

  get isAborted(): boolean {
    return this.request.signal.aborted;
  }

  say(text: string): void {
    this.#add({ type: 'delta', text });
  }

  end(): void {
    this.#add({ type: 'end', finishReason: 'stop', inputTokens: 7, outputTokens: 3 });
  }

  fail(error: LlmError): void {
    this.#error = error;
    this.#wake();
  }

  /** Resolves when the call is aborted. */
  aborted(): Promise<void> {
    if (this.isAborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.request.signal.addEventListener('abort', () => resolve());
    });
  }

  async *stream(): AsyncGenerator<LlmChunk, void, undefined> {
    for (;;) {
      if (this.isAborted) throw new LlmError('aborted', 'Aborted');
      const chunk = this.#chunks.shift();
      if (!chunk && this.#error) throw this.#error;
      if (!chunk) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      this.taken += 1;
      yield chunk;
      if (chunk.type === 'end') return;
    }
  }

  #add(chunk: LlmChunk): void {
    this.#chunks.push(chunk);
    this.#wake();
  }
}

export class ScriptedProvider extends TestProvider implements ModelClient {
  readonly calls: ScriptedCall[] = [];
  #untaken: ScriptedCall[] = [];
  #takers: ((call: ScriptedCall) => void)[] = [];

  stream(request: LlmRequest): AsyncGenerator<LlmChunk, void, undefined> {
    const call = new ScriptedCall(request);
    this.calls.push(call);
    const taker = this.#takers.shift();
    if (taker) taker(call);
    else this.#untaken.push(call);
    return call.stream();
  }

  /** The next call that nobody has asked for yet. */
  next(): Promise<ScriptedCall> {
    const call = this.#untaken.shift();
    if (call) return Promise.resolve(call);
    return new Promise((resolve) => this.#takers.push(resolve));
  }
}

/** Never stops talking, except after its first answer. */
export class EndlessProvider extends TestProvider implements ModelClient {
  saidBytes = 0;
  aborts = 0;
  readonly #firstAnswerBytes: number;

  constructor(firstAnswerBytes: number) {
    super();
    this.#firstAnswerBytes = firstAnswerBytes;
  }

  async *stream({ signal }: LlmRequest): AsyncGenerator<LlmChunk, void, undefined> {
    const text = 'x'.repeat(8_192);
    const isFirst = this.saidBytes === 0;
    while (!signal.aborted) {
      if (isFirst && this.saidBytes >= this.#firstAnswerBytes) {
        yield { type: 'end', finishReason: 'stop' };
        return;
      }
      this.saidBytes += text.length;
      yield { type: 'delta', text };
    }
    this.aborts += 1;
    throw new LlmError('aborted', 'Aborted');
  }
}
