/**
 * Ollama by its native `/api/chat`, which counts tokens and tells an error from an end; its `/v1` bridge does
 * neither well. Protocol: github.com/ollama/ollama docs/api.md.
 */
// Not the package for Node, which reads a file where the text of an image is the name of one.
import { Ollama, type ChatResponse } from 'ollama/browser';
import type { Clock } from '../../shared/clock.ts';
import type { AnswerSign, Finish } from './answer-reader.ts';
import { Endpoint } from './endpoint.ts';
import { OllamaLoadWatch } from './load-watch.ts';
import { LlmError, type LlmChunk, type LlmRequest } from './model-client.ts';
import { readEmbeddings } from './embeddings.ts';
import type { EmbeddingRequest, ModelClient, ModelListing } from './model-client.ts';
import { ollamaMessages, ollamaOptions, ollamaWishes } from './ollama-request.ts';
import { lineReader } from './ollama-body.ts';
import type { ProxySettings } from './proxy.ts';
import { readAnswer } from './read-answer.ts';
import { checkedCounts } from './token-counts.ts';
import type { ToolCallPiece } from './tool-call-reader.ts';
import { isRecord, upstreamError } from './upstream-error.ts';
import {
  readText,
  Upstream,
  UPSTREAM_LIMITS,
  type ResponseBody,
  type UpstreamRequest,
  type UpstreamResponse,
} from './upstream.ts';

export interface OllamaOptions {
  /** See `Endpoint`. */
  readonly host: string;
  readonly model: string;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  /** As the environment says when undefined. */
  readonly proxy?: ProxySettings | undefined;
  readonly clock: Clock;
}

/** The input is fitted to its budget by an estimate, and the model's template adds tokens of its own. */
const CONTEXT_MARGIN = 1.25;
const CONTEXT_STEP = 256;

/** An answer without a reason has stopped normally: older versions give no reason. */
const FINISHES: Readonly<Record<string, Finish>> = { length: 'length', load: 'loaded', unload: 'loaded' };

/** The package joins the paths of its calls to it; `Endpoint` says where they go. */
const PACKAGE_HOST = 'http://ollama';

/** One call's connection to the package: its headers and signal go out, its body comes back. */
interface Call {
  readonly trace?: string;
  readonly traceparent?: string | undefined;
  readonly signal: AbortSignal;
  body?: ResponseBody;
}

export class OllamaProvider implements ModelClient {
  readonly provider = 'ollama';
  readonly defaultModel: string;
  readonly #options: OllamaOptions;
  readonly #endpoint: Endpoint;
  readonly #upstream: Upstream;

  constructor(options: OllamaOptions) {
    this.defaultModel = options.model;
    this.#options = options;
    this.#endpoint = new Endpoint(options.host, 'ollama');
    this.#upstream = new Upstream(options.clock, options.proxy);
  }

