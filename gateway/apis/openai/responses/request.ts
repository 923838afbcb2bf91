/** A request of the Responses API as the input of `completions.create`. */
import type { CompletionInput } from '../../../../shared/operations/completion-shapes.ts';
import { unsupported } from '../../read-body.ts';
import type { Responses } from './body.ts';
import { messagesOf } from './input.ts';
import { chosenTools, type ToolBook } from './tools.ts';

const NOT_KEPT = {
  en: 'nothing is kept on this server; send the whole conversation with each request',
  es: 'este servidor no guarda nada; envía toda la conversación en cada petición',
} as const;

/** Throws `member_unsupported` for what needs answers that are kept. */
export function completionInput(body: Responses, book: ToolBook): CompletionInput {
  for (const member of ['previous_response_id', 'conversation', 'prompt'] as const) {
    if (body[member] !== undefined) throw unsupported(member, NOT_KEPT);
  }
  if (body.background) throw unsupported('background', NOT_KEPT);
  const effort = body.reasoning?.effort;
  return {
    route: body.model,
    messages: messagesOf(body),
    ...chosenTools(body, book),
    responseFormat: body.text?.format,
    maxOutputTokens: body.max_output_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    reasoning: effort && { effort: effort === 'max' ? 'xhigh' : effort },
    stream: body.stream ?? false,
  };
}
