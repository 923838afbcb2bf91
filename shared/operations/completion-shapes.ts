/**
 * The one internal form of a completion without a conversation. The HTTP APIs of others are translated to it
 * and back; nothing of theirs goes further than the gateway.
 */
import { z } from 'zod';
import type { ErrorKey } from '../errors.ts';
import { PROVIDERS } from '../model-route.ts';
import { FileName } from './attachment-shapes.ts';
import { Amount, EntryIndex, ModelName, SHAPES, Trace, WalletName } from './common.ts';

export const COMPLETION_LIMITS = {
  messagesMax: 4_096,
  partsMax: 1_024,
  /** Documents of all messages together. */
  filesMax: 16,
  toolsMax: 256,
  toolCallsMax: 128,
  stopSequencesMax: 16,
  stopSequenceCharacters: 256,
  /** Of the id of a tool call, which some clients make long. */
  toolCallIdCharacters: 256,
  embeddingInputsMax: 2_048,
  dimensionsMax: 16_384,
} as const;

export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

/** What the model servers cannot take is replaced: U+0000 and single halves of surrogate pairs. */
const CleanText = z.string().overwrite(cleanText);

const ToolName = z.string().regex(SHAPES.toolName.pattern);
const ToolCallId = z.string().min(1).max(COMPLETION_LIMITS.toolCallIdCharacters);

/** A JSON Schema; it is passed on as it is. */
const JsonSchema = z.record(z.string(), z.unknown());

const TextPart = z.strictObject({ type: z.literal('text'), text: CleanText });
const ImagePart = z.strictObject({
  type: z.literal('image'),
  mimeType: z.enum(IMAGE_TYPES),
  data: z.string().regex(SHAPES.base64.pattern),
});
/** A document: the model is given its text. A picture is the same as an image part. */
const FilePart = z.strictObject({
  type: z.literal('file'),
  name: FileName,
  data: z.string().regex(SHAPES.base64.pattern),
});
/** What a model thought before; servers that want it back get it. */
const ThinkingPart = z.strictObject({
  type: z.literal('thinking'),
  text: CleanText,
  /** Of the server that made it; it is not checked. */
  signature: z.string().optional(),
});
const ToolCallPart = z.strictObject({
  type: z.literal('toolCall'),
  id: ToolCallId,
  name: ToolName,
  /** A JSON text, as the model wrote it. */
  arguments: CleanText,
});
const ToolResultPart = z.strictObject({
  type: z.literal('toolResult'),
  /** Of the call that it answers. */
  id: ToolCallId,
  parts: z.array(z.discriminatedUnion('type', [TextPart, ImagePart])).max(COMPLETION_LIMITS.partsMax),
  isError: z.boolean().optional(),
});

function partsOf<Part extends z.ZodType>(part: Part) {
  return z.array(part).max(COMPLETION_LIMITS.partsMax);
}

const AssistantPart = z.discriminatedUnion('type', [TextPart, ThinkingPart, ToolCallPart]);

const SystemMessage = z.strictObject({ role: z.literal('system'), parts: partsOf(TextPart) });
const AssistantMessage = z.strictObject({ role: z.literal('assistant'), parts: partsOf(AssistantPart) });
const ToolMessage = z.strictObject({ role: z.literal('tool'), parts: partsOf(ToolResultPart) });

/** As models are given it. */
export const CompletionMessage = z.discriminatedUnion('role', [
  SystemMessage,
  z.strictObject({
    role: z.literal('user'),
    parts: partsOf(z.discriminatedUnion('type', [TextPart, ImagePart])),
  }),
  AssistantMessage,
  ToolMessage,
]);

/** As a request has it: files become texts and images. */
export const RequestMessage = z.discriminatedUnion('role', [
  SystemMessage,
  z.strictObject({
    role: z.literal('user'),
    parts: partsOf(z.discriminatedUnion('type', [TextPart, ImagePart, FilePart])),
  }),
  AssistantMessage,
  ToolMessage,
]);

export const CompletionTool = z.strictObject({
  name: ToolName,
  description: CleanText.optional(),
  /** The JSON Schema of its arguments, an object. */
  parameters: JsonSchema.optional(),
  strict: z.boolean().optional(),
});

export const ToolChoice = z.union([z.enum(['auto', 'none', 'required']), z.strictObject({ name: ToolName })]);

export const ResponseFormat = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  /** Any JSON object. */
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    name: z.string().min(1).max(64),
    description: CleanText.optional(),
    schema: JsonSchema,
    strict: z.boolean().optional(),
  }),
]);

export const REASONING_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;

/** How much the model thinks before it answers; as the route is set when left out. */
export const Reasoning = z.union([
  z.strictObject({ effort: z.enum(REASONING_EFFORTS) }),
  z.strictObject({ budgetTokens: z.int().positive() }),
]);

/** What a prompt is made of. */
export const PROMPT_MEMBERS = {
  /** The default route when left out. */
  route: ModelName.optional(),
  messages: z.array(RequestMessage).min(1).max(COMPLETION_LIMITS.messagesMax),
  tools: z.array(CompletionTool).max(COMPLETION_LIMITS.toolsMax).optional(),
} as const;

