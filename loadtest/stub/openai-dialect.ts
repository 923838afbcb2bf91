/** OpenAI's chat completions, whole and as server-sent events (WHATWG HTML §9.2). */
import type { Quirk } from './config.ts';
import {
  isObject,
  readMaximum,
  readMessages,
  type AnswerEnd,
  type AnswerWriter,
  type ChatInput,
  type Dialect,
} from './dialect.ts';
import { wishesOf, type Asked, type StubCall } from './wishes.ts';

const DONE = 'data: [DONE]\n\n';
const TOOL_CALL =
  '{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":"{}"}}';
const ZERO_USAGE = ',"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}';
const BAD_USAGE = ',"usage":{"prompt_tokens":2.5,"completion_tokens":9007199254740991,"total_tokens":null}';

export const openaiDialect: Dialect = {
  read(body) {
    if (!isObject(body) || typeof body['model'] !== 'string' || !Array.isArray(body['messages']))
      return undefined;
    const { text, promptTokens, isAfterTool } = readMessages(body['messages']);
    const streamOptions = body['stream_options'];
    const { tools, tool_choice: choice, reasoning_effort: effort } = body;
    const thinks = typeof effort === 'string' && effort !== 'none';
    const format = formatOf(body['response_format']);
    return {
      ...wishesOf({ text, tools, choice, format, thinks, isAfterTool }),
      model: body['model'],
      stream: body['stream'] === true,
      text,
      promptTokens,
      maxTokens: readMaximum(body['max_completion_tokens'] ?? body['max_tokens']),
      hasStreamOptions: isObject(streamOptions),
      includeUsage: isObject(streamOptions) && streamOptions['include_usage'] === true,
      loadOnly: false,
    };
  },
  answer: (input, id, quirks) => new OpenAiAnswer(input, id, quirks),
  errorBody: (status, message, code) =>
    JSON.stringify({ error: { message, type: errorType(status), param: null, code } }),
};

class OpenAiAnswer implements AnswerWriter {
  readonly contentType: string;
  readonly earlyHead = true;
  readonly #input: ChatInput;
  readonly #created = Math.floor(Date.now() / 1000);
  readonly #id: string;
  readonly #usageNull: string;
  readonly #quirks: ReadonlySet<Quirk>;
  #text = '';
  #tokens = 0;

  constructor(input: ChatInput, id: number, quirks: ReadonlySet<Quirk>) {
    this.#input = input;
    this.#quirks = quirks;
    this.#id = `chatcmpl-stub-${id}`;
    const isEvents = input.stream !== quirks.has('wrong_type');
    this.contentType = isEvents ? 'text/event-stream; charset=utf-8' : 'application/json';
    this.#usageNull = input.includeUsage ? ',"usage":null' : '';
  }

  opening(choicesNull: boolean): string {
    const odd = choicesNull ? this.#chunk('null', this.#usageNull) : '';
    return odd + this.#delta('{"role":"assistant","content":""}', 'null');
  }

  thinking(text: string): string {
    return this.#delta(`{"reasoning_content":${JSON.stringify(text)}}`, 'null');
  }

