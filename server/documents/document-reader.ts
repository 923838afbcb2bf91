/**
 * Reads documents of strangers, each in a thread of its own, which is ended when it takes too long or too
 * much memory. Whatever a document does to its reader, nothing else is hurt.
 */
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../shared/clock.ts';
import { HiloError } from '../../shared/errors.ts';
import type { Locale, Localised } from '../../shared/locale.ts';
import { DocumentError, type Document, type ReadMessage, type SizeLimit } from './document.ts';
import { DOCUMENT_LIMITS } from './limits.ts';

export interface DocumentRequest {
  /** They are not changed. */
  readonly bytes: Uint8Array;
  /** Of HTML and text, when whoever sent them named it. */
  readonly charset?: string | undefined;
  readonly locale: Locale;
  readonly signal: AbortSignal;
  /** A page of a PDF was read. */
  readonly onPage?: (done: number, total: number) => void;
}

export type DocumentLimits = { readonly [Name in keyof typeof DOCUMENT_LIMITS]: number };

export class DocumentReader {
  readonly #clock: Clock;
  readonly #limits: DocumentLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(clock: Clock, limits: DocumentLimits = DOCUMENT_LIMITS) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * Rejects with `document_type`, `document_broken`, `document_too_large`, `document_locked`,
   * `document_empty`, `documents_busy`, `cancelled`.
   */
  async read(request: DocumentRequest): Promise<Document> {
    await this.#enter(request.signal);
    try {
      return await this.#run(request);
    } catch (error) {
      throw error instanceof DocumentError ? documentFault(error, request.locale) : error;
    } finally {
      this.#leave();
    }
  }

  /** Waits for a free place, which `#leave` gives on. */
  async #enter(signal: AbortSignal): Promise<void> {
    const { threadsMax, waitingMax, busyRetryMs } = this.#limits;
    if (signal.aborted) throw new HiloError('cancelled');
    if (this.#running < threadsMax) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= waitingMax) {
      const values = { seconds: Math.ceil(busyRetryMs / 1_000) };
      throw new HiloError('documents_busy', { values, retryAfterMs: busyRetryMs });
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = (): void => {
      const index = this.#waiting.indexOf(resolve);
      if (index !== -1) this.#waiting.splice(index, 1);
      reject(new HiloError('cancelled'));
    };
    this.#waiting.push(resolve);
    signal.addEventListener('abort', giveUp, { once: true });
    await promise.finally(() => signal.removeEventListener('abort', giveUp));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }

  async #run(request: DocumentRequest): Promise<Document> {
    if (request.signal.aborted) throw new HiloError('cancelled');
    const { promise, resolve, reject } = Promise.withResolvers<Document>();
    const worker = this.#start(request);
    const cancelTime = this.#clock.after(this.#limits.readMs, () => reject(tooLarge('time')));
    const onAbort = (): void => reject(new HiloError('cancelled'));
    request.signal.addEventListener('abort', onAbort, { once: true });
    const stopLooking = this.#watchMemory(worker, () => reject(tooLarge('memory')));
    worker.on('message', (message: ReadMessage) => {
      if (message.type === 'page') request.onPage?.(message.done, message.total);
      else if (message.type === 'read') resolve(message.document);
      else reject(new DocumentError(message.fault, message.detail));
    });
    worker.on('error', (error) => reject(isOutOfMemory(error) ? tooLarge('memory') : broken(error)));
    worker.on('exit', () => reject(broken(undefined)));
    try {
      return await promise;
    } finally {
      cancelTime();
      stopLooking();
      request.signal.removeEventListener('abort', onAbort);
      await worker.terminate();
    }
  }

  #start({ bytes, charset }: DocumentRequest): Worker {
    const { heapMiB, youngHeapMiB, stackMiB } = this.#limits;
    const copy = Uint8Array.from(bytes);
    const worker = new Worker(new URL('document-thread.ts', import.meta.url), {
      workerData: { bytes: copy, charset },
      transferList: [copy.buffer],
      resourceLimits: {
        maxOldGenerationSizeMb: heapMiB,
        maxYoungGenerationSizeMb: youngHeapMiB,
        stackSizeMb: stackMiB,
      },
      // The settings of the server are none of its business, and nobody reads what it prints.
      env: {},
      stdout: true,
      stderr: true,
    });
    worker.stdout.resume();
    worker.stderr.resume();
    worker.unref();
    return worker;
  }

  /** The limits of a thread know only JavaScript's own heap, and unpacked streams are beside it. */
  #watchMemory(worker: Worker, onTooMuch: () => void): () => void {
    const { lookMs, bufferBytesMax } = this.#limits;
    let isOver = false;
    let cancel = (): void => {};
    const look = async (): Promise<void> => {
      // It rejects before the thread runs, and after.
      const statistics = await worker.getHeapStatistics().catch(() => undefined);
      if (isOver) return;
      if (statistics && statistics.external_memory > bufferBytesMax) onTooMuch();
      else cancel = this.#clock.after(lookMs, () => void look());
    };
    cancel = this.#clock.after(lookMs, () => void look());
    return () => {
      isOver = true;
      cancel();
    };
  }
}

function tooLarge(limit: SizeLimit): DocumentError {
  return new DocumentError('too_large', limit);
}

function broken(cause: unknown): DocumentError {
  return new DocumentError('broken', '', cause);
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function documentFault(error: DocumentError, locale: Locale): HiloError {
  const { fault, detail } = error;
  switch (fault) {
    case 'type':
      return new HiloError('document_type', { values: { type: detail }, cause: error });
    case 'too_large': {
      const because = detail as SizeLimit;
      const values = { because, detail: TOO_LARGE[because][locale] };
      return new HiloError('document_too_large', { values, cause: error });
    }
    case 'broken':
    case 'locked':
    case 'empty':
      return new HiloError(`document_${fault}`, { cause: error });
  }
}

const { pagesMax } = DOCUMENT_LIMITS;

const TOO_LARGE: Readonly<Record<SizeLimit, Localised>> = {
  pages: { en: `more than ${pagesMax} pages`, es: `más de ${pagesMax} páginas` },
  text: { en: 'too much text', es: 'demasiado texto' },
  unpacked: { en: 'it unpacks to too much', es: 'descomprimido ocupa demasiado' },
  memory: { en: 'it takes too much memory', es: 'necesita demasiada memoria' },
  time: { en: 'it takes too long', es: 'tarda demasiado' },
  elements: { en: 'too many elements', es: 'demasiados elementos' },
};
