/**
 * Titles by a model, after the first exchange of a conversation. Nobody waits for them, they delay nobody:
 * one is asked for only while its upstream has a free slot and no message waits, and given up when one does.
 * The house pays. The question follows the conversation, so that a model that keeps its prompts in
 * memory has read most of it.
 */
import type { Clock } from '../../shared/clock.ts';
import { toHiloError } from '../../shared/errors.ts';
import type { Locale, Localised } from '../../shared/locale.ts';
import { History } from '../conversations/history.ts';
import type { RouteDirectory } from '../models/route-directory.ts';
import type { Log } from '../observability/log.ts';
import type { UpstreamSlots } from '../rationing/model-slots.ts';
import type { Exchange, ExchangeSink } from './exchange.ts';
import { keptNowhere } from './kept-nowhere.ts';

export const TITLE_LIMITS = {
  /** Conversations that wait for a title; beyond that they keep their first words. */
  waitingMax: 64,
  /** How often it is looked whether a slot is free, or a message waits. */
  lookMs: 250,
  /** After that a conversation keeps its first words. */
  patienceMs: 5 * 60_000,
  /** After a failure, such as an account of the house without credits. */
  pauseMs: 60_000,
  titleCharacters: 60,
  /** More of an answer is not read. */
  answerCharacters: 200,
} as const;

/** The account that pays for titles. */
export const HOUSE = 'house';

export interface TitleStore {
  /** The title, when it comes from the first words. */
  titleFromWords(conversation: number): Promise<string | undefined>;
  /** Only while the title is still `from`, the first words. */
  replaceTitle(conversation: number, from: string, to: string): Promise<boolean>;
}

export interface FirstTurn {
  readonly conversation: { readonly number: number; readonly id: string; readonly owner: string };
  readonly trace: string;
  readonly prompt: string;
  readonly answer: string;
  readonly instructions: string | undefined;
  readonly locale: Locale;
}

export interface ConversationTitlesOptions {
  /** The id of the route that is asked. */
  readonly route: string;
  readonly routes: Pick<RouteDirectory, 'resolve'>;
  readonly slots: Pick<UpstreamSlots, 'of'>;
  readonly exchange: Exchange;
  readonly store: TitleStore;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  readonly onTitled: (conversation: FirstTurn['conversation']) => void;
}

interface Job extends FirstTurn {
  readonly untilMs: number;
}

export class ConversationTitles {
  readonly #options: ConversationTitlesOptions;
  #waiting: Job[] = [];
  #running: { readonly job: Job; readonly abort: AbortController } | undefined;
  #isPlanned = false;
  #isClosed = false;
  #cancel = () => {};

  constructor(options: ConversationTitlesOptions) {
    this.#options = options;
  }

  /** The first exchange of a conversation is over. */
  add(turn: FirstTurn): void {
    if (this.#isClosed || this.#waiting.length >= TITLE_LIMITS.waitingMax) return;
    this.#waiting.push({ ...turn, untilMs: this.#options.clock.monotonic() + TITLE_LIMITS.patienceMs });
    this.#lookIn(0);
  }

  /** Texts in these conversations were erased: no title is made of them. */
  forget(conversations: readonly string[]): void {
    this.#waiting = this.#waiting.filter(({ conversation }) => !conversations.includes(conversation.id));
    if (this.#running && conversations.includes(this.#running.job.conversation.id)) {
      this.#running.abort.abort();
    }
  }

  /** The server ends: what is running is given up. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#cancel();
    this.#running?.abort.abort();
  }

  #lookIn(delayMs: number): void {
    if (this.#isPlanned || this.#isClosed) return;
    this.#isPlanned = true;
    this.#cancel = this.#options.clock.after(delayMs, () => {
      this.#isPlanned = false;
      this.#look();
    });
  }

  /** Gives up for people, or starts when nobody would notice. */
  #look(): void {
    const nowMs = this.#options.clock.monotonic();
    this.#waiting = this.#waiting.filter(({ untilMs }) => untilMs > nowMs);
    const slots = this.#slots();
    if (this.#running) {
      if (slots === undefined || slots.isWanted) this.#running.abort.abort();
    } else if (slots?.isFree) {
      const job = this.#waiting.shift();
      if (job) void this.#run(job);
    }
    if (this.#running ?? this.#waiting.length > 0) this.#lookIn(TITLE_LIMITS.lookMs);
  }

  #slots(): { readonly isFree: boolean; readonly isWanted: boolean } | undefined {
    const { route, routes, slots } = this.#options;
    try {
      const { upstream } = routes.resolve(route, 'admin')[0];
      const { waiting, inFlight } = slots.of(upstream);
      const isWanted = waiting > 0;
      return { isWanted, isFree: !isWanted && inFlight < (upstream.slots ?? Infinity) };
    } catch {
      // The route is not there now; it may come back.
      return undefined;
    }
  }

