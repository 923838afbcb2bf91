/** Jobs that turn texts into vectors: lines of batches. */
import type { JobEmbedding, JobEmbeddingResult } from '../../shared/operations/job-shapes.ts';
import type { EmbeddingTask, ExchangeEvent, ExchangeSink } from '../chat/exchange.ts';
import type { ExchangePipeline } from '../chat/pipeline.ts';
import type { JobRunner } from './job.ts';

export function embeddingRunner(exchange: Pick<ExchangePipeline, 'plan'>): JobRunner<JobEmbedding> {
  return {
    requestOf: ({ embed }) => embed,

    plan(request, { access, locale }) {
      const planned = exchange.plan({ task: taskOf(request), access, locale, route: request.route });
      const { routes, inputTokens, maxOutputTokens } = planned;
      const candidates = routes.map(({ id, price }) => ({ route: id, price }));
      const words = request.input[0] ?? '';
      return { route: routes[0].id, candidates, inputTokens, maxOutputTokens, words };
    },

    async run(request, { job, exchange: ask }) {
      const { input, dimensions } = request;
      const text = JSON.stringify({ input, dimensions });
      const vectors = new Vectors();
      const asked = { route: job.route, service: 'embedding', task: taskOf(request), text } as const;
      const result = await ask(asked, vectors);
      const { route, provider, model, usage, receipt } = result;
      const { promptSalt, answerSalt } = receipt;
      return {
        trace: job.trace,
        route,
        provider,
        model,
        dimensions: result.vectors.dimensions,
        vectors: vectors.all,
        usage,
        receipt: { promptSalt, answerSalt },
      } satisfies JobEmbeddingResult;
    },
  };
}

/** They are kept whole: there are as many as the input has texts. */
class Vectors implements ExchangeSink {
  readonly all: string[] = [];

  event(event: ExchangeEvent): void {
    if (event.type === 'vector') this.all[event.index] = event.vector;
  }

  ready(): undefined {
    return undefined;
  }
}

function taskOf({ input, dimensions }: JobEmbedding): EmbeddingTask {
  return { kind: 'embeddings', input, dimensions };
}
