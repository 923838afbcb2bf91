import type { CompletionMessage } from '../../../shared/operations/completion-shapes.ts';
import { imagePart } from './images.ts';
import type { ChatMessage } from './request-bodies.ts';

type ToolCallPart = Extract<
  Extract<CompletionMessage, { role: 'assistant' }>['parts'][number],
  { type: 'toolCall' }
>;

/** The messages of a chat. Throws `ApiRefusal` for an image that is none. */
export function messagesOf(messages: readonly ChatMessage[]): CompletionMessage[] {
  const calls = new OpenCalls();
  return messages.map((message, at) => {
    const place = `messages[${at}].images`;
    if (message.role === 'tool') {
      const id = calls.answeredBy(message);
      const parts = [...textParts(message), ...imageParts(message.images, place)];
      return { role: 'tool', parts: [{ type: 'toolResult', id, parts }] };
    }
    if (message.role === 'assistant') {
      return {
        role: 'assistant',
        parts: [...thinkingParts(message), ...textParts(message), ...calls.open(message)],
      };
    }
    if (message.role === 'thinking') {
      const text = textParts(message).map((part) => part.text);
      return { role: 'assistant', parts: [{ type: 'thinking', text: text.join('') }] };
    }
    if (message.role === 'user') {
      return { role: 'user', parts: [...textParts(message), ...imageParts(message.images, place)] };
    }
    return { role: 'system', parts: textParts(message) };
  });
}

/** Throws `ApiRefusal`; `place` is where they stand in the body. */
export function imageParts(
  images: readonly string[] | null | undefined,
  place: string,
): ReturnType<typeof imagePart>[] {
  return (images ?? []).map((image, at) => imagePart(image, `${place}[${at}]`));
}

/** What Ollama's results do not say: which call they answer. Older clients name the tool, or nothing. */
class OpenCalls {
  #calls: { readonly id: string; readonly name: string }[] = [];
  #count = 0;

  open({ tool_calls: calls }: ChatMessage): ToolCallPart[] {
    if (!calls || calls.length === 0) return [];
    const parts = calls.map(({ id, function: { name, arguments: given } }): ToolCallPart => {
      const text = typeof given === 'string' ? given : JSON.stringify(given ?? {});
      return { type: 'toolCall', id: id || this.#newId(), name, arguments: text };
    });
    this.#calls = [...parts];
    return parts;
  }

  answeredBy({ tool_call_id: id, tool_name: toolName, ...rest }: ChatMessage): string {
    if (id) return this.#close(this.#calls.find((call) => call.id === id)) ?? id;
    const name = toolName ?? rest['name'];
    const named = this.#calls.find((call) => call.name === name);
    return this.#close(named ?? this.#calls[0]) ?? this.#newId();
  }

  #close(call: { readonly id: string } | undefined): string | undefined {
    this.#calls = this.#calls.filter((one) => one !== call);
    return call?.id;
  }

  #newId(): string {
    this.#count += 1;
    return `call_${this.#count}`;
  }
}

function textParts({ content }: ChatMessage): { type: 'text'; text: string }[] {
  const texts = typeof content === 'string' ? [content] : (content ?? []).map(({ text }) => text);
  return texts.filter((text) => text !== '').map((text) => ({ type: 'text', text }));
}

function thinkingParts({ thinking }: ChatMessage): { type: 'thinking'; text: string }[] {
  return thinking ? [{ type: 'thinking', text: thinking }] : [];
}
