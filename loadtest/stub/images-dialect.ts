/** OpenAI's images API: a picture of one colour, which follows from the prompt and the seed. */
import type { Quirk } from './config.ts';
import { isObject, type AnswerWriter, type ChatInput, type Dialect } from './dialect.ts';
import { openaiDialect } from './openai-dialect.ts';
import { bombPng, plainPng } from './png.ts';
import { seededRandom, textSeed } from './random.ts';

const SIDE_DEFAULT = 64;
const BOMB_SIDE = 12_000;
const CHARACTERS_PER_TOKEN = 4;
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>';

interface ImageInput extends ChatInput {
  readonly width: number;
  readonly height: number;
  readonly seed: number;
}

export const imagesDialect: Dialect = {
  optionRefused: 'response_format',

  errorBody: (status, message, code) => openaiDialect.errorBody(status, message, code),

  read(body): ImageInput | undefined {
    if (!isObject(body) || typeof body['prompt'] !== 'string') return undefined;
    const { prompt, model, size, seed } = body;
    const [width = SIDE_DEFAULT, height = width] =
      (typeof size === 'string' ? size : '').match(/\d+/gu)?.map(Number) ?? [];
    return {
      model: typeof model === 'string' ? model : '',
      stream: false,
      text: prompt,
      promptTokens: Math.ceil(prompt.length / CHARACTERS_PER_TOKEN),
      maxTokens: Infinity,
      hasStreamOptions: 'response_format' in body,
      includeUsage: false,
      loadOnly: false,
      calls: [],
      answer: undefined,
      thinks: false,
      width,
      height,
      seed: typeof seed === 'number' ? seed : 0,
    };
  },

  answer: (input, _, quirks) => imageWriter(input as ImageInput, quirks),
};

function imageWriter(input: ImageInput, quirks: ReadonlySet<Quirk>): AnswerWriter {
  const never = () => '';
  return {
    contentType: 'application/json; charset=utf-8',
    earlyHead: false,
    opening: never,
    thinking: never,
    token: never,
    closing: never,
    error: never,
    errorAndEnd: never,
    malformed: never,
    whole(_, { usage, outputTokens }) {
      const counts = { input_tokens: input.promptTokens, output_tokens: outputTokens };
      return JSON.stringify({ created: 0, data: [picture(input, quirks)], ...(usage && { usage: counts }) });
    },
  };
}

function picture(input: ImageInput, quirks: ReadonlySet<Quirk>): Record<string, string> | undefined {
  if (quirks.has('empty')) return undefined;
  if (quirks.has('image_url')) return { url: 'http://127.0.0.1:1/image.png' };
  return { b64_json: bytesOf(input, quirks).toString('base64') };
}

function bytesOf({ text, seed, width, height }: ImageInput, quirks: ReadonlySet<Quirk>): Buffer {
  if (quirks.has('image_bomb')) return bombPng(BOMB_SIDE);
  if (quirks.has('image_svg')) return Buffer.from(SVG);
  const random = seededRandom(textSeed(text, seed));
  const png = plainPng(
    width,
    height,
    Array.from({ length: 3 }, () => Math.floor(random() * 256)),
  );
  return quirks.has('image_broken') ? png.subarray(0, png.length >> 1) : png;
}
