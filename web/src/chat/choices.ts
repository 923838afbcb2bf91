/** Who answers in the conversation that is shown, and what the model is told there. */
import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { GivenInput } from '../../../shared/client/client.ts';
import { isRecord, textOf, type Params, type RpcFailure } from '../../../shared/client/message.ts';
import type { Asking } from '../connection/page-line.ts';
import { summaryOf, type Summary } from '../connection/summary.ts';

export interface Persona {
  readonly id: string;
  readonly name: string;
  /** The model that it asks for; empty: none. */
  readonly route: string;
}

export interface Choosable {
  readonly models: readonly string[];
  /** Answers where nothing else was chosen. */
  readonly standard: string;
  readonly personas: readonly Persona[];
}

export type Chosen = Pick<GivenInput<'conversations.update'>, 'route' | 'persona' | 'instructions'>;

export interface ChoicesOptions {
  readonly line: Pick<Asking, 'ask'>;
  /** Undefined before the first message. */
  readonly summary: ReadonlySignal<Summary | undefined>;
  /** The conversation that is shown has other settings now. */
  readonly changed: (summary: Summary) => void;
  /** One was made for what was chosen: it is to be shown. */
  readonly made: (conversation: string) => void;
}

/** The id of the route without a model (docs/models.md). */
const COMPANION = 'companion';

export class Choices {
  /** Undefined until the server has said it. */
  readonly choosable: ReadonlySignal<Choosable | undefined>;
  readonly persona: ReadonlySignal<Persona | undefined>;
  /** The model that answers the next message; undefined until it is known. */
  readonly answers: ReadonlySignal<{ readonly model: string; readonly isCompanion: boolean } | undefined>;
  readonly #choosable: Signal<Choosable | undefined> = signal(undefined);
  readonly #options: ChoicesOptions;

  constructor(options: ChoicesOptions) {
    this.#options = options;
    this.choosable = this.#choosable;
    this.persona = computed(() => {
      const wanted = options.summary.value?.persona;
      return this.#choosable.value?.personas.find(({ id }) => id === wanted);
    });
    this.answers = computed(() => {
      const known = this.#choosable.value;
      if (!known) return undefined;
      const wanted = [options.summary.value?.route, this.persona.value?.route];
      const model = wanted.find((one) => one && known.models.includes(one)) ?? known.standard;
      return { model, isCompanion: model === COMPANION };
    });
  }

  async refresh(): Promise<void> {
    const { line } = this.#options;
    const [models, personas] = await Promise.all([
      line.ask('models.list', {}),
      line.ask('personas.list', {}),
    ]);
    if (!models.ok) return;
    const { models: ids, current } = models.result;
    if (textOf(current) === '') return;
    this.#choosable.value = {
      models: Array.isArray(ids) ? ids.map(textOf).filter((id) => id !== '') : [],
      standard: textOf(current),
      personas: personas.ok ? personasOf(personas.result) : [],
    };
  }

  /** What the model is told in the conversation; undefined when that cannot be read. */
  async instructions(): Promise<string | undefined> {
    const { line, summary } = this.#options;
    const conversation = summary.peek()?.id;
    if (conversation === undefined) return '';
    const outcome = await line.ask('conversations.get', { conversation });
    return outcome.ok ? textOf(outcome.result['instructions']) : undefined;
  }

  /** Before the first message, a conversation is made for it. Undefined when it was done. */
  async choose({ route, persona, instructions }: Chosen): Promise<RpcFailure | undefined> {
    const { line, summary, changed, made } = this.#options;
    const conversation = summary.peek()?.id;
    const outcome =
      conversation === undefined
        ? await line.ask('conversations.create', {
            ...(route && { route }),
            ...(persona && { persona }),
            ...(instructions && { instructions }),
          })
        : await line.ask('conversations.update', { conversation, route, persona, instructions });
    if (!outcome.ok) return outcome.failure;
    const now = summaryOf(outcome.result);
    if (now && conversation === undefined) made(now.id);
    else if (now) changed(now);
    return undefined;
  }
}

function personasOf({ personas }: Params): Persona[] {
  const all = Array.isArray(personas) ? personas.filter(isRecord) : [];
  return all.map(({ id, name, route }) => ({ id: textOf(id), name: textOf(name), route: textOf(route) }));
}
