/** Jobs of the prompt queue. */
import { errorText } from '../../../shared/errors.ts';
import type { Locale } from '../../../shared/locale.ts';
import type {
  JobCompletion,
  JobCompletionResult,
  JobEmbedding,
  JobEmbeddingResult,
  JobImageResult,
  JobSummaryResult,
  JobView,
} from '../../../shared/operations/job-shapes.ts';
import type { RequestFiles } from '../../artifacts/request-files.ts';
import { encodePlace, decodePlace } from '../../conversations/list-cursor.ts';
import type { Guest } from '../../identity/principal.ts';
import { wordsOf } from '../../jobs/completion-runner.ts';
import type { JobFollowers } from '../../jobs/job-followers.ts';
import type { Job, WholeJob } from '../../jobs/job.ts';
import type { JobProgress } from '../../jobs/job-runs.ts';
import type { Jobs, Submitter } from '../../jobs/jobs.ts';
import type { Call, Handlers } from '../call.ts';
import { deliveryView, type WebhookServices } from './webhooks.ts';
import type { Payers } from '../payers.ts';

export interface JobServices extends WebhookServices {
  readonly jobs: Jobs;
  readonly jobFollowers: JobFollowers;
  readonly storeGuest: (guest: Guest) => Promise<void>;
  /** Files that a job has left go with it. */
  readonly requests: Pick<RequestFiles, 'erased'>;
  readonly payers: Pick<Payers, 'of'>;
}

type JobHandlers = Pick<
  Handlers,
  'jobs.cancel' | 'jobs.erase' | 'jobs.follow' | 'jobs.get' | 'jobs.history' | 'jobs.list' | 'jobs.submit'
>;

export function jobHandlers(services: JobServices): JobHandlers {
  const { jobs, jobFollowers, webhooks } = services;
  return {
    async 'jobs.submit'(input, call) {
      const { principal, session } = call;
      if (input.webhook !== undefined) await webhooks.accept(input.webhook, principal.owner, session.locale);
      const who = await submitterOf(services, call, input.wallet);
      const { job, position, startsInMs } = await jobs.submit(input, who);
      const { inputTokens, outputTokens: maxOutputTokens } = job;
      const startsInSeconds = Math.round(startsInMs / 1_000);
      const estimate = { inputTokens, maxOutputTokens, startsInSeconds };
      return { job: jobView(job, session.locale), position, estimate };
    },

    async 'jobs.get'({ job: reference }, { principal, session }) {
      const job = await jobs.find(principal.owner, reference);
      const position = await jobs.position(job);
      const webhook = await webhooks.ofJob(job);
      return {
        job: jobView(job, session.locale, jobs.progress(job)),
        ...(position !== undefined && { position }),
        ...(isDone(job) && job.kind !== 'embedding' && resultOf(job)),
        ...(webhook && { webhook: deliveryView(webhook) }),
      };
    },

    async 'jobs.list'({ cursor, status, limit }, { principal, session }) {
      const below = cursor === undefined ? Number.MAX_SAFE_INTEGER : decodePlace(cursor).number;
      const page = await jobs.page(principal.owner, { below, status, limit });
      return { jobs: page.map((job) => jobView(job, session.locale)), ...nextCursor(page, limit) };
    },

    async 'jobs.history'({ cursor, limit }, { principal }) {
      const below = cursor === undefined ? Number.MAX_SAFE_INTEGER : decodePlace(cursor).number;
      const page = await jobs.wholePage(principal.owner, { below, status: 'done', limit });
      return { history: page.filter(isDone).map(historyOf), ...nextCursor(page, limit) };
    },

    async 'jobs.cancel'({ job: reference }, { principal, session }) {
      return { job: jobView(await jobs.cancel(principal.owner, reference), session.locale) };
    },

    async 'jobs.erase'({ job }, { principal }) {
      const erased = await jobs.erase(principal.owner, job);
      services.requests.erased();
      return { erased };
    },

    'jobs.follow'({ follow }, { principal, session }) {
      if (follow) jobFollowers.join(session, principal.owner);
      else jobFollowers.leave(session);
      return { unfinished: jobs.unfinished(principal.owner) };
    },
  };
}

