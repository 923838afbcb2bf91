/** Who will answer the next message. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { textOf, type Outcome, type Params } from '../../../shared/client/message.ts';

export interface Answering {
  readonly model: string;
  /** Not a language model. */
  readonly isCompanion: boolean;
}

type Call = (method: string, params: Params) => Promise<Outcome>;

export class WhoAnswers {
  readonly #call: Call;
  readonly #answering = signal<Answering | undefined>(undefined);

  constructor(call: Call) {
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