  stream(request: LlmRequest): AsyncGenerator<LlmChunk, void, undefined> {
    const { model, signal, trace, traceparent } = request;
    const { clock } = this.#options;
    const call: Call = { signal, trace, traceparent };
    const look = (late: AbortSignal): Promise<unknown> =>
      this.#client({ signal: AbortSignal.any([late, signal]) }).ps();
    return readAnswer(
      readSigns(() => this.#chat(call, request)),
      {
        request,
        response: call,
        upstream: this.#upstream,
        clock,
        watch: new OllamaLoadWatch(model, clock, look),
      },
    );
  }

  embed(request: EmbeddingRequest): AsyncGenerator<LlmChunk, void, undefined> {
    const { model, dimensions, trace, traceparent, signal } = request;
    return readEmbeddings(request, async (input) => {
      const { body } = await this.#send('POST', '/api/embed', {
        headers: {
          'Content-Type': 'application/json',
          'X-Request-ID': trace,
          ...(traceparent !== undefined && { traceparent }),
        },
        // A text that is too long is an error, not a vector of its beginning.
        body: JSON.stringify({ model, input, dimensions, truncate: false }),
        signal,
      });
      return body;
    });
  }

  async models(signal: AbortSignal): Promise<readonly ModelListing[]> {
    try {
      return readListings(await this.#client({ signal }).list());
    } catch (error) {
      if (error instanceof SyntaxError) throw new LlmError('protocol', 'The list of models is not JSON');
      throw upstreamError(error, signal, 'unreachable');
    }
  }

  close(): Promise<void> {
    return this.#upstream.close();
  }

  #chat(call: Call, request: LlmRequest): Promise<AsyncIterable<ChatResponse>> {
    const { temperature, topP } = this.#options;
    const { contextTokens } = request;
    return this.#client(call).chat({
      model: request.model,
      messages: ollamaMessages(request.messages),
      stream: true,
      ...ollamaWishes(request.options),
      options: {
        ...(contextTokens !== undefined && { num_ctx: roomFor(contextTokens) }),
        num_predict: request.maxOutputTokens,
        ...(temperature !== undefined && { temperature }),
        ...(topP !== undefined && { top_p: topP }),
        ...ollamaOptions(request.options),
      },
    });
  }

  /** One for each call: the package takes no signal or headers with a call, and keeps abandoned streams. */
  #client(call: Call): Ollama {
    return new Ollama({ host: PACKAGE_HOST, fetch: (url, init) => this.#fetch(call, url, init) });
  }

  async #fetch(
    call: Call,
    url: Parameters<typeof fetch>[0],
    init: RequestInit | undefined,
  ): Promise<Response> {
    const headers = new Headers(init?.headers);
    if (call.trace !== undefined) headers.set('X-Request-ID', call.trace);
    if (call.traceparent !== undefined) headers.set('traceparent', call.traceparent);
    const body = init?.body;
    const { pathname } = new URL(url instanceof Request ? url.url : url);
    const response = await this.#send(init?.method === 'POST' ? 'POST' : 'GET', pathname, {
      headers: Object.fromEntries(headers),
      body: typeof body === 'string' ? body : undefined,
      signal: call.signal,
    });
    call.body = response.body;
    return packageResponse(response.body);
  }

  #send(
    method: 'GET' | 'POST',
    path: string,
    request: Pick<UpstreamRequest, 'headers' | 'body' | 'signal'>,
  ): Promise<UpstreamResponse> {
    const { authorization } = this.#endpoint;
    const headers = {
      ...request.headers,
      ...(authorization !== undefined && { Authorization: authorization }),
    };
    return this.#upstream.send({ ...request, method, url: this.#endpoint.url(path), headers });
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

async function* readSigns(
  chat: () => Promise<AsyncIterable<ChatResponse>>,
): AsyncGenerator<AnswerSign, void, undefined> {
  for await (const part of await chat()) yield signOf(part);
}

/** The package does not check what it has parsed. */
function signOf(part: Partial<Record<keyof ChatResponse, unknown>>): AnswerSign {
  const message = isRecord(part.message) ? part.message : {};
  const { content, thinking, tool_calls: calls } = message;
  const isDone = part.done === true;
  const reason = typeof part.done_reason === 'string' ? part.done_reason : '';
  return {
    ...(typeof content === 'string' && { text: content }),
    ...(typeof thinking === 'string' && { thinking }),
    ...(Array.isArray(calls) &&
      calls.length > 0 && { instead: 'tool_calls', toolCalls: (calls as unknown[]).flatMap(readCall) }),
    ...(isDone && {
      finish: Object.hasOwn(FINISHES, reason) ? FINISHES[reason] : 'stop',
      // Ollama omits a count that is zero or unknown.
      counts: checkedCounts(part.prompt_eval_count, part.eval_count),
      isLast: true,
    }),
  };
}

/** A whole call; its arguments are an object. */
function readCall(call: unknown): ToolCallPiece[] {
  const called: unknown = isRecord(call) ? call['function'] : undefined;
  if (!isRecord(called) || typeof called['name'] !== 'string') return [];
  return [{ name: called['name'], arguments: called['arguments'] ?? {} }];
}

function readListings({ models }: { readonly models: unknown }): ModelListing[] {
  if (!Array.isArray(models)) throw new LlmError('protocol', 'The list of models has no models');
  return (models as unknown[]).flatMap((model) => {
    if (!isRecord(model) || typeof model['name'] !== 'string') return [];
    const { name, capabilities } = model;
    if (!Array.isArray(capabilities)) return [{ name }];
    return [{ name, capabilities: (capabilities as unknown[]).filter((each) => typeof each === 'string') }];
  });
}

function roomFor(tokens: number): number {
  return Math.ceil((tokens * CONTEXT_MARGIN) / CONTEXT_STEP) * CONTEXT_STEP;
}
