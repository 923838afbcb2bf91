/**
 * The only caller of handlers. For both faces, in this order: look up, access, parse input, run with an
 * AbortSignal and a deadline, check the output (where asked to), count and time, error row.
 */
import { z } from 'zod';
import { HiloError, toHiloError, type ErrorKey } from '../../shared/errors.ts';
import type { Operation } from '../../shared/define-operation.ts';
import { OPERATIONS, type OperationName } from '../../shared/operations/index.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Locale } from '../../shared/locale.ts';
import type { Call, CallEvent, Handlers, RequestId } from './call.ts';
import { mayUse, type Access } from '../identity/access.ts';
import type { Session } from '../protocol/session.ts';
import { truncate, truncateList } from '../support/truncate.ts';

/** Where what an operation says goes; each face has its own. */
export interface Responder {
  event(operation: Operation, name: string, params: Readonly<Record<string, unknown>>): void;
  /** Undefined when the next event can be written at once. */
  ready(): Promise<void> | undefined;
  result(operation: Operation, value: unknown): void;
  failure(error: HiloError, trace: string | undefined): void;
}

export interface Caller {
  readonly session: Session;
  readonly requestId: RequestId | undefined;
  readonly supersede: () => void;
  readonly authenticated: () => void;
  readonly adopt: (session: Session, lastSeq: number) => void;
}

export interface DispatchObserver {
  /** `key` is undefined when the operation succeeded. */
  finished(name: string, durationMs: number, key: ErrorKey | undefined, trace: string | undefined): void;
  /** A failure of ours, with its cause; the peer is told only `internal`. */
  failed(name: string, trace: string | undefined, cause: unknown): void;
}

export interface Dispatch {
  /** Resolves when the response is written; never rejects. Reports whether the operation succeeded. */
  (name: string, input: unknown, caller: Caller, responder: Responder): Promise<boolean>;
}

interface DispatchDependencies {
  readonly handlers: Handlers;
  readonly clock: Clock;
  readonly observer: DispatchObserver;
  readonly operationDeadlineMs: number;
  /** True in tests: what a handler returns must be what its operation promises. */
  readonly checkOutput: boolean;
}

type Events = AsyncGenerator<CallEvent, unknown, undefined>;
type AnyHandler = (input: unknown, call: Call) => unknown;

export function createDispatch(dependencies: DispatchDependencies): Dispatch {
  const { clock, observer } = dependencies;

  return async (name, rawInput, caller, responder) => {
    const startedMs = clock.monotonic();
    const run: Run = { caller, responder, controller: new AbortController(), trace: undefined };
    try {
      const operation = lookUp(name);
      requireAccess(operation, caller.session.access);
      const input = parseInput(operation, rawInput, caller.session.locale);
      const value = await execute(dependencies, operation, input, run);
      responder.result(operation, dependencies.checkOutput ? operation.output.parse(value) : value);
      observer.finished(name, clock.monotonic() - startedMs, undefined, run.trace);
      return true;
    } catch (thrown) {
      const error = toHiloError(thrown);
      if (error.key === 'internal') observer.failed(name, run.trace, thrown);
      responder.failure(error, run.trace);
      observer.finished(name, clock.monotonic() - startedMs, error.key, run.trace);
      return false;
    }
  };
}

interface Run {
  readonly caller: Caller;
  readonly responder: Responder;
  readonly controller: AbortController;
  trace: string | undefined;
}

function lookUp(name: string): Operation {
  if (!Object.hasOwn(OPERATIONS, name)) {
    throw new HiloError('unknown_operation', { values: { name: truncate(name) } });
  }
  return OPERATIONS[name as OperationName];
}

function requireAccess(operation: Operation, access: Access): void {
  if (mayUse(access, operation.access)) return;
  throw new HiloError(access === 'anonymous' ? 'auth_required' : 'forbidden');
}

/** Strict: what the schema does not name is refused. [J-6] */
function parseInput(operation: Operation, raw: unknown, locale: Locale): unknown {
  const parsed = operation.input.safeParse(raw, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new HiloError('invalid_params', { values: { detail: describe(parsed.error, raw, locale) } });
}

/** `field: what is wrong`, all of them, in the caller's language; of what came only types and names. */
function describe(error: z.ZodError, raw: unknown, locale: Locale): string {
  const speak = LANGUAGES[locale];
  return error.issues
    .map((issue) => {
      const message = speak(asReceived(issue, raw)) ?? issue.message;
      const text = typeof message === 'string' ? message : message.message;
      return issue.path.length > 0 ? `${issue.path.join('.')}: ${text}` : text;
    })
    .join('; ');
}

function asReceived(issue: z.core.$ZodIssue, raw: unknown): z.core.$ZodRawIssue {
  // A coerced number says only that it is none.
  const input = Number.isNaN(issue.input) ? valueAt(raw, issue.path) : issue.input;
  const keys = issue.code === 'unrecognized_keys' ? { keys: truncateList(issue.keys) } : {};
  return { ...issue, ...keys, input } as z.core.$ZodRawIssue;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    raw,
  );
}

const LANGUAGES = { en: z.locales.en().localeError, es: z.locales.es().localeError } as const;

async function execute(
  dependencies: DispatchDependencies,
  operation: Operation,
  input: unknown,
  run: Run,
): Promise<unknown> {
  const { session, requestId } = run.caller;
  const handler = dependencies.handlers[operation.name as OperationName] as unknown as AnyHandler;
  const call: Call = {
    session,
    requestId,
    signal: run.controller.signal,
    traced: (trace) => (run.trace = trace),
    supersede: run.caller.supersede,
    authenticated: run.caller.authenticated,
    adopt: run.caller.adopt,
  };
  if (operation.effect !== 'stream') {
    return withDeadline(handler(input, call), run.controller, dependencies);
  }
  const id = requestId ?? Symbol('text');
  session.begin(id, run.controller);
  try {
    return await drive(operation, handler(input, call) as Events, run);
  } finally {
    session.finish(id);
  }
}

/** Passes the events on, each only when the peer has room for it. */
async function drive(operation: Operation, events: Events, run: Run): Promise<unknown> {
  const { responder, controller } = run;
  try {
    for (;;) {
      const step = await events.next();
      if (step.done) return step.value;
      responder.event(operation, step.value.name, step.value.params);
      for (let wait = responder.ready(); wait && !controller.signal.aborted; wait = responder.ready()) {
        await untilAborted(wait, controller.signal);
      }
    }
  } finally {
    // Does nothing at its end; ends it where writing an event has failed.
    await events.return(undefined);
  }
}

async function untilAborted(wait: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const onAbort = () => resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  await Promise.race([wait, aborted]);
  signal.removeEventListener('abort', onAbort);
}

async function withDeadline(
  value: unknown,
  controller: AbortController,
  dependencies: DispatchDependencies,
): Promise<unknown> {
  if (!(value instanceof Promise)) return value;
  const { promise, reject } = Promise.withResolvers<never>();
  const cancel = dependencies.clock.after(dependencies.operationDeadlineMs, () => {
    controller.abort();
    reject(new HiloError('upstream_timeout'));
  });
  try {
    return await Promise.race([value, promise]);
  } finally {
    cancel();
  }
}
