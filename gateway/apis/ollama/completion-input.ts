import type { CompletionInput, Reasoning } from '../../../shared/operations/completion-shapes.ts';
import { ApiRefusal } from '../../http/api-errors.ts';
import { imageParts, messagesOf } from './messages.ts';
import type { AnswerBody, ChatBody, GenerateBody } from './request-bodies.ts';

type NumberMember = 'temperature' | 'topP' | 'topK' | 'seed' | 'presencePenalty' | 'frequencyPenalty';

const INTEGER_MAX = Number.MAX_SAFE_INTEGER;

/** Throws `ApiRefusal` for what cannot be translated. */
export function chatInput(body: ChatBody): CompletionInput {
  const tools = (body.tools ?? []).map(({ function: { name, description, parameters } }) => ({
    name,
    ...(description && { description }),
    ...(parameters && { parameters }),
  }));
  return {
    ...answerInput(body),
    messages: messagesOf(body.messages ?? []),
    ...(tools.length > 0 && { tools }),
  };
}

/** Throws `ApiRefusal` for what needs the template of the model, which only its own server has. */
export function generateInput(body: GenerateBody): CompletionInput {
  for (const param of ['suffix', 'template', 'raw'] as const) {
    if (body[param]) throw new ApiRefusal('member_unsupported', { param });
  }
  const { system, prompt } = body;
  const text = prompt ? [{ type: 'text' as const, text: prompt }] : [];
  return {
    ...answerInput(body),
    messages: [
      ...(system ? [{ role: 'system' as const, parts: [{ type: 'text' as const, text: system }] }] : []),
      { role: 'user', parts: [...text, ...imageParts(body.images, 'images')] },
    ],
  };
}

/** `num_ctx` and the like are not here: the route decides on them. */
function answerInput({ model, format, think, options }: AnswerBody): Omit<CompletionInput, 'messages'> {
  const given = options ?? {};
  const stop = [given.stop ?? []].flat().filter((one) => one !== '');
  const maxOutputTokens = Math.trunc(given.num_predict ?? 0);
  return {
    route: model,
    // -1 and -2 mean "without end" to Ollama; here the route has an end.
    ...(maxOutputTokens > 0 && { maxOutputTokens }),
    ...number('temperature', given.temperature, 0, 2),
    ...number('topP', given.top_p, 0, 1),
    ...number('topK', given.top_k, 0, INTEGER_MAX),
    ...number('seed', given.seed, -INTEGER_MAX, INTEGER_MAX),
    ...number('presencePenalty', given.presence_penalty, -2, 2),
    ...number('frequencyPenalty', given.frequency_penalty, -2, 2),
    ...(stop.length > 0 && { stop }),
    ...(format && { responseFormat: formatOf(format) }),
    ...(typeof think === 'boolean' || think ? { reasoning: reasoningOf(think) } : {}),
  };
}

/** Ollama takes numbers of any size, so the nearest one that model servers take is meant. */
function number<Name extends NumberMember>(
  name: Name,
  given: number | null | undefined,
  min: number,
  max: number,
): { [Key in Name]?: number } {
  if (given === null || given === undefined) return {};
  const value = Math.min(max, Math.max(min, max === INTEGER_MAX ? Math.trunc(given) : given));
  return { [name]: value } as { [Key in Name]: number };
}

function formatOf(
  format: Exclude<AnswerBody['format'], '' | null | undefined>,
): CompletionInput['responseFormat'] {
  if (format === 'json') return { type: 'json_object' };
  return { type: 'json_schema', name: 'format', schema: format };
}

function reasoningOf(think: boolean | 'low' | 'medium' | 'high' | 'max'): Reasoning {
  if (think === false) return { effort: 'none' };
  if (think === true) return { effort: 'medium' };
  return { effort: think === 'max' ? 'xhigh' : think };
}
