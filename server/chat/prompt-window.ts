import { HiloError } from '../../shared/errors.ts';
import { LOCALES, type Locale, type Localised } from '../../shared/locale.ts';
import type { SentAttachment } from '../attachments/attachment.ts';
import type { LlmMessage } from '../models/model-client.ts';
import type { Attachments } from './exchange.ts';
import { fitAttachments, leastOf } from './attachment-window.ts';
import type { Route } from '../models/route.ts';
import { EXCHANGE_LIMITS } from './limits.ts';
import { weightOf, type History, type HistoryMessage } from '../conversations/history.ts';
import type { TokenEstimator } from '../models/token-estimate.ts';

export interface Prompt {
  readonly messages: readonly LlmMessage[];
  /** The estimate before the model's ratio was applied: what `TokenEstimator.learn` wants. */
  readonly rawTokens: number;
  /** Of the message itself, as they are sent. */
  readonly attachments?: readonly SentAttachment[] | undefined;
  /** What it says of images is rough. */
  readonly hasImages?: boolean;
}

/** Messages whose attachments are still to be read. */
export interface FittedPrompt extends Prompt {
  readonly messages: readonly HistoryMessage[];
}

export interface PromptSource {
  readonly text: string;
  readonly history: History;
  readonly locale: Locale;
  /** What the persona, the folder and the conversation add to the system prompt. */
  readonly instructions?: string | undefined;
  readonly attachments?: Pick<Attachments, 'mayCut' | 'own'> | undefined;
}

/** What the prompt is for. */
export type PromptTarget = Pick<Route, 'model' | 'contextTokens' | 'maxOutputTokens'>;

export interface PromptWindowOptions {
  readonly estimator: TokenEstimator;
  readonly systemPrompt: Localised;
  /** The budget of most routes. */
  readonly inputTokenBudget: number;
}

/** They are cut by a tenth at least each time, until they fit. */
const INSTRUCTIONS_CUT = 0.9;

interface Weighed {
  readonly message: HistoryMessage;
  readonly rawTokens: number;
}

/** Fits a conversation into a route's input budget: the system prompt always, then the newest whole turns. */
export class PromptWindow {
  readonly #estimator: TokenEstimator;
  readonly #system: Readonly<Record<Locale, Weighed>>;

  /** Throws if the system prompt leaves no room for messages. */
  constructor(options: PromptWindowOptions) {
    this.#estimator = options.estimator;
    const budget = options.inputTokenBudget;
    this.#system = {
      en: weigh('system', options.systemPrompt.en),
      es: weigh('system', options.systemPrompt.es),
    };
    const most = Math.max(...LOCALES.map((locale) => this.#system[locale].rawTokens));
    if (most > budget * (1 - EXCHANGE_LIMITS.messageBudgetShareMin)) {
      throw new Error(
        `The system prompt has about ${most} tokens, too many for an input budget of ${budget}`,
      );
    }
  }

  /**
   * Throws `message_too_long` with the tokens of the message and the most that a message may have, which is
   * the budget less the system prompt.
   */
  fit(source: PromptSource, { model, contextTokens, maxOutputTokens }: PromptTarget): FittedPrompt {
    const ratio = this.#estimator.ratio(model);
    const budget = contextTokens - maxOutputTokens;
    const message = weigh('user', source.text);
    const leastForMessage = budget * EXCHANGE_LIMITS.messageBudgetShareMin;
    const system = this.#systemFor(source, (budget - leastForMessage) / ratio);
    const forMessage = Math.max(budget - system.rawTokens * ratio, leastForMessage);
    const words = message.rawTokens * ratio;
    if (words > forMessage) throw tooLong(words, forMessage);
    const left = (forMessage - words) / ratio;
    const { own = [], mayCut = true } = source.attachments ?? {};
    const attachments = fitAttachments(own, { rawTokens: left, mayCut });
    if (!attachments) throw tooLong(words + leastOf(own, mayCut) * ratio, forMessage);
    const attached = attachments.reduce((sum, each) => sum + each.rawTokens, 0);
    const weighed = { ...message, rawTokens: message.rawTokens + attached };
    const prompt = this.#assemble(system, source.history, weighed, left - attached);
    return attachments.length === 0 ? prompt : { ...prompt, attachments };
  }

  /** The operator's system prompt is always whole; what is added to it gets the room that is left. */
  #systemFor({ locale, instructions = '' }: PromptSource, room: number): Weighed {
    const plain = this.#system[locale];
    if (instructions === '') return plain;
    let added = instructions;
    for (;;) {
      const whole = weigh('system', `${plain.message.content}\n\n${added}`);
      if (whole.rawTokens <= room) return whole;
      const share = (room - plain.rawTokens) / (whole.rawTokens - plain.rawTokens);
      const length = Math.floor(added.length * Math.min(share, INSTRUCTIONS_CUT));
      if (length <= 0) return plain;
      added = added.slice(0, length).toWellFormed();
    }
  }

  #assemble(system: Weighed, history: History, message: Weighed, room: number): FittedPrompt {
    const { messages, rawTokens } = history.fitting(room);
    messages.unshift(system.message);
    messages.push(message.message);
    return { messages, rawTokens: system.rawTokens + message.rawTokens + rawTokens };
  }
}

function tooLong(tokens: number, budget: number): HiloError {
  const values = { tokens: Math.ceil(tokens), budget: Math.floor(budget) };
  return new HiloError('message_too_long', { values });
}

function weigh(role: HistoryMessage['role'], content: string): Weighed {
  const message = { role, content };
  return { message, rawTokens: weightOf(message) };
}
