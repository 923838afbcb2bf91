/** OpenAI's chat completions, streamed, as OpenAI, Groq, vLLM, llama.cpp and many others serve them. */
import type { Clock } from '../../shared/clock.ts';
import type { AnswerSign } from './answer-reader.ts';
import { Endpoint } from './endpoint.ts';
import { LlmError, type LlmChunk, type LlmRequest } from './model-client.ts';
import type { EmbeddingRequest, ImageRequest, ModelClient, ModelListing } from './model-client.ts';
import { OptionalImageFields, readImages } from './images.ts';
import { readCompletion, readCompletionChunk, readErrorEvent } from './openai-chunk.ts';
import { ImageWorkshop } from '../images/image-workshop.ts';
import { readEmbeddings } from './embeddings.ts';
import { wireMessages, wireOptions } from './openai-request.ts';
import { OptionalFields, type OwnRefusals } from './optional-fields.ts';
import type { ProxySettings } from './proxy.ts';
import { readAnswer, type AnswerResponse } from './read-answer.ts';
import { SseParser, type SseEvent } from './sse-parser.ts';
import { isRecord, upstreamError } from './upstream-error.ts';
import { chunksOf, readText, tooLong, Upstream, UPSTREAM_LIMITS, type UpstreamResponse } from './upstream.ts';

export interface OpenAiOptions {
  /** With its version, as `https://api.openai.com/v1`; see `Endpoint`. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly model: string;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  /** As the environment says when undefined. */
  readonly proxy?: ProxySettings | undefined;
  readonly clock: Clock;
  /** One of its own when left out. */
  readonly workshop?: Pick<ImageWorkshop, 'read'> | undefined;
}

export class OpenAiProvider implements ModelClient {
  readonly provider = 'openai';
  readonly defaultModel: string;
  readonly #options: OpenAiOptions;
  readonly #endpoint: Endpoint;
  readonly #upstream: Upstream;
  readonly #fields = new OptionalFields();
  readonly #imageFields = new OptionalImageFields();
  readonly #workshop: Pick<ImageWorkshop, 'read'>;

  constructor(options: OpenAiOptions) {
    this.defaultModel = options.model;
    this.#options = options;
    this.#workshop = options.workshop ?? new ImageWorkshop();
    this.#endpoint = new Endpoint(options.baseUrl, 'openai');
    this.#upstream = new Upstream(options.clock, options.proxy);
  }

  stream(request: LlmRequest): AsyncGenerator<LlmChunk, void, undefined> {
    const response: AnswerResponse = {};
    const open = async (): Promise<UpstreamResponse> => {
      const opened = await this.#open(request);
      response.body = opened.body;
      return opened;
    };
    const { clock } = this.#options;
    return readAnswer(readSigns(open), { request, response, upstream: this.#upstream, clock });
  }

  embed(request: EmbeddingRequest): AsyncGenerator<LlmChunk, void, undefined> {
    const { model, dimensions } = request;
    return readEmbeddings(request, async (input) => {
      const { body } = await this.#post('/embeddings', request, { model, input, dimensions });
      return body;
    });
  }

  draw(request: ImageRequest): AsyncGenerator<LlmChunk, void, undefined> {
    return readImages(request, {
      workshop: this.#workshop,
      ask: async (index) => {
        const post = (body: Record<string, unknown>) => this.#post('/images/generations', request, body);
        const { body } = await this.#imageFields.ask(request, index, post);
        return body;
      },
    });
  }

  async models(signal: AbortSignal): Promise<readonly ModelListing[]> {
    try {
      const { body } = await this.#get('/models', signal);
      return readListings(JSON.parse(await readText(body, UPSTREAM_LIMITS.wholeBodyBytesMax)));
    } catch (error) {
      if (error instanceof SyntaxError) throw new LlmError('protocol', 'The list of models is not JSON');
      throw upstreamError(error, signal, 'unreachable');
    }
  }

  close(): Promise<void> {
    return this.#upstream.close();
  }

  /** Asks again without a field that this server, or this model, turns out to refuse. */
  async #open(request: LlmRequest): Promise<UpstreamResponse> {
    const { model, maxOutputTokens, options } = request;
    const { temperature, topP } = this.#options;
    // What the client says comes last, and so in place of what the settings say.
    const said = { temperature: options?.temperature, top_p: options?.topP, ...wireOptions(options) };
    const wanted = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
    const own: OwnRefusals = new Set();
    const messages = wireMessages(request.messages);
    for (;;) {
      const fields = this.#fields.of(model, { maxOutputTokens, temperature, topP, wanted }, own);
      try {
        return await this.#post('/chat/completions', request, { model, messages, stream: true, ...fields });
      } catch (error) {
        if (!this.#fields.learn(model, fields, error, { wanted, own })) throw error;
      }
    }
  }

  #post(
    path: string,
    { trace, traceparent, signal }: Pick<LlmRequest, 'trace' | 'traceparent' | 'signal'>,
    body: Record<string, unknown>,
  ): Promise<UpstreamResponse> {
    return this.#upstream.send({
      method: 'POST',
      url: this.#endpoint.url(path),
      headers: {
        ...this.#headers(),
        'Content-Type': 'application/json',
        ...(body['stream'] === true && { Accept: 'text/event-stream' }),
        'X-Request-ID': trace,
        ...(traceparent !== undefined && { traceparent }),
      },
      body: JSON.stringify(body),
      signal,
    });
  }

  #get(path: string, signal: AbortSignal): Promise<UpstreamResponse> {
    return this.#upstream.send({
      method: 'GET',
      url: this.#endpoint.url(path),
      headers: this.#headers(),
      signal,
    });
  }

  #headers(): Record<string, string> {
    const { apiKey = '' } = this.#options;
    const authorization = apiKey === '' ? this.#endpoint.authorization : `Bearer ${apiKey}`;
    return authorization === undefined ? {} : { Authorization: authorization };
  }
}

