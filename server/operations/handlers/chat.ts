import { HiloError } from '../../../shared/errors.ts';
import type { OutputOf } from '../../../shared/define-operation.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { Exchange, ExchangeEvent, ExchangeSink } from '../../chat/exchange.ts';
import type { SendOnce } from '../../chat/send-once.ts';
import type { Session } from '../../protocol/session.ts';
import type { Call, EventSink, Handlers } from '../call.ts';

export type SendResult = OutputOf<Operations['chat.send']>;

interface ChatServices {
  readonly exchange: Exchange;
  readonly sends: SendOnce<SendResult>;
  readonly generationsMax: number;
  /** Told what was said; for logs that may hold content. */
  readonly onSaid?: ((trace: string, prompt: string, answer: string) => void) | undefined;
}

type ChatHandlers = Pick<Handlers, 'chat.send' | 'chat.cancel' | 'chat.history' | 'chat.new'>;

export function chatHandlers(services: ChatServices): ChatHandlers {
  return {
    'chat.send'(input, call, sink) {
      const { session, signal } = call;
      const trace = session.nextTrace();
      call.traced(trace);
      const { text, clientMessageId } = input;
      const model = input.model ?? session.model;
      const run = () => send(services, call, { trace, text, model }, sink);
      if (clientMessageId === undefined) return run();
      // [J-9]
      return services.sends.run(session.name, clientMessageId, { text, model, signal }, run);
    },

    /** The response to the `chat.send` becomes `cancelled`. [J-8] */
    'chat.cancel'({ requestId }, { session }) {
      if (requestId === undefined) {
        const cancelled = session.running.size;
        session.abortAll();
        return { cancelled };
      }
      const run = session.running.get(requestId);
      if (!run) throw new HiloError('not_found', { values: { what: String(requestId) } });
      run.abort();
      return { cancelled: 1 };
    },

    'chat.history'({ limit }, { session }) {
      return { turns: session.history.newest(limit ?? session.history.turns) };
    },

    'chat.new': (_, { session }) => ({ forgottenTurns: session.history.clear() }),
  };
}

interface Message {
  readonly trace: string;
  readonly text: string;
  readonly model: string | undefined;
}

async function send(
  services: ChatServices,
  call: Call,
  message: Message,
  sink: EventSink,
): Promise<SendResult> {
  const { session, signal } = call;
  const { trace, text, model: route } = message;
  // [J-10]
  if (session.generations >= services.generationsMax) {
    throw new HiloError('too_many_pending', { values: { max: services.generationsMax } });
  }
  session.generations += 1;
  const events = new SendSink(session, trace, sink);
  const { name: owner, history, locale, access } = session;
  try {
    const request = { owner, payer: session, trace, text, history, locale, route, access, signal };
    const result = await services.exchange(request, events);
    events.taken();
    session.history.add(text, result.text, result.receipt.index);
    services.onSaid?.(trace, text, result.text);
    return { trace, ...result };
  } catch (thrown) {
    rememberPart(session, text, events.delivered, thrown);
    throw thrown;
  } finally {
    session.generations -= 1;
  }
}

/** The events of an exchange as notifications. */
class SendSink implements ExchangeSink {
  readonly #session: Session;
  readonly #trace: string;
  readonly #sink: EventSink;
  #isTaken = false;
  delivered = '';

  constructor(session: Session, trace: string, sink: EventSink) {
    this.#session = session;
    this.#trace = trace;
    this.#sink = sink;
  }

  /** The message was not refused. */
  taken(): void {
    if (!this.#isTaken) this.#session.taken();
    this.#isTaken = true;
  }

  event(event: ExchangeEvent): void {
    this.taken();
    if (event.type === 'delta') this.delivered += event.text;
    this.#sink.event(`chat.${event.type}`, paramsOf(event, this.#trace));
  }

  ready(): Promise<void> | undefined {
    return this.#sink.ready();
  }
}

/** What a person stopped has still been read: the conversation goes on from there. */
function rememberPart(session: Session, user: string, assistant: string, thrown: unknown): void {
  const isCancel = thrown instanceof HiloError && thrown.key === 'cancelled';
  if (isCancel && assistant !== '') session.history.add(user, assistant);
}

/** [J-7] */
function paramsOf(event: ExchangeEvent, trace: string): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'queued':
      return { position: event.position };
    case 'started':
      return { trace, model: event.model, degraded: event.degraded };
    case 'loading':
      return {};
    case 'thinking':
    case 'delta':
      return { text: event.text };
  }
}
