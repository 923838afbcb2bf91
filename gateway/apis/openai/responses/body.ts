/** What OpenAI's Responses API takes. Members that are not listed are tolerated and have no effect. */
import { z } from 'zod';
import { ModelName } from '../../../../shared/operations/common.ts';
import { COMPLETION_LIMITS } from '../../../../shared/operations/completion-shapes.ts';
import { optional } from '../../read-body.ts';

const { partsMax, toolsMax } = COMPLETION_LIMITS;

/** Of items of the input; a message of the internal form may come of several. */
const ITEMS_MAX = 8_192;

/** Items of tools that run on OpenAI's servers: no model here made them or can read them. */
const HOSTED_ITEM = /^(?:web_search|file_search|code_interpreter|image_generation|mcp|tool_search)_/;

const Text = z.object({ type: z.enum(['input_text', 'output_text', 'text']), text: z.string() });
const Part = z.discriminatedUnion('type', [
  Text,
  z.object({ type: z.literal('refusal'), refusal: z.string() }),
  z.object({ type: z.literal('input_image'), image_url: optional(z.string()) }),
  z.object({
    type: z.literal('input_file'),
    filename: optional(z.string()),
    file_data: optional(z.string()),
  }),
]);

const Message = z.object({
  type: z.literal('message'),
  role: z.enum(['user', 'assistant', 'system', 'developer']),
  content: partsOf(),
});

const Summary = z.object({ text: z.string() });

const Call = { call_id: z.string(), name: z.string(), namespace: optional(z.string()) } as const;
const Output = { call_id: z.string(), output: partsOf() } as const;

/** `parameters` are a JSON Schema; a grammar says what the input of a custom tool looks like. */
const CallableTool = z.object({
  type: z.string(),
  name: optional(z.string()),
  description: optional(z.string()),
  parameters: optional(z.record(z.string(), z.unknown())),
  strict: optional(z.boolean()),
  format: optional(z.object({ syntax: optional(z.string()), definition: optional(z.string()) })),
});
const Tool = CallableTool.extend({ tools: optional(z.array(CallableTool).max(toolsMax)) });
const Tools = z.array(Tool).max(toolsMax);

const Item = z.preprocess(
  withType,
  z.discriminatedUnion('type', [
    Message,
    z.object({ type: z.literal('function_call'), ...Call, arguments: z.string() }),
    z.object({ type: z.literal('custom_tool_call'), ...Call, input: z.string() }),
    z.object({ type: z.literal('function_call_output'), ...Output }),
    z.object({ type: z.literal('custom_tool_call_output'), ...Output }),
    z.object({
      type: z.literal('reasoning'),
      summary: optional(z.array(Summary)),
      content: optional(z.array(Summary)),
    }),
    /** Tools that the client adds in the course of a conversation. */
    z.object({ type: z.literal('additional_tools'), tools: Tools }),
    z.object({ type: z.literal('item_reference') }),
    z.object({ type: z.literal('hosted') }),
  ]),
);

const Format = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['text', 'json_object']) }),
  z.object({
    type: z.literal('json_schema'),
    name: z.string().min(1).max(64),
    description: optional(z.string()),
    schema: z.record(z.string(), z.unknown()),
    strict: optional(z.boolean()),
  }),
]);

const ToolChoice = z.union([
  z.enum(['auto', 'none', 'required']),
  z.object({
    type: z.string(),
    name: optional(z.string()),
    namespace: optional(z.string()),
    mode: optional(z.enum(['auto', 'required'])),
    tools: optional(z.array(z.object({ type: z.string(), name: optional(z.string()) })).max(toolsMax)),
  }),
]);

export const ResponsesBody = z.object({
  model: optional(ModelName),
  input: z.preprocess(
    (input) => (typeof input === 'string' ? [{ role: 'user', content: input }] : input),
    z.array(Item).min(1).max(ITEMS_MAX),
  ),
  instructions: optional(z.string()),
  tools: optional(Tools),
  tool_choice: optional(ToolChoice),
  parallel_tool_calls: optional(z.boolean()),
  text: optional(z.object({ format: optional(Format) })),
  reasoning: optional(
    z.object({
      effort: optional(z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])),
    }),
  ),
  max_output_tokens: optional(z.int().positive()),
  temperature: optional(z.number().min(0).max(2)),
  top_p: optional(z.number().min(0).max(1)),
  stream: optional(z.boolean()),
  background: optional(z.boolean()),
  previous_response_id: optional(z.unknown()),
  conversation: optional(z.unknown()),
  prompt: optional(z.unknown()),
});

export type Responses = z.output<typeof ResponsesBody>;
export type ResponsesItem = z.output<typeof Item>;
export type ResponsesPart = z.output<typeof Part>;
export type ResponsesTool = z.output<typeof Tool>;

/** A text alone stands for one part of it. */
function partsOf() {
  return z.preprocess(
    (content) => (typeof content === 'string' ? [{ type: 'input_text', text: content }] : content),
    z.array(Part).max(partsMax),
  );
}

/** A message needs no type. */
function withType(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  const type = 'type' in item ? (item.type ?? undefined) : undefined;
  if (type === undefined) return { ...item, type: 'message' };
  return typeof type === 'string' && HOSTED_ITEM.test(type) ? { type: 'hosted' } : item;
}