/** A guest who has jobs comes back as the same one. */
export async function submitterOf(
  services: Pick<JobServices, 'payers' | 'storeGuest'>,
  call: Call,
  wallet: string | undefined,
): Promise<Submitter> {
  const { principal, session, signal } = call;
  const { owner, account, actor, access } = principal;
  const { payer, access: rights } = await services.payers.of(call, wallet);
  const { guest } = session.credentials;
  if (guest.owner === owner && !guest.isStored) await services.storeGuest(guest);
  const { locale } = session;
  const trace = session.nextTrace();
  return { owner, account, actor, access, payer, rights, locale, trace, signal };
}

/** What is not in the ledger yet is not over. */
function isDone({ status, pending }: Job): boolean {
  return status === 'done' && pending === undefined;
}

export function jobView(job: Job, locale: Locale, progress?: JobProgress): JobView {
  const { id, kind, title, route, attempts, held, charged, error } = job;
  const status = job.pending && job.endedAt !== undefined ? 'running' : job.status;
  const isOver = job.endedAt !== undefined && status !== 'running';
  return {
    id,
    kind,
    status,
    title,
    route,
    createdAt: timeText(job.createdAt),
    attempts,
    ...(job.startedAt !== undefined && { startedAt: timeText(job.startedAt) }),
    ...(isOver && { endedAt: timeText(job.endedAt ?? 0) }),
    ...(status === 'queued' && job.notBefore > 0 && { retryAt: timeText(job.notBefore) }),
    ...(progress && {
      progress: { done: progress.done, ...(progress.of !== undefined && { of: progress.of }) },
    }),
    credits: { held: isOver ? 0 : held, charged },
    ...(error && { reason: { key: error, text: errorText(error, locale, job.errorValues) } }),
  };
}

/** The member that has what came of it, named as its kind. */
export function resultOf({ kind, result, entry }: WholeJob) {
  const index = entry !== undefined && { index: entry };
  switch (kind) {
    case 'completion': {
      const completion = result as JobCompletionResult;
      return { completion: { ...completion, receipt: { ...completion.receipt, ...index } } };
    }
    case 'image': {
      const image = result as JobImageResult;
      return { image: { ...image, receipt: { ...image.receipt, ...index } } };
    }
    case 'embedding': {
      const embedding = result as JobEmbeddingResult;
      return { embedding: { ...embedding, receipt: { ...embedding.receipt, ...index } } };
    }
    case 'summarize':
      return { summary: result as JobSummaryResult };
  }
}

/** Pictures are where their address leads. */
function wordsOfJob({ kind, request, result }: WholeJob): { prompt: string; answer: string } {
  switch (kind) {
    case 'completion':
      return {
        prompt: wordsOf(request as JobCompletion),
        answer: (result as JobCompletionResult).text,
      };
    case 'image':
      return {
        prompt: (request as { prompt: string }).prompt,
        answer: `/image/${(result as JobImageResult).id}`,
      };
    case 'embedding': {
      const { vectors, dimensions } = result as JobEmbeddingResult;
      const { input } = request as JobEmbedding;
      return { prompt: input.join('\n'), answer: `${vectors.length} × ${dimensions}` };
    }
    case 'summarize': {
      const { title, text } = result as JobSummaryResult;
      return { prompt: title, answer: text };
    }
  }
}

function historyOf(job: WholeJob) {
  const { inputTokens, outputTokens } = (job.result as JobCompletionResult | JobSummaryResult).usage;
  const { id, kind, charged, endedAt = 0 } = job;
  const counts = { inputTokens, outputTokens, charged };
  return { job: id, kind, ...wordsOfJob(job), ...counts, endedAt: timeText(endedAt) };
}

function nextCursor(page: readonly Job[], limit: number): { nextCursor?: string } {
  const last = page.at(-1);
  return last && page.length === limit ? { nextCursor: encodePlace({ at: 0, number: last.number }) } : {};
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
