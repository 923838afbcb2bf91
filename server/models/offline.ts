/**
 * Presents the companion, which needs no model, as a provider: its reply is ready at once, and is sent in
 * pieces.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Locale } from '../../shared/locale.ts';
import { ImageWorkshop } from '../images/image-workshop.ts';
import type { ImageRequest, LlmChunk, LlmMessage, ModelListing } from './model-client.ts';
import type { LlmRequest, ModelClient } from './model-client.ts';
import { abortedError } from './upstream-error.ts';

export const OFFLINE_MODEL = 'companion';

/** What composes the replies: server/companion. */
export interface Companion {
  reply(input: { readonly messages: readonly SpokenMessage[]; readonly locale: Locale }): string;
}

interface SpokenMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface OfflineOptions {
  readonly companion: Companion;
  readonly clock: Clock;
  /** One of its own when left out. */
  readonly workshop?: Pick<ImageWorkshop, 'placeholder'> | undefined;
  /** The pause before each piece but the first. */
  readonly pieceDelayMs?: number;
}

const PIECE_DELAY_MS = 15;

/** Counts no tokens: there is nothing to pay for. */
export class OfflineProvider implements ModelClient {
  readonly provider = 'offline';
  readonly defaultModel = OFFLINE_MODEL;
  readonly #companion: Companion;
  readonly #clock: Clock;
  readonly #workshop: Pick<ImageWorkshop, 'placeholder'>;
  readonly #pieceDelayMs: number;

  constructor({ companion, clock, workshop, pieceDelayMs = PIECE_DELAY_MS }: OfflineOptions) {
    this.#companion = companion;
    this.#clock = clock;
    this.#workshop = workshop ?? new ImageWorkshop();
    this.#pieceDelayMs = pieceDelayMs;
  }

  async *stream({ messages, locale, signal }: LlmRequest): AsyncGenerator<LlmChunk, void, undefined> {
    if (signal.aborted) throw abortedError(signal);
    const text = this.#companion.reply({ messages: messages.flatMap(spoken), locale });
    let first = true;
    for (const piece of piecesOf(text)) {
      if (!first && this.#pieceDelayMs > 0) await this.#pause(signal);
      first = false;
      if (signal.aborted) throw abortedError(signal);
      yield { type: 'delta', text: piece };
    }
    if (signal.aborted) throw abortedError(signal);
    yield { type: 'end', finishReason: 'stop' };
  }

  /** Pictures that say that no model has drawn them. */
  async *draw({ signal, count, ...wish }: ImageRequest): AsyncGenerator<LlmChunk, void, undefined> {
    for (let index = 0; index < count; index += 1) {
      if (signal.aborted) throw abortedError(signal);
      yield { type: 'image', index, image: await this.#workshop.placeholder({ ...wish, index }, signal) };
    }
    yield { type: 'end', finishReason: 'stop' };
  }

  async models(): Promise<readonly ModelListing[]> {
    return [{ name: OFFLINE_MODEL }];
  }

  async close(): Promise<void> {}

  /** Ends early when the signal aborts. */
  #pause(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(this.#pieceDelayMs, resolve);
    const onAbort = (): void => resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    return promise.finally(() => {
      cancel();
      signal.removeEventListener('abort', onAbort);
    });
  }
}

/** It knows no tools: what they gave is not said by anybody. */
function spoken({ role, content }: LlmMessage): SpokenMessage[] {
  return role === 'tool' ? [] : [{ role, content }];
}

/** Words with the space after them, so that the pieces joined give the text again, exactly. */
export function piecesOf(text: string): string[] {
  return text.match(/\S+\s*|\s+/gu) ?? [];
}
