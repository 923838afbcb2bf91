import { HiloError } from '../../shared/errors.ts';
import type { Exchange, ExchangeEvent } from '../exchange/exchange.ts';
import type { Call, CallEvent, Handlers } from '../call.ts';
import type { SendResult, Session } from '../session.ts';

interface ChatServices {
  readonly exchange: Exchange;
  readonly generationsMax: number;
}

type ChatHandlers = Pick<Handlers, 'chat.send' | 'chat.cancel' | 'chat.history' | 'chat.new'>;

export function chatHandlers(services: ChatServices): ChatHandlers {
  return {
    async *'chat.send'(input, call) {
      const trace = call.session.nextTrace();
      call.traced(trace);
      const { clientMessageId } = input;
      if (clientMessageId === undefined) return yield* send(services, call, trace, input);
      const model = input.model ?? call.session.model;
      const earlier = call.session.remembered(clientMessageId);
      if (earlier) {
        if (earlier.text !== input.text || earlier.model !== model) throw new HiloError('conflict');
        return await unlessAborted(earlier.outcome, call.signal);
      }
      const { promise, resolve, reject } = Promise.withResolvers<SendResult>();
      call.session.rememberSend(clientMessageId, { text: input.text, model, outcome: promise });
      try {
        const result = yield* send(services, call, trace, input);
        resolve(result);
        return result;
      } catch (thrown) {
        reject(thrown);
        throw thrown;
      }
    },

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
      return { turns: limit === undefined ? [...session.turns] : session.turns.slice(-limit) };
    },

    'chat.new': (_, { session }) => ({ forgottenTurns: session.forget() }),
  };
}

async function* send(
  services: ChatServices,
  call: Call,
  trace: string,
  input: { text: string; model?: string | undefined },
): AsyncGenerator<CallEvent, SendResult, undefined> {
  const { session } = call;
  if (session.generations >= services.generationsMax) {
    throw new HiloError('too_many_pending', { values: { max: services.generationsMax } });
  }
  session.generations += 1;
  let delivered = '';
  try {
    const events = services.exchange({
      owner: session.name,
      trace,
      text: input.text,
      history: session.turns,
      locale: session.locale,
      model: input.model ?? session.model,
      signal: call.signal,
    });
    for (;;) {
      const step = await events.next();
      if (step.done) {
        const { text, finishReason, provider, model, degraded, usage } = step.value;
        session.remember({ user: input.text, assistant: text });
        return { text, trace, finishReason, provider, model, degraded, usage };
      }
      if (step.value.type === 'delta') delivered += step.value.text;
      yield asCallEvent(step.value, trace);
    }
  } catch (thrown) {
    rememberPart(session, input.text, delivered, thrown);
    throw thrown;
  } finally {
    session.generations -= 1;
  }
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
  if (isCancel && assistant !== '') session.remember({ user, assistant });
}

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
