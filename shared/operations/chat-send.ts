import { z } from 'zod';
import { defineOperation } from '../define-operation.ts';
import type { Locale } from '../locale.ts';
import { messageText } from '../message-text.ts';
import { PROVIDERS } from '../model-route.ts';
import { Amount, ConversationId, ModelName, Receipt, Trace, Usage } from './common.ts';

const Result = z.strictObject({
  text: z.string(),
  trace: Trace,
  /** The id of the conversation in which it was said. */
  conversation: ConversationId,
  finishReason: z.enum(['stop', 'length']),
  provider: z.enum(PROVIDERS),
  model: z.string(),
  /** The offline companion answered in place of the model that was configured or asked for. */
  degraded: z.boolean(),
  usage: Usage,
  credits: z.strictObject({ charged: Amount, balance: Amount }),
  receipt: Receipt,
});

export const chatSend = defineOperation({
  name: 'chat.send',
  summary: {
    en: 'Send a message; the answer streams back',
    es: 'Envía un mensaje; la respuesta llega a medida que se genera',
  },
  access: 'anonymous',
  effect: 'stream',
  input: z.strictObject({
    text: z.string().overwrite(messageText).min(1),
    /** Repeating a send with the same id and text costs nothing and gives the same answer. */
    clientMessageId: z.string().min(1).max(128).optional(),
    /** For this message alone; one that `models.list` does not name is `not_found`. */
    model: ModelName.optional(),
  }),
  output: Result,
  events: {
    /** 1 is next in line. */
    'chat.queued': z.strictObject({ position: z.int().positive() }),
    'chat.started': z.strictObject({
      trace: Trace,
      conversation: ConversationId,
      model: z.string(),
      degraded: z.boolean(),
    }),
    /** The model is being loaded; it may take a minute. */
    'chat.loading': z.strictObject({}),
    /** The model's reasoning, part by part: paid for, and no part of the answer. */
    'chat.thinking': z.strictObject({ text: z.string() }),
    'chat.delta': z.strictObject({ text: z.string() }),
  },
  errors: [
    'not_found',
    'message_too_long',
    'rate_limited',
    'too_many_pending',
    'queue_full',
    'insufficient_credits',
    'address_credits_used',
    'conflict',
    'cancelled',
    'empty_answer',
    'upstream_failed',
    'upstream_timeout',
    'draining',
    'ledger_unavailable',
  ],
  text: {
    command: 'send',
    args: ['...text'],
    render: renderEnd,
    renderEvent(name, params, locale) {
      if (name === 'chat.delta') return { chunk: String(params['text']) };
      if (name === 'chat.loading') return { line: LOADING[locale] };
      if (name === 'chat.queued') return { line: WAITING[locale] + String(params['position']) };
      return {};
    },
  },
  examples: [
    {
      input: { text: 'hello' },
      output: {
        text: 'Hello! How are you today?',
        trace: 'Usuario-3:m1',
        conversation: '0193a5c1-6f7a-7e3b-9c40-5d2f8a1b7c60',
        finishReason: 'stop',
        provider: 'ollama',
        model: 'qwen2.5:3b-instruct',
        degraded: false,
        usage: { inputTokens: 12, outputTokens: 8, source: 'reported' },
        credits: { charged: 20, balance: 19980 },
        receipt: {
          index: 15,
          proof: 'c2sp.org/tlog-proof@v1\n…',
          promptSalt: '…',
          answerSalt: '…',
        },
      },
    },
  ],
});

const WAITING = { en: '-- waiting, place in line: ', es: '-- en espera, puesto en la fila: ' } as const;
const LOADING = { en: '-- the model is being loaded', es: '-- se está cargando el modelo' } as const;
const CREDITS = { en: 'credits', es: 'créditos' } as const;
const MARKS = {
  offline: { en: 'offline companion', es: 'acompañante sin conexión' },
  degraded: {
    en: 'the model is not answering; this is the offline companion',
    es: 'el modelo no responde; este es el acompañante sin conexión',
  },
  length: { en: 'cut at the length limit', es: 'cortado por el límite de longitud' },
} as const;

/** The line after an answer: `-- <trace>`, then what the reader should know about the answer. [T-3] */
function renderEnd(result: z.output<typeof Result>, locale: Locale): string {
  const parts = [`-- ${result.trace}`];
  if (result.degraded) parts.push(MARKS.degraded[locale]);
  else if (result.provider === 'offline') parts.push(MARKS.offline[locale]);
  else parts.push(result.model);
  if (result.credits.charged > 0) parts.push(`${result.credits.charged} ${CREDITS[locale]}`);
  if (result.finishReason === 'length') parts.push(MARKS.length[locale]);
  return parts.join(' · ');
}