  async #run(job: Job): Promise<void> {
    const { store, log, onTitled } = this.#options;
    const abort = new AbortController();
    this.#running = { job, abort };
    let pauseMs = 0;
    try {
      const words = await store.titleFromWords(job.conversation.number);
      if (words === undefined || words === '' || abort.signal.aborted) return;
      const title = titleIn(await this.#ask(job, abort));
      if (title === '' || abort.signal.aborted) return;
      if (await store.replaceTitle(job.conversation.number, words, title)) onTitled(job.conversation);
    } catch (thrown) {
      const { key } = toHiloError(thrown);
      if (key !== 'cancelled') {
        log.warn({ err: thrown, trace: job.trace }, 'No title could be made');
        pauseMs = TITLE_LIMITS.pauseMs;
      }
    } finally {
      this.#running = undefined;
      if (this.#waiting.length > 0) this.#lookIn(pauseMs);
    }
  }

  /** The answer, or as much of it as a title may need. */
  async #ask(job: Job, { signal }: AbortController): Promise<string> {
    const { exchange, route } = this.#options;
    const history = new History({ historyTurnsMax: 1, historyCharactersMax: Infinity });
    history.add(job.prompt, job.answer);
    const enough = new AbortController();
    let text = '';
    const sink: ExchangeSink = {
      event(event) {
        if (event.type === 'delta') text += event.text;
        if (isEnough(text)) enough.abort();
      },
      ready: () => undefined,
    };
    const { trace, locale, instructions } = job;
    const payer = { account: HOUSE, actor: HOUSE, address: '' };
    const whose = { owner: HOUSE, access: 'admin', payer, service: 'title' } as const;
    const what = { text: QUESTION[locale], history, instructions, locale, route, trace };
    const placement = KEPT_NOWHERE;
    try {
      await exchange(
        { ...whose, placement, ...what, signal: AbortSignal.any([signal, enough.signal]) },
        sink,
      );
    } catch (thrown) {
      if (!enough.signal.aborted) throw thrown;
    }
    return text;
  }
}

const KEPT_NOWHERE = keptNowhere(HOUSE);

const QUESTION: Localised = {
  en:
    'Give this conversation a title of at most six words, in the language in which I wrote. ' +
    'Answer with the title alone, without quotes.',
  es:
    'Ponle a esta conversación un título de seis palabras como mucho, en el idioma en que he escrito. ' +
    'Responde solo con el título, sin comillas.',
};

const DECORATION = /^[\s"'«»“”‘’*#_`:-]+|[\s"'«»“”‘’*#_`.:-]+$/gu;

function isEnough(text: string): boolean {
  return text.trimStart().includes('\n') || text.length > TITLE_LIMITS.answerCharacters;
}

/** The first line of an answer, without what models put around a title; empty when it is none. */
export function titleIn(answer: string): string {
  const [line = ''] = answer.trimStart().split('\n', 1);
  const plain = line.replace(/^\s*\W*(?:title|título)\W*:/iu, '').replaceAll(DECORATION, '');
  const words = plain.replaceAll(/\s+/gu, ' ').replaceAll('\0', '').toWellFormed();
  return words.length > TITLE_LIMITS.titleCharacters ? '' : words;
}
