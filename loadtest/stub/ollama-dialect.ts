/** Ollama's native protocol: github.com/ollama/ollama docs/api.md. One JSON object a line. */
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
import { wishesOf, type StubCall } from './wishes.ts';

const NANOSECONDS = 1e6;
const TOOL_CALL = '{"name":"weather","arguments":{"city":"Lima"}}';
const BAD_COUNTS = ',"prompt_eval_count":-1,"eval_count":"10"';
const NO_END = { finishReason: 'stop', outputTokens: 0, elapsedMs: 0, firstTokenMs: 0 } as const;

export const ollamaDialect: Dialect = {
  read(body) {
    if (!isObject(body) || typeof body['model'] !== 'string' || body['model'] === '') return undefined;
    const options = isObject(body['options']) ? body['options'] : {};
    const { text, promptTokens, count, isAfterTool } = readMessages(body['messages']);
    const { tools, format: given, think } = body;
    const thinks = think === true || typeof think === 'string';
    const format = given === 'json' ? 'json_object' : isObject(given) ? given : undefined;
    return {
      ...wishesOf({ text, tools, format, thinks, isAfterTool }),
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
  answer: (input, _id, quirks) => new OllamaAnswer(input, quirks),
  errorBody: (_status, message) => JSON.stringify({ error: message }),
};

class OllamaAnswer implements AnswerWriter {
  readonly contentType: string;
  /** Ollama writes nothing until it has a token. */
  readonly earlyHead = false;
  readonly #input: ChatInput;
  readonly #model: string;

  readonly #quirks: ReadonlySet<Quirk>;

  constructor(input: ChatInput, quirks: ReadonlySet<Quirk>) {
    const isLines = input.stream !== quirks.has('wrong_type');
    this.contentType = isLines ? 'application/x-ndjson' : 'application/json; charset=utf-8';
    this.#quirks = quirks;
    this.#input = input;
    this.#model = JSON.stringify(input.model);
  }

  opening(): string {
    return '';
  }

  thinking(text: string): string {
    return `${this.#head('', `,"thinking":${JSON.stringify(text)}`)},"done":false}\n`;
  }

  token(text: string): string {
    return `${this.#head(text)},"done":false}\n`;
  }

  closing(end: AnswerEnd): string {
    const { calls } = this.#input;
    const called = calls.length > 0 ? `${this.#head('', toolCalls(calls))},"done":false}\n` : '';
    return `${called}${this.#last('', end)}\n`;
  }

  error(message: string): string {
    return `${JSON.stringify({ error: message })}\n`;
  }

  errorAndEnd(message: string): string {
    return this.error(message) + this.closing({ ...NO_END, usage: false });
  }

  malformed(): string {
    return `{"model":${this.#model},"message":{"role":"assistant","content":"bro\n`;
  }

  whole(text: string, end: AnswerEnd): string {
    return this.#last(text, end, toolCalls(this.#input.calls));
  }

  #head(text: string, rest = ''): string {
    const at = new Date().toISOString();
    const message = `{"role":"assistant","content":${JSON.stringify(text)}${rest}}`;
    return `{"model":${this.#model},"created_at":"${at}","message":${message}`;
  }

  #last(text: string, end: AnswerEnd, own = ''): string {
    const reason = this.#input.loadOnly ? 'load' : end.finishReason;
    const calls = this.#quirks.has('tool_calls') ? `,"tool_calls":[{"function":${TOOL_CALL}}]` : own;
    const counts = this.#quirks.has('bad_usage') ? BAD_COUNTS : metrics(this.#input, end);
    return `${this.#head(text, calls)},"done_reason":"${reason}","done":true${counts}}`;
  }
}

/** Whole, without ids, their arguments as objects. */
function toolCalls(calls: readonly StubCall[]): string {
  if (calls.length === 0) return '';
  return `,"tool_calls":${JSON.stringify(calls.map((called) => ({ function: called })))}`;
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
