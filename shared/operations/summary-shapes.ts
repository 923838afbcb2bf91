/** What the operations on summaries have in common. */
import { z } from 'zod';
import type { TextPiece } from '../define-operation.ts';
import type { ErrorKey } from '../errors.ts';
import { fill, type Locale, type Localised } from '../locale.ts';
import { safeLine } from '../text-safety.ts';
import { Amount, EntryIndex, FileId, ModelName, RowId, Time, Trace, Usage, WalletName } from './common.ts';

export const SUMMARY_LIMITS = {
  urlCharactersMax: 4_096,
  styleCharactersMax: 200,
  keyCharactersMax: 512,
  pageMax: 100,
  pageDefault: 30,
} as const;

export const SUMMARY_LENGTHS = ['short', 'medium', 'long'] as const;
export type SummaryLength = (typeof SUMMARY_LENGTHS)[number];

/** No store takes U+0000 and single halves of surrogate pairs. */
const storable = (written: string): string => written.replaceAll('\0', '').toWellFormed();

/** Exactly one of `text`, `url`, `document` and `s3Key`. */
export const SummaryInput = z.strictObject({
  text: z.string().overwrite(storable).min(1).optional(),
  /** Of a page, or of a document: http or https, at a public address. */
  url: z.string().min(1).max(SUMMARY_LIMITS.urlCharactersMax).optional(),
  /** A file that came by `files.begin`, `files.append` and `files.end`: PDF, DOCX, HTML or plain text. */
  document: FileId.optional(),
  /** A file that another request of the same owner has left. */
  s3Key: z.string().min(1).max(SUMMARY_LIMITS.keyCharactersMax).optional(),
  length: z.enum(SUMMARY_LENGTHS).default('medium'),
  /** In words, such as "as a list". */
  style: z
    .string()
    .max(SUMMARY_LIMITS.styleCharactersMax)
    .overwrite((written) => storable(safeLine(written).trim()))
    .optional(),
  /** The default route when left out. */
  route: ModelName.optional(),
  /** Whose money it uses: `own`, or one of your teams; as you have chosen when left out. */
  wallet: WalletName.optional(),
  /** It is refused when it could cost more. */
  creditsMax: Amount.optional(),
});

const SummaryReceipt = z.strictObject({ index: EntryIndex, promptSalt: z.string(), answerSalt: z.string() });

/** What lists show. */
export const SummaryView = z.strictObject({
  id: RowId,
  /** Of the document or the page; else the first words. */
  title: z.string(),
  source: z.enum(['text', 'url', 'document']),
  /** Where the page was found, after redirects. */
  url: z.string().optional(),
  length: z.enum(SUMMARY_LENGTHS),
  style: z.string().optional(),
  route: z.string(),
  model: z.string(),
  /** Of the text; each was summarised by itself. */
  parts: z.int().positive(),
  usage: Usage,
  charged: Amount,
  createdAt: Time,
});

export const Summary = SummaryView.extend({
  text: z.string(),
  /** Of every call of the model, in the order in which they ended. */
  receipts: z.array(SummaryReceipt),
  /** Where its files are, by name: `input`, `record`, `summary`. Absent where it has left none. */
  keys: z.record(z.string(), z.string()).optional(),
});

export const SUMMARY_EVENTS = {
  /** How much of a PDF was read. */
  'summaries.reading': z.strictObject({ page: z.int().positive(), pages: z.int().positive() }),
  /** Nothing was paid before. */
  'summaries.started': z.strictObject({
    trace: Trace,
    title: z.string(),
    route: z.string(),
    model: z.string(),
    /** Of the text, and calls of the model in all; fewer calls may be enough. */
    parts: z.int().positive(),
    calls: z.int().positive(),
    /** Estimated, of the text. */
    inputTokens: z.int().nonnegative(),
    /** It will not cost more. */
    creditsMax: Amount,
  }),
  /** A call of the model has ended. */
  'summaries.progress': z.strictObject({
    done: z.int().positive(),
    calls: z.int().positive(),
    charged: Amount,
  }),
  /** Of the summary of the whole. */
  'summaries.delta': z.strictObject({ text: z.string() }),
} as const;

/** Of what comes before the first call of a model. */
export const READING_ERRORS = [
  'not_found',
  'file_incomplete',
  'files_full',
  'document_type',
  'document_broken',
  'document_too_large',
  'document_locked',
  'document_empty',
  'documents_busy',
  'url_refused',
  'page_failed',
  'too_expensive',
] as const satisfies readonly ErrorKey[];

export const SUMMARY_ERRORS = [
  ...READING_ERRORS,
  'estimate_exceeded',
  'unsupported',
  'too_many_kept',
  'rate_limited',
  'too_many_pending',
  'queue_full',
  'insufficient_credits',
  'member_budget_used',
  'key_budget_used',
  'server_budget_used',
  'wallet_withdrawn',
  'route_withdrawn',
  'key_changed',
  'credits_held',
  'address_credits_used',
  'context_length_exceeded',
  'upstream_refused',
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

export const EXAMPLE_SUMMARY_VIEW = {
  id: '0193a5c1-6f7a-7e3b-9c40-5d2f8a1b7c61',
  title: 'Annual report',
  source: 'document',
  length: 'short',
  route: 'qwen2.5:3b-instruct',
  model: 'qwen2.5:3b-instruct',
  parts: 2,
  usage: { inputTokens: 3100, outputTokens: 420, source: 'reported' },
  charged: 3520,
  createdAt: '2026-01-01T00:00:00.000Z',
} as const;

export const EXAMPLE_SUMMARY_WHOLE = {
  ...EXAMPLE_SUMMARY_VIEW,
  text: 'The year was better than the one before it.',
  receipts: [{ index: 15, promptSalt: '…', answerSalt: '…' }],
};

export function renderSummaryEvent(
  name: string,
  params: Readonly<Record<string, unknown>>,
  locale: Locale,
): TextPiece {
  const values = Object.fromEntries(Object.entries(params).map(([key, value]) => [key, shown(value)]));
  switch (name) {
    case 'summaries.delta':
      return { chunk: String(params['text']) };
    case 'summaries.started':
      return { line: fill(STARTED[locale], values) };
    case 'summaries.progress':
      return params['done'] === params['calls'] ? {} : { line: fill(PROGRESS[locale], values) };
    default:
      return {};
  }
}

function shown(value: unknown): string | number {
  return typeof value === 'number' ? value : safeLine(String(value));
}

const STARTED: Localised = {
  en: '-- {parts} parts, {calls} calls of {model}; at most {creditsMax} credits',
  es: '-- {parts} partes, {calls} llamadas a {model}; como máximo {creditsMax} créditos',
};

const PROGRESS: Localised = { en: '-- {done} of {calls}', es: '-- {done} de {calls}' };

/** `-- 2026-01-01 · Annual report · 3520 credits`, below a summary and in lists. */
export function renderSummaryLine(summary: z.output<typeof SummaryView>, locale: Locale): string {
  const { createdAt, title, charged, id } = summary;
  return [createdAt.slice(0, 10), safeLine(title), `${charged} ${CREDITS[locale]}`, id].join(' · ');
}

const CREDITS: Localised = { en: 'credits', es: 'créditos' };