  token(text: string): string {
    this.#tokens += 1;
    if (this.#quirks.has('whole_last')) this.#text += text;
    const delta = `{"content":${JSON.stringify(text)}}`;
    if (!this.#quirks.has('finish_each')) return this.#delta(delta, 'null');
    return this.#delta(delta, '"stop"', this.#usage(this.#tokens));
  }

  closing(end: AnswerEnd): string {
    const isCall = this.#quirks.has('tool_calls') || this.#input.calls.length > 0;
    const call = this.#quirks.has('tool_calls') ? this.#delta(`{"tool_calls":[${TOOL_CALL}]}`, 'null') : '';
    const early = this.#quirks.has('late_usage') ? ZERO_USAGE : this.#usageNull;
    const last = this.#delta('{}', `"${isCall ? 'tool_calls' : end.finishReason}"`, early, this.#repeated());
    const isCounted = this.#input.includeUsage && end.usage;
    const counts = isCounted ? this.#chunk('[]', this.#usage(end.outputTokens)) : '';
    const calls = this.#input.calls.map((each, index) => this.#callPieces(each, index)).join('');
    return `${call}${calls}${last}${counts}${this.#quirks.has('stay_open') ? '' : DONE}`;
  }

  errorAndEnd(message: string): string {
    const error = { object: 'error', message, type: 'BadRequestError', code: 400 };
    return `data: ${JSON.stringify(error)}\n\n${DONE}`;
  }

  error(message: string): string {
    const error = { message, type: 'server_error', param: null, code: null };
    return `data: ${JSON.stringify({ error })}\n\n`;
  }

  malformed(): string {
    return `data: {"id":"${this.#id}","choices":[{"index":0,"delta":{"content":"bro\n\n`;
  }

  whole(text: string, end: AnswerEnd): string {
    const calls = this.#input.calls.map((call, index) => wholeCall(call, this.#callId(index)));
    const isCall = calls.length > 0;
    const called = isCall ? `,"tool_calls":${JSON.stringify(calls)}` : '';
    const content = isCall ? 'null' : JSON.stringify(text);
    const message = `{"role":"assistant","content":${content},"refusal":null${called}}`;
    const reason = isCall ? 'tool_calls' : end.finishReason;
    const choice = `{"index":0,"message":${message},"logprobs":null,"finish_reason":"${reason}"}`;
    const counts = end.usage ? this.#usage(end.outputTokens) : '';
    return `{${this.#envelope('chat.completion')},"choices":[${choice}]${counts}}`;
  }

  /** As OpenAI writes a call: its name first, then its arguments in pieces. */
  #callPieces({ name, arguments: given }: StubCall, index: number): string {
    const head = { index, id: this.#callId(index), type: 'function', function: { name, arguments: '' } };
    const text = JSON.stringify(given);
    const middle = Math.ceil(text.length / 2);
    const pieces = [text.slice(0, middle), text.slice(middle)].map((piece) => ({
      index,
      function: { arguments: piece },
    }));
    return [head, ...pieces]
      .map((piece) => this.#delta(JSON.stringify({ tool_calls: [piece] }), 'null'))
      .join('');
  }

  #callId(index: number): string {
    return `${this.#id.replace('chatcmpl', 'call')}-${index}`;
  }

  #delta(delta: string, finishReason: string, usage = this.#usageNull, rest = ''): string {
    const choice = `{"index":0,"delta":${delta}${rest},"logprobs":null,"finish_reason":${finishReason}}`;
    return this.#chunk(`[${choice}]`, usage);
  }

  #repeated(): string {
    if (!this.#quirks.has('whole_last')) return '';
    return `,"message":{"role":"assistant","content":${JSON.stringify(this.#text)}}`;
  }

  #usage(outputTokens: number): string {
    if (this.#quirks.has('bad_usage')) return BAD_USAGE;
    const { promptTokens } = this.#input;
    const usage = {
      prompt_tokens: promptTokens,
      completion_tokens: outputTokens,
      total_tokens: promptTokens + outputTokens,
    };
    return `,"usage":${JSON.stringify(usage)}`;
  }

  #chunk(choices: string, rest: string): string {
    return `data: {${this.#envelope('chat.completion.chunk')},"choices":${choices}${rest}}\n\n`;
  }

  #envelope(object: string): string {
    const model = JSON.stringify(this.#input.model);
    return `"id":"${this.#id}","object":"${object}","created":${this.#created},"model":${model}`;
  }
}

function wholeCall({ name, arguments: given }: StubCall, id: string): object {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(given) } };
}

function formatOf(format: unknown): Asked['format'] {
  if (!isObject(format)) return undefined;
  if (format['type'] === 'json_object') return 'json_object';
  const schema: unknown = isObject(format['json_schema']) ? format['json_schema']['schema'] : undefined;
  return format['type'] === 'json_schema' && isObject(schema) ? schema : undefined;
}

function errorType(status: number): string {
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
