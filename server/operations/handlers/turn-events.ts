/** The events of an exchange as notifications, for its sender and for the sessions that follow. */
import type { SentFacts } from '../../attachments/attachment.ts';
import type { ExchangeEvent, ExchangeSink } from '../../chat/exchange.ts';
import type { LiveTurn } from '../../conversations/conversation-hub.ts';
import type { Turn } from '../../conversations/conversation.ts';
import type { EventSink, SessionPort } from '../call.ts';
import { attachmentViews } from './turn-attachments.ts';

export interface TurnNames {
  readonly trace: string;
  readonly conversation: string;
  /** The route of the conversation, when it cannot be used now. */
  readonly unavailable?: string;
}

export interface TurnEventsOptions {
  readonly names: TurnNames;
  /** Those who follow learn that the turn has begun; undefined when nobody may. */
  readonly begin: (() => LiveTurn) | undefined;
}

/** All but those of requests without a conversation. */
type SpokenEvent = Exclude<ExchangeEvent, { readonly type: 'toolCall' | 'vector' | 'image' }>;

export class TurnEvents implements ExchangeSink {
  readonly #session: SessionPort;
  readonly #options: TurnEventsOptions;
  readonly #sink: EventSink;
  /** The message was not refused. */
  #isTaken = false;
  #live: LiveTurn | undefined;

  constructor(session: SessionPort, options: TurnEventsOptions, sink: EventSink) {
    this.#session = session;
    this.#options = options;
    this.#sink = sink;
  }

  event(event: ExchangeEvent): void {
    // Only of requests without a conversation.
    if (event.type === 'toolCall' || event.type === 'vector' || event.type === 'image') return;
    this.#taken();
    if (event.type === 'delta') this.#live?.delta(event.text);
    this.#sink.event(`chat.${event.type}`, this.#paramsOf(event));
  }

  ready(): Promise<void> | undefined {
    return this.#sink.ready();
  }

  ended({ placed }: Turn, attachments: readonly SentFacts[] | undefined): void {
    this.#taken();
    if (placed) this.#live?.ended({ ...placed, ...attachmentViews(attachments) });
  }

  /** With the key of the error. */
  failed(reason: string): void {
    this.#live?.failed(reason);
  }

  #taken(): void {
    if (this.#isTaken) return;
    this.#isTaken = true;
    this.#session.taken();
    this.#live = this.#options.begin?.();
  }

  /** [J-7] */
  #paramsOf(event: SpokenEvent): Readonly<Record<string, unknown>> {
    switch (event.type) {
      case 'queued':
        return { position: event.position };
      case 'started':
        return { ...this.#options.names, model: event.model, degraded: event.degraded };
      case 'loading':
        return {};
      case 'thinking':
      case 'delta':
        return { text: event.text };
    }
  }
}
