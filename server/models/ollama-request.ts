/** Messages and wishes as Ollama's `/api/chat` writes them. */
import type { ChatRequest, Message, Options, Tool } from 'ollama/browser';
import type { CompletionPart } from '../../shared/operations/completion-shapes.ts';
import type { LlmMessage, LlmOptions } from './model-client.ts';

export function ollamaMessages(messages: readonly LlmMessage[]): Message[] {
  const toolNames = new Map<string, string>();
  return messages.flatMap(({ role, content, parts }) => {
    if (!parts) return [{ role, content }];
    for (const part of parts) if (part.type === 'toolCall') toolNames.set(part.id, part.name);
    if (role === 'tool') return parts.flatMap((part) => toolMessage(part, toolNames));
    return [messageOf(role, parts)];
  });
}

/** What the request wants beside its messages and its options. */
export function ollamaWishes(options: LlmOptions = {}): Pick<ChatRequest, 'tools' | 'format' | 'think'> {
  const { responseFormat, reasoning } = options;
  const tools = offered(options);
  return {
    ...(tools.length > 0 && { tools }),
    ...(responseFormat?.type === 'json_object' && { format: 'json' }),
    ...(responseFormat?.type === 'json_schema' && { format: responseFormat.schema }),
    // A model that thinks unasked would use up the tokens of the answer.
    think: reasoning === undefined ? false : thinkOf(reasoning),
  };
}

export function ollamaOptions(options: LlmOptions = {}): Partial<Options> {
  const { temperature, topP, topK, stop, seed, presencePenalty, frequencyPenalty } = options;
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { top_p: topP }),
    ...(topK !== undefined && { top_k: topK }),
    ...(stop !== undefined && stop.length > 0 && { stop }),
    ...(seed !== undefined && { seed }),
    ...(presencePenalty !== undefined && { presence_penalty: presencePenalty }),
    ...(frequencyPenalty !== undefined && { frequency_penalty: frequencyPenalty }),
  };
}

/** It knows no choice of tools: the one that is chosen, or none, is offered alone. */
function offered({ tools = [], toolChoice }: LlmOptions): Tool[] {
  if (toolChoice === 'none') return [];
  const chosen = typeof toolChoice === 'object' ? toolChoice.name : undefined;
  return tools
    .filter(({ name }) => chosen === undefined || name === chosen)
    .map(({ name, description = '', parameters = { type: 'object', properties: {} } }) => ({
      type: 'function',
      function: { name, description, parameters },
    }));
}

function thinkOf(reasoning: NonNullable<LlmOptions['reasoning']>): NonNullable<ChatRequest['think']> {
  const effort = 'effort' in reasoning ? reasoning.effort : 'high';
  if (effort === 'none') return false;
  return effort === 'low' || effort === 'medium' || effort === 'high' ? effort : true;
}

function messageOf(role: string, parts: readonly CompletionPart[]): Message {
  const thinking = parts.map((part) => (part.type === 'thinking' ? part.text : '')).join('');
  const images = parts.flatMap((part) => (part.type === 'image' ? [part.data] : []));
  const calls = parts.flatMap((part) =>
    part.type === 'toolCall'
      ? [{ function: { name: part.name, arguments: argumentsOf(part.arguments) } }]
      : [],
  );
  return {
    role,
    content: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    ...(thinking !== '' && { thinking }),
    ...(images.length > 0 && { images }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

function toolMessage(part: CompletionPart, names: ReadonlyMap<string, string>): Message[] {
  if (part.type !== 'toolResult') return [];
  const images = part.parts.flatMap((each) => (each.type === 'image' ? [each.data] : []));
  const name = names.get(part.id);
  return [
    {
      role: 'tool',
      content: part.parts.map((each) => (each.type === 'text' ? each.text : '')).join('\n'),
      ...(name !== undefined && { tool_name: name }),
      ...(images.length > 0 && { images }),
    },
  ];
}

/** Objects here, where others write a JSON text. */
function argumentsOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // The model wrote it, and will see that nothing came of it.
  }
  return {};
}
