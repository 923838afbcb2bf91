/** The object `response`, whole and as the events of a stream repeat it. */
import type { Params } from '../../../../shared/client/message.ts';
import type { CompletionResult, CompletionUsage } from '../../../../shared/operations/completion-shapes.ts';
import type { ApiError } from '../../../http/api-errors.ts';
import type { Responses } from './body.ts';

export interface ResponseHead {
  readonly id: string;
  /** Unix time in seconds. */
  readonly createdAt: number;
  readonly model: string;
}

const FINISHES = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
} as const;

/** Why an answer is not complete; undefined when it is. */
export function incompleteReason({ finish }: Pick<CompletionResult, 'finish'>): string | undefined {
  return finish === 'length' || finish === 'content_filter' ? FINISHES[finish] : undefined;
}

/** An answer that has not ended. Clients expect the settings of the request back; `raw` is its body. */
export function responseObject(head: ResponseHead, body: Responses, raw: Params): object {
  const { text, reasoning } = body;
  return {
    id: head.id,
    object: 'response',
    created_at: head.createdAt,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    max_tool_calls: null,
    metadata: raw['metadata'] ?? {},
    model: head.model,
    output: [],
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: null,
    prompt_cache_key: raw['prompt_cache_key'] ?? null,
    reasoning: { effort: reasoning?.effort ?? null, summary: null },
    safety_identifier: null,
    service_tier: 'default',
    store: false,
    temperature: body.temperature ?? null,
    text: { format: text?.format ?? { type: 'text' } },
    tool_choice: raw['tool_choice'] ?? 'auto',
    tools: raw['tools'] ?? [],
    top_logprobs: 0,
    top_p: body.top_p ?? null,
    truncation: 'disabled',
    usage: null,
    user: null,
  };
}

export function usageOf(usage: CompletionUsage): object {
  const { inputTokens, cachedInputTokens = 0, outputTokens, thinkingTokens = 0 } = usage;
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedInputTokens },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: thinkingTokens },
    total_tokens: inputTokens + outputTokens,
  };
}

/** Codex decides by the code whether to try again, to make its conversation shorter, or to give up. */
export function errorOf({ status, code, message }: ApiError): object {
  if (code === 'context_length_exceeded') return { code, message };
  if (status === 401) return { code: 'invalid_api_key', message };
  // A wait helps against other answers that hold credits.
  if (status === 402 && code !== 'credits_held') return { code: 'insufficient_quota', message };
  if (status === 429 || status === 402) return { code: 'rate_limit_exceeded', message };
  return { code: status < 500 ? 'invalid_prompt' : 'server_error', message };
}
