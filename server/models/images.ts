/** OpenAI's images API (platform.openai.com/docs/api-reference/images), as many servers have it. */
import { ImageFault, IMAGE_LIMITS, type ImageWorkshop } from '../images/image-workshop.ts';
import { LlmError, type ImageRequest, type LlmChunk } from './model-client.ts';
import { checkedCounts } from './token-counts.ts';
import { isRecord, reportedError, UpstreamStatusError, upstreamError } from './upstream-error.ts';
import { readText, type ResponseBody, type UpstreamResponse } from './upstream.ts';

/** Base64 of the largest image, with what stands around it. */
const ANSWER_BYTES_MAX = Math.ceil((IMAGE_LIMITS.inputBytesMax * 4) / 3) + 64 * 1024;

export interface ImageSource {
  readonly workshop: Pick<ImageWorkshop, 'read'>;
  /** Asks for the image with this index. */
  readonly ask: (index: number) => Promise<ResponseBody>;
}

/**
 * Asks for one image after the other: many models make only one at a time, and each can be shown as soon as
 * it is there. Throws `LlmError`.
 */
export async function* readImages(
  { count, signal }: ImageRequest,
  { workshop, ask }: ImageSource,
): AsyncGenerator<LlmChunk, void, undefined> {
  const used = { input: 0, output: 0, isReported: true };
  for (let index = 0; index < count; index += 1) {
    const answer = await answerOf(() => ask(index), signal);
    const bytes = bytesOf(answer);
    const image = await workshop.read(bytes, signal).catch((error: unknown) => {
      if (error instanceof ImageFault) throw new LlmError('protocol', error.message, { cause: error });
      throw upstreamError(error, signal, 'cut_off');
    });
    addUsage(used, answer);
    yield { type: 'image', index, image };
  }
  const counts = used.isReported ? checkedCounts(used.input, used.output) : {};
  yield { type: 'end', finishReason: 'stop', ...counts };
}

/** What servers and models take differs; what one refuses is left out for it from then on. */
export class OptionalImageFields {
  readonly #refused = new Map<string, Set<string>>();

  async ask(
    request: ImageRequest,
    index: number,
    post: (body: Record<string, unknown>) => Promise<UpstreamResponse>,
  ): Promise<UpstreamResponse> {
    const { model } = request;
    const own = new Set<string>();
    for (;;) {
      const refused = this.#refused.get(model);
      const body = Object.fromEntries(
        Object.entries(fieldsOf(request, index)).filter(
          ([name, value]) => value !== undefined && !refused?.has(name) && !own.has(name),
        ),
      );
      try {
        return await post(body);
      } catch (error) {
        const field = refusedField(error, body);
        if (field === undefined) throw error;
        // What one client wants may be wrong for that client alone.
        if (field === 'seed') own.add(field);
        else this.#remember(model, field);
      }
    }
  }

  #remember(model: string, field: string): void {
    if (!this.#refused.has(model) && this.#refused.size >= MODELS_MAX) this.#refused.clear();
    this.#refused.set(model, (this.#refused.get(model) ?? new Set()).add(field));
  }
}

const MODELS_MAX = 256;

/** A style is told in words: only some models have an option for it, each with values of its own. */
function fieldsOf({ model, prompt, style, size, seed }: ImageRequest, index: number) {
  return {
    model,
    prompt: style === undefined ? prompt : `${prompt}\n\nStyle: ${style}`,
    n: 1,
    size: `${size.width}x${size.height}`,
    // Each picture is another one, and the same again with the same seed.
    seed: seed === undefined ? undefined : seed + index,
    response_format: 'b64_json',
  };
}

/** OpenAI's newer models send base64 without being asked, and refuse to be asked. */
const OPTIONAL = ['response_format', 'seed', 'n'] as const;

function refusedField(error: unknown, sent: Readonly<Record<string, unknown>>): string | undefined {
  if (!(error instanceof UpstreamStatusError)) return undefined;
  if (error.status !== 400 && error.status !== 422) return undefined;
  const { param, message } = error;
  return OPTIONAL.filter((name) => name in sent).find((name) =>
    param === undefined ? new RegExp(`\\b${name}\\b`, 'u').test(message) : param === name,
  );
}

async function answerOf(
  ask: () => Promise<ResponseBody>,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  let answer: unknown;
  try {
    answer = JSON.parse(await readText(await ask(), ANSWER_BYTES_MAX));
  } catch (error) {
    if (error instanceof SyntaxError) throw new LlmError('protocol', 'The images are not JSON');
    throw upstreamError(error, signal, 'cut_off');
  }
  if (!isRecord(answer)) throw new LlmError('protocol', 'The images are not a JSON object');
  if (isRecord(answer['error'])) {
    throw reportedError(answer['error']);
  }
  return answer;
}

function bytesOf({ data }: Record<string, unknown>): Buffer {
  const [first]: unknown[] = Array.isArray(data) ? data : [];
  const text = isRecord(first) ? first['b64_json'] : undefined;
  if (typeof text !== 'string' || text === '') {
    throw new LlmError('protocol', 'The answer has no image in base64');
  }
  return Buffer.from(text.slice(text.startsWith('data:') ? text.indexOf(',') + 1 : 0), 'base64');
}

/** Only some models count tokens. */
function addUsage(
  used: { input: number; output: number; isReported: boolean },
  { usage }: Record<string, unknown>,
): void {
  const { input_tokens: input, output_tokens: output } = isRecord(usage) ? usage : {};
  if (typeof input === 'number' && typeof output === 'number') {
    used.input += input;
    used.output += output;
  } else used.isReported = false;
}
