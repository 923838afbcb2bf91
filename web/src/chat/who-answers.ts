/** Who will answer the next message. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { textOf } from '../../../shared/client/message.ts';
import type { Ask } from '../../../shared/client/client.ts';

export interface Answering {
  readonly model: string;
  /** Not a language model. */
  readonly isCompanion: boolean;
}

export class WhoAnswers {
  readonly #call: Ask;
  readonly #answering = signal<Answering | undefined>(undefined);

  constructor(call: Ask) {
    this.#call = call;
  }

  /** Undefined until the server has said it. */
  get answering(): ReadonlySignal<Answering | undefined> {
    return this.#answering;
  }

  async refresh(): Promise<void> {
    const outcome = await this.#call('models.list', {});
    if (!outcome.ok) return;
    const { provider, current } = outcome.result;
    if (typeof provider !== 'string') return;
    this.#answering.value = { model: textOf(current), isCompanion: provider === 'offline' };
  }
}
