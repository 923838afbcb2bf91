/** Jobs that draw. The pictures are files of a request, as those that somebody waits for. */
import type { Clock } from '../../shared/clock.ts';
import type { JobImageResult } from '../../shared/operations/job-shapes.ts';
import type { OpenRequest, RequestFiles } from '../artifacts/request-files.ts';
import type { ExchangeEvent, ExchangeResult, ExchangeSink } from '../chat/exchange.ts';
import { imageInput, imageMeta, imageTask, type ImageWish } from '../chat/image-task.ts';
import type { ExchangePipeline } from '../chat/pipeline.ts';
import { HiloError } from '../../shared/errors.ts';
import type { DrawnImage } from '../images/drawn-image.ts';
import { fileNames } from '../images/image-names.ts';
import type { JobRun, JobRunner } from './job.ts';

export interface ImageRunnerParts {
  readonly exchange: Pick<ExchangePipeline, 'plan'>;
  readonly requests: RequestFiles;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Requests that tries of one job may have left. */
const LEFT_MAX = 100;

export function imageRunner(parts: ImageRunnerParts): JobRunner<ImageWish> {
  const { exchange, requests } = parts;
  return {
    requestOf: ({ image }) => image,

    plan(wish, { access, locale }) {
      const task = imageTask(wish, locale);
      const { routes, inputTokens } = exchange.plan({ task, access, locale, route: wish.route });
      const candidates = routes.map(({ id, price }) => ({ route: id, price }));
      const images = task.count;
      const words = wish.prompt;
      return { route: routes[0].id, candidates, images, inputTokens, maxOutputTokens: 0, words };
    },

    async run(wish, run) {
      const { owner, account, id } = run.job;
      // Drawn by a try that was cut off before its end was written down.
      const left = await requests.ofSession(owner, id, LEFT_MAX);
      await requests.forget(left.filter(({ service }) => service === 'image').map((each) => each.id));
      const { prompt } = wish;
      const request = await requests.begin({ service: 'image', owner, account, session: id, prompt });
      try {
        return await draw(parts, { wish, run, request });
      } catch (thrown) {
        if (request.isOpen) await request.drop();
        throw thrown;
      }
    },
  };
}

interface Drawing {
  readonly wish: ImageWish;
  readonly run: JobRun;
  readonly request: OpenRequest;
}

async function draw({ clock }: ImageRunnerParts, { wish, run, request }: Drawing): Promise<JobImageResult> {
  const { job } = run;
  const task = imageTask(wish, job.locale);
  const beganMs = clock.monotonic();
  const pictures = new Pictures(request);
  const text = JSON.stringify(imageInput(wish, task));
  const result = await run.exchange({ route: job.route, service: 'image', task, text }, pictures);
  const { route, provider, model, usage, credits, receipt } = result;
  const outcome = {
    status: 'ok',
    provider,
    model,
    prompt: wish.prompt,
    latencyMs: clock.monotonic() - beganMs,
    tokens: { in: usage.inputTokens, out: usage.outputTokens },
    charged: credits.charged,
    meta: { ...imageMeta(wish, task, pictures.sizes), route, provider, model },
  } as const;
  const keys = await request.end(outcome, { input: imageInput(wish, task), files: [] });
  // Everything of its owner was erased while it was drawn.
  if (!keys) throw new HiloError('cancelled');
  return resultOf(result, { trace: job.trace, id: request.id, receipt });
}

function resultOf(
  { route, provider, model, usage }: ExchangeResult,
  { trace, id, receipt }: { trace: string; id: string; receipt: ExchangeResult['receipt'] },
): JobImageResult {
  const { promptSalt, answerSalt } = receipt;
  const { inputTokens, outputTokens, source } = usage;
  const counted = { inputTokens, outputTokens, source };
  return { trace, id, route, provider, model, usage: counted, receipt: { promptSalt, answerSalt } };
}

/** Each is durable before the next one is asked for. */
class Pictures implements ExchangeSink {
  readonly sizes: [width: number, height: number][] = [];
  readonly #request: OpenRequest;
  #writing: Promise<void> | undefined;

  constructor(request: OpenRequest) {
    this.#request = request;
  }

  event(event: ExchangeEvent): void {
    if (event.type !== 'image') return;
    this.#writing = this.#keep(event.index, event.image);
    // Whoever asks whether more may come learns of a failure.
    this.#writing.catch(() => {});
  }

  ready(): Promise<void> | undefined {
    const writing = this.#writing;
    this.#writing = undefined;
    return writing;
  }

  async #keep(index: number, { png, preview, width, height }: DrawnImage): Promise<void> {
    const names = fileNames(index);
    await this.#request.put({ name: names.image, type: 'image/png', content: png });
    await this.#request.put({ name: names.preview, type: 'image/jpeg', content: preview });
    this.sizes.push([width, height]);
  }
}
