import { HiloError } from '../../../shared/errors.ts';
import type { Exchange, ExchangeEvent } from '../../chat/exchange.ts';
import type { Call, CallEvent, Handlers } from '../call.ts';
import type { ModelDirectory } from '../services.ts';
import type { SendResult, Session } from '../../protocol/session.ts';

interface ChatServices {
  readonly exchange: Exchange;
  readonly models: Pick<ModelDirectory, 'providerName' | 'defaultModel'>;
  readonly generationsMax: number;
  /** Told what was said; for logs that may hold content. */
  readonly onSaid?: ((trace: string, prompt: string, answer: string) => void) | undefined;
}

type ChatHandlers = Pick<Handlers, 'chat.send' | 'chat.cancel' | 'chat.history' | 'chat.new'>;

export function chatHandlers(services: ChatServices): ChatHandlers {
  return {
    'chat.send'(input, call) {
      const trace = call.session.nextTrace();
      call.traced(trace);
      const { clientMessageId } = input;
      if (clientMessageId === undefined) return send(services, call, trace, input);
      return sendOnce(services, call, trace, { ...input, clientMessageId });
    },

    /** The response to the `chat.send` becomes `cancelled`. [J-8] */
    'chat.cancel'({ requestId }, { session }) {
      if (requestId === undefined) {
        const cancelled = session.running.size;
        session.abortAll();
        return { cancelled };
      }
      const controller = session.running.get(requestId);
      if (!controller) throw new HiloError('not_found', { values: { what: String(requestId) } });
      controller.abort();
      return { cancelled: 1 };
    },

    'chat.history'({ limit }, { session }) {
      return { turns: session.history.newest(limit ?? session.history.turns) };
    },

    'chat.new': (_, { session }) => ({ forgottenTurns: session.history.clear() }),
  };
}

interface Message {
  readonly text: string;
  readonly model?: string | undefined;
}

/** The same id again gives the answer of the first try: it waits for it while it runs. */
async function* sendOnce(
  services: ChatServices,
  call: Call,
  trace: string,
  message: Message & { readonly clientMessageId: string },
): AsyncGenerator<CallEvent, SendResult, undefined> {
  const { session, signal } = call;
  const { text, clientMessageId } = message;
  const model = message.model ?? session.model;
  // [J-9]
  const earlier = session.remembered(clientMessageId);
  if (earlier) {
    if (earlier.text !== text || earlier.model !== model) throw new HiloError('conflict');
    return await unlessAborted(earlier.outcome, signal);
  }
  const { promise, resolve, reject } = Promise.withResolvers<SendResult>();
  session.rememberSend(clientMessageId, { text, model, outcome: promise });
  try {
    const result = yield* send(services, call, trace, message);
    resolve(result);
    return result;
  } catch (thrown) {
    reject(thrown);
    throw thrown;
  }
}

async function* send(
  services: ChatServices,
  call: Call,
  trace: string,
  input: Message,
): AsyncGenerator<CallEvent, SendResult, undefined> {
  const { session } = call;
  refuseUnknownModel(input.model, services.models);
  // [J-10]
  if (session.generations >= services.generationsMax) {
    throw new HiloError('too_many_pending', { values: { max: services.generationsMax } });
  }
  session.generations += 1;
  let delivered = '';
  let isTaken = false;
  let isOver = false;
  const events = services.exchange({
    owner: session.name,
    payer: session,
    trace,
    text: input.text,
    history: session.history,
    locale: session.locale,
    model: input.model ?? session.model,
    signal: call.signal,
  });
  try {
    for (;;) {
      const step = await events.next();
      if (!isTaken) session.taken();
      isTaken = true;
      if (step.done) {
        isOver = true;
        const result = step.value;
        session.history.add(input.text, result.text, result.receipt.index);
        services.onSaid?.(trace, input.text, result.text);
        return { trace, ...result };
      }
      if (step.value.type === 'delta') delivered += step.value.text;
      yield asCallEvent(step.value, trace);
    }
  } catch (thrown) {
    isOver = true;
    rememberPart(session, input.text, delivered, thrown);
    throw thrown;
  } finally {
    session.generations -= 1;
    // Left early, it would keep its slot until the model has finished.
    if (!isOver) await events.return(undefined as never);
  }
}

/** The companion is the only model there is; a provider says itself what it does not have. */
function refuseUnknownModel(model: string | undefined, models: ChatServices['models']): void {
  if (model === undefined || models.providerName() !== 'offline' || model === models.defaultModel()) return;
  throw new HiloError('not_found', { values: { what: model } });
}

/** A repeated send that is cancelled waits no longer; the first one goes on. */
async function unlessAborted<Value>(outcome: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(new HiloError('cancelled'));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([outcome, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** What a person stopped has still been read: the conversation goes on from there. */
function rememberPart(session: Session, user: string, assistant: string, thrown: unknown): void {
  const isCancel = thrown instanceof HiloError && thrown.key === 'cancelled';
  if (isCancel && assistant !== '') session.history.add(user, assistant);
}

/** The notifications of a stream. [J-7] */
function asCallEvent(event: ExchangeEvent, trace: string): CallEvent {
  switch (event.type) {
    case 'queued':
      return { name: 'chat.queued', params: { position: event.position } };
    case 'started':
      return { name: 'chat.started', params: { trace, model: event.model, degraded: event.degraded } };
    case 'delta':
      return { name: 'chat.delta', params: { text: event.text } };
  }
}