export const CompletionInput = z.strictObject({
  ...PROMPT_MEMBERS,
  /** Whose money it uses: `own`, or one of your teams; as you have chosen when left out. */
  wallet: WalletName.optional(),
  toolChoice: ToolChoice.optional(),
  parallelToolCalls: z.boolean().optional(),
  responseFormat: ResponseFormat.optional(),
  /** No more than the route allows. */
  maxOutputTokens: z.int().positive().optional(),
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().min(0).max(1).optional(),
  topK: z.int().nonnegative().optional(),
  stop: z
    .array(z.string().min(1).max(COMPLETION_LIMITS.stopSequenceCharacters))
    .max(COMPLETION_LIMITS.stopSequencesMax)
    .optional(),
  seed: z.int().optional(),
  presencePenalty: z.number().min(-2).max(2).optional(),
  frequencyPenalty: z.number().min(-2).max(2).optional(),
  reasoning: Reasoning.optional(),
  /** False: the answer comes with the result alone, without the events that have parts of it. */
  stream: z.boolean().optional(),
});

export const ToolCall = z.strictObject({ id: z.string(), name: z.string(), arguments: z.string() });

/** `tool_calls`: the model waits for what its tools give. */
export const FINISHES = ['stop', 'length', 'tool_calls', 'content_filter'] as const;

export const CompletionUsage = z.strictObject({
  /** With the cached ones. */
  inputTokens: z.int().nonnegative(),
  cachedInputTokens: z.int().nonnegative().optional(),
  /** With those of the thinking. */
  outputTokens: z.int().nonnegative(),
  thinkingTokens: z.int().nonnegative().optional(),
  source: z.enum(['reported', 'estimated']),
});

/** Nothing is kept of a completion but its entry in the ledger: whoever wants to prove it keeps the salts. */
export const CompletionReceipt = z.strictObject({
  index: EntryIndex,
  promptSalt: z.string(),
  answerSalt: z.string(),
});

/** Of the wallet that has paid; `team` is the name of the team, when it is a team's. */
export const Charged = z.strictObject({ charged: Amount, balance: Amount, team: z.string().optional() });

export const CompletionResult = z.strictObject({
  trace: Trace,
  text: z.string(),
  thinking: z.string(),
  toolCalls: z.array(ToolCall),
  finish: z.enum(FINISHES),
  /** Which of `stop` ended it, from model servers that say so (vLLM, SGLang). */
  stopSequence: z.string().optional(),
  route: z.string(),
  provider: z.enum(PROVIDERS),
  /** What the model server calls it. */
  model: z.string(),
  /** The offline companion answered in place of the model that was asked for. */
  degraded: z.boolean(),
  usage: CompletionUsage,
  credits: Charged,
  receipt: CompletionReceipt,
});

export const COMPLETION_EVENTS = {
  /** 1 is next in line. */
  'completions.queued': z.strictObject({ position: z.int().positive() }),
  'completions.started': z.strictObject({
    trace: Trace,
    route: z.string(),
    model: z.string(),
    degraded: z.boolean(),
    /** Estimated; the result has what the model server counted. */
    inputTokens: z.int().nonnegative(),
  }),
  'completions.loading': z.strictObject({}),
  /** The model's reasoning, part by part: paid for, and no part of the answer. */
  'completions.thinking': z.strictObject({ text: z.string() }),
  'completions.text': z.strictObject({ text: z.string() }),
  /** The first one of a call has `id` and `name`; the arguments, joined, are a JSON text. */
  'completions.toolCall': z.strictObject({
    /** From 0. */
    index: z.int().nonnegative(),
    id: z.string().optional(),
    name: z.string().optional(),
    arguments: z.string(),
  }),
} as const;

export const COMPLETION_ERRORS = [
  'not_found',
  'attachment_refused',
  'documents_busy',
  'context_length_exceeded',
  'unsupported',
  'upstream_refused',
  'rate_limited',
  'too_many_pending',
  'queue_full',
  'insufficient_credits',
  'member_budget_used',
  'key_budget_used',
  'server_budget_used',
  'wallet_withdrawn',
  'route_withdrawn',
  'key_changed',
  'credits_held',
  'address_credits_used',
  'cancelled',
  'empty_answer',
  'upstream_failed',
  'upstream_timeout',
  'upstream_unavailable',
  'upstream_rate_limited',
  'auth_ended',
  'draining',
  'ledger_unavailable',
] as const satisfies readonly ErrorKey[];

export type CompletionMessage = z.output<typeof CompletionMessage>;
export type CompletionPart = CompletionMessage['parts'][number];
export type RequestMessage = z.output<typeof RequestMessage>;
export type RequestPart = RequestMessage['parts'][number];
export type CompletionTool = z.output<typeof CompletionTool>;
export type ToolChoice = z.output<typeof ToolChoice>;
export type ResponseFormat = z.output<typeof ResponseFormat>;
export type Reasoning = z.output<typeof Reasoning>;
export type CompletionInput = z.output<typeof CompletionInput>;
export type ToolCall = z.output<typeof ToolCall>;
export type Finish = (typeof FINISHES)[number];
export type CompletionUsage = z.output<typeof CompletionUsage>;
export type CompletionResult = z.output<typeof CompletionResult>;
export type CompletionEvent = {
  [Name in keyof typeof COMPLETION_EVENTS]: {
    readonly name: Name;
    readonly params: z.output<(typeof COMPLETION_EVENTS)[Name]>;
  };
}[keyof typeof COMPLETION_EVENTS];

export const COMPLETION_RESULT_EXAMPLE: CompletionResult = {
  trace: 'Usuario-3:m1',
  text: 'Hello! How are you today?',
  thinking: '',
  toolCalls: [],
  finish: 'stop',
  route: 'small',
  provider: 'ollama',
  model: 'qwen2.5:3b-instruct',
  degraded: false,
  usage: { inputTokens: 12, outputTokens: 8, source: 'reported' },
  credits: { charged: 20, balance: 19980 },
  receipt: { index: 15, promptSalt: '…', answerSalt: '…' },
};

function cleanText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed;
}
