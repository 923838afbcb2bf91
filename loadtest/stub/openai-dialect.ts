/** OpenAI's chat completions, whole and as server-sent events (WHATWG HTML §9.2). */
import {
  isObject,
  readMaximum,
  readMessages,
  type AnswerEnd,
  type AnswerWriter,
  type ChatInput,
  type Dialect,
} from './dialect.ts';

export const openaiDialect: Dialect = {
  read(body) {
    if (!isObject(body) || typeof body['model'] !== 'string' || !Array.isArray(body['messages']))
      return undefined;
    const { text, promptTokens } = readMessages(body['messages']);
    const streamOptions = body['stream_options'];
    return {
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
  answer: (input, id) => new OpenAiAnswer(input, id),
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

  constructor(input: ChatInput, id: number) {
    this.#input = input;
    this.#id = `chatcmpl-stub-${id}`;
    this.contentType = input.stream ? 'text/event-stream; charset=utf-8' : 'application/json';
    this.#usageNull = input.includeUsage ? ',"usage":null' : '';
  }

  opening(choicesNull: boolean): string {
    const odd = choicesNull ? this.#chunk('null', this.#usageNull) : '';
    return odd + this.#delta('{"role":"assistant","content":""}', 'null');
  }

  token(text: string): string {
    return this.#delta(`{"content":${JSON.stringify(text)}}`, 'null');
  }

  closing(end: AnswerEnd): string {
    const last = this.#delta('{}', `"${end.finishReason}"`);
    const counts =
      this.#input.includeUsage && end.usage ? this.#chunk('[]', `,"usage":${usage(this.#input, end)}`) : '';
    return `${last}${counts}data: [DONE]\n\n`;
  }

  error(message: string): string {
    const error = { message, type: 'server_error', param: null, code: null };
    return `data: ${JSON.stringify({ error })}\n\n`;
  }

  malformed(): string {
    return `data: {"id":"${this.#id}","choices":[{"index":0,"delta":{"content":"bro\n\n`;
  }

  whole(text: string, end: AnswerEnd): string {
    const message = `{"role":"assistant","content":${JSON.stringify(text)},"refusal":null}`;
    const choice = `{"index":0,"message":${message},"logprobs":null,"finish_reason":"${end.finishReason}"}`;
    const counts = end.usage ? `,"usage":${usage(this.#input, end)}` : '';
    return `{${this.#envelope('chat.completion')},"choices":[${choice}]${counts}}`;
  }

  #delta(delta: string, finishReason: string): string {
    const choice = `{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finishReason}}`;
    return this.#chunk(`[${choice}]`, this.#usageNull);
  }

  #chunk(choices: string, rest: string): string {
    return `data: {${this.#envelope('chat.completion.chunk')},"choices":${choices}${rest}}\n\n`;
  }

  #envelope(object: string): string {
    const model = JSON.stringify(this.#input.model);
    return `"id":"${this.#id}","object":"${object}","created":${this.#created},"model":${model}`;
  }
}

function usage(input: ChatInput, end: AnswerEnd): string {
  return JSON.stringify({
    prompt_tokens: input.promptTokens,
    completion_tokens: end.outputTokens,
    total_tokens: input.promptTokens + end.outputTokens,
  });
}

function errorType(status: number): string {
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
