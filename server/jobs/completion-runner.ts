/** Jobs that ask a model about messages. */
import type { JobCompletion, JobCompletionResult, JobInput } from '../../shared/operations/job-shapes.ts';
import type { CompletionTask, ExchangeSink } from '../chat/exchange.ts';
import type { ExchangePipeline } from '../chat/pipeline.ts';
import { modelMessages } from '../chat/task-prompt.ts';
import type { JobRunner } from './job.ts';

export function completionRunner(exchange: Pick<ExchangePipeline, 'plan'>): JobRunner<JobCompletion> {
  return {
    requestOf: requestedCompletion,

    plan(request, { access, locale }) {
      const task = taskOf(request);
      const planned = exchange.plan({ task, access, locale, route: request.route });
      const { routes, inputTokens, maxOutputTokens } = planned;
      const candidates = routes.map(({ id, price }) => ({ route: id, price }));
      return { route: routes[0].id, candidates, inputTokens, maxOutputTokens, words: wordsOf(request) };
    },

    async run(request, { job, exchange: ask }) {
      const { messages, tools } = request;
      const text = JSON.stringify({ messages, tools });
      const asked = { route: job.route, service: 'completion', task: taskOf(request), text } as const;
      const result = await ask(asked, NOBODY_LISTENS);
      const { route, provider, model, degraded, finish, stopSequence, thinking, usage, receipt } = result;
      const { promptSalt, answerSalt } = receipt;
      return {
        trace: job.trace,
        text: result.text,
        thinking,
        toolCalls: [...result.toolCalls],
        finish,
        ...(stopSequence !== undefined && { stopSequence }),
        route,
        provider,
        model,
        degraded,
        usage: { ...usage, ...result.usageParts },
        receipt: { promptSalt, answerSalt },
      } satisfies JobCompletionResult;
    },
  };
}

/** What was said is read when the job is over. */
const NOBODY_LISTENS: ExchangeSink = { event: () => undefined, ready: () => undefined };

function requestedCompletion({
  prompt,
  completion,
  route,
  maxOutputTokens,
}: JobInput): JobCompletion | undefined {
  if (completion) return completion;
  if (prompt === undefined) return undefined;
  return {
    messages: [{ role: 'user', parts: [{ type: 'text', text: prompt }] }],
    ...(route !== undefined && { route }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}

function taskOf(request: JobCompletion): CompletionTask {
  const { messages, maxOutputTokens, route: _, ...options } = request;
  return { kind: 'completion', messages: modelMessages(messages), options, maxOutputTokens };
}

/** Of what the person has said last. */
export function wordsOf({ messages }: Pick<JobCompletion, 'messages'>): string {
  const asked = messages.findLast(({ role }) => role === 'user') ?? messages.at(-1);
  const texts = (asked?.parts ?? []).flatMap((part) => (part.type === 'text' ? part.text : []));
  return texts.join('\n');
}