/** Leaving the loop early leaves the body alone: `stream` decides what becomes of its connection. */
async function* readSigns(
  open: () => Promise<UpstreamResponse>,
): AsyncGenerator<AnswerSign | 'alive', void, undefined> {
  const { body } = await open();
  const chunks = chunksOf(body);
  const start = await firstBytes(chunks);
  const first = FIRST_CHARACTER.exec(start.toString())?.[1] ?? '';
  if (first === '<') throw new LlmError('protocol', 'A web page came; is the base URL right?');
  // Some servers do not stream, whatever they are asked, and the type of the content does not tell.
  if (first === '{' || first === '[') return yield readCompletion(await wholeText(start, chunks));
  yield* streamedSigns(start, chunks);
}

/** After a byte order mark and white space. */
const FIRST_CHARACTER = /^\uFEFF?\s*(\S)/u;

async function* streamedSigns(
  start: Buffer,
  chunks: AsyncIterator<Buffer>,
): AsyncGenerator<AnswerSign | 'alive', void, undefined> {
  const parser = new SseParser({
    charactersMax: UPSTREAM_LIMITS.lineCharactersMax,
    linesMax: UPSTREAM_LIMITS.linesWithoutEventMax,
  });
  for (let bytes: Buffer | undefined = start; bytes; bytes = await nextOf(chunks)) {
    const events = parser.feed(bytes);
    if (events.length === 0) yield 'alive';
    for (const event of events) yield readEvent(event);
  }
  for (const event of parser.end()) yield readLastEvent(event);
}

function readEvent({ type, data }: SseEvent): AnswerSign | 'alive' {
  const text = data.trim();
  if (text === '[DONE]') return { isLast: true };
  if (text === '') return 'alive';
  if (type === 'error') throw readErrorEvent(text);
  return type === 'ping' ? 'alive' : readCompletionChunk(text);
}

/** The event at which the stream ended: if it is half an event, the stream was cut off. */
function readLastEvent(event: SseEvent): AnswerSign | 'alive' {
  try {
    return readEvent(event);
  } catch (error) {
    if (!(error instanceof LlmError) || error.kind !== 'protocol') throw error;
    throw new LlmError('cut_off', 'The stream ended in the middle of an event', { cause: error });
  }
}

/** As many bytes as it takes to see one that is not white space; few servers send any before. */
async function firstBytes(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < UPSTREAM_LIMITS.leadingSpaceBytesMax && !FIRST_CHARACTER.test(bytes.toString())) {
    const next = await nextOf(chunks);
    if (!next) break;
    bytes = Buffer.concat([bytes, next]);
  }
  return bytes;
}

async function wholeText(start: Buffer, chunks: AsyncIterator<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for (let bytes: Buffer | undefined = start; bytes; bytes = await nextOf(chunks)) {
    length += bytes.length;
    if (length > UPSTREAM_LIMITS.wholeBodyBytesMax) throw tooLong(UPSTREAM_LIMITS.wholeBodyBytesMax);
    parts.push(bytes);
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}

async function nextOf(chunks: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  const step = await chunks.next();
  return step.done ? undefined : step.value;
}

/** Each server has its own name for the length of a model's context. */
const CONTEXT_FIELDS = ['context_length', 'max_model_len', 'context_window', 'max_context_length'] as const;

function readListings(list: unknown): ModelListing[] {
  const data: unknown = isRecord(list) ? list['data'] : undefined;
  if (!Array.isArray(data)) throw new LlmError('protocol', 'The list of models has no data');
  return (data as unknown[]).flatMap((model) => {
    if (!isRecord(model) || typeof model['id'] !== 'string') return [];
    const contextTokens = CONTEXT_FIELDS.map((field) => model[field]).find(isContextLength);
    return [{ name: model['id'], ...(contextTokens !== undefined && { contextTokens }) }];
  });
}

function isContextLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
