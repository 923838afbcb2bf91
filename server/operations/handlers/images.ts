/** Images: the exchange with a model that draws, and the files that it leaves. */
import { HiloError } from '../../../shared/errors.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { InputOf, OutputOf } from '../../../shared/define-operation.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { OpenRequest, RequestFiles } from '../../artifacts/request-files.ts';
import type { RequestOutcome } from '../../artifacts/request-record.ts';
import type { ExchangeResult, ImageTask } from '../../chat/exchange.ts';
import { imageInput, imageMeta, imageTask } from '../../chat/image-task.ts';
import { keptNowhere } from '../../chat/kept-nowhere.ts';
import type { ExchangePipeline } from '../../chat/pipeline.ts';
import type { PersonalLimit } from '../../chat/personal-limit.ts';
import type { Guest } from '../../identity/principal.ts';
import type { Call, EventSink, Handlers } from '../call.ts';
import type { Payers } from '../payers.ts';
import { ImageEvents } from './image-events.ts';
import { imageView, type ImageLinks } from './image-view.ts';

export interface ImageServices {
  readonly exchange: ExchangePipeline;
  readonly requests: RequestFiles;
  readonly links: ImageLinks;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly storeGuest: (guest: Guest) => Promise<void>;
  readonly answers: PersonalLimit;
  readonly completions: PersonalLimit;
  readonly payers: Pick<Payers, 'of'>;
}

type ImageHandlers = Pick<Handlers, 'images.generate' | 'images.get' | 'images.list' | 'images.delete'>;
type Wish = InputOf<Operations['images.generate']>;

export function imageHandlers(services: ImageServices): ImageHandlers {
  const { requests, links } = services;
  return {
    'images.generate': (wish, call, sink) => generate(services, wish, call, sink),

    async 'images.get'({ id }, { principal: { owner } }) {
      return imageView(await imageOf(requests, owner, id), links);
    },

    async 'images.list'({ cursor: before, limit }, { principal: { owner } }) {
      // One more than requested shows whether there is another page.
      const page = await requests.list(owner, 'image', { before, limit: limit + 1 });
      const shown = page.slice(0, limit);
      const images = await Promise.all(shown.map((each) => imageView(each, links)));
      const last = shown.at(-1);
      return { images, ...(page.length > limit && last && { nextCursor: last.id }) };
    },

    async 'images.delete'({ id }, { principal: { owner } }) {
      const { id: found } = await imageOf(requests, owner, id);
      await requests.forget([found]);
      return {};
    },
  };
}

async function imageOf(requests: RequestFiles, owner: string, id: string) {
  const found = await requests.find(owner, id);
  if (found?.service !== 'image') throw new HiloError('not_found', { values: { what: id } });
  return found;
}

async function generate(
  services: ImageServices,
  wish: Wish,
  call: Call,
  sink: EventSink,
): Promise<OutputOf<Operations['images.generate']>> {
  const { principal, session } = call;
  const task = imageTask(wish, session.locale);
  const limit = principal.kind === 'guest' ? services.answers : services.completions;
  const leave = limit.enter(principal.owner);
  const drawing = new Drawing(services, { wish, task, call });
  try {
    const result = await drawing.run(sink);
    return await drawing.end(result);
  } catch (thrown) {
    await drawing.failed(thrown);
    throw thrown;
  } finally {
    leave();
  }
}

interface Asked {
  readonly wish: Wish;
  readonly task: ImageTask;
  readonly call: Call;
}

/** One request for images, from its row to its record. */
class Drawing {
  readonly #services: ImageServices;
  readonly #asked: Asked;
  readonly #beganMs: number;
  #open: OpenRequest | undefined;
  #events: ImageEvents | undefined;

  constructor(services: ImageServices, asked: Asked) {
    this.#services = services;
    this.#asked = asked;
    this.#beganMs = services.clock.monotonic();
  }

  async run(sink: EventSink): Promise<ExchangeResult> {
    const { wish, task, call } = this.#asked;
    const { principal, session, trace, clientRequestId, signal } = call;
    const { owner } = principal;
    const { payer, access } = await this.#services.payers.of(call, wish.wallet);
    const events = new ImageEvents(call, sink, () => this.#opened(), wish.data === true);
    this.#events = events;
    return this.#services.exchange(
      {
        owner,
        payer,
        access,
        stop: (reason) => call.stop(reason),
        trace,
        clientRequestId,
        locale: session.locale,
        signal,
        service: 'image',
        // The row comes before anything that it must be able to delete.
        placement: { ...keptNowhere(owner), admitted: () => this.#begin() },
        route: wish.route,
        text: JSON.stringify(imageInput(wish, task)),
        task,
      },
      events,
    );
  }

  async end(result: ExchangeResult): Promise<OutputOf<Operations['images.generate']>> {
    const { call } = this.#asked;
    const { requests, links } = this.#services;
    const { route, provider, model, usage, credits, exchange, receipt } = result;
    const { id } = this.#opened();
    const keys = await this.#record({
      status: 'ok',
      provider,
      model,
      tokens: { in: usage.inputTokens, out: usage.outputTokens },
      charged: credits.charged,
      exchange,
      meta: this.#meta({ route, provider, model }),
    });
    // Everything of its owner was erased while it was drawn.
    if (!keys) throw new HiloError('cancelled');
    const view = await imageView(await imageOf(requests, call.principal.owner, id), links);
    const { index, promptSalt, answerSalt } = receipt;
    return { ...view, trace: call.trace, credits, receipt: { index, promptSalt, answerSalt } };
  }

  /** A request that was refused leaves nothing; one that has begun leaves a record of its failure. */
  async failed(thrown: unknown): Promise<void> {
    const open = this.#open;
    if (!open || !open.isOpen) return;
    if (!this.#events?.hasStarted) return open.drop();
    const error = thrown instanceof HiloError ? thrown.key : 'internal';
    await this.#record({
      status: error === 'cancelled' ? 'cancelled' : 'failed',
      error,
      tokens: { in: 0, out: 0 },
      charged: 0,
      meta: this.#meta({}),
    }).catch(() => {});
  }

  async #begin(): Promise<void> {
    const { requests, storeGuest } = this.#services;
    const { wish, call } = this.#asked;
    const { owner, account } = call.principal;
    const { guest } = call.session.credentials;
    // A guest who comes back must find the images.
    if (guest.owner === owner) await storeGuest(guest);
    this.#open = await requests.begin({ service: 'image', owner, account, prompt: wish.prompt });
  }

  #opened(): OpenRequest {
    if (!this.#open) throw new Error('An image was drawn before its request was admitted');
    return this.#open;
  }

  #record(outcome: Omit<RequestOutcome, 'prompt' | 'latencyMs' | 'username'>): Promise<unknown> {
    const { wish, task, call } = this.#asked;
    const latencyMs = this.#services.clock.monotonic() - this.#beganMs;
    const username = call.session.credentials.login?.user.name;
    const input = imageInput(wish, task);
    return this.#opened().end({ ...outcome, username, prompt: wish.prompt, latencyMs }, { input, files: [] });
  }

  #meta(by: Readonly<Record<string, string>>): RequestOutcome['meta'] {
    const { wish, task } = this.#asked;
    return { ...imageMeta(wish, task, this.#events?.sizes ?? []), ...by };
  }
}
