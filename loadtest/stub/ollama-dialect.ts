/** Ollama's native protocol: github.com/ollama/ollama docs/api.md. One JSON object a line. */
import {
  isObject,
  readMaximum,
  readMessages,
  type AnswerEnd,
  type AnswerWriter,
  type ChatInput,
  type Dialect,
} from './dialect.ts';

const NANOSECONDS = 1e6;

export const ollamaDialect: Dialect = {
  read(body) {
    if (!isObject(body) || typeof body['model'] !== 'string' || body['model'] === '') return undefined;
    const options = isObject(body['options']) ? body['options'] : {};
    const { text, promptTokens, count } = readMessages(body['messages']);
    return {
      model: body['model'],
      stream: body['stream'] !== false,
      text,
      promptTokens,
      maxTokens: readMaximum(options['num_predict']),
      hasStreamOptions: false,
      includeUsage: true,
      loadOnly: count === 0,
    };
  },
  answer: (input) => new OllamaAnswer(input),
  errorBody: (_status, message) => JSON.stringify({ error: message }),
};

class OllamaAnswer implements AnswerWriter {
  readonly contentType: string;
  /** Ollama writes nothing until it has a token. */
  readonly earlyHead = false;
  readonly #input: ChatInput;
  readonly #model: string;

  constructor(input: ChatInput) {
    this.contentType = input.stream ? 'application/x-ndjson' : 'application/json; charset=utf-8';
    this.#input = input;
    this.#model = JSON.stringify(input.model);
  }

  opening(): string {
    return '';
  }

  token(text: string): string {
    return `${this.#head(text)},"done":false}\n`;
  }

  closing(end: AnswerEnd): string {
    return `${this.#last('', end)}\n`;
  }

  error(message: string): string {
    return `${JSON.stringify({ error: message })}\n`;
  }

  malformed(): string {
    return `{"model":${this.#model},"message":{"role":"assistant","content":"bro\n`;
  }

  whole(text: string, end: AnswerEnd): string {
    return this.#last(text, end);
  }

  #head(text: string): string {
    const content = JSON.stringify(text);
    const at = new Date().toISOString();
    return `{"model":${this.#model},"created_at":"${at}","message":{"role":"assistant","content":${content}}`;
  }

  #last(text: string, end: AnswerEnd): string {
    const reason = this.#input.loadOnly ? 'load' : end.finishReason;
    return `${this.#head(text)},"done_reason":"${reason}","done":true${metrics(this.#input, end)}}`;
  }
}

/** Ollama omits each metric that is zero. */
function metrics(input: ChatInput, end: AnswerEnd): string {
  if (!end.usage || input.loadOnly) return '';
  const fields = {
    total_duration: Math.round(end.elapsedMs * NANOSECONDS),
    load_duration: 0,
    prompt_eval_count: input.promptTokens,
    prompt_eval_duration: Math.round(end.firstTokenMs * NANOSECONDS),
    eval_count: end.outputTokens,
    eval_duration: Math.round((end.elapsedMs - end.firstTokenMs) * NANOSECONDS),
  };
  let text = '';
  for (const [name, value] of Object.entries(fields)) if (value > 0) text += `,"${name}":${value}`;
  return text;
}
