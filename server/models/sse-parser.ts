/**
 * Server-sent events of a model server: bytes in, events out. `eventsource-parser` does the parsing; this
 * file bounds what a server can make us keep, and handles the end of the stream.
 */
import { createParser, type EventSourceParser } from 'eventsource-parser';
import { LlmError } from './model-client.ts';

export interface SseEvent {
  /** The event's type; `message` unless the stream names another. */
  readonly type: string;
  /** Its `data` lines, joined with LF. */
  readonly data: string;
}

export interface SseLimits {
  /** Of an event's data and the line under way (UTF-16 code units). */
  readonly charactersMax: number;
  /** Lines since the last event: an empty line of data adds no characters, but memory. */
  readonly linesMax: number;
}

export class SseParser {
  readonly #limits: SseLimits;
  /** Drops a byte order mark at the start, and replaces what is not UTF-8 by U+FFFD. */
  readonly #decoder = new TextDecoder();
  readonly #parser: EventSourceParser;
  #events: SseEvent[] = [];
  #lines = 0;

  constructor(limits: SseLimits) {
    this.#limits = limits;
    this.#parser = createParser({
      maxBufferSize: limits.charactersMax,
      onEvent: ({ event = 'message', data }) => this.#events.push({ type: event, data }),
      onError: ({ type }) => {
        // Unknown fields and odd retry times are skipped, as the standard says.
        if (type === 'max-buffer-size-exceeded') throw tooLong(limits.charactersMax, 'characters');
      },
    });
  }

  /** Throws `LlmError` of kind `protocol` when a limit is passed. */
  feed(bytes: Uint8Array): SseEvent[] {
    return this.#feedText(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Some servers forget the empty line after their last event; that event is delivered nevertheless. */
  end(): SseEvent[] {
    return this.#feedText(`${this.#decoder.decode()}\n\n`);
  }

  #feedText(text: string): SseEvent[] {
    this.#parser.feed(text);
    const events = this.#events;
    if (events.length > 0) {
      this.#events = [];
      this.#lines = 0;
    } else {
      this.#lines += lineEnds(text);
      if (this.#lines > this.#limits.linesMax) throw tooLong(this.#limits.linesMax, 'lines');
    }
    return events;
  }
}

function tooLong(max: number, unit: string): LlmError {
  return new LlmError('protocol', `An event of the stream has more than ${max} ${unit}`);
}

function lineEnds(text: string): number {
  let count = 0;
  for (const character of text) if (character === '\n' || character === '\r') count += 1;
  return count;
}
