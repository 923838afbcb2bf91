/** OpenAI's chat completions, streamed, as OpenAI, Groq, vLLM, llama.cpp and many others serve them. */
import type { Clock } from '../../shared/clock.ts';
import { readCompletionPart, type CompletionPart } from './openai-chunk.ts';
import { OptionalFields } from './optional-fields.ts';
import { LlmError, type FinishReason, type LlmChunk } from './model-client.ts';
import type { LlmRequest, ModelClient, ModelListing } from './model-client.ts';
import { SseParser, type SseEvent } from './sse-parser.ts';
import {
  chunksOf,
  errorText,
  isRecord,
  readText,
  Upstream,
  upstreamError,
  UPSTREAM_LIMITS,
  type ResponseBody,
  type UpstreamResponse,
} from './upstream.ts';

export interface OpenAiOptions {
  /** With its version, as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly model: string;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly clock: Clock;
}

export class OpenAiProvider implements ModelClient {
  readonly provider = 'openai';
  readonly defaultModel: string;
  readonly #options: OpenAiOptions;
  readonly #baseUrl: string;
  readonly #upstream: Upstream;
  readonly #fields = new OptionalFields();

  constructor(options: OpenAiOptions) {
    this.defaultModel = options.model;
    this.#options = options;
    this.#baseUrl = options.baseUrl.replace(/\/+$/u, '');
    this.#upstream = new Upstream(options.clock);
  }

  async *stream(request: LlmRequest): AsyncGenerator<LlmChunk, void, undefined> {
    const { signal } = request;
    const { headers, body } = await this.#open(request);
    const completion = new Completion();
    let whole = false;
    try {
      for await (const part of partsOf(headers, body)) {
        if (signal.aborted) break;
        if (part === 'done') {
          completion.done();
          break;
        }
        completion.add(part);
        if (part.text !== '') yield { type: 'delta', text: part.text };
        if (completion.counted) break;
      }
      signal.throwIfAborted();
      whole = true;
    } catch (error) {
      const failure = upstreamError(error, signal, 'cut_off');
      // A connection that breaks after the last word has taken at most the counts with it.
      if (failure.kind !== 'cut_off' || !completion.finished) throw failure;
    } finally {
      if (whole) this.#upstream.release(body);
      else body.on('error', () => {}).destroy();
    }
    yield completion.end();
  }

  async models(signal: AbortSignal): Promise<readonly ModelListing[]> {
    try {
      const { body } = await this.#get('/models', signal);
      return modelNames(JSON.parse(await readText(body, UPSTREAM_LIMITS.wholeBodyBytesMax)));
    } catch (error) {
      if (error instanceof SyntaxError) throw new LlmError('protocol', 'The list of models is not JSON');
      throw upstreamError(error, signal, 'unreachable');
    }
  }

  /** Any answer but a failure of the server counts: not every server lists its models. */
  async alive(signal: AbortSignal): Promise<boolean> {
    try {
      const { body } = await this.#get('/models', signal);
      this.#upstream.release(body);
      return true;
    } catch (error) {
      return error instanceof LlmError && error.status !== undefined && error.status < 500;
    }
  }

  close(): Promise<void> {
    return this.#upstream.close();
  }

  /** Asks again without a field that this server, or this model, turns out to refuse. */
  async #open(request: LlmRequest): Promise<UpstreamResponse> {
    for (;;) {
      const fields = this.#fields.of(request.model, {
        maxOutputTokens: request.maxOutputTokens,
        temperature: this.#options.temperature,
        topP: this.#options.topP,
      });
      try {
        return await this.#post(request, fields);
      } catch (error) {
        if (!this.#fields.learn(request.model, fields, error)) throw error;
      }
    }
  }

  #post(request: LlmRequest, fields: Record<string, unknown>): Promise<UpstreamResponse> {
    const { model, messages, trace, signal } = request;
    return this.#upstream.send({
      method: 'POST',
      url: `${this.#baseUrl}/chat/completions`,
      headers: {
        ...this.#headers(),
        'Content-Type': 'application/json',
        Accept: 'text/event-stream',
        'X-Request-ID': trace,
      },
      body: JSON.stringify({ model, messages, stream: true, ...fields }),
      signal,
    });
  }

  #get(path: string, signal: AbortSignal): Promise<UpstreamResponse> {
    return this.#upstream.send({
      method: 'GET',
      url: `${this.#baseUrl}${path}`,
      headers: this.#headers(),
      signal,
    });
  }

  #headers(): Record<string, string> {
    const { apiKey } = this.#options;
    return apiKey === undefined || apiKey === '' ? {} : { Authorization: `Bearer ${apiKey}` };
  }
}

