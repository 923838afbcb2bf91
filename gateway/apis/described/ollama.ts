/** Ollama's API: the main members; others are accepted and have no effect. */
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

const OPTIONS = objectOf({
  num_predict: INTEGER,
  temperature: NUMBER,
  top_p: NUMBER,
  top_k: INTEGER,
  seed: INTEGER,
  stop: { anyOf: [TEXT, listOf(TEXT)] },
  presence_penalty: NUMBER,
  frequency_penalty: NUMBER,
});

const ANSWER = {
  model: TEXT,
  stream: { type: 'boolean', description: 'true when left out' },
  format: { description: 'json, or a JSON Schema' },
  think: { description: 'true, false, or low, medium, high' },
  options: OPTIONS,
} as const;

const DONE = {
  model: TEXT,
  created_at: TEXT,
  done: YES_OR_NO,
  done_reason: TEXT,
  total_duration: INTEGER,
  prompt_eval_count: INTEGER,
  eval_count: INTEGER,
} as const;

const LINES = { type: 'string', description: 'Streamed: a JSON object on each line' } as const;
const READ_ERRORS = { ...NO_KEY, ...TOO_MANY } as const;
const MODELS = { 'application/json': objectOf({ models: listOf(ANY_OBJECT) }) } as const;

const MESSAGE = objectOf(
  {
    role: { type: 'string', enum: ['system', 'user', 'assistant', 'tool'] },
    content: TEXT,
    images: listOf(TEXT, 'In base64'),
    tool_calls: listOf(ANY_OBJECT),
    tool_name: TEXT,
  },
  ['role'],
);

export const OLLAMA_DESCRIPTION: ApiDescription = {
  tag: 'Ollama',
  errorSchema: objectOf({ error: TEXT }, ['error']),
  addresses: {
    'POST /api/chat': {
      summary: {
        en: 'Let a model answer a conversation',
        es: 'Haz que un modelo responda a una conversación',
      },
      body: objectOf({ ...ANSWER, messages: listOf(MESSAGE), tools: listOf(ANY_OBJECT) }, ['model']),
      example: { model: 'small', messages: [{ role: 'user', content: 'hello' }] },
      result: {
        'application/json': objectOf({ ...DONE, message: MESSAGE }),
        'application/x-ndjson': LINES,
      },
      errors: MODEL_ERRORS,
    },
    'POST /api/generate': {
      summary: {
        en: 'Let a model answer a single prompt',
        es: 'Haz que un modelo responda a un solo mensaje',
      },
      body: objectOf({ ...ANSWER, prompt: TEXT, system: TEXT, images: listOf(TEXT, 'In base64') }, ['model']),
      example: { model: 'small', prompt: 'hello' },
      result: {
        'application/json': objectOf({ ...DONE, response: TEXT }),
        'application/x-ndjson': LINES,
      },
      errors: MODEL_ERRORS,
    },
    'POST /api/embed': {
      summary: { en: 'Turn texts into vectors', es: 'Convierte textos en vectores' },
      body: objectOf({ model: TEXT, input: { anyOf: [TEXT, listOf(TEXT)] }, dimensions: INTEGER }, [
        'model',
        'input',
      ]),
      example: { model: 'small', input: 'hello' },
      result: { 'application/json': objectOf({ model: TEXT, embeddings: listOf(listOf(NUMBER)) }) },
      errors: MODEL_ERRORS,
    },
    'POST /api/embeddings': {
      summary: {
        en: 'Turn a text into a vector, as older clients ask for it',
        es: 'Convierte un texto en un vector, como lo piden clientes antiguos',
      },
      body: objectOf({ model: TEXT, prompt: TEXT }, ['model']),
      example: { model: 'small', prompt: 'hello' },
      result: { 'application/json': objectOf({ embedding: listOf(NUMBER) }) },
      errors: MODEL_ERRORS,
    },
    'GET /api/tags': {
      summary: { en: 'List the models', es: 'Lista los modelos' },
      result: MODELS,
      errors: READ_ERRORS,
    },
    'GET /api/ps': {
      summary: {
        en: 'List the models that are loaded: all of them',
        es: 'Lista los modelos cargados: todos',
      },
      result: MODELS,
      errors: READ_ERRORS,
    },
    'POST /api/show': {
      summary: { en: 'Show a model', es: 'Muestra un modelo' },
      body: objectOf({ model: TEXT }, ['model']),
      example: { model: 'small' },
      result: { 'application/json': objectOf({ details: ANY_OBJECT, capabilities: listOf(TEXT) }) },
      errors: { ...NO_KEY, 404: 'There is no such model', ...TOO_MANY },
    },
    'GET /api/version': {
      summary: {
        en: 'Show which version of Ollama speaks this API',
        es: 'Muestra qué versión de Ollama habla esta API',
      },
      result: { 'application/json': objectOf({ version: TEXT }, ['version']) },
      errors: TOO_MANY,
      isOpen: true,
    },
  },
};
