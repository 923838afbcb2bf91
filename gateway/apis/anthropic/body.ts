/** What Anthropic's Messages API takes. Members that are not listed are tolerated and have no effect. */
import { z } from 'zod';
import { ModelName } from '../../../shared/operations/common.ts';
import { COMPLETION_LIMITS, IMAGE_TYPES } from '../../../shared/operations/completion-shapes.ts';
import { optional } from '../read-body.ts';

const { messagesMax, partsMax, toolsMax, stopSequencesMax, stopSequenceCharacters } = COMPLETION_LIMITS;

const Text = z.object({ type: z.literal('text'), text: z.string() });

const ImageSource = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('base64'),
    media_type: z.enum(IMAGE_TYPES),
    data: z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/),
  }),
  z.object({ type: z.enum(['url', 'file']) }),
]);
const Image = z.object({ type: z.literal('image'), source: ImageSource });

const DocumentSource = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), data: z.string() }),
  z.object({ type: z.literal('content'), content: blocksOf(z.discriminatedUnion('type', [Text, Image])) }),
  z.object({ type: z.literal('base64'), data: z.string() }),
  z.object({ type: z.enum(['url', 'file']) }),
]);
const Document = z.object({
  type: z.literal('document'),
  source: DocumentSource,
  title: optional(z.string()),
  context: optional(z.string()),
});

const SearchResult = z.object({
  type: z.literal('search_result'),
  source: z.string(),
  title: z.string(),
  content: z.array(Text).max(partsMax),
});

/** A tool that the client has found by a search of its own; there is nothing in it for a model. */
const ToolReference = z.object({ type: z.literal('tool_reference') });

const ToolResult = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: optional(
    blocksOf(z.discriminatedUnion('type', [Text, Image, Document, SearchResult, ToolReference])),
  ),
  is_error: optional(z.boolean()),
});

const UserBlock = z.discriminatedUnion('type', [Text, Image, Document, SearchResult, ToolResult]);

const AssistantBlock = z.preprocess(
  withoutForeign,
  z.discriminatedUnion('type', [
    Text,
    z.object({ type: z.literal('thinking'), thinking: z.string() }),
    z.object({
      type: z.literal('tool_use'),
      id: z.string(),
      name: z.string(),
      input: optional(z.record(z.string(), z.unknown())),
    }),
    z.object({ type: z.literal('foreign') }),
  ]),
);

const Message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), content: blocksOf(UserBlock) }),
  z.object({ role: z.literal('assistant'), content: blocksOf(AssistantBlock) }),
  z.object({ role: z.literal('system'), content: blocksOf(Text) }),
]);

const Tool = z.object({
  type: optional(z.string()),
  name: optional(z.string()),
  description: optional(z.string()),
  input_schema: optional(z.record(z.string(), z.unknown())),
  strict: optional(z.boolean()),
});

const PROMPT = {
  /** Claude Code marks models with a long context by a suffix, which belongs to no name. */
  model: z.preprocess(withoutSuffix, ModelName),
  messages: z.array(Message).min(1).max(messagesMax),
  system: optional(blocksOf(Text)),
  tools: optional(z.array(Tool).max(toolsMax)),
  mcp_servers: optional(z.array(z.unknown())),
} as const;

const ToolChoice = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['auto', 'any', 'none']), disable_parallel_tool_use: optional(z.boolean()) }),
  z.object({
    type: z.literal('tool'),
    name: z.string(),
    disable_parallel_tool_use: optional(z.boolean()),
  }),
]);

const Thinking = z.discriminatedUnion('type', [
  z.object({ type: z.literal('enabled'), budget_tokens: z.int().positive() }),
  z.object({ type: z.enum(['adaptive', 'disabled']) }),
]);

const OutputFormat = z.object({
  type: z.literal('json_schema'),
  schema: z.record(z.string(), z.unknown()),
});

export const CountTokensBody = z.object(PROMPT);

export const MessagesBody = z.object({
  ...PROMPT,
  max_tokens: z.int().positive(),
  stream: optional(z.boolean()),
  tool_choice: optional(ToolChoice),
  thinking: optional(Thinking),
  stop_sequences: optional(z.array(z.string().min(1).max(stopSequenceCharacters)).max(stopSequencesMax)),
  temperature: optional(z.number().min(0).max(2)),
  top_p: optional(z.number().min(0).max(1)),
  top_k: optional(z.int().nonnegative()),
  output_config: optional(
    z.object({
      effort: optional(z.enum(['low', 'medium', 'high', 'xhigh', 'max'])),
      format: optional(OutputFormat),
    }),
  ),
  /** Where the format stood before. */
  output_format: optional(OutputFormat),
});

export type AnthropicPrompt = z.output<typeof CountTokensBody>;
export type AnthropicMessages = z.output<typeof MessagesBody>;
export type AnthropicMessage = z.output<typeof Message>;
export type AnthropicTool = z.output<typeof Tool>;
export type TextBlock = z.output<typeof Text>;
export type ContentBlock = z.output<typeof UserBlock> | z.output<typeof ToolReference>;
export type AssistantBlock = z.output<typeof AssistantBlock>;
export type ToolResultBlock = z.output<typeof ToolResult>;

/** A text alone stands for one block of it. */
function blocksOf<Block extends z.ZodType>(block: Block) {
  return z.preprocess(
    (content) => (typeof content === 'string' ? [{ type: 'text', text: content }] : content),
    z.array(block).max(partsMax),
  );
}

/** Blocks that only other servers make and read, such as what their tools found. */
function withoutForeign(block: unknown): unknown {
  if (typeof block !== 'object' || block === null || !('type' in block)) return block;
  const isKnown = block.type === 'text' || block.type === 'thinking' || block.type === 'tool_use';
  return isKnown || typeof block.type !== 'string' ? block : { type: 'foreign' };
}

function withoutSuffix(model: unknown): unknown {
  return typeof model === 'string' ? model.replace(/\[\w+\]$/, '') : model;
}