/** What the parts of an answer have told of its end. */
class Completion {
  #finishReason: FinishReason | undefined;
  #counts: Pick<CompletionPart, 'inputTokens' | 'outputTokens'> = {};

  /** Whether the answer is whole, though its counts may be still to come. */
  get finished(): boolean {
    return this.#finishReason !== undefined;
  }

  /** Whether nothing is still to come but `[DONE]`. */
  get counted(): boolean {
    return this.finished && this.#counts.outputTokens !== undefined;
  }

  add({ finishReason, inputTokens, outputTokens }: CompletionPart): void {
    this.#finishReason = finishReason ?? this.#finishReason;
    this.#counts = {
      ...this.#counts,
      ...(inputTokens !== undefined && { inputTokens }),
      ...(outputTokens !== undefined && { outputTokens }),
    };
  }

  /** `[DONE]`: an end, also from a server that gives no finish_reason. */
  done(): void {
    this.#finishReason ??= 'stop';
  }

  end(): LlmChunk {
    if (!this.#finishReason) throw new LlmError('cut_off', 'The stream ended without its end');
    return { type: 'end', finishReason: this.#finishReason, ...this.#counts };
  }
}

function partsOf(
  headers: UpstreamResponse['headers'],
  body: ResponseBody,
): AsyncIterable<CompletionPart | 'done'> {
  const type = String(headers['content-type']);
  if (type.startsWith('text/html')) throw new LlmError('protocol', 'A web page came; is the base URL right?');
  // Some servers do not stream, whatever they are asked.
  return type.startsWith('application/json') ? wholeParts(body) : streamedParts(body);
}

async function* streamedParts(body: ResponseBody): AsyncGenerator<CompletionPart | 'done', void, undefined> {
  const parser = new SseParser({
    charactersMax: UPSTREAM_LIMITS.lineCharactersMax,
    linesMax: UPSTREAM_LIMITS.linesWithoutEventMax,
  });
  for await (const chunk of chunksOf(body)) {
    for (const event of parser.feed(chunk)) {
      const part = readEvent(event);
      yield part;
      if (part === 'done') return;
    }
  }
  for (const event of parser.end()) yield readLastEvent(event);
}

function readEvent({ type, data }: SseEvent): CompletionPart | 'done' {
  if (data === '[DONE]') return 'done';
  if (type === 'error') throw new LlmError('reported', errorEventText(data));
  return readCompletionPart(data);
}

/** The event at which the stream ended: if it is half an event, the stream was cut off. */
function readLastEvent(event: SseEvent): CompletionPart | 'done' {
  try {
    return readEvent(event);
  } catch (error) {
    if (!(error instanceof LlmError) || error.kind !== 'protocol') throw error;
    throw new LlmError('cut_off', 'The stream ended in the middle of an event', { cause: error });
  }
}

function errorEventText(data: string): string {
  try {
    const value: unknown = JSON.parse(data);
    return errorText(isRecord(value) ? (value['error'] ?? value) : value);
  } catch {
    return errorText(data);
  }
}

async function* wholeParts(body: ResponseBody): AsyncGenerator<CompletionPart, void, undefined> {
  yield readCompletionPart(await readText(body, UPSTREAM_LIMITS.wholeBodyBytesMax));
}

function modelNames(list: unknown): ModelListing[] {
  const data: unknown = isRecord(list) ? list['data'] : undefined;
  if (!Array.isArray(data)) throw new LlmError('protocol', 'The list of models has no data');
  return (data as unknown[]).flatMap((model) =>
    isRecord(model) && typeof model['id'] === 'string' ? [{ name: model['id'] }] : [],
  );
}
