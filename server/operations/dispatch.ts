/**
 * The only caller of handlers. For both faces, in this order: look up, principal, access, parse input,
 * preconditions, run with an AbortSignal and a deadline, check the output (where configured), count, error
 * row.
 */
import { HiloError, toHiloError, type ErrorKey } from '../../shared/errors.ts';
import type { Operation } from '../../shared/define-operation.ts';
import type { OperationName } from '../../shared/operations/index.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Locale, Localised } from '../../shared/locale.ts';
import type { Call, ConnectionPort, EventSink, Handlers, RequestId, SessionPort } from './call.ts';
import { lookUp, parseInput, preconditionOf, requireAccess, type Preconditions } from './checks.ts';
import type { ConversationHub } from '../conversations/conversation-hub.ts';
import type { Principal, PrincipalResolver } from '../identity/principal.ts';
import type { Tracing } from '../observability/tracing.ts';
import { StoreError } from '../store/store-error.ts';
import { LazyAbort, type AbortSource } from '../support/lazy-abort.ts';
import { fileIn, readFileInput, type FileInput, type FileInputOptions } from './file-input.ts';

/** Receives what an operation sends; each face has its own. */
export interface Responder {
  event(operation: Operation, name: string, params: Readonly<Record<string, unknown>>): void;
  /** Undefined when the next event can be written at once. */
  ready(): Promise<void> | undefined;
  result(operation: Operation, value: unknown): void;
  failure(error: HiloError, trace: string | undefined): void;
}

export interface Caller {
  readonly session: SessionPort;
  readonly requestId: RequestId | undefined;
  readonly connection: ConnectionPort;
  /** By which a client of the gateway finds its request in the log. */
  readonly clientRequestId?: string | undefined;
  /** What it says of its own trace. */
  readonly traceparent?: string | undefined;
  /** Sets the session's credentials from what came with this request. Fails with `HiloError`. */
  readonly identify?: (operation: Operation) => Promise<void>;
}

export interface DispatchObserver {
  /** `key` is undefined when the operation succeeded. */
  finished(name: string, key: ErrorKey | undefined): void;
  /** A failure on our side, with its cause; the peer sees only `internal`. */
  failed(name: string, request: FailedRequest, cause: unknown): void;
}

export interface FailedRequest {
  readonly trace: string | undefined;
  readonly clientRequestId: string | undefined;
}

export interface Dispatch {
  /** Resolves when the response is written; never rejects. Reports whether the operation succeeded. */
  (name: string, input: unknown, caller: Caller, responder: Responder): Promise<boolean>;
}

interface DispatchDependencies {
  readonly handlers: Handlers;
  readonly preconditions: Preconditions;
  readonly principals: PrincipalResolver;
  /** A session that asks for something is kept in step from then on. */
  readonly hub: Pick<ConversationHub, 'join'>;
  readonly clock: Clock;
  readonly observer: DispatchObserver;
  readonly tracing?: Pick<Tracing, 'requestBegan' | 'requestEnded'> | undefined;
  readonly operationDeadlineMs: number;
  /** Inputs that came as files. */
  readonly files: FileInputOptions;
  /** True in tests: what a handler returns must match the schema of its operation. */
  readonly checkOutput: boolean;
}

type AnyHandler = (input: unknown, call: Call, sink?: EventSink) => unknown;

export function createDispatch(dependencies: DispatchDependencies): Dispatch {
  const { observer, principals, files, tracing } = dependencies;

  return async (name, rawInput, caller, responder) => {
    let trace: string | undefined;
    let taken: FileInput | undefined;
    try {
      const operation = lookUp(name);
      if (operation.effect === 'stream') trace = begin(dependencies, name, caller);
      if (caller.identify) await caller.identify(operation);
      const resolved = principals.resolve(caller.session.credentials);
      const principal = resolved instanceof Promise ? await resolved : resolved;
      requireAccess(operation, principal);
      keepInStep(dependencies, operation, caller.session, principal);
      const file = operation.largeInput ? fileIn(rawInput) : undefined;
      const { locale } = caller.session;
      if (file !== undefined) taken = await readFileInput(files, rawInput, { ...principal, file, locale });
      const input = parseInput(operation, taken ? taken.input : rawInput, locale);
      const { credentials } = caller.session;
      const run = { caller, responder, principal, trace, abort: new LazyAbort() };
      const value = await execute(dependencies, operation, input, run);
      if (caller.session.credentials !== credentials) await followNewOwner(dependencies, caller.session);
      responder.result(operation, dependencies.checkOutput ? operation.output.parse(value) : value);
      observer.finished(name, undefined);
      if (trace !== undefined) tracing?.requestEnded(trace, { key: undefined, conversation: placeIn(value) });
      return true;
    } catch (thrown) {
      const error = faultOf(thrown, caller.session.locale);
      const { clientRequestId } = caller;
      if (error.key === 'internal') observer.failed(name, { trace, clientRequestId }, thrown);
      responder.failure(error, trace);
      observer.finished(name, error.key);
      if (trace !== undefined) tracing?.requestEnded(trace, { key: error.key, conversation: undefined });
      return false;
    } finally {
      taken?.release();
    }
  };
}

