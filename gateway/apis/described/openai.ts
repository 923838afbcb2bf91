/** OpenAI's API: the main members; others are accepted and have no effect. */
import {
  ANY_OBJECT,
  INTEGER,
  listOf,
  MODEL_ERRORS,
  NO_KEY,
  NUMBER,
  objectOf,
  TEXT,
  TOO_MANY,
  YES_OR_NO,
  type ApiDescription,
} from './describe.ts';

const MESSAGE = objectOf(
  {
    role: { type: 'string', enum: ['system', 'developer', 'user', 'assistant', 'tool'] },
    content: { description: 'A text, or a list of parts: text, image_url and file' },
    tool_calls: listOf(ANY_OBJECT),
    tool_call_id: TEXT,
  },
  ['role'],
);

const CHAT_BODY = objectOf(
  {
    model: { type: 'string', description: 'The id of a route; without it the default one answers' },
    messages: { ...listOf(MESSAGE), minItems: 1 },
    stream: YES_OR_NO,
    stream_options: objectOf({ include_usage: YES_OR_NO }),
    max_completion_tokens: INTEGER,
    temperature: NUMBER,
    top_p: NUMBER,
    stop: { anyOf: [TEXT, listOf(TEXT)] },
    seed: INTEGER,
    reasoning_effort: TEXT,
    tools: listOf(ANY_OBJECT),
    tool_choice: { description: 'auto, none, required, or an object that names a function' },
    parallel_tool_calls: YES_OR_NO,
    response_format: objectOf({
      type: { type: 'string', enum: ['text', 'json_object', 'json_schema'] },
      json_schema: ANY_OBJECT,
    }),
  },
  ['messages'],
);

const USAGE = objectOf({ prompt_tokens: INTEGER, completion_tokens: INTEGER, total_tokens: INTEGER });

const COMPLETION = objectOf({
  id: TEXT,
  object: { const: 'chat.completion' },
  created: INTEGER,
  model: TEXT,
  choices: listOf(objectOf({ index: INTEGER, message: MESSAGE, finish_reason: TEXT })),
  usage: USAGE,
});

const RESPONSES_BODY = objectOf(
  {
    model: TEXT,
    input: { description: 'A text, or a list of items: messages, calls of functions and their results' },
    instructions: TEXT,
    stream: YES_OR_NO,
    max_output_tokens: INTEGER,
    temperature: NUMBER,
    top_p: NUMBER,
    reasoning: objectOf({ effort: TEXT }),
    text: objectOf({ format: ANY_OBJECT }),
    tools: listOf(ANY_OBJECT),
    tool_choice: { description: 'auto, none, required, or an object that names a function' },
    parallel_tool_calls: YES_OR_NO,
  },
  ['input'],
);

const RESPONSE = objectOf({
  id: TEXT,
  object: { const: 'response' },
  created_at: INTEGER,
  status: { type: 'string', enum: ['completed', 'incomplete', 'failed', 'in_progress'] },
  model: TEXT,
  output: listOf(ANY_OBJECT),
  usage: ANY_OBJECT,
});

const MODEL = objectOf({ id: TEXT, object: { const: 'model' }, created: INTEGER, owned_by: TEXT });

const EVENTS = { type: 'string', description: 'With stream: true, server-sent events' } as const;

export const OPENAI_DESCRIPTION: ApiDescription = {
  tag: 'OpenAI',
  addresses: {
    'POST /v1/chat/completions': {
      summary: {
        en: 'Let a model answer a conversation',
        es: 'Haz que un modelo responda a una conversación',
      },
      body: CHAT_BODY,
      example: { model: 'small', messages: [{ role: 'user', content: 'hello' }], stream: true },
      result: { 'application/json': COMPLETION, 'text/event-stream': EVENTS },
      errors: MODEL_ERRORS,
    },
    'POST /v1/responses': {
      summary: {
        en: 'Let a model answer, with the events that agents read',
        es: 'Haz que un modelo responda, con los eventos que leen los agentes',
      },
      body: RESPONSES_BODY,
      example: { model: 'small', input: 'hello', stream: true },
      result: { 'application/json': RESPONSE, 'text/event-stream': EVENTS },
      errors: MODEL_ERRORS,
    },
    'POST /v1/embeddings': {
      summary: { en: 'Turn texts into vectors', es: 'Convierte textos en vectores' },
      body: objectOf(
        {
          model: TEXT,
          input: { anyOf: [TEXT, listOf(TEXT)] },
          encoding_format: { type: 'string', enum: ['float', 'base64'] },
          dimensions: INTEGER,
        },
        ['model', 'input'],
      ),
      example: { model: 'small', input: 'hello' },
      result: {
        'application/json': objectOf({
          object: { const: 'list' },
          data: listOf(objectOf({ object: { const: 'embedding' }, index: INTEGER, embedding: {} })),
          model: TEXT,
          usage: USAGE,
        }),
      },
      errors: MODEL_ERRORS,
    },
    'POST /v1/images/generations': {
      summary: { en: 'Draw images', es: 'Dibuja imágenes' },
      body: objectOf(
        {
          prompt: TEXT,
          model: TEXT,
          n: INTEGER,
          size: TEXT,
          style: TEXT,
          seed: INTEGER,
          response_format: { type: 'string', enum: ['b64_json', 'url'] },
        },
        ['prompt'],
      ),
      example: { prompt: 'a lighthouse in the rain', size: '64x64', response_format: 'url' },
      result: {
        'application/json': objectOf({
          created: INTEGER,
          data: listOf(objectOf({ b64_json: TEXT, url: TEXT })),
          size: TEXT,
          output_format: TEXT,
        }),
      },
      errors: MODEL_ERRORS,
    },
    'GET /v1/models': {
      summary: {
        en: 'List the models; in the form of Anthropic for a request with anthropic-version',
        es: 'Lista los modelos; con la forma de Anthropic si la solicitud lleva anthropic-version',
      },
      result: { 'application/json': objectOf({ object: { const: 'list' }, data: listOf(MODEL) }) },
      errors: { ...NO_KEY, ...TOO_MANY },
    },
    'GET /v1/models/*': {
      summary: { en: 'Show a model', es: 'Muestra un modelo' },
      result: { 'application/json': MODEL },
      errors: { ...NO_KEY, 404: 'There is no such model', ...TOO_MANY },
    },
  },
};
