/** Who answers in the conversation that is shown, and what the model is told there. */
import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { isRecord, textOf, type Params, type RpcFailure } from '../../../shared/client/message.ts';
import type { BeginningSettings } from './chat-state.ts';
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

export interface ChoicesOptions {
  readonly line: Pick<Asking, 'ask'>;
  /** Undefined before the first message. */
  readonly summary: ReadonlySignal<Summary | undefined>;
  /** What is held for the first message. */
  readonly held: ReadonlySignal<BeginningSettings | undefined>;
  readonly hold: (settings: BeginningSettings) => void;
  /** The conversation that is shown has other settings now. */
  readonly changed: (summary: Summary) => void;
}

const NOTHING = { route: '', persona: '' } as const;

/** The id of the route without a model (docs/models.md). */
const COMPANION = 'companion';

export class Choices {
  /** Undefined until the server has said it. */
  readonly choosable: ReadonlySignal<Choosable | undefined>;
  readonly persona: ReadonlySignal<Persona | undefined>;
  /** Empty: none was chosen. */
  readonly chosen: ReadonlySignal<Pick<BeginningSettings, 'persona' | 'route'>>;
  /** The model that answers the next message; undefined until it is known. */
  readonly answers: ReadonlySignal<{ readonly model: string; readonly isCompanion: boolean } | undefined>;
  readonly #choosable: Signal<Choosable | undefined> = signal(undefined);
  readonly #options: ChoicesOptions;
  /** An answer to an older question is in another language, perhaps. */
  #asked = 0;

  constructor(options: ChoicesOptions) {
    this.#options = options;
    this.choosable = this.#choosable;
    this.chosen = computed(() => options.summary.value ?? options.held.value ?? NOTHING);
    this.persona = computed(() => {
      const wanted = this.chosen.value.persona;
      return this.#choosable.value?.personas.find(({ id }) => id === wanted);
    });
    this.answers = computed(() => {
      const known = this.#choosable.value;
      if (!known) return undefined;
      const wanted = [this.chosen.value.route, this.persona.value?.route];
      const model = wanted.find((one) => one && known.models.includes(one)) ?? known.standard;
      return { model, isCompanion: model === COMPANION };
    });
  }

  async refresh(): Promise<void> {
    const { line } = this.#options;
    this.#asked += 1;
    const asked = this.#asked;
    const [models, personas] = await Promise.all([
      line.ask('models.list', {}),
      line.ask('personas.list', {}),
    ]);
    if (!models.ok || asked !== this.#asked) return;
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
    const { line, summary, held } = this.#options;
    const own = held.peek()?.instructions ?? '';
    const conversation = summary.peek()?.id;
    if (conversation === undefined) return own;
    const outcome = await line.ask('conversations.get', { conversation });
    if (outcome.ok) return textOf(outcome.result['instructions']);
    return outcome.failure.reason === 'not_found' ? own : undefined;
  }

  /** Before the first message it is held, and goes with that. Undefined when it was done. */
  async choose({ route, persona, instructions }: BeginningSettings): Promise<RpcFailure | undefined> {
    const { line, summary, changed, hold } = this.#options;
    const conversation = summary.peek()?.id;
    if (conversation !== undefined) {
      const given = { route: route || null, persona: persona || null, instructions };
      const outcome = await line.ask('conversations.update', { conversation, ...given });
      const now = outcome.ok ? summaryOf(outcome.result) : undefined;
      if (now) changed(now);
      if (outcome.ok) return undefined;
      // The server has not kept a conversation of whose first message nothing came.
      if (outcome.failure.reason !== 'not_found') return outcome.failure;
    }
    hold({ route, persona, instructions });
    return undefined;
  }
}

function personasOf({ personas }: Params): Persona[] {
  const all = Array.isArray(personas) ? personas.filter(isRecord) : [];
  return all.map(({ id, name, route }) => ({ id: textOf(id), name: textOf(name), route: textOf(route) }));
}
