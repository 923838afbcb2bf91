/**
 * Jobs that summarise. What is to be summarised is read when the job is submitted, since the bound of its
 * cost is held then. It is kept, cut into parts, until the job ends.
 */
import { createHash } from 'node:crypto';
import type { JobSummaryResult } from '../../shared/operations/job-shapes.ts';
import type { ExchangePipeline } from '../chat/pipeline.ts';
import { checkSource, readSource, titleOf, type SourceServices } from '../summaries/summary-input.ts';
import type { SummaryInput } from '../summaries/summary-input.ts';
import { committedText, planSummary, runSummary, type CallResult } from '../summaries/summariser.ts';
import type { SummaryPlan } from '../summaries/summary-plan.ts';
import type { JobRun, JobRunner, SavedPart, WholeJob } from './job.ts';

export interface SummaryRunnerParts extends SourceServices {
  readonly exchange: Pick<ExchangePipeline, 'outlook'>;
}

/** What is kept of what was asked. */
interface KeptWish extends Pick<SummaryInput, 'length' | 'style'> {
  readonly asked: string;
  readonly title: string;
  readonly source: JobSummaryResult['source'];
  readonly url: string | undefined;
}

export function summaryRunner(parts: SummaryRunnerParts): JobRunner<SummaryInput> {
  return {
    hasParts: true,
    isCostlyToPlan: true,
    requestOf: ({ summarize }) => summarize,
    identityOf: (request) => (isKept(request) ? request.asked : identityOf(request as SummaryInput)),

    async plan(input, { access, locale, owner, signal }) {
      const kind = checkSource(parts, input, locale);
      const { length, style, route, creditsMax } = input;
      const read = await readSource(parts, { owner, input }, { locale, signal, onPage: () => undefined });
      const { text } = read;
      const wanted = { text, length, route, access, locale, creditsMax };
      const { plan, outlook } = planSummary(parts.exchange, wanted);
      const title = titleOf(read);
      const request: KeptWish = {
        asked: identityOf(input),
        title,
        source: kind,
        url: read.url,
        length,
        style,
      };
      return {
        route: outlook.route.id,
        candidates: [],
        amount: plan.creditsMax,
        inputTokens: plan.inputTokens,
        maxOutputTokens: plan.sizes.wholeOutput,
        words: title,
        kept: { request, material: plan },
      };
    },

    async run(request, run) {
      const { title, source, url, length, style } = request as unknown as KeptWish;
      const plan = run.job.material as SummaryPlan;
      const progress = (done: number, calls: number) => run.progress(done, calls);
      const events = { progress, delta: () => undefined, ready: () => undefined };
      const wanted = { plan, length, style, signal: run.signal, parallel: 1, ask: asking(run) };
      const { balance: _, charged: __, provider: ___, ...result } = await runSummary(wanted, events);
      const about = { title, source, length, ...(url !== undefined && { url }) };
      const { trace } = run.job;
      return {
        trace,
        ...about,
        ...(style !== undefined && { style }),
        ...result,
        receipts: [...result.receipts],
      } satisfies JobSummaryResult;
    },
  };
}

/** What was paid before is not asked again. One at a time: each is paid from what the one before it left. */
function asking({ job, exchange }: JobRun): Parameters<typeof runSummary>[0]['ask'] {
  const saved = new Map(job.saved.map((part) => [part.name, part]));
  return async ({ name, task }, sink) => {
    const known = saved.get(name);
    if (known) return savedResult(known, job);
    const text = committedText(task);
    return exchange({ route: job.route, service: 'summarize', task, text, part: name }, sink);
  };
}

function savedResult(
  { answer, route, model, usage, charged, receipt }: SavedPart,
  job: WholeJob,
): CallResult {
  const { promptSalt, answerSalt, index = job.entry ?? 0 } = receipt;
  const credits = { charged, balance: 0 };
  return { text: answer, route, model, usage, credits, receipt: { promptSalt, answerSalt, index } };
}

function isKept(request: unknown): request is KeptWish {
  return typeof request === 'object' && request !== null && 'asked' in request;
}

function identityOf(input: SummaryInput): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('base64');
}
