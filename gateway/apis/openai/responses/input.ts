/** The input of a request of the Responses API as messages of the internal form. */
import type { RequestMessage } from '../../../../shared/operations/completion-shapes.ts';
import { unsupported } from '../../read-body.ts';
import type { Responses, ResponsesItem, ResponsesPart } from './body.ts';
import { filePart } from '../../file-part.ts';
import { imageOf } from './files.ts';
import { customArguments, innerName } from './tools.ts';

type MessageOf<Role extends RequestMessage['role']> = Extract<RequestMessage, { role: Role }>;
type UserPart = MessageOf<'user'>['parts'][number];
type ResultPart = MessageOf<'tool'>['parts'][number]['parts'][number];
type TextPart = MessageOf<'system'>['parts'][number];

const NOT_KEPT = {
  en: 'no answer is kept; send the items of the conversation with each request',
  es: 'no se guarda ninguna respuesta; envía los elementos de la conversación en cada petición',
} as const;
const TEXT_ALONE = {
  en: 'only the messages of users have files; images, the results of tools too',
  es: 'solo los mensajes de usuarios tienen archivos; imágenes, también los resultados de herramientas',
} as const;

/** Throws `member_unsupported` for what no model can be given. */
export function messagesOf({ instructions, input }: Responses): RequestMessage[] {
  const messages: RequestMessage[] = [];
  if (instructions !== undefined && instructions !== '') {
    messages.push({ role: 'system', parts: [{ type: 'text', text: instructions }] });
  }
  for (const [index, item] of input.entries()) {
    const message = messageOf(item, `input[${index}]`);
    if (message) add(messages, message);
  }
  return messages;
}

/** What the model said in several items is one message; so is what its tools gave. */
function add(messages: RequestMessage[], message: RequestMessage): void {
  const last = messages.at(-1);
  if (last?.role === 'assistant' && message.role === 'assistant') last.parts.push(...message.parts);
  else if (last?.role === 'tool' && message.role === 'tool') last.parts.push(...message.parts);
  else messages.push(message);
}

function messageOf(item: ResponsesItem, place: string): RequestMessage | undefined {
  switch (item.type) {
    case 'message': {
      const { role, content } = item;
      if (role === 'user')
        return { role, parts: content.map((part, index) => userPart(part, `${place}.content[${index}]`)) };
      const parts = content.map((part, index) => textPart(part, `${place}.content[${index}]`));
      return { role: role === 'assistant' ? role : 'system', parts };
    }
    case 'reasoning': {
      const written = item.content && item.content.length > 0 ? item.content : item.summary;
      const text = (written ?? []).map((part) => part.text).join('\n');
      return text === '' ? undefined : { role: 'assistant', parts: [{ type: 'thinking', text }] };
    }
    case 'function_call':
    case 'custom_tool_call': {
      const name = innerName(item.name, item.namespace);
      const text = item.type === 'function_call' ? item.arguments : customArguments(item.input);
      return {
        role: 'assistant',
        parts: [{ type: 'toolCall', id: item.call_id, name, arguments: text }],
      };
    }
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const parts = item.output.map((part, index) => resultPart(part, `${place}.output[${index}]`));
      return { role: 'tool', parts: [{ type: 'toolResult', id: item.call_id, parts }] };
    }
    case 'item_reference':
      throw unsupported(place, NOT_KEPT);
    default:
      return undefined;
  }
}

function userPart(part: ResponsesPart, place: string): UserPart {
  if (part.type === 'input_file') return filePart(part, `${place}.file_data`);
  return resultPart(part, place);
}

/** Of what a tool gave. */
function resultPart(part: ResponsesPart, place: string): ResultPart {
  if (part.type === 'input_image') return imageOf(part.image_url, `${place}.image_url`);
  return textPart(part, place);
}

function textPart(part: ResponsesPart, place: string): TextPart {
  if (part.type === 'refusal') return { type: 'text', text: part.refusal };
  if (part.type === 'input_image' || part.type === 'input_file') throw unsupported(place, TEXT_ALONE);
  return { type: 'text', text: part.text };
}
