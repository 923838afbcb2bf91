/** A thread that answers jobs one by one; the first one starts it. */
import { Worker } from 'node:worker_threads';

interface Waiting<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

interface Reply<Value> {
  readonly number: number;
  readonly value?: Value;
  readonly error?: string;
}

/** `Work` is what can be asked, `Value` what is answered; both must survive a structured clone. */
export class Thread<Work extends object, Value> {
  readonly #file: URL;
  readonly #workerData: object;
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting<Value>>();
  #numbers = 0;
  #failure: Error | undefined;

  constructor(file: URL, workerData: object) {
    this.#file = file;
    this.#workerData = workerData;
  }

  /** Why it answers nothing any more. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Before the first job, so that it need not wait. */
  start(): void {
    this.#worker ??= this.#open();
  }

  /** Asks for `work`, the last job; nothing to do for a thread that was never started. */
  async end(work: Work): Promise<void> {
    if (!this.#worker || this.#failure) return;
    // The thread may be gone before its answer is read.
    await this.ask(work).catch(() => {});
    this.#failure ??= new Error('The thread has ended');
  }

  /** Rejects when the job failed or the thread is gone. */
  ask(work: Work): Promise<Value> {
    if (this.#failure) return Promise.reject(this.#failure);
    const number = ++this.#numbers;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.start();
      // A process must not end while somebody waits for an answer.
      if (this.#waiting.size === 1) this.#worker?.ref();
      this.#worker?.postMessage({ ...work, number });
    });
  }

  #open(): Worker {
    const worker = new Worker(this.#file, { workerData: this.#workerData });
    worker.on('message', (reply: Reply<Value>) => this.#settle(reply));
    worker.on('error', (error) => this.#fail(error as Error));
    worker.on('exit', () => this.#fail(new Error('The thread has ended')));
    worker.unref();
    return worker;
  }

  #settle({ number, value, error }: Reply<Value>): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if (error === undefined) waiting?.resolve(value as Value);
    else waiting?.reject(new Error(error));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
