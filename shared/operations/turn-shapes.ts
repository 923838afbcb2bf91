/** What the operations have in common that ask a model: the result, the events and what people read. */
import { z } from 'zod';
import type { TextPiece } from '../define-operation.ts';
import type { ErrorKey } from '../errors.ts';
import type { Locale } from '../locale.ts';
import { safeLine } from '../text-safety.ts';
import { PROVIDERS } from '../model-route.ts';
import { Amount, ConversationId, MessageId, Receipt, Trace, Usage } from './common.ts';
import { Attachment, attachmentLine } from './attachment-shapes.ts';
import { Siblings } from './conversation-shapes.ts';

/** Repeating a send with the same id and content costs nothing and gives the same answer. */
export const ClientMessageId = z.string().min(1).max(128);

/** What the receipt of the result has in it. */
export const ReceiptWanted = z.literal('inline');

export const TurnResult = z.strictObject({
  text: z.string(),
  trace: Trace,
  /** The id of the conversation in which it was said. */
  conversation: ConversationId,
  /** Both are absent in a temporary conversation. */
  promptMessage: MessageId.optional(),
  answerMessage: MessageId.optional(),
  /** Of the message that is new: the prompt, or the answer to a prompt that was said before. */
  siblings: Siblings.optional(),
  finishReason: z.enum(['stop', 'length']),
  provider: z.enum(PROVIDERS),
  model: z.string(),
  /** The offline companion answered in place of the model that was configured or asked for. */
  degraded: z.boolean(),
  /** Earlier messages of the branch that the model was sent; those before them did not fit. */
  remembered: z.int().nonnegative().optional(),
  /** What was sent with the message. */
  attachments: z.array(Attachment).optional(),
  usage: Usage,
  /** Of the wallet that has paid; `team` is the name of the team, when it is a team's. */
  credits: z.strictObject({ charged: Amount, balance: Amount, team: z.string().optional() }),
  receipt: Receipt,
  /** Keys of the files that it has left, by name, where chat is in `HISTORY_FILES`. */
  files: z.record(z.string(), z.string()).optional(),
});

export const TURN_EVENTS = {
  /** 1 is next in line. */
  'chat.queued': z.strictObject({ position: z.int().positive() }),
  'chat.started': z.strictObject({
    trace: Trace,
    conversation: ConversationId,
    model: z.string(),
    degraded: z.boolean(),
    /** The route that the conversation wants, when it cannot be used. */
    unavailable: z.string().optional(),
  }),
  /** The model is being loaded; it may take a minute. */
  'chat.loading': z.strictObject({}),
  /** The model's reasoning, part by part: paid for, and no part of the answer. */
  'chat.thinking': z.strictObject({ text: z.string() }),
  'chat.delta': z.strictObject({ text: z.string() }),
} as const;

export const TURN_ERRORS = [
  'not_found',
  'message_too_long',
  'attachment_refused',
  'documents_busy',
  'files_full',
  'unsupported',
  'upstream_refused',
  'context_length_exceeded',
  'too_many_versions',
  'conversation_closed',
  'rate_limited',
  'too_many_pending',
  'queue_full',
  'insufficient_credits',
  'credits_held',
  'address_credits_used',
  'member_budget_used',
  'key_budget_used',
  'server_budget_used',
  'wallet_withdrawn',
  'route_withdrawn',
  'key_changed',
  'conflict',
  'cancelled',
  'empty_answer',
  'upstream_failed',
  'upstream_timeout',
  'upstream_unavailable',
  'upstream_rate_limited',
  'auth_ended',
  'draining',
  'ledger_unavailable',
] as const satisfies readonly ErrorKey[];

export const TURN_RESULT_EXAMPLE = {
  text: 'Hello! How are you today?',
  trace: 'Usuario-3:m1',
  conversation: '0193a5c1-6f7a-7e3b-9c40-5d2f8a1b7c60',
  promptMessage: '41',
  answerMessage: '42',
  finishReason: 'stop',
  provider: 'ollama',
  model: 'qwen2.5:3b-instruct',
  degraded: false,
  remembered: 0,
  usage: { inputTokens: 12, outputTokens: 8, source: 'reported' },
  credits: { charged: 20, balance: 19980 },
  receipt: { index: 15, promptSalt: '…', answerSalt: '…' },
} as const;

export function renderTurnEvent(
  name: string,
  params: Readonly<Record<string, unknown>>,
  locale: Locale,
): TextPiece {
  if (name === 'chat.delta') return { chunk: String(params['text']) };
  const unavailable = params['unavailable'];
  if (name === 'chat.started' && typeof unavailable === 'string') {
    return { line: UNAVAILABLE[locale](safeLine(unavailable)) };
  }
  if (name === 'chat.loading') return { line: LOADING[locale] };
  if (name === 'chat.queued') return { line: WAITING[locale] + String(params['position']) };
  return {};
}

/** The line after an answer: `-- <trace>`, then what the reader should know about the answer. [T-3] */
export function renderTurn(result: z.output<typeof TurnResult>, locale: Locale): string {
  const parts = [`-- ${result.trace}`];
  if (result.degraded) parts.push(MARKS.degraded[locale]);
  else if (result.provider === 'offline') parts.push(MARKS.offline[locale]);
  else parts.push(result.model);
  const { charged, team } = result.credits;
  const from = team === undefined ? '' : ` (${team})`;
  if (charged > 0) parts.push(`${charged} ${CREDITS[locale]}${from}`);
  if (result.finishReason === 'length') parts.push(MARKS.length[locale]);
  const lines = [parts.join(' · '), ...(result.attachments ?? []).map((each) => attached(each, locale))];
  if (result.siblings) lines.push(renderVersions(result.siblings, locale));
  return lines.join('\n');
}

/** `-- with report.pdf (PDF, 12 pages)` */
export function attached(attachment: Attachment, locale: Locale): string {
  return `-- ${WITH[locale]} ${attachmentLine(attachment, locale)}`;
}

/** How to get to the other versions of a message. */
export function renderVersions({ ids, index }: z.output<typeof Siblings>, locale: Locale): string {
  const others = ids.filter((_, at) => at !== index).map((id) => `/branch ${id}`);
  const place = VERSION[locale].replace('{number}', String(index + 1)).replace('{count}', String(ids.length));
  return `-- ${place}: ${others.slice(-VERSIONS_SHOWN).join(', ')}`;
}

/** The newest ones; a line with all of them would be read by nobody. */
const VERSIONS_SHOWN = 5;

const VERSION = {
  en: 'version {number} of {count}; the others',
  es: 'versión {number} de {count}; las otras',
} as const;

const UNAVAILABLE = {
  en: (route: string) => `-- the model ${route} of this conversation is not available; another one answers`,
  es: (route: string) => `-- el modelo ${route} de esta conversación no está disponible; responde otro`,
} as const;

const WITH = { en: 'with', es: 'con' } as const;
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
