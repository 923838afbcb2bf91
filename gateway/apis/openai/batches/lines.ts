/** The file of a batch, line by line: from OpenAI's form to that of `batches.create`. */
import { z } from 'zod';
import type { Params } from '../../../../shared/client/message.ts';
import { LineSplitter, type LineEvent } from '../../../../shared/line-splitter.ts';
import type { Locale } from '../../../../shared/locale.ts';
import { BATCH_OPERATION_LIMITS } from '../../../../shared/operations/batch-shapes.ts';
import { ApiRefusal, refusalError } from '../../../http/api-errors.ts';
import { bodyToInput } from '../../../http/request-input.ts';
import { TRANSLATED_SHAPE } from '../../../http/translated-bodies.ts';
import { GATEWAY_LIMITS } from '../../../limits.ts';
import { readBody, unsupported } from '../../read-body.ts';
import { chatParams } from '../chat-request.ts';
import { embeddingParams } from '../embeddings.ts';
import { responsesParams } from '../responses/index.ts';

/** What the lines of a batch can be for, the usual one first. */
export const BATCH_ENDPOINTS = ['/v1/chat/completions', '/v1/responses', '/v1/embeddings'] as const;
export type BatchEndpoint = (typeof BATCH_ENDPOINTS)[number];

export function isBatchEndpoint(url: string): url is BatchEndpoint {
  return BATCH_ENDPOINTS.some((each) => each === url);
}

const Line = z.looseObject({
  custom_id: z.string().min(1).max(BATCH_OPERATION_LIMITS.customIdCharactersMax),
  method: z.literal('POST'),
  url: z.string().max(200),
  body: z.record(z.string(), z.unknown()),
});

/** What was read of a line that cannot be translated: enough to say which one it was. */
const Named = z.looseObject({
  custom_id: z.string().min(1).max(BATCH_OPERATION_LIMITS.customIdCharactersMax),
});

export async function* translatedLines(
  pieces: AsyncIterable<Buffer>,
  locale: Locale,
): AsyncGenerator<Buffer, void, undefined> {
  const splitter = new LineSplitter(GATEWAY_LIMITS.bodyBytesMaxWithKey);
  const written = (event: LineEvent) => Buffer.from(`${JSON.stringify(lineOf(event, locale))}\n`);
  for await (const piece of pieces) {
    splitter.push(piece);
    for (let event = splitter.next(); event; event = splitter.next()) {
      if (!isBlank(event)) yield written(event);
    }
  }
  const last = splitter.end();
  if (last && !isBlank(last)) yield written(last);
}

function isBlank(event: LineEvent): boolean {
  return event.type === 'line' && event.text.trim() === '';
}

function lineOf(event: LineEvent, locale: Locale): object {
  if (event.type !== 'line') return { refused: { code: event.type, message: 'UTF-8, 960 KiB' } };
  const { text: source } = event;
  let value: Params = {};
  try {
    value = bodyToInput(Buffer.from(source), TRANSLATED_SHAPE);
    const line = readBody(Line, value);
    return { customId: line.custom_id, endpoint: line.url, ...workOf(line), source };
  } catch (thrown) {
    if (!(thrown instanceof ApiRefusal)) throw thrown;
    const { code, message, param } = refusalError(thrown, locale);
    const named = Named.safeParse(value);
    const refused = { code: CODES[code] ?? code, message, ...(param !== undefined && { param }) };
    return { ...(named.success && { customId: named.data.custom_id }), refused, source };
  }
}

function workOf({ url, body }: z.output<typeof Line>): object {
  // The check of the batch says that it is for something else.
  return isBatchEndpoint(url) ? WORK[url](body) : { completion: NOTHING };
}

const WORK: Readonly<Record<BatchEndpoint, (body: Params) => object>> = {
  '/v1/chat/completions': (body) => {
    const { params, form } = chatParams(body);
    return { completion: withoutStream(params, form.isStream) };
  },
  // Clients expect the settings of their request back.
  '/v1/responses': (body) => {
    const { params } = responsesParams(body);
    return { completion: withoutStream(params, params.stream === true), needsSource: true };
  },
  '/v1/embeddings': (body) => {
    const { params, isBase64 } = embeddingParams(body);
    return { embed: params, ...(isBase64 && { needsSource: true }) };
  },
};

function withoutStream(params: Params, isStream: boolean): object {
  if (isStream) throw unsupported('body.stream', { en: 'leave it out', es: 'omítelo' });
  const { stream: _, ...completion } = params;
  return completion;
}

/** In the place of what is not translated. */
const NOTHING = { messages: [{ role: 'user', parts: [{ type: 'text', text: '-' }] }] };

const CODES: Readonly<Record<string, string>> = {
  body_not_json: 'invalid_json_line',
  member_missing: 'missing_required_parameter',
  member_wrong: 'invalid_value',
  member_unsupported: 'unsupported_parameter',
};
