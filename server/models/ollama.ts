/**
 * Ollama by its native `/api/chat`, which counts tokens and tells an error from an end; its `/v1` bridge does
 * neither well. Protocol: github.com/ollama/ollama docs/api.md.
 */
import { Ollama, type ChatResponse } from 'ollama';
import type { Clock } from '../../shared/clock.ts';
import { lineReader } from './ollama-body.ts';
import type { LlmChunk, LlmRequest, ModelClient, ModelListing } from './model-client.ts';
import { readText, Upstream, upstreamError, UPSTREAM_LIMITS, type ResponseBody } from './upstream.ts';

export interface OllamaOptions {
  /** As in OLLAMA_HOST: a URL, or a host with or without a port. */
  readonly host: string;
  readonly model: string;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  /** The greatest prompt and answer of any call; together they size the model's context. */
  readonly inputTokensMax: number;
  readonly outputTokensMax: number;
  readonly clock: Clock;
}

/** The input is fitted to its budget by an estimate, and the model's template adds tokens of its own. */
const CONTEXT_MARGIN = 1.25;
const CONTEXT_STEP = 256;

/** One call's connection to the package: its headers and signal go out, its body comes back. */
interface Call {
  readonly trace?: string;
  readonly signal: AbortSignal;
  body?: ResponseBody;
}

export class OllamaProvider implements ModelClient {
  readonly provider = 'ollama';
  readonly defaultModel: string;
  readonly #options: OllamaOptions;
  readonly #upstream: Upstream;
  readonly #contextTokens: number;

  constructor(options: OllamaOptions) {
    this.defaultModel = options.model;
    this.#options = options;
    this.#upstream = new Upstream(options.clock);
    // The same for every call: Ollama loads the model anew when num_ctx changes.
    this.#contextTokens = contextTokens(options.inputTokensMax, options.outputTokensMax);
  }

  async *stream(request: LlmRequest): AsyncGenerator<LlmChunk, void, undefined> {
    const { signal, trace } = request;
    const call: Call = { signal, trace };
    let ended = false;
    try {
      for await (const part of await this.#chat(call, request)) {
        if (signal.aborted) break;
        const text = part.message?.content;
        if (text) yield { type: 'delta', text };
        if (part.done) {
          ended = true;
          yield endOf(part);
        }
      }
      if (signal.aborted && !ended) throw signal.reason;
    } catch (error) {
      throw upstreamError(error, signal, 'cut_off');
    } finally {
      if (call.body && ended) this.#upstream.release(call.body);
      else call.body?.on('error', () => {}).destroy();
    }
  }

  async models(signal: AbortSignal): Promise<readonly ModelListing[]> {
    try {
      const { models } = await this.#client({ signal }).list();
      return models.map(({ name }) => ({ name }));
    } catch (error) {
      throw upstreamError(error, signal, 'unreachable');
    }
  }

  async alive(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#client({ signal }).version();
      return true;
    } catch {
      return false;
    }
  }

  close(): Promise<void> {
    return this.#upstream.close();
  }

  #chat(call: Call, request: LlmRequest): Promise<AsyncIterable<ChatResponse>> {
    const { temperature, topP } = this.#options;
    return this.#client(call).chat({
      model: request.model,
      messages: request.messages.map(({ role, content }) => ({ role, content })),
      stream: true,
      // A model that thinks would use the answer's tokens up, unseen, while its reader waits.
      think: false,
      options: {
        num_ctx: this.#contextTokens,
        num_predict: request.maxOutputTokens,
        ...(temperature !== undefined && { temperature }),
        ...(topP !== undefined && { top_p: topP }),
      },
    });
  }

  /** One for each call: the package takes no signal or headers with a call, and keeps abandoned streams. */
  #client(call: Call): Ollama {
    return new Ollama({ host: this.#options.host, fetch: (url, init) => this.#fetch(call, url, init) });
  }

  async #fetch(
    call: Call,
    url: Parameters<typeof fetch>[0],
    init: RequestInit | undefined,
  ): Promise<Response> {
    const headers = new Headers(init?.headers);
    if (call.trace !== undefined) headers.set('X-Request-ID', call.trace);
    const body = init?.body;
    const response = await this.#upstream.send({
      method: init?.method === 'POST' ? 'POST' : 'GET',
      url: url instanceof Request ? url.url : String(url),
      headers: Object.fromEntries(headers),
      body: typeof body === 'string' ? body : undefined,
      signal: call.signal,
    });
    call.body = response.body;
    return packageResponse(response.body);
  }
}

/** The part of `Response` that the package reads of a good one; a bad status has thrown before. */
function packageResponse(body: ResponseBody): Response {
  const response = {
    ok: true,
    json: async (): Promise<unknown> => JSON.parse(await readText(body, UPSTREAM_LIMITS.wholeBodyBytesMax)),
    body: { getReader: () => lineReader(body) },
  };
  return response as unknown as Response;
}

function endOf(part: ChatResponse): LlmChunk {
  // Ollama omits a count that is zero or unknown.
  const counts: Partial<ChatResponse> = part;
  return {
    type: 'end',
    finishReason: part.done_reason === 'length' ? 'length' : 'stop',
    ...(counts.prompt_eval_count !== undefined && { inputTokens: counts.prompt_eval_count }),
    ...(counts.eval_count !== undefined && { outputTokens: counts.eval_count }),
  };
}

function contextTokens(inputTokens: number, outputTokens: number): number {
  return Math.ceil((inputTokens * CONTEXT_MARGIN + outputTokens) / CONTEXT_STEP) * CONTEXT_STEP;
}
