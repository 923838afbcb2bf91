import { isRecord, type Params } from '../../../shared/client/message.ts';
import type { CompletionResult, ToolCall } from '../../../shared/operations/completion-shapes.ts';
import type { ApiError } from '../../http/api-errors.ts';
import type { ApiReply, ApiRequest } from '../external-api.ts';
import { Stopwatch } from './stopwatch.ts';

export const JSON_TYPE = 'application/json; charset=utf-8';
const LINES_TYPE = 'application/x-ndjson';

/** What a part of an answer has in it. */
interface Output {
  readonly text?: string;
  readonly thinking?: string;
  readonly calls?: readonly ToolCall[];
}

/** The two addresses that give answers differ in where a line has them. */
export type Shape = (output: Output) => Readonly<Record<string, unknown>>;

export const chatShape: Shape = ({ text = '', thinking = '', calls = [] }) => ({
  message: {
    role: 'assistant',
    content: text,
    ...(thinking !== '' && { thinking }),
    ...(calls.length > 0 && { tool_calls: calls.map(toolCall) }),
  },
});

export const generateShape: Shape = ({ text = '', thinking = '' }) => ({
  response: text,
  ...(thinking !== '' && { thinking }),
});

export interface CompletionReplyOptions {
  readonly request: Pick<ApiRequest, 'clock'>;
  /** As the client named it. */
  readonly model: string;
  readonly shape: Shape;
  readonly isStreamed: boolean;
  /** Members of the last line alone. */
  readonly lastMembers?: Readonly<Record<string, unknown>>;
}

/** An answer as one line for each part, or whole as one object. */
export class CompletionReply implements ApiReply {
  readonly contentType: string;
  readonly #options: CompletionReplyOptions;
  readonly #watch: Stopwatch;

  constructor(options: CompletionReplyOptions) {
    this.#options = options;
    this.contentType = options.isStreamed ? LINES_TYPE : JSON_TYPE;
    this.#watch = new Stopwatch(options.request.clock);
  }

  event(name: string, { text }: Params): string {
    if (name === 'completions.started') this.#watch.started();
    if (name === 'completions.toolCall') this.#watch.output();
    if (typeof text !== 'string' || text === '') return '';
    // A whole answer only learns from it when its first word came.
    if (!this.#options.isStreamed) return this.#seen();
    if (name === 'completions.text') return this.#part({ text });
    return name === 'completions.thinking' ? this.#part({ thinking: text }) : '';
  }

  result(given: Params): string {
    const { text, thinking, toolCalls, finish, usage } = given as unknown as CompletionResult;
    const calls = toolCalls.filter((call) => argumentsOf(call) !== undefined);
    const unreadable = toolCalls.filter((call) => argumentsOf(call) === undefined).map(callAsText);
    const last = {
      done_reason: finish === 'length' ? 'length' : 'stop',
      done: true,
      ...this.#options.lastMembers,
      ...this.#watch.read(),
      prompt_eval_count: usage.inputTokens,
      eval_count: usage.outputTokens,
    };
    if (!this.#options.isStreamed) {
      return this.#object({ text: [text, ...unreadable].join(''), thinking, calls }, last);
    }
    const called =
      toolCalls.length > 0 ? this.#line({ text: unreadable.join(''), calls }, { done: false }) : '';
    return called + this.#line({}, last);
  }

  /** The last line of a stream that fails: none with `done` comes. */
  failure({ message }: ApiError): string {
    return `${JSON.stringify({ error: message })}\n`;
  }

  #seen(): string {
    this.#watch.output();
    return '';
  }

  #part(output: Output): string {
    this.#watch.output();
    return this.#line(output, { done: false });
  }

  #line(output: Output, rest: object): string {
    return `${this.#object(output, rest)}\n`;
  }

  #object(output: Output, rest: object): string {
    const { request, model, shape } = this.#options;
    const created = new Date(request.clock.now()).toISOString();
    return JSON.stringify({ model, created_at: created, ...shape(output), ...rest });
  }
}

function toolCall(call: ToolCall, index: number): object {
  return { id: call.id, function: { index, name: call.name, arguments: argumentsOf(call) } };
}

/** As Ollama does with a call that it cannot read: it is what the model said. */
function callAsText({ name, arguments: text }: ToolCall): string {
  return JSON.stringify({ name, arguments: text });
}

function argumentsOf({ arguments: text }: ToolCall): object | undefined {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
