/** From the body of a chat completion to the internal form. Members that nobody knows are passed over. */
import { z } from 'zod';
import type { Params } from '../../../shared/client/message.ts';
import {
  IMAGE_TYPES,
  type CompletionInput,
  type CompletionMessage,
  type RequestMessage,
} from '../../../shared/operations/completion-shapes.ts';
import { ApiRefusal } from '../../http/api-errors.ts';
import { readBody } from '../read-body.ts';
import { filePart } from '../file-part.ts';
import { Message, type MessagePart } from './chat-messages.ts';

/** How the answer is to be written. */
export interface ChatForm {
  readonly isStream: boolean;
  readonly includeUsage: boolean;
}

const nullish = <Type extends z.ZodType>(type: Type) => type.nullish();

const FunctionShape = z.looseObject({
  name: z.string(),
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
});

const ChatBody = z.looseObject({
  model: nullish(z.string()),
  messages: z.array(Message).min(1),
  stream: nullish(z.boolean()),
  stream_options: nullish(z.looseObject({ include_usage: nullish(z.boolean()) })),
  n: nullish(z.int()),
  max_tokens: nullish(z.int()),
  max_completion_tokens: nullish(z.int()),
  temperature: nullish(z.number()),
  top_p: nullish(z.number()),
  top_k: nullish(z.int()),
  stop: nullish(z.union([z.string(), z.array(z.string())])),
  seed: nullish(z.int()),
  presence_penalty: nullish(z.number()),
  frequency_penalty: nullish(z.number()),
  reasoning_effort: nullish(z.string()),
  reasoning: nullish(z.looseObject({ effort: nullish(z.string()), max_tokens: nullish(z.int()) })),
  tools: nullish(z.array(z.looseObject({ type: z.string(), function: FunctionShape.optional() }))),
  tool_choice: nullish(
    z.union([
      z.string(),
      z.looseObject({ type: z.string(), function: z.looseObject({ name: z.string() }).optional() }),
    ]),
  ),
  functions: nullish(z.array(FunctionShape)),
  function_call: nullish(z.union([z.string(), z.looseObject({ name: z.string() })])),
  parallel_tool_calls: nullish(z.boolean()),
  response_format: nullish(
    z.looseObject({
      type: z.string(),
      json_schema: z
        .looseObject({
          name: z.string(),
          description: z.string().nullish(),
          schema: z.record(z.string(), z.unknown()).nullish(),
          strict: z.boolean().nullish(),
        })
        .nullish(),
    }),
  ),
});

type Body = z.output<typeof ChatBody>;

/** Throws `ApiRefusal`. */
export function chatParams(body: Params): { params: Params; form: ChatForm } {
  const read = readBody(ChatBody, body);
  // More answers would have to be paid for as well.
  if ((read.n ?? 1) > 1) throw new ApiRefusal('member_unsupported', { param: 'n' });
  const isStream = read.stream === true;
  const params = {
    ...routeOf(read),
    messages: read.messages.flatMap(messageOf),
    ...toolsOf(read),
    ...wishesOf(read),
    stream: isStream,
  };
  return { params, form: { isStream, includeUsage: read.stream_options?.include_usage === true } };
}

function routeOf({ model }: Body): Partial<CompletionInput> {
  return typeof model === 'string' && model !== '' ? { route: model } : {};
}

function wishesOf(body: Body): Partial<CompletionInput> {
  const maximum = body.max_completion_tokens ?? body.max_tokens;
  const stop = [body.stop ?? []].flat().filter((each) => each !== '');
  const all = {
    // Some clients write -1 for as much as there is.
    maxOutputTokens: maximum === -1 ? undefined : maximum,
    temperature: body.temperature,
    topP: body.top_p,
    topK: body.top_k,
    seed: body.seed,
    presencePenalty: body.presence_penalty,
    frequencyPenalty: body.frequency_penalty,
    parallelToolCalls: body.parallel_tool_calls,
    reasoning: reasoningOf(body),
    responseFormat: formatOf(body),
    stop: stop.length > 0 ? stop : undefined,
  };
  return withoutNothing(all);
}

/** `reasoning` is OpenRouter's way to say it. */
function reasoningOf({ reasoning_effort: effort, reasoning }: Body): object | undefined {
  const wanted = effort ?? reasoning?.effort;
  if (typeof wanted === 'string') return { effort: wanted };
  const budget = reasoning?.max_tokens;
  return typeof budget === 'number' ? { budgetTokens: budget } : undefined;
}

function formatOf({ response_format: format }: Body): object | undefined {
  if (!format) return undefined;
  const { type, json_schema: schema } = format;
  if (type === 'text' || type === 'json_object') return { type };
  if (type !== 'json_schema') throw new ApiRefusal('member_wrong', { param: 'response_format.type' });
  if (!schema?.schema)
    throw new ApiRefusal('member_missing', { param: 'response_format.json_schema.schema' });
  const { name, description, strict } = schema;
  return withoutNothing({ type, name, description, schema: schema.schema, strict });
}

