import { HiloError } from '../../../shared/errors.ts';
import type { InputOf, OutputOf } from '../../../shared/define-operation.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { Exchange, ExchangeEvent, ExchangeSink } from '../../chat/exchange.ts';
import type { PersonalLimit } from '../../chat/personal-limit.ts';
import type { SendOnce } from '../../chat/send-once.ts';
import type { ConversationDirectory } from '../../conversations/conversation-directory.ts';
import type { Conversation } from '../../conversations/conversation.ts';
import type { Call, EventSink, Handlers, SessionPort } from '../call.ts';

export type SendResult = OutputOf<Operations['chat.send']>;

interface ChatServices {
  readonly exchange: Exchange;
  readonly sends: SendOnce<SendResult>;
  readonly answers: PersonalLimit;
  readonly conversations: ConversationDirectory;
  /** Told what was said; for logs that may hold content. */
  readonly onSaid?: ((trace: string, prompt: string, answer: string) => void) | undefined;
}

type ChatHandlers = Pick<Handlers, 'chat.send' | 'chat.cancel' | 'chat.history' | 'chat.new'>;

export function chatHandlers(services: ChatServices): ChatHandlers {
  const { conversations, sends } = services;
  return {
    'chat.send'(input, call, sink) {
      const { principal, session, signal } = call;
      const { text, clientMessageId, model = session.route } = input;
      const run = () => send(services, call, { ...input, model }, sink);
      if (clientMessageId === undefined) return run();
      // [J-9]
      return sends.run(principal.account, clientMessageId, { text, model, signal }, run);
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

    async 'chat.history'({ limit }, call) {
      const conversation = await current(conversations, call);
      if (!conversation) return { turns: [] };
      const { history } = conversation;
      conversations.release(conversation);
      return { turns: history.newest(limit ?? history.turns) };
    },

    async 'chat.new'(_, call) {
      const conversation = await current(conversations, call);
      call.session.conversation = undefined;
      if (!conversation) return { forgottenTurns: 0 };
      conversations.release(conversation);
      return { forgottenTurns: conversation.history.turns };
    },
  };
}

/** The conversation of the session, in use until it is released. */
async function current(
  conversations: ConversationDirectory,
  { session, principal }: Call,
): Promise<Conversation | undefined> {
  if (session.conversation === undefined) return undefined;
  return conversations.acquire(session.conversation, principal.owner);
}

async function send(
  services: ChatServices,
  call: Call,
  { text, model, clientMessageId }: InputOf<Operations['chat.send']>,
  sink: EventSink,
): Promise<SendResult> {
  const { principal, session, connection, trace, signal } = call;
  const { owner, account, access } = principal;
  const { conversations, answers } = services;
  // [J-10]
  const leave = answers.enter(owner);
  let conversation: Conversation | undefined;
  try {
    // Without a wait where there is none yet: two messages at once must not begin two conversations.
    if (session.conversation !== undefined) conversation = await current(conversations, call);
    conversation ??= conversations.begin(owner);
    session.conversation = conversation.id;
    const { history, id } = conversation;
    const events = new SendSink(session, { trace, conversation: id }, sink);
    const placement = conversation.turn({ guest: session.credentials.guest, clientMessageId });
    const payer = { account, address: connection.address };
    const { locale } = session;
    const request = { owner, payer, access, trace, text, history, locale, route: model, signal, placement };
    const result = await services.exchange(request, events);
    events.taken();
    services.onSaid?.(trace, text, result.text);
    return { trace, conversation: id, ...result };
  } finally {
    if (conversation) conversations.release(conversation);
    leave();
  }
}

/** The events of an exchange as notifications. */
class SendSink implements ExchangeSink {
  readonly #session: SessionPort;
  readonly #names: { readonly trace: string; readonly conversation: string };
  readonly #sink: EventSink;
  #isTaken = false;

  constructor(
    session: SessionPort,
    names: { readonly trace: string; readonly conversation: string },
    sink: EventSink,
  ) {
    this.#session = session;
    this.#names = names;
    this.#sink = sink;
  }

  /** The message was not refused. */
  taken(): void {
    if (!this.#isTaken) this.#session.taken();
    this.#isTaken = true;
  }

  event(event: ExchangeEvent): void {
    this.taken();
    this.#sink.event(`chat.${event.type}`, this.#paramsOf(event));
  }

  ready(): Promise<void> | undefined {
    return this.#sink.ready();
  }

  /** [J-7] */
  #paramsOf(event: ExchangeEvent): Readonly<Record<string, unknown>> {
    switch (event.type) {
      case 'queued':
        return { position: event.position };
      case 'started':
        return { ...this.#names, model: event.model, degraded: event.degraded };
      case 'loading':
        return {};
      case 'thinking':
      case 'delta':
        return { text: event.text };
    }
  }
}
