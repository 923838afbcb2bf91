/** Messages and wishes as OpenAI's chat completions write them. */
import type { CompletionPart, Reasoning } from '../../shared/operations/completion-shapes.ts';
import type { LlmMessage, LlmOptions } from './model-client.ts';

type Wire = Record<string, unknown>;

export function wireMessages(messages: readonly LlmMessage[]): Wire[] {
  return messages.flatMap((message) => {
    const { role, content, parts } = message;
    if (!parts) return [{ role, content }];
    if (role === 'assistant') return [assistantMessage(parts)];
    if (role === 'tool') return parts.flatMap(toolMessages);
    return [{ role, content: contentOf(parts) }];
  });
}

/** What the request wants beside its messages. A member that is undefined is not sent. */
export function wireOptions(options: LlmOptions = {}): Wire {
  const { tools = [], toolChoice, parallelToolCalls, stop = [], seed } = options;
  const hasTools = tools.length > 0;
  return {
    ...(hasTools && {
      tools: tools.map((tool) => ({ type: 'function', function: tool })),
      tool_choice: toolChoiceOf(toolChoice),
      parallel_tool_calls: parallelToolCalls,
    }),
    response_format: responseFormat(options.responseFormat),
    stop: stop.length > 0 ? stop : undefined,
    seed,
    presence_penalty: options.presencePenalty,
    frequency_penalty: options.frequencyPenalty,
    reasoning_effort: options.reasoning && effortOf(options.reasoning),
  };
}

/** A plain text where that is all: not every server takes lists. */
function contentOf(parts: readonly CompletionPart[]): string | Wire[] {
  const content = parts.flatMap((part): Wire[] => {
    if (part.type === 'text') return [{ type: 'text', text: part.text }];
    if (part.type !== 'image') return [];
    return [{ type: 'image_url', image_url: { url: `data:${part.mimeType};base64,${part.data}` } }];
  });
  const hasText = content.every(({ type }) => type === 'text');
  return hasText ? content.map(({ text }) => String(text)).join('') : content;
}

function assistantMessage(parts: readonly CompletionPart[]): Wire {
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const thinking = parts.map((part) => (part.type === 'thinking' ? part.text : '')).join('');
  const calls = parts.flatMap((part) =>
    part.type === 'toolCall'
      ? [{ id: part.id, type: 'function', function: { name: part.name, arguments: part.arguments } }]
      : [],
  );
  if (calls.length === 0) return { role: 'assistant', content: text };
  return {
    role: 'assistant',
    content: text === '' ? null : text,
    tool_calls: calls,
    // DeepSeek wants the thinking back that led to a call, and refuses any other.
    ...(thinking !== '' && { reasoning_content: thinking }),
  };
}

/** Tools answer in texts; what they show comes after it as a message of the user. */
function toolMessages(part: CompletionPart): Wire[] {
  if (part.type !== 'toolResult') return [];
  const text = part.parts.map((each) => (each.type === 'text' ? each.text : '')).join('\n');
  const images = part.parts.filter((each) => each.type === 'image');
  const answer = { role: 'tool', tool_call_id: part.id, content: text };
  return images.length === 0 ? [answer] : [answer, { role: 'user', content: contentOf(images) }];
}

function toolChoiceOf(choice: LlmOptions['toolChoice']): unknown {
  if (typeof choice !== 'object') return choice;
  return { type: 'function', function: { name: choice.name } };
}

function responseFormat(format: LlmOptions['responseFormat']): Wire | undefined {
  if (format?.type !== 'json_schema') return format && format.type !== 'text' ? format : undefined;
  const { type, ...schema } = format;
  return { type, json_schema: schema };
}

/** Budgets are Anthropic's way to say it. */
function effortOf(reasoning: Reasoning): string {
  if ('effort' in reasoning) return reasoning.effort;
  if (reasoning.budgetTokens <= LOW_BUDGET_TOKENS) return 'low';
  return reasoning.budgetTokens <= MEDIUM_BUDGET_TOKENS ? 'medium' : 'high';
}

const LOW_BUDGET_TOKENS = 2_048;
const MEDIUM_BUDGET_TOKENS = 16_384;
