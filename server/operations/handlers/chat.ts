import { HiloError } from '../../../shared/errors.ts';
import type { InputOf, OutputOf } from '../../../shared/define-operation.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { AnsweredSends } from '../../credits/answered-sends.ts';
import type { Eraser } from '../../credits/eraser.ts';
import { exchangeId } from '../../credits/exchange-texts.ts';
import type { Receipts } from '../../credits/receipts.ts';
import type { RouteDirectory } from '../../models/route-directory.ts';
import type { Exchange, ExchangeEvent, ExchangeSink } from '../../chat/exchange.ts';
import type { PersonalLimit } from '../../chat/personal-limit.ts';
import type { SendOnce } from '../../chat/send-once.ts';
import type { ConversationDirectory } from '../../conversations/conversation-directory.ts';
import type { Conversation } from '../../conversations/conversation.ts';
import type { Call, EventSink, Handlers, SessionPort } from '../call.ts';
import type { LedgerReads } from './ledger-reads.ts';

export type SendResult = OutputOf<Operations['chat.send']>;

interface ChatServices {
  readonly exchange: Exchange;
  readonly sends: SendOnce<SendResult>;
  readonly answers: PersonalLimit;
  readonly conversations: ConversationDirectory;
  readonly answeredSends: AnsweredSends;
  readonly routes: Pick<RouteDirectory, 'defaultRoute' | 'list'>;
  readonly receipts: Pick<Receipts, 'locate'>;
  readonly eraser: Eraser;
  readonly ledgerReads: LedgerReads;
  /** Receives what was said; for logs that may contain texts. */
  readonly onSaid?: ((trace: string, prompt: string, answer: string) => void) | undefined;
}

type ChatHandlers = Pick<Handlers, 'chat.send' | 'chat.cancel' | 'chat.history' | 'chat.new' | 'chat.erase'>;

/** How many exchanges one `chat.erase` erases: each has its own entry in the ledger. */
const ERASED_AT_ONCE = 20;
/** A user may have messages of earlier runs of the server. */
const A_USER = { isStored: true, isReturning: true } as const;

export function chatHandlers(services: ChatServices): ChatHandlers {
  const { conversations, sends } = services;
  return {
    'chat.send'(input, call, sink) {
      const { principal, session, signal } = call;
      const { text, clientMessageId, model = session.route } = input;
      const run = () => send(services, call, { ...input, model }, sink);
      if (clientMessageId === undefined) return run();
      const { login, guest } = session.credentials;
      const { isStored, isReturning } = login ? A_USER : guest;
      // The store is asked only where it may have an answer that `sends` does not know.
      const once =
        isStored && (isReturning || sends.hasForgotten)
          ? async () => (await answeredBefore(services, call, { text, clientMessageId })) ?? run()
          : run;
      // [J-9]
      return sends.run(principal.account, clientMessageId, { text, model, signal }, once);
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
      const { id, history } = conversation;
      conversations.release(conversation);
      return { conversation: id, turns: history.newest(limit ?? history.turns) };
    },

    async 'chat.new'(_, call) {
      const conversation = await current(conversations, call);
      call.session.conversation = undefined;
      if (!conversation) return {};
      const { id, history } = conversation;
      conversations.release(conversation);
      return history.turns === 0 ? {} : { left: id };
    },

    'chat.erase': ({ conversation }, call) =>
      eraseConversation(services, call, conversation ?? call.session.conversation),
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

/** An earlier run of the server may have answered it, or this run, so long ago that it was forgotten. */
async function answeredBefore(
  { answeredSends, ledgerReads, routes }: ChatServices,
  call: Call,
  { text, clientMessageId }: { readonly text: string; readonly clientMessageId: string },
): Promise<SendResult | undefined> {
  const { principal, session, signal } = call;
  const found = await answeredSends.find(principal, clientMessageId);
  if (!found) return undefined;
  if (found === 'erased' || found.prompt !== text) throw new HiloError('conflict');
  const { degraded, model, ...answer } = await ledgerReads(call, () => found.read(signal));
  session.conversation ??= answer.conversation;
  // Its route may no longer exist.
  const route = routes.list('admin').find((one) => one.model === model) ?? routes.defaultRoute('admin');
  const provider = degraded ? 'offline' : route.provider;
  return { ...answer, model, degraded, provider };
}

/** The newest first, a few at once. What others write in the meantime is left for another call. */
async function eraseConversation(
  { conversations, receipts, eraser, ledgerReads }: ChatServices,
  call: Call,
  id: string | undefined,
): Promise<OutputOf<Operations['chat.erase']>> {
  const { owner, account } = call.principal;
  const exchanges = id === undefined ? [] : await conversations.exchangesOf(id, owner);
  let erased = 0;
  for (const { number, entryId, entriesBefore } of exchanges.slice(0, ERASED_AT_ONCE)) {
    const mark = { id: entryId ?? exchangeId(number), entriesBefore };
    const located = await ledgerReads(call, () => receipts.locate(mark, call.signal));
    if (!located) continue;
    const { index } = located;
    erased += (await eraser.eraseExchange({ account, by: 'owner', index })).erased;
  }
  return { erased, left: exchanges.length - erased };
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
    // Does not wait when there is no conversation yet: two messages at once must not begin two conversations.
    if (session.conversation !== undefined) conversation = await current(conversations, call);
    conversation ??= conversations.begin(owner);
    session.conversation = conversation.id;
    const { history, id } = conversation;
    const events = new SendSink(session, { trace, conversation: id }, sink);
    const { login, guest } = session.credentials;
    const placement = conversation.turn({ guest: login ? undefined : guest, clientMessageId });
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
