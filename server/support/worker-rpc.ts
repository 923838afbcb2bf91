/**
 * Requests to a worker thread, answered one by one in the order in which they were sent. `WorkerRpc` is the
 * side that asks, `answerRequests` the side in the thread. Requests and values must survive a structured
 * clone. An error keeps its name, message and codes, so that the asking side can tell failures apart.
 */
import { parentPort, Worker } from 'node:worker_threads';

/** What a structured clone would drop of an error. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  /** Such as `ENOSPC` or `ERR_SQLITE_ERROR`. */
  readonly code?: string;
  /** SQLite's extended result code. */
  readonly errcode?: number;
}

export class WorkerRpc<Request> {
  readonly #file: URL;
  readonly #workerData: object;
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #numbers = 0;
  #failure: Error | undefined;

  /** The first request starts the thread. */
  constructor(file: URL, workerData: object = {}) {
    this.#file = file;
    this.#workerData = workerData;
  }

  /** Why the thread answers nothing any more. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Rejects when the request failed, or the thread is gone. What is transferred is gone here. */
  ask<Value>(request: Request, transferred: readonly ArrayBuffer[] = []): Promise<Value> {
    if (this.#failure) return Promise.reject(this.#failure);
    const number = ++this.#numbers;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(number, waiting);
    this.#worker ??= this.#open();
    // A process must not exit while a request waits for its answer.
    if (this.#waiting.size === 1) this.#worker.ref();
    this.#worker.postMessage([number, request], transferred);
    return waiting.promise as Promise<Value>;
  }

  /** Ends the thread. What it was still doing is lost; await the answers first. */
  async end(): Promise<void> {
    const worker = this.#worker;
    this.#fail(new Error('The worker thread has ended'));
    await worker?.terminate();
  }

  #open(): Worker {
    const worker = new Worker(this.#file, { workerData: this.#workerData });
    worker.on('message', ([number, value, error]: Reply) => this.#settle(number, value, error));
    worker.on('error', (error) => this.#fail(error as Error));
    worker.on('exit', () => this.#fail(new Error('The worker thread has ended')));
    worker.unref();
    return worker;
  }

  #settle(number: number, value: unknown, error: ErrorDescription | undefined): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if (error) waiting?.reject(restoreError(error));
    else waiting?.resolve(value);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

type Reply = readonly [number: number, value: unknown, error?: ErrorDescription];

/** In the thread: answers each request with what `run` returns, or with the error that it throws. */
export function answerRequests(run: (request: never) => unknown): void {
  const port = parentPort;
  port?.on('message', ([number, request]: readonly [number, unknown]) => {
    port.postMessage(replyTo(number, () => run(request as never)));
  });
}

function replyTo(number: number, run: () => unknown): Reply {
  try {
    return [number, run()];
  } catch (error) {
    return [number, undefined, describeError(error)];
  }
}

export function describeError(error: unknown): ErrorDescription {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof errcode === 'number' ? { errcode } : {}),
  };
}

export function restoreError({ message, ...rest }: ErrorDescription): Error {
  return Object.assign(new Error(message), rest);
}
