/**
 * What the `ollama` package is given as the body of a stream. By itself the package prints a line that is not
 * JSON to the console, content and all, and goes on; it takes a line of any length; and a failure that the
 * server reports becomes a plain `Error`. So the lines are checked before it sees them.
 */
import { LlmError } from './model-client.ts';
import { isRecord, reportedError } from './upstream-error.ts';
import { chunksOf, UPSTREAM_LIMITS, type ResponseBody } from './upstream.ts';

/** The part of a `ReadableStream` that the package uses. */
export interface LineReader {
  read(): Promise<{ done: false; value: Uint8Array } | { done: true; value: undefined }>;
  releaseLock(): void;
}

export function lineReader(body: ResponseBody): LineReader {
  const chunks = chunksOf(body);
  const lines = new CheckedLines();
  return {
    async read() {
      for (;;) {
        const ready = lines.take();
        if (ready) return { done: false, value: ready };
        if (lines.ended) return { done: true, value: undefined };
        const chunk = await chunks.next();
        if (chunk.done) lines.end();
        else lines.feed(chunk.value);
      }
    },
    releaseLock() {},
  };
}

/** A pure machine: bytes in, whole lines of JSON objects out. A fault shows after the lines before it. */
export class CheckedLines {
  readonly #decoder = new TextDecoder();
  readonly #encoder = new TextEncoder();
  #rest = '';
  #ready = '';
  #fault: LlmError | undefined;
  #ended = false;

  get ended(): boolean {
    return this.#ended;
  }

  feed(chunk: Uint8Array): void {
    const text = this.#rest + this.#decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf('\n');
    this.#rest = text.slice(end + 1);
    if (end !== -1) this.#check(text.slice(0, end).split('\n'));
    if (this.#rest.length > UPSTREAM_LIMITS.lineCharactersMax) {
      this.#fault ??= new LlmError(
        'protocol',
        `A line has more than ${UPSTREAM_LIMITS.lineCharactersMax} characters`,
      );
    }
  }

  /** A last line without its LF is good if it is whole. Half a line is left out: the end is then missing. */
  end(): void {
    const last = this.#rest + this.#decoder.decode();
    this.#rest = '';
    this.#ended = true;
    if (parseLine(last) !== undefined) this.#check([last]);
  }

  /** Lines that are good. Throws `LlmError` at the fault. */
  take(): Uint8Array | undefined {
    if (this.#ready === '' && this.#fault) throw this.#fault;
    if (this.#ready === '') return undefined;
    const bytes = this.#encoder.encode(this.#ready);
    this.#ready = '';
    return bytes;
  }

  #check(lines: readonly string[]): void {
    for (const line of lines) {
      if (this.#fault) return;
      if (line.trim() === '') continue;
      const value = parseLine(line);
      if (!isRecord(value)) {
        this.#fault = new LlmError('protocol', 'A line of the stream is not a JSON object');
      } else if ('error' in value) {
        this.#fault = reportedError(value['error']);
      } else {
        this.#ready += `${line}\n`;
      }
    }
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
