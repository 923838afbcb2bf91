/**
 * What clients of Ollama send (github.com/ollama/ollama, docs/api.md). What is not named here is left alone:
 * `keep_alive`, `num_ctx`, `num_gpu` and their like concern a model server that its client owns, and never
 * reach one that many share. `null` means absent, as it does for Ollama.
 */
import { z } from 'zod';

/** Some clients of several APIs send a list of parts, as OpenAI takes it. */
const TextParts = z.array(z.looseObject({ type: z.literal('text'), text: z.string() }));
const Content = z.union([z.string(), TextParts]).nullish();

const ToolCall = z.looseObject({
  id: z.string().nullish(),
  function: z.looseObject({
    name: z.string(),
    /** An object here; a JSON text from clients that were made for OpenAI. */
    arguments: z.union([z.record(z.string(), z.unknown()), z.string()]).nullish(),
  }),
});

const Message = z.looseObject({
  /** `thinking` is Continue's: what the model thought before its answer. */
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'thinking']),
  content: Content,
  thinking: z.string().nullish(),
  images: z.array(z.string()).nullish(),
  tool_calls: z.array(ToolCall).nullish(),
  /** Of a tool's result: whose it is, by what the client knows of the call. */
  tool_call_id: z.string().nullish(),
  tool_name: z.string().nullish(),
});

const Tool = z.looseObject({
  function: z.looseObject({
    name: z.string(),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
  }),
});

const Options = z.looseObject({
  num_predict: z.number().nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  top_k: z.number().nullish(),
  seed: z.number().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  presence_penalty: z.number().nullish(),
  frequency_penalty: z.number().nullish(),
});

const Model = z.string().min(1);

/** Of every request for an answer. */
const ANSWER_MEMBERS = {
  model: Model,
  stream: z.boolean().nullish(),
  /** `json`, or a JSON Schema. */
  format: z.union([z.enum(['', 'json']), z.record(z.string(), z.unknown())]).nullish(),
  think: z.union([z.boolean(), z.enum(['', 'low', 'medium', 'high', 'max'])]).nullish(),
  options: Options.nullish(),
  keep_alive: z.union([z.string(), z.number()]).nullish(),
} as const;

export const ChatBody = z.looseObject({
  ...ANSWER_MEMBERS,
  messages: z.array(Message).nullish(),
  tools: z.array(Tool).nullish(),
});

export const GenerateBody = z.looseObject({
  ...ANSWER_MEMBERS,
  prompt: z.string().nullish(),
  system: z.string().nullish(),
  images: z.array(z.string()).nullish(),
  suffix: z.string().nullish(),
  template: z.string().nullish(),
  raw: z.boolean().nullish(),
});

export const EmbedBody = z.looseObject({
  model: Model,
  input: z.union([z.string(), z.array(z.string())]),
  dimensions: z.int().nonnegative().nullish(),
});

/** Of `/api/embeddings`, which Ollama keeps for older clients. */
export const EmbeddingsBody = z.looseObject({ model: Model, prompt: z.string().nullish() });

/** Older clients say `name`; Ollama's own sends both, one of them empty. */
export const ShowBody = z.looseObject({ model: z.string().nullish(), name: z.string().nullish() });

export type ChatBody = z.output<typeof ChatBody>;
export type ChatMessage = z.output<typeof Message>;
export type GenerateBody = z.output<typeof GenerateBody>;
export type AnswerBody = Pick<ChatBody, keyof typeof ANSWER_MEMBERS>;
