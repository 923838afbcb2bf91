/** Anthropic's Messages API: the main members; others are accepted and have no effect. */
import {
  ANY_OBJECT,
  INTEGER,
  listOf,
  MODEL_ERRORS,
  NUMBER,
  objectOf,
  TEXT,
  YES_OR_NO,
  type ApiDescription,
} from './describe.ts';

const PROMPT = {
  model: TEXT,
  messages: {
    ...listOf(
      objectOf(
        {
          role: { type: 'string', enum: ['user', 'assistant', 'system'] },
          content: { description: 'A text, or a list of blocks: text, image, tool_use, tool_result…' },
        },
        ['role', 'content'],
      ),
    ),
    minItems: 1,
  },
  system: { description: 'A text, or a list of blocks of text' },
  tools: listOf(objectOf({ name: TEXT, description: TEXT, input_schema: ANY_OBJECT })),
} as const;

const EXAMPLE = { model: 'small', messages: [{ role: 'user', content: 'hello' }] } as const;

const { 503: _, ...SHARED_ERRORS } = MODEL_ERRORS;
const ERRORS = { ...SHARED_ERRORS, 529: 'Not now; Retry-After says when to come back' } as const;

export const ANTHROPIC_DESCRIPTION: ApiDescription = {
  tag: 'Anthropic',
  errorSchema: objectOf(
    {
      type: { const: 'error' },
      error: objectOf({ type: TEXT, message: TEXT }, ['type', 'message']),
      request_id: TEXT,
    },
    ['type', 'error'],
  ),
  addresses: {
    'POST /v1/messages': {
      summary: {
        en: 'Let a model answer a conversation',
        es: 'Haz que un modelo responda a una conversación',
      },
      body: objectOf(
        {
          ...PROMPT,
          max_tokens: { type: 'integer', minimum: 1 },
          stream: YES_OR_NO,
          tool_choice: objectOf({ type: { type: 'string', enum: ['auto', 'any', 'none', 'tool'] } }),
          thinking: objectOf({ type: { type: 'string', enum: ['enabled', 'adaptive', 'disabled'] } }),
          stop_sequences: listOf(TEXT),
          temperature: NUMBER,
          top_p: NUMBER,
          top_k: INTEGER,
          output_config: objectOf({ effort: TEXT, format: ANY_OBJECT }),
        },
        ['model', 'messages', 'max_tokens'],
      ),
      example: { ...EXAMPLE, max_tokens: 200, stream: true },
      result: {
        'application/json': objectOf({
          id: TEXT,
          type: { const: 'message' },
          role: { const: 'assistant' },
          model: TEXT,
          content: listOf(ANY_OBJECT),
          stop_reason: TEXT,
          usage: objectOf({ input_tokens: INTEGER, output_tokens: INTEGER }),
        }),
        'text/event-stream': { type: 'string', description: 'With stream: true, server-sent events' },
      },
      errors: ERRORS,
    },
    'POST /v1/messages/count_tokens': {
      summary: { en: 'Estimate how long a prompt is', es: 'Estima cuánto ocupa una conversación' },
      body: objectOf(PROMPT, ['model', 'messages']),
      example: EXAMPLE,
      result: { 'application/json': objectOf({ input_tokens: INTEGER }, ['input_tokens']) },
      errors: ERRORS,
    },
  },
};
