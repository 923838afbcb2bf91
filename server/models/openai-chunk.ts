/** What one object of an OpenAI chat completion says, as its many servers write it. */
import type { AnswerSign, Finish } from './answer-reader.ts';
import { LlmError } from './model-client.ts';
import { checkedCounts, type TokenCounts } from './token-counts.ts';
import type { ToolCallPiece } from './tool-call-reader.ts';
import { isRecord, reportedError } from './upstream-error.ts';

const FINISHES: Readonly<Record<string, Finish>> = {
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  tool_use: 'tool_calls',
  refusal: 'refusal',
  content_filter: 'filtered',
  safety: 'filtered',
};

/** Parts of content within parts: Mistral nests thinking once. */
const PART_DEPTH_MAX = 3;

/** Reads an event of a stream. Throws `LlmError`: `protocol`, or `reported`. */
export function readCompletionChunk(json: string): AnswerSign {
  const value = readObject(json);
  const choice = firstChoice(value['choices']);
  if (!choice) return { ...readCounts(value), isAfterword: true };
  const delta = readMessage(choice['delta']);
  const message = readMessage(choice['message']);
  const finish = readFinish(choice['finish_reason']);
  const instead = delta.instead ?? message.instead;
  return {
    text: delta.text,
    thinking: delta.thinking,
    wholeText: message.text,
    wholeThinking: message.thinking,
    ...(delta.toolCalls && { toolCalls: delta.toolCalls }),
    ...(message.toolCalls && { wholeToolCalls: message.toolCalls }),
    ...(instead !== undefined && { instead }),
    ...(finish !== undefined && { finish }),
    ...readStop(choice),
    ...readCounts(value),
  };
}

/** Reads a whole completion, which is finished even if it does not say how. Throws as above. */
export function readCompletion(json: string): AnswerSign {
  const value = readObject(json);
  const choice = firstChoice(value['choices']);
  if (!choice) throw new LlmError('protocol', 'The completion has no choices');
  const message = readMessage(choice['message'] ?? choice['delta']);
  const { text, thinking, instead } = message;
  return {
    text,
    thinking,
    ...(message.toolCalls && { toolCalls: message.toolCalls }),
    ...(instead !== undefined && { instead }),
    finish: readFinish(choice['finish_reason']) ?? 'stop',
    ...readStop(choice),
    ...readCounts(value),
    isLast: true,
  };
}

/** What an `error` event of a stream says. */
export function readErrorEvent(data: string): LlmError {
  const value = tryParse(data);
  return reportedError(isRecord(value) ? (value['error'] ?? value) : (value ?? data));
}

function readObject(json: string): Record<string, unknown> {
  const parsed = tryParse(json);
  // Google's servers put an error into a list.
  const value: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!isRecord(value)) throw new LlmError('protocol', 'A chunk of the stream is not a JSON object');
  const error = value['error'];
  if (error !== undefined && error !== null && error !== false && error !== '') throw reportedError(error);
  // As vLLM and others send it, without an `error` around it.
  if (value['object'] === 'error' || value['type'] === 'error') throw reportedError(value);
  return value;
}

/** The chunk with the usage has `choices: []`, or `null` on some servers. */
function firstChoice(choices: unknown): Record<string, unknown> | undefined {
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  if (!isRecord(choice)) return undefined;
  if (isRecord(choice['error'])) throw reportedError(choice['error']);
  return choice;
}

/** Some servers write `""` until the last chunk. */
function readFinish(reason: unknown): Finish | undefined {
  if (typeof reason !== 'string' || reason === '') return undefined;
  // OpenRouter ends a stream that its own upstream broke so.
  if (reason === 'error') throw new LlmError('reported', 'The answer ended with an error');
  if (reason === 'abort') throw new LlmError('cut_off', 'The server stopped its answer');
  return Object.hasOwn(FINISHES, reason) ? FINISHES[reason] : 'stop';
}

/** vLLM and SGLang say which of the given sequences ended the answer; OpenAI itself does not. */
function readStop(choice: Record<string, unknown>): { stopSequence?: string } {
  const stopSequence = [choice['stop_reason'], choice['matched_stop']].find(isText);
  return stopSequence === undefined ? {} : { stopSequence };
}

interface Message {
  readonly text: string;
  readonly thinking: string;
  readonly toolCalls?: readonly ToolCallPiece[];
  readonly instead?: 'tool_calls' | 'refusal';
}

function readMessage(message: unknown): Message {
  if (!isRecord(message)) return { text: '', thinking: '' };
  const content = readContent(message['content'], 0);
  const reasoning = [message['reasoning_content'], message['reasoning']].find(isText);
  const tools = message['tool_calls'];
  const calls = (Array.isArray(tools) && tools.length > 0) || isRecord(message['function_call']);
  return {
    text: content.text,
    thinking: isText(reasoning) ? reasoning : content.thinking,
    ...(Array.isArray(tools) && tools.length > 0 && { toolCalls: (tools as unknown[]).flatMap(readCall) }),
    ...(calls ? { instead: 'tool_calls' } : isText(message['refusal']) && { instead: 'refusal' }),
  };
}

function readCall(call: unknown): ToolCallPiece[] {
  if (!isRecord(call)) return [];
  const { index, id } = call;
  const called = isRecord(call['function']) ? call['function'] : {};
  return [
    {
      index: typeof index === 'number' ? index : undefined,
      id: isText(id) ? id : undefined,
      name: isText(called['name']) ? called['name'] : undefined,
      arguments: called['arguments'],
    },
  ];
}

/** A text, or Mistral's list of parts: `{type: 'text', text}` and `{type: 'thinking', thinking: […]}`. */
function readContent(content: unknown, depth: number): { text: string; thinking: string } {
  if (typeof content === 'string') return { text: content, thinking: '' };
  let text = '';
  let thinking = '';
  if (!Array.isArray(content) || depth === PART_DEPTH_MAX) return { text, thinking };
  for (const part of content as unknown[]) {
    if (!isRecord(part)) continue;
    if (part['type'] === 'thinking') thinking += readContent(part['thinking'], depth + 1).text;
    else if (typeof part['text'] === 'string') text += part['text'];
  }
  return { text, thinking };
}

/** Groq puts the counts of a stream into `x_groq`. */
function readCounts(value: Record<string, unknown>): { counts?: TokenCounts } {
  const groq = isRecord(value['x_groq']) ? value['x_groq']['usage'] : undefined;
  const usage = isRecord(value['usage']) ? value['usage'] : groq;
  if (!isRecord(usage)) return {};
  const prompt = usage['prompt_tokens_details'];
  const completion = usage['completion_tokens_details'];
  return {
    counts: checkedCounts(usage['prompt_tokens'], usage['completion_tokens'], {
      cached: isRecord(prompt) ? prompt['cached_tokens'] : undefined,
      thinking: isRecord(completion) ? completion['reasoning_tokens'] : undefined,
    }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function tryParse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
