/** A prompt in Anthropic's form as messages and tools of the internal form. */
import type {
  CompletionInput,
  RequestMessage,
  CompletionTool,
} from '../../../shared/operations/completion-shapes.ts';
import { filePart } from '../file-part.ts';
import { unsupported } from '../read-body.ts';
import type {
  AnthropicMessage,
  AnthropicPrompt,
  AnthropicTool,
  AssistantBlock,
  ContentBlock,
  TextBlock,
  ToolResultBlock,
} from './body.ts';

type MessageOf<Role extends RequestMessage['role']> = Extract<RequestMessage, { role: Role }>;
type UserPart = MessageOf<'user'>['parts'][number];
type AssistantPart = MessageOf<'assistant'>['parts'][number];
type ToolResultPart = MessageOf<'tool'>['parts'][number];
type ResultPart = ToolResultPart['parts'][number];

/** Claude Code begins with it, for its maker. It changes with every request, so no prefix could be cached. */
const BILLING_NOTE = 'x-anthropic-billing-header:';

const NOT_BASE64 = {
  en: 'send the content itself, as base64; nothing is fetched from elsewhere',
  es: 'envía el propio contenido, en base64; no se descarga nada de otro sitio',
} as const;
const NOT_IN_RESULTS = {
  en: 'what a tool gave may have documents of plain text only; send the text',
  es: 'lo que da una herramienta solo puede tener documentos de texto sin formato; envía el texto',
} as const;
const SERVER_TOOL = {
  en: 'tools that the server runs do not exist here; describe a tool that you run, with an input_schema',
  es: 'aquí no hay herramientas que ejecute el servidor; describe una que ejecutes tú, con un input_schema',
} as const;
const SERVERS = {
  en: 'this server connects to no other one; offer their tools as your own',
  es: 'este servidor no se conecta con ningún otro; ofrece sus herramientas como propias',
} as const;

/** Throws `member_unsupported` for what no model can be given. */
export function promptOf(body: AnthropicPrompt): Pick<CompletionInput, 'route' | 'messages' | 'tools'> {
  if (body.mcp_servers && body.mcp_servers.length > 0) throw unsupported('mcp_servers', SERVERS);
  const system = systemMessage(body.system ?? []);
  const messages = body.messages.flatMap((message, index) => messagesOf(message, `messages[${index}]`));
  const tools = body.tools?.map((tool, index) => toolOf(tool, `tools[${index}]`));
  return {
    route: body.model,
    messages: [...system, ...messages],
    ...(tools && tools.length > 0 ? { tools } : {}),
  };
}

function systemMessage(blocks: readonly TextBlock[]): RequestMessage[] {
  const parts = blocks.filter(({ text }) => !text.startsWith(BILLING_NOTE)).map(textOf);
  return parts.length === 0 ? [] : [{ role: 'system', parts }];
}

function messagesOf(message: AnthropicMessage, place: string): RequestMessage[] {
  if (message.role === 'system') return systemMessage(message.content);
  if (message.role === 'assistant') {
    return [{ role: 'assistant', parts: message.content.flatMap(assistantPart) }];
  }
  const results: ToolResultPart[] = [];
  const parts: UserPart[] = [];
  for (const [index, block] of message.content.entries()) {
    const at = `${place}.content[${index}]`;
    if (block.type === 'tool_result') results.push(toolResult(block, at));
    else parts.push(...(documentParts(block, at) ?? contentParts(block, at)));
  }
  const tool: RequestMessage[] = results.length > 0 ? [{ role: 'tool', parts: results }] : [];
  return parts.length > 0 || results.length === 0 ? [...tool, { role: 'user', parts }] : tool;
}

function assistantPart(block: AssistantBlock): AssistantPart[] {
  switch (block.type) {
    case 'text':
      return [textOf(block)];
    case 'thinking':
      // The signature is left out: it came from here, and says nothing to a model server.
      return [{ type: 'thinking', text: block.thinking }];
    case 'tool_use': {
      const { id, name, input = {} } = block;
      return [{ type: 'toolCall', id, name, arguments: JSON.stringify(input) }];
    }
    default:
      return [];
  }
}

function toolResult({ tool_use_id, content, is_error }: ToolResultBlock, place: string): ToolResultPart {
  const parts = (content ?? []).flatMap((block, index) => contentParts(block, `${place}.content[${index}]`));
  return { type: 'toolResult', id: tool_use_id, parts, ...(is_error ? { isError: true } : {}) };
}

/** A document as a file; undefined for everything else. */
function documentParts(block: Exclude<ContentBlock, ToolResultBlock>, place: string): UserPart[] | undefined {
  if (block.type !== 'document' || block.source.type !== 'base64') return undefined;
  const { source, title = 'document', context } = block;
  const file = filePart({ filename: title, file_data: source.data }, `${place}.source.data`);
  return context === undefined ? [file] : [{ type: 'text', text: context }, file];
}

function contentParts(block: Exclude<ContentBlock, ToolResultBlock>, place: string): ResultPart[] {
  switch (block.type) {
    case 'text':
      return [textOf(block)];
    case 'image': {
      const { source } = block;
      if (source.type !== 'base64') throw unsupported(`${place}.source`, NOT_BASE64);
      return [{ type: 'image', mimeType: source.media_type, data: source.data }];
    }
    case 'document': {
      const { source, title, context } = block;
      const head = [title, context].filter((line) => line !== undefined).join('\n');
      const start: ResultPart[] = head === '' ? [] : [{ type: 'text', text: head }];
      if (source.type === 'text') return [...start, { type: 'text', text: source.data }];
      if (source.type === 'base64') throw unsupported(`${place}.source`, NOT_IN_RESULTS);
      if (source.type !== 'content') throw unsupported(`${place}.source`, NOT_BASE64);
      return [...start, ...source.content.flatMap((inner) => contentParts(inner, `${place}.source.content`))];
    }
    case 'search_result': {
      const { title, source, content } = block;
      return [{ type: 'text', text: [title, source, ...content.map(({ text }) => text)].join('\n') }];
    }
    default:
      return [];
  }
}

function toolOf(
  { type, name, description, input_schema, strict }: AnthropicTool,
  place: string,
): CompletionTool {
  if ((type !== undefined && type !== 'custom') || name === undefined) throw unsupported(place, SERVER_TOOL);
  return { name, description, parameters: input_schema ?? { type: 'object', properties: {} }, strict };
}

function textOf({ text }: TextBlock): { type: 'text'; text: string } {
  return { type: 'text', text };
}
