/** Completions and embeddings: the exchange without a conversation, of which only the ledger learns. */
import type { HiloError } from '../../../shared/errors.ts';
import type { OutputOf } from '../../../shared/define-operation.ts';
import type { Operations } from '../../../shared/operations/index.ts';
import type { ExchangePipeline } from '../../chat/pipeline.ts';
import type { ExchangeEvent, ExchangeResult, ExchangeSink, Task } from '../../chat/exchange.ts';
import { keptNowhere } from '../../chat/kept-nowhere.ts';
import type { PersonalLimit } from '../../chat/personal-limit.ts';
import { modelMessages } from '../../chat/task-prompt.ts';
import type { RouteDirectory } from '../../models/route-directory.ts';
import type { Call, EventSink, Handlers } from '../call.ts';
import { withoutFiles, type CompletionFileServices, type WithoutFiles } from './completion-files.ts';
import type { Payers } from '../payers.ts';

export interface CompletionServices extends CompletionFileServices {
  readonly exchange: ExchangePipeline & CompletionFileServices['exchange'];
  readonly routes: Pick<RouteDirectory, 'resolve'>;
  readonly payers: Pick<Payers, 'of'>;
  /** Of a guest, and of everybody who has signed in: programs ask for more at once than people. */
  readonly answers: PersonalLimit;
  readonly completions: PersonalLimit;
}

type CompletionHandlers = Pick<
  Handlers,
  'completions.create' | 'completions.countTokens' | 'embeddings.create'
>;

export function completionHandlers(services: CompletionServices): CompletionHandlers {
  return {
    async 'completions.create'(input, call, sink) {
      const { route, wallet, messages, maxOutputTokens, stream = true, tools, ...options } = input;
      const read = await withoutFiles(services, call, messages);
      const task: Task = {
        kind: 'completion',
        messages: modelMessages(read.messages),
        options: { tools, ...options },
        maxOutputTokens,
      };
      const text = JSON.stringify({ messages, tools });
      const events = new CompletionEvents(call, sink, stream);
      const asked = { route, wallet, text, task, ...placeOf(read) };
      return completed(call, await run(services, call, asked, events));
    },

    async 'completions.countTokens'({ route: wanted, messages, tools }, call) {
      const { access } = await services.payers.of(call);
      const [route] = services.routes.resolve(wanted, access);
      const read = await withoutFiles(services, call, messages);
      const asked = { messages: modelMessages(read.messages), options: { tools } };
      const inputTokens = services.exchange.countTokens(route, asked);
      return { route: route.id, inputTokens, contextTokens: route.contextTokens };
    },

    async 'embeddings.create'({ route, wallet, input, dimensions }, call, sink) {
      const text = JSON.stringify({ input, dimensions });
      const task: Task = { kind: 'embeddings', input, dimensions };
      const asked = { route, wallet, text, task };
      const result = await run(services, call, asked, new EmbeddingEvents(call, sink));
      return embedded(call, result);
    },
  };
}

interface Asked {
  readonly route: string | undefined;
  /** Whose money is meant, if the request says so. */
  readonly wallet: string | undefined;
  /** What the ledger commits to. */
  readonly text: string;
  readonly task: Task;
  readonly hasPlace?: true;
}

function placeOf({ hasPlace }: WithoutFiles): { hasPlace?: true } {
  return hasPlace ? { hasPlace } : {};
}

async function run(
  services: CompletionServices,
  call: Call,
  { wallet, ...asked }: Asked,
  events: ExchangeSink,
): Promise<ExchangeResult> {
  const { principal, session, trace, clientRequestId, abortSource: signal } = call;
  const { owner } = principal;
  const limit = principal.kind === 'guest' ? services.answers : services.completions;
  const leave = limit.enter(owner);
  try {
    const { payer, access } = await services.payers.of(call, wallet);
    const { locale } = session;
    const stop = (reason: HiloError) => call.stop(reason);
    const placement = keptNowhere(owner);
    const who = { owner, payer, access, trace, clientRequestId, locale, signal, stop };
    const service = asked.task.kind === 'embeddings' ? 'embedding' : 'completion';
    return await services.exchange({ ...who, service, placement, ...asked }, events);
  } finally {
    leave();
  }
}

/** The events of an exchange as notifications. */
abstract class TaskEvents implements ExchangeSink {
  readonly #call: Call;
  readonly #sink: EventSink;
  /** The request was not refused. */
  #isTaken = false;

  constructor(call: Call, sink: EventSink) {
    this.#call = call;
    this.#sink = sink;
  }

  protected get trace(): string {
    return this.#call.trace;
  }

  event(event: ExchangeEvent): void {
    if (!this.#isTaken) this.#call.session.taken();
    this.#isTaken = true;
    const shown = this.shown(event);
    if (shown) this.#sink.event(...shown);
  }

  ready(): Promise<void> | undefined {
    return this.#sink.ready();
  }

  protected abstract shown(event: ExchangeEvent): [name: string, params: Record<string, unknown>] | undefined;
}

class CompletionEvents extends TaskEvents {
  readonly #hasParts: boolean;

  constructor(call: Call, sink: EventSink, hasParts: boolean) {
    super(call, sink);
    this.#hasParts = hasParts;
  }

  protected shown(event: ExchangeEvent): [string, Record<string, unknown>] | undefined {
    switch (event.type) {
      case 'queued':
        return ['completions.queued', { position: event.position }];
      case 'started': {
        const { type: _, ...start } = event;
        return ['completions.started', { trace: this.trace, ...start }];
      }
      case 'loading':
        return ['completions.loading', {}];
      case 'thinking':
        return this.#hasParts ? ['completions.thinking', { text: event.text }] : undefined;
      case 'delta':
        return this.#hasParts ? ['completions.text', { text: event.text }] : undefined;
      case 'toolCall': {
        const { type: _, text, ...call } = event;
        return this.#hasParts ? ['completions.toolCall', { ...call, arguments: text }] : undefined;
      }
      case 'vector':
        return undefined;
    }
  }
}

class EmbeddingEvents extends TaskEvents {
  protected shown(event: ExchangeEvent): [string, Record<string, unknown>] | undefined {
    switch (event.type) {
      case 'queued':
        return ['embeddings.queued', { position: event.position }];
      case 'started':
        return ['embeddings.started', { trace: this.trace, route: event.route, model: event.model }];
      case 'loading':
        return ['embeddings.loading', {}];
      case 'vector':
        return ['embeddings.vector', { index: event.index, vector: event.vector }];
      default:
        return undefined;
    }
  }
}

function completed({ trace }: Call, result: ExchangeResult): OutputOf<Operations['completions.create']> {
  const { text, thinking, toolCalls, finish, route, provider, model, degraded, credits } = result;
  const usage = { ...result.usage, ...result.usageParts };
  const by = { route, provider, model, degraded };
  const { stopSequence } = result;
  const ended = { finish, ...(stopSequence !== undefined && { stopSequence }) };
  const said = { text, thinking, toolCalls: [...toolCalls], ...ended };
  return { trace, ...said, ...by, usage, credits, receipt: receiptOf(result) };
}

function embedded({ trace }: Call, result: ExchangeResult): OutputOf<Operations['embeddings.create']> {
  const { route, provider, model, vectors, credits } = result;
  const { inputTokens, source } = result.usage;
  const usage = { inputTokens, source };
  return { trace, route, provider, model, ...vectors, usage, credits, receipt: receiptOf(result) };
}

/** The proof is given on request, by `ledger.receipt`. */
function receiptOf({ receipt: { index, promptSalt, answerSalt } }: ExchangeResult) {
  return { index, promptSalt, answerSalt };
}