function begin({ tracing }: DispatchDependencies, operation: string, caller: Caller): string {
  const { session, clientRequestId, traceparent } = caller;
  const trace = session.nextTrace();
  const { isText, name } = session;
  tracing?.requestBegan(trace, { operation, isText, session: name, clientRequestId, traceparent });
  return trace;
}

/** The conversation in which something was said. */
function placeIn(value: unknown): string | undefined {
  const isObject = typeof value === 'object' && value !== null && 'conversation' in value;
  return isObject && typeof value.conversation === 'string' ? value.conversation : undefined;
}

/** Whoever has just signed in or out hears of changes at once, not only after the next request. */
async function followNewOwner(dependencies: DispatchDependencies, session: SessionPort): Promise<void> {
  const principal = await dependencies.principals.resolve(session.credentials);
  keepInStep(dependencies, principal, session, principal);
}

interface Run {
  readonly caller: Caller;
  readonly responder: Responder;
  readonly principal: Principal;
  readonly abort: LazyAbort;
  /** Of a streaming operation. */
  readonly trace: string | undefined;
}

/** A text that no database takes can only have come from the caller. */
function faultOf(thrown: unknown, locale: Locale): HiloError {
  const isBadText = thrown instanceof StoreError && thrown.kind === 'bad_text';
  if (!isBadText) return toHiloError(thrown);
  return new HiloError('invalid_params', { values: { detail: BAD_TEXT[locale] }, cause: thrown });
}

const BAD_TEXT: Localised = {
  en: 'U+0000 and single halves of surrogate pairs are not accepted',
  es: 'no se aceptan U+0000 ni mitades sueltas de pares subrogados',
};

/** Not a request that the gateway passes on: nobody would read what its session is told. */
function keepInStep(
  { hub }: DispatchDependencies,
  { access }: Pick<Operation, 'access'>,
  session: SessionPort,
  { owner }: Principal,
): void {
  if (access !== 'public' && (session.isText || session.channel)) hub.join(session, owner);
}

async function execute(
  dependencies: DispatchDependencies,
  operation: Operation,
  input: unknown,
  run: Run,
): Promise<unknown> {
  const { session, requestId } = run.caller;
  const handler = dependencies.handlers[operation.name as OperationName] as unknown as AnyHandler;
  const call = new RequestCall(run);
  const precondition = preconditionOf(dependencies.preconditions, operation.name);
  if (precondition) await precondition(input, call);
  if (operation.effect !== 'stream')
    return withDeadline(handler(input, call), operation, run.abort, dependencies);
  const id = requestId ?? Symbol('text');
  session.begin(id, run.abort);
  try {
    return await handler(input, call, new ResponderSink(operation, run.responder));
  } catch (thrown) {
    const { reason } = run.abort;
    const isCancelled = thrown instanceof HiloError && thrown.key === 'cancelled';
    throw isCancelled && reason instanceof HiloError ? reason : thrown;
  } finally {
    session.finish(id);
  }
}

class RequestCall implements Call {
  readonly principal: Principal;
  readonly session: SessionPort;
  readonly connection: ConnectionPort;
  readonly requestId: RequestId | undefined;
  readonly trace: string;
  readonly clientRequestId: string | undefined;
  readonly #abort: LazyAbort;

  constructor({ caller, principal, trace = '', abort }: Run) {
    this.principal = principal;
    this.session = caller.session;
    this.connection = caller.connection;
    this.requestId = caller.requestId;
    this.trace = trace;
    this.clientRequestId = caller.clientRequestId;
    this.#abort = abort;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get abortSource(): AbortSource {
    return this.#abort;
  }

  stop(reason?: HiloError): void {
    this.#abort.abort(reason);
  }
}

class ResponderSink implements EventSink {
  readonly #operation: Operation;
  readonly #responder: Responder;

  constructor(operation: Operation, responder: Responder) {
    this.#operation = operation;
    this.#responder = responder;
  }

  event(name: string, params: Readonly<Record<string, unknown>>): void {
    this.#responder.event(this.#operation, name, params);
  }

  ready(): Promise<void> | undefined {
    return this.#responder.ready();
  }
}

async function withDeadline(
  value: unknown,
  { deadlineMs }: Operation,
  abort: LazyAbort,
  dependencies: DispatchDependencies,
): Promise<unknown> {
  if (!(value instanceof Promise)) return value;
  const { promise, reject } = Promise.withResolvers<never>();
  const cancel = dependencies.clock.after(deadlineMs ?? dependencies.operationDeadlineMs, () => {
    abort.abort();
    reject(new HiloError('operation_timeout'));
  });
  try {
    return await Promise.race([value, promise]);
  } finally {
    cancel();
  }
}
