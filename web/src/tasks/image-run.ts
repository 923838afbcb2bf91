/** One picture at a time. */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { GivenInput } from '../../../shared/client/client.ts';
import { numberOf, textOf, type Outcome, type Params } from '../../../shared/client/message.ts';
import type { Asking } from '../connection/page-line.ts';
import { follow, type Following } from './follow.ts';

export type ImageStep =
  | { readonly name: 'asked' | 'loading' }
  | { readonly name: 'queued'; readonly position: number }
  | { readonly name: 'drawing'; readonly model: string };

export type ImageState =
  | { readonly name: 'idle' }
  | { readonly name: 'running'; readonly step: ImageStep }
  | { readonly name: 'done'; readonly image: Params }
  | { readonly name: 'failed'; readonly failure: Extract<Outcome, { ok: false }> };

export class ImageRun {
  readonly state: ReadonlySignal<ImageState>;
  readonly #state: Signal<ImageState> = signal({ name: 'idle' });
  readonly #line: Pick<Asking, 'ask' | 'request'>;
  #following: Following | undefined;

  constructor(line: Pick<Asking, 'ask' | 'request'>) {
    this.#line = line;
    this.state = this.#state;
  }

  /** Does nothing while one is drawn. Resolves when it is over, to whether there is a picture. */
  async start(wish: GivenInput<'images.generate'>): Promise<boolean> {
    if (this.#following) return false;
    this.#state.value = { name: 'running', step: { name: 'asked' } };
    this.#following = follow(this.#line, 'images.generate', wish, (name, params) => this.#told(name, params));
    const outcome = await this.#following.outcome;
    this.#following = undefined;
    if (outcome.ok) this.#state.value = { name: 'done', image: outcome.result };
    else if (outcome.failure.reason === 'cancelled') this.#state.value = { name: 'idle' };
    else this.#state.value = { name: 'failed', failure: outcome };
    return outcome.ok;
  }

  stop(): void {
    this.#following?.stop();
  }

  #told(name: string, params: Params): void {
    const step = stepOf(name, params);
    if (step) this.#state.value = { name: 'running', step };
  }
}

function stepOf(name: string, params: Params): ImageStep | undefined {
  switch (name) {
    case 'images.queued':
      return { name: 'queued', position: numberOf(params['position']) };
    case 'images.started':
      return { name: 'drawing', model: textOf(params['model']) };
    case 'images.loading':
      return { name: 'loading' };
    default:
      return undefined;
  }
}
