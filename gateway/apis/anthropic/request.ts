/** A request of Anthropic's Messages API as the input of `completions.create`. */
import type { CompletionInput, Reasoning } from '../../../shared/operations/completion-shapes.ts';
import type { AnthropicMessages } from './body.ts';
import { promptOf } from './prompt.ts';

export function completionInput(body: AnthropicMessages): CompletionInput {
  const prompt = promptOf(body);
  return {
    ...prompt,
    // Without tools there is nothing to choose from.
    ...(prompt.tools ? choiceOf(body) : {}),
    responseFormat: formatOf(body),
    maxOutputTokens: body.max_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    topK: body.top_k,
    stop: body.stop_sequences,
    reasoning: reasoningOf(body),
    stream: body.stream ?? false,
  };
}

function choiceOf({ tool_choice: choice }: AnthropicMessages): Partial<CompletionInput> {
  if (!choice) return {};
  const parallelToolCalls = choice.disable_parallel_tool_use === true ? false : undefined;
  if (choice.type === 'tool') return { toolChoice: { name: choice.name }, parallelToolCalls };
  return { toolChoice: choice.type === 'any' ? 'required' : choice.type, parallelToolCalls };
}

function formatOf({ output_config, output_format }: AnthropicMessages): CompletionInput['responseFormat'] {
  const format = output_config?.format ?? output_format;
  return format && { type: 'json_schema', name: 'output', schema: format.schema, strict: true };
}

/** With adaptive thinking, and without a word about it, the effort says how much. */
function reasoningOf({ thinking, output_config }: AnthropicMessages): Reasoning | undefined {
  if (thinking?.type === 'enabled') return { budgetTokens: thinking.budget_tokens };
  if (thinking?.type === 'disabled') return { effort: 'none' };
  const effort = output_config?.effort;
  return effort && { effort: effort === 'max' ? 'xhigh' : effort };
}
