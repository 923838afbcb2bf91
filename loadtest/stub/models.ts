/** The stub's answers about models: lists, details, and embeddings that repeat. */
import { isObject } from './dialect.ts';
import { seededRandom, textSeed } from './random.ts';

const EMBEDDING_DIMENSIONS = 64;
const CREATED = '2025-01-01T00:00:00Z';

const DETAILS = {
  parent_model: '',
  format: 'gguf',
  family: 'stub',
  families: ['stub'],
  parameter_size: '1B',
  quantization_level: 'Q4_0',
};

/** Ollama's `GET /api/tags`. */
export function tagList(models: readonly string[]): unknown {
  return {
    models: models.map((name) => ({
      name,
      model: name,
      modified_at: CREATED,
      size: 1_000_000,
      digest: textSeed(name, 0).toString(16).padStart(64, '0'),
      details: DETAILS,
    })),
  };
}

/** OpenAI's `GET /v1/models`. */
export function modelList(models: readonly string[]): unknown {
  const created = Date.parse(CREATED) / 1000;
  return {
    object: 'list',
    data: models.map((id) => ({ id, object: 'model', created, owned_by: 'stub' })),
  };
}

/** Ollama's `POST /api/show`. */
export function modelShow(): unknown {
  return {
    license: '',
    modelfile: '',
    parameters: '',
    template: '',
    details: DETAILS,
    model_info: { 'general.architecture': 'stub', 'stub.context_length': 32_768 },
    capabilities: ['completion'],
    modified_at: CREATED,
  };
}

/** Ollama's `POST /api/embed`: unit vectors, a function of text and seed. */
export function embedding(body: unknown, seed: number): unknown {
  const { model, texts, vectors } = readEmbedding(body, seed);
  return {
    model,
    embeddings: vectors,
    total_duration: 1,
    load_duration: 1,
    prompt_eval_count: tokensOf(texts),
  };
}

/** OpenAI's `POST /v1/embeddings`. */
export function embeddingList(body: unknown, seed: number): unknown {
  const { model, texts, vectors } = readEmbedding(body, seed);
  const isBase64 = isObject(body) && body['encoding_format'] === 'base64';
  const tokens = tokensOf(texts);
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: isBase64 ? Buffer.from(new Float32Array(vector).buffer).toString('base64') : vector,
    })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

const CHARACTERS_PER_TOKEN = 4;

function readEmbedding(body: unknown, seed: number) {
  const { model = '', input, dimensions } = isObject(body) ? body : {};
  const texts = [input].flat().map((text) => (typeof text === 'string' ? text : ''));
  const length = typeof dimensions === 'number' ? dimensions : EMBEDDING_DIMENSIONS;
  return { model, texts, vectors: texts.map((text) => unitVector(text, seed, length)) };
}

function tokensOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Math.ceil(text.length / CHARACTERS_PER_TOKEN), 0);
}

function unitVector(text: string, seed: number, dimensions: number): number[] {
  const random = seededRandom(textSeed(text, seed));
  const values = Array.from({ length: dimensions }, () => random() * 2 - 1);
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
