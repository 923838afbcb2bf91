import { signal, type ReadonlySignal } from '@preact/signals';

/** Sentences that stay in the document, so that one said quickly after another is not lost. */
const KEPT_SENTENCES = 12;

export interface Sentence {
  readonly id: number;
  readonly text: string;
}

/** What is said to people who listen, oldest first. */
export class Speech {
  readonly #said = signal<readonly Sentence[]>([]);
  #lastId = 0;

  get said(): ReadonlySignal<readonly Sentence[]> {
    return this.#said;
  }

  say(text: string): void {
    this.#lastId += 1;
    this.#said.value = [...this.#said.peek().slice(1 - KEPT_SENTENCES), { id: this.#lastId, text }];
  }

  /** Afterwards nothing that was said can be read any more. */
  forget(): void {
    this.#said.value = [];
  }
}
