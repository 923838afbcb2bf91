/** What one object of an OpenAI chat completion says, as its many servers write it. */
import { LlmError, type FinishReason } from './model-client.ts';
import { errorText, isRecord } from './upstream.ts';

export interface CompletionPart {
  readonly text: string;
  readonly finishReason?: FinishReason;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

/** Reads a chunk of a stream, or a whole completion. Throws `LlmError`: `protocol`, or `reported`. */
export function readCompletionPart(json: string): CompletionPart {
  const value = parse(json);
  if (!isRecord(value)) throw new LlmError('protocol', 'A chunk of the stream is not an object');
  if (value['error'] !== undefined && value['error'] !== null) {
    throw new LlmError('reported', errorText(value['error']));
  }
  const choice = firstChoice(value['choices']);
  const reason = choice['finish_reason'];
  // OpenRouter ends a stream that its own upstream broke so.
  if (reason === 'error') throw new LlmError('reported', 'The answer ended with an error');
  return {
    text: contentOf(choice['delta'] ?? choice['message']),
    ...(typeof reason === 'string' && { finishReason: reason === 'length' ? 'length' : 'stop' }),
    ...readUsage(value),
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new LlmError('protocol', 'A chunk of the stream is not JSON', { cause: error });
  }
}

/** The chunk with the usage has `choices: []`, or `null` on some servers. */
function firstChoice(choices: unknown): Record<string, unknown> {
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  return isRecord(choice) ? choice : {};
}

function contentOf(message: unknown): string {
  return isRecord(message) && typeof message['content'] === 'string' ? message['content'] : '';
}

/** Groq puts the counts of a stream into `x_groq`. */
function readUsage(value: Record<string, unknown>): { inputTokens?: number; outputTokens?: number } {
  const groq = isRecord(value['x_groq']) ? value['x_groq']['usage'] : undefined;
  const usage = isRecord(value['usage']) ? value['usage'] : groq;
  if (!isRecord(usage)) return {};
  const { prompt_tokens: input, completion_tokens: output } = usage;
  return {
    ...(isCount(input) && { inputTokens: input }),
    ...(isCount(output) && { outputTokens: output }),
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
