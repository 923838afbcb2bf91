/** Embeddings of Ollama and of OpenAI-compatible servers, a few texts at a time. */
import { LlmError, type EmbeddingRequest, type LlmChunk } from './model-client.ts';
import { checkedCounts } from './token-counts.ts';
import { isRecord, upstreamError } from './upstream-error.ts';
import { readText, type ResponseBody } from './upstream.ts';

export const EMBEDDING_LIMITS = {
  /** Texts of one request to the model server, so that its answer has a bounded size. */
  textsAtOnce: 32,
  answerBytesMax: 16 * 1024 * 1024,
  dimensionsMax: 16_384,
} as const;

/** Asks for one portion of the texts after the other. Throws `LlmError`. */
export async function* readEmbeddings(
  { input, signal }: EmbeddingRequest,
  ask: (input: readonly string[]) => Promise<ResponseBody>,
): AsyncGenerator<LlmChunk, void, undefined> {
  let inputTokens: number | undefined = 0;
  for (let from = 0; from < input.length; from += EMBEDDING_LIMITS.textsAtOnce) {
    const texts = input.slice(from, from + EMBEDDING_LIMITS.textsAtOnce);
    const answer = await answerOf(() => ask(texts), signal);
    const vectors = vectorsOf(answer, texts.length);
    const counted: number | undefined = tokensOf(answer);
    inputTokens = counted === undefined || inputTokens === undefined ? undefined : inputTokens + counted;
    for (const [at, vector] of vectors.entries()) yield { type: 'vector', index: from + at, vector };
  }
  yield { type: 'end', finishReason: 'stop', ...checkedCounts(inputTokens, undefined) };
}

async function answerOf(
  ask: () => Promise<ResponseBody>,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  let answer: unknown;
  try {
    answer = JSON.parse(await readText(await ask(), EMBEDDING_LIMITS.answerBytesMax));
  } catch (error) {
    if (error instanceof SyntaxError) throw new LlmError('protocol', 'The embeddings are not JSON');
    throw upstreamError(error, signal, 'cut_off');
  }
  if (!isRecord(answer)) throw new LlmError('protocol', 'The embeddings are not a JSON object');
  return answer;
}

/** OpenAI numbers its vectors in `data`; Ollama has them in order in `embeddings`. */
function vectorsOf(answer: Record<string, unknown>, count: number): string[] {
  const { data, embeddings } = answer;
  const vectors: (string | undefined)[] = Array.from({ length: count });
  if (Array.isArray(embeddings)) {
    for (const [at, vector] of (embeddings as unknown[]).entries())
      if (at < count) vectors[at] = encoded(vector);
  } else if (Array.isArray(data)) {
    for (const [at, item] of (data as unknown[]).entries()) {
      if (!isRecord(item)) continue;
      const { index = at, embedding } = item;
      if (typeof index === 'number' && index >= 0 && index < count) vectors[index] = encoded(embedding);
    }
  }
  return vectors.map((vector) => {
    if (vector === undefined) throw new LlmError('protocol', 'A text has no embedding');
    return vector;
  });
}

function encoded(vector: unknown): string | undefined {
  if (typeof vector === 'string') return isFloats(vector) ? vector : undefined;
  if (!Array.isArray(vector) || vector.length === 0 || vector.length > EMBEDDING_LIMITS.dimensionsMax)
    return undefined;
  if (!vector.every((value) => Number.isFinite(value))) return undefined;
  const bytes = Buffer.alloc(vector.length * FLOAT_BYTES);
  for (const [at, value] of (vector as number[]).entries()) bytes.writeFloatLE(value, at * FLOAT_BYTES);
  return bytes.toString('base64');
}

const FLOAT_BYTES = 4;

function isFloats(base64: string): boolean {
  const { length } = Buffer.from(base64, 'base64');
  return length > 0 && length % FLOAT_BYTES === 0 && length <= EMBEDDING_LIMITS.dimensionsMax * FLOAT_BYTES;
}

function tokensOf({ usage, prompt_eval_count: count }: Record<string, unknown>): number | undefined {
  const reported = isRecord(usage) ? (usage['prompt_tokens'] ?? usage['total_tokens']) : count;
  return checkedCounts(reported, undefined).inputTokens;
}
