/** What is asked of the prompt queue, and how a job is shown. */
import { z } from 'zod';
import type { ErrorKey } from '../errors.ts';
import type { Locale } from '../locale.ts';
import { safeLine } from '../text-safety.ts';
import { Amount, EntryIndex, ModelName, RowId, Time, Trace, Usage, WalletName } from './common.ts';
import {
  COMPLETION_LIMITS,
  COMPLETION_RESULT_EXAMPLE,
  CompletionInput,
  CompletionMessage,
  CompletionResult,
} from './completion-shapes.ts';
import { shownMinute } from './conversation-fields.ts';
import { ImageId, ImageWish } from './image-shapes.ts';
import { READING_ERRORS, Summary, SummaryInput } from './summary-shapes.ts';
import { WebhookUrl } from './webhook-shapes.ts';

export const JOB_OPERATION_LIMITS = {
  pageMax: 100,
  pageDefault: 30,
  clientIdCharactersMax: 200,
  promptCharactersMax: 1024 * 1024,
  /** Of a line of a batch: all its vectors are kept as one result. */
  embeddingTextsMax: 128,
  readingMs: 150_000,
} as const;

/** `embedding` only as a line of a batch. */
export const JOB_KINDS = ['completion', 'summarize', 'image', 'embedding'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export const JOB_STATUSES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

/** The id. On the text face also its beginning. */
export const JobReference = z.string().min(1).max(100);

/** What a job of the kind `completion` does. Files have no place in it. */
export const JobCompletion = CompletionInput.omit({ stream: true, wallet: true }).extend({
  messages: z.array(CompletionMessage).min(1).max(COMPLETION_LIMITS.messagesMax),
});

/** Exactly one of `prompt`, `completion`, `summarize` and `image`. */
export const JobInput = z.strictObject({
  /** Short for a completion with one message of the user. */
  prompt: z.string().min(1).max(JOB_OPERATION_LIMITS.promptCharactersMax).optional(),
  completion: JobCompletion.optional(),
  /** A page is fetched and a document read before the job is taken. */
  summarize: SummaryInput.omit({ wallet: true }).optional(),
  image: ImageWish.omit({ wallet: true }).optional(),
  /** With `prompt`: the default route when left out. */
  route: ModelName.optional(),
  /** With `prompt`: no more than the route allows. */
  maxOutputTokens: z.int().positive().optional(),
  /** Whose money it uses: `own`, or one of your teams; as you have chosen when left out. */
  wallet: WalletName.optional(),
  /** Makes a repeated request harmless: the same id gives the same job. */
  clientJobId: z.string().min(1).max(JOB_OPERATION_LIMITS.clientIdCharactersMax).optional(),
  /** Is sent a signed request when the job is over, whatever came of it. For users only. */
  webhook: WebhookUrl.optional(),
});

/** What a job of the kind `embedding` does. */
export const JobEmbedding = z.strictObject({
  /** The first one for embeddings when left out. */
  route: ModelName.optional(),
  input: z.array(z.string().min(1)).min(1).max(JOB_OPERATION_LIMITS.embeddingTextsMax),
  /** As the model has them when left out. */
  dimensions: z.int().positive().max(COMPLETION_LIMITS.dimensionsMax).optional(),
});

/** All that the queue can do: its vectors are too long for the answer of `jobs.get`. */
export const JobWork = JobInput.extend({ embed: JobEmbedding.optional() });

export const Job = z.strictObject({
  id: RowId,
  kind: z.enum(JOB_KINDS),
  status: z.enum(JOB_STATUSES),
  /** The first words of what was asked. */
  title: z.string(),
  route: z.string(),
  createdAt: Time,
  startedAt: Time.optional(),
  endedAt: Time.optional(),
  /** How often it was tried. */
  attempts: z.int().nonnegative(),
  /** Not before then it is tried again. */
  retryAt: Time.optional(),
  /** Of the answer's parts, where it has several. */
  progress: z.strictObject({ done: z.int().nonnegative(), of: z.int().positive().optional() }).optional(),
  credits: z.strictObject({
    /** At most so much; what is not used comes back when the job ends. */
    held: Amount,
    charged: Amount,
  }),
  /** Why it failed: a key of the table of errors, and what people are told. */
  reason: z.strictObject({ key: z.string(), text: z.string() }).optional(),
});

export const JobEstimate = z.strictObject({
  /** About so many of the prompt; the answer has at most so many. */
  inputTokens: z.int().nonnegative(),
  maxOutputTokens: z.int().nonnegative(),
  /** Until it starts, if nobody in person wants the model meanwhile. */
  startsInSeconds: z.int().nonnegative(),
});

/** What came of a job of the kind `completion`. */
export const JobCompletionResult = CompletionResult.omit({ credits: true, receipt: true }).extend({
  /** With the salts the exchange can be proved by `ledger.receipt`. */
  receipt: z.strictObject({
    index: EntryIndex.optional(),
    promptSalt: z.string(),
    answerSalt: z.string(),
  }),
});

const OF_KEPT_SUMMARIES = { id: true, charged: true, createdAt: true, keys: true } as const;

/** What came of a job of the kind `summarize`. */
export const JobSummaryResult = Summary.omit(OF_KEPT_SUMMARIES).extend({ trace: Trace });

/** What came of a job of the kind `embedding`. */
export const JobEmbeddingResult = z.strictObject({
  trace: Trace,
  route: z.string(),
  provider: z.string(),
  model: z.string(),
  dimensions: z.int().positive(),
  /** One for each text, in order: base64 of little-endian 32-bit floats. */
  vectors: z.array(z.string()),
  usage: Usage,
  receipt: z.strictObject({
    index: EntryIndex.optional(),
    promptSalt: z.string(),
    answerSalt: z.string(),
  }),
});

/** What came of a job of the kind `image`: `images.get` shows the pictures. */
export const JobImageResult = z.strictObject({
  trace: Trace,
  id: ImageId,
  route: z.string(),
  provider: z.string(),
  model: z.string(),
  usage: Usage,
  receipt: z.strictObject({
    index: EntryIndex.optional(),
    promptSalt: z.string(),
    answerSalt: z.string(),
  }),
});

export const JOB_ERRORS = [
  ...READING_ERRORS,
  'context_length_exceeded',
  'unsupported',
  'cancelled',
  'rate_limited',
  'too_many_jobs',
  'jobs_full',
  'conflict',
  'insufficient_credits',
  'member_budget_used',
  'key_budget_used',
  'server_budget_used',
  'wallet_withdrawn',
  'route_withdrawn',
  'key_changed',
  'credits_held',
  'address_credits_used',
  'draining',
  'ledger_unavailable',
  'webhook_refused',
  'webhook_unsigned',
] as const satisfies readonly ErrorKey[];

export type JobInput = z.output<typeof JobInput>;
export type JobWork = z.output<typeof JobWork>;
export type JobEmbedding = z.output<typeof JobEmbedding>;
export type JobEmbeddingResult = z.output<typeof JobEmbeddingResult>;
export type JobView = z.output<typeof Job>;
export type JobEstimate = z.output<typeof JobEstimate>;
export type JobCompletion = z.output<typeof JobCompletion>;
export type JobCompletionResult = z.output<typeof JobCompletionResult>;
export type JobSummaryResult = z.output<typeof JobSummaryResult>;
export type JobImageResult = z.output<typeof JobImageResult>;

export const EXAMPLE_JOB: JobView = {
  id: '0193a5c1-6f7a-7e3b-9c40-5d2f8a1b7c61',
  kind: 'completion',
  status: 'queued',
  title: 'Three names for a cat',
  route: 'small',
  createdAt: '2026-11-30T09:20:02.517Z',
  attempts: 0,
  credits: { held: 1_100, charged: 0 },
};

export const EXAMPLE_DONE_JOB: JobView = {
  ...EXAMPLE_JOB,
  status: 'done',
  startedAt: '2026-11-30T09:20:03.001Z',
  endedAt: '2026-11-30T09:20:05.120Z',
  attempts: 1,
  credits: { held: 1_100, charged: 20 },
};

const { credits: _, receipt, ...completion } = COMPLETION_RESULT_EXAMPLE;
export const EXAMPLE_JOB_RESULT = { ...completion, receipt };

/** `0193a5c1-…  2026-11-30 09:20  waiting  Three names for a cat` */
export function shownJob({ id, status, title, createdAt, reason }: JobView, locale: Locale): string {
  const parts = [id, shownMinute(createdAt), STATUS[status][locale], safeLine(title)];
  if (reason) parts.push(`(${reason.key})`);
  return parts.filter((part) => part !== '').join('  ');
}

const STATUS = {
  queued: { en: 'waiting', es: 'en espera' },
  running: { en: 'running', es: 'en curso' },
  done: { en: 'done', es: 'hecho' },
  failed: { en: 'failed', es: 'fallido' },
  cancelled: { en: 'cancelled', es: 'cancelado' },
} as const;