function toolsOf(body: Body): Partial<CompletionInput> {
  const tools = (body.tools ?? []).map(({ type, function: called }, at) => {
    if (type !== 'function') throw new ApiRefusal('member_unsupported', { param: `tools[${at}].type` });
    if (!called) throw new ApiRefusal('member_missing', { param: `tools[${at}].function` });
    return called;
  });
  const all = [...tools, ...(body.functions ?? [])].map(({ name, description, parameters, strict }) =>
    withoutNothing({ name, description, parameters, strict }),
  );
  if (all.length === 0) return {};
  const toolChoice = choiceOf(body);
  return withoutNothing({ tools: all, toolChoice });
}

function choiceOf({ tool_choice: choice, function_call: older }: Body): CompletionInput['toolChoice'] {
  if (older) return typeof older === 'string' ? wordOf(older, 'function_call') : { name: older.name };
  if (!choice) return undefined;
  if (typeof choice === 'string') return wordOf(choice, 'tool_choice');
  const name = choice.function?.name;
  if (choice.type !== 'function' || name === undefined) {
    throw new ApiRefusal('member_unsupported', { param: 'tool_choice' });
  }
  return { name };
}

function wordOf(word: string, param: string): CompletionInput['toolChoice'] {
  if (word === 'auto' || word === 'none' || word === 'required') return word;
  throw new ApiRefusal('member_wrong', { param });
}

function messageOf(message: z.output<typeof Message>, at: number): RequestMessage[] {
  const { role, content } = message;
  const place = `messages[${at}]`;
  if (role === 'assistant') return [{ role, parts: assistantParts(message) }];
  if (role === 'tool' || role === 'function') {
    const id = (role === 'tool' ? message.tool_call_id : message.name) ?? '';
    if (id === '') {
      throw new ApiRefusal('member_missing', {
        param: `${place}.${role === 'tool' ? 'tool_call_id' : 'name'}`,
      });
    }
    const parts = partsOf(content, place);
    return [{ role: 'tool', parts: [{ type: 'toolResult', id, parts }] }];
  }
  if (role === 'user') return [{ role, parts: userParts(content, place) }];
  const parts = partsOf(content, place);
  // Newer models call the system the developer.
  if (role === 'system' || role === 'developer') return [{ role: 'system', parts: parts.filter(isText) }];
  throw new ApiRefusal('member_wrong', { param: `${place}.role` });
}

type Assistant = Extract<CompletionMessage, { role: 'assistant' }>['parts'];
type UserParts = Extract<CompletionMessage, { role: 'user' }>['parts'];
type RequestUserParts = Extract<RequestMessage, { role: 'user' }>['parts'];

function assistantParts(message: z.output<typeof Message>): Assistant {
  const thinking = message.reasoning_content ?? message.reasoning;
  const calls = (message.tool_calls ?? []).map(({ id, function: called }) => ({
    type: 'toolCall' as const,
    id,
    name: called.name,
    arguments: called.arguments,
  }));
  const older = message.function_call;
  return [
    ...(typeof thinking === 'string' && thinking !== ''
      ? [{ type: 'thinking' as const, text: thinking }]
      : []),
    ...textsOf(message.content),
    ...calls,
    ...(older
      ? [{ type: 'toolCall' as const, id: older.name, name: older.name, arguments: older.arguments }]
      : []),
  ];
}

function textsOf(content: z.output<typeof Message>['content']): { type: 'text'; text: string }[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return (content ?? []).flatMap(({ text, refusal }) => {
    const said = text ?? refusal;
    return typeof said === 'string' ? [{ type: 'text' as const, text: said }] : [];
  });
}

/** Only users send files. */
function userParts(content: z.output<typeof Message>['content'], place: string): RequestUserParts {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return (content ?? []).map((part, at) => {
    const where = `${place}.content[${at}]`;
    return part.type === 'file' ? filePart(part.file ?? {}, `${where}.file.file_data`) : partOf(part, where);
  });
}

function partsOf(content: z.output<typeof Message>['content'], place: string): UserParts {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return (content ?? []).map((part, at) => partOf(part, `${place}.content[${at}]`));
}

function partOf(part: MessagePart, place: string): UserParts[number] {
  const { type, text, image_url: image } = part;
  if (type === 'text' && typeof text === 'string') return { type, text };
  if (type !== 'image_url') throw new ApiRefusal('member_unsupported', { param: `${place}.type` });
  const url = typeof image === 'string' ? image : image?.url;
  if (url === undefined) throw new ApiRefusal('member_missing', { param: `${place}.image_url.url` });
  return imageOf(url, `${place}.image_url.url`);
}

/** Only what is in the request: nothing is fetched for it. */
function imageOf(url: string, param: string): UserParts[number] {
  const [head = '', data = ''] = url.split(',', 2);
  const type = /^data:(?<type>[\w/+.-]+)(?:;[^;,]*)*;base64$/i.exec(head)?.groups?.['type']?.toLowerCase();
  const mimeType = IMAGE_TYPES.find((each) => each === (type === 'image/jpg' ? 'image/jpeg' : type));
  if (!mimeType) throw new ApiRefusal('member_unsupported', { param });
  return { type: 'image', mimeType, data: data.replaceAll(/\s/gu, '') };
}

function isText<Part extends { readonly type: string }>(part: Part): part is Extract<Part, { type: 'text' }> {
  return part.type === 'text';
}

/** Clients write null for what they do not set. */
function withoutNothing(all: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));
}
