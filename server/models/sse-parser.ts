/**
 * Server-sent events as a pure machine: bytes in, events out (WHATWG HTML §9.2.6). It does not matter how the
 * bytes are cut, not even within a character or between the CR and the LF of one line end.
 */
import { LlmError } from './model-client.ts';

export interface SseEvent {
  /** The event's type; `message` unless the stream names another. */
  readonly type: string;
  /** Its `data` lines, joined with LF. */
  readonly data: string;
}

export class SseParser {
  readonly #charactersMax: number;
  /** Drops a byte order mark at the start, and puts U+FFFD for what is not UTF-8. */
  readonly #decoder = new TextDecoder();
  #line = '';
  #afterCarriageReturn = false;
  #type = '';
  #data: string[] = [];
  #dataCharacters = 0;

  /** An event, or a line, longer than `charactersMax` is refused with `LlmError` of kind `protocol`. */
  constructor(charactersMax: number) {
    this.#charactersMax = charactersMax;
  }

  feed(bytes: Uint8Array): SseEvent[] {
    return this.#feedText(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Some servers forget the empty line after their last event; it is given out all the same. */
  end(): SseEvent[] {
    return this.#feedText(`${this.#decoder.decode()}\n\n`);
  }

  #feedText(text: string): SseEvent[] {
    const events: SseEvent[] = [];
    let from = 0;
    if (this.#afterCarriageReturn && text !== '') {
      this.#afterCarriageReturn = false;
      if (text.startsWith('\n')) from = 1;
    }
    for (let end = lineEnd(text, from); end !== -1; end = lineEnd(text, from)) {
      const line = this.#line + text.slice(from, end);
      this.#line = '';
      from = end + 1;
      if (text[end] === '\r') {
        if (text[from] === '\n') from += 1;
        else this.#afterCarriageReturn = from === text.length;
      }
      const event = this.#takeLine(line);
      if (event) events.push(event);
    }
    this.#line += text.slice(from);
    this.#checkSize(this.#line.length);
    return events;
  }

  #takeLine(line: string): SseEvent | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return undefined;
    const field = colon === -1 ? line : line.slice(0, colon);
    const valueStart = line[colon + 1] === ' ' ? colon + 2 : colon + 1;
    const value = colon === -1 ? '' : line.slice(valueStart);
    if (field === 'event') this.#type = value;
    if (field === 'data') {
      this.#data.push(value);
      this.#dataCharacters += value.length;
      this.#checkSize(this.#dataCharacters);
    }
    return undefined;
  }

  #dispatch(): SseEvent | undefined {
    const type = this.#type || 'message';
    const data = this.#data;
    this.#type = '';
    if (data.length === 0) return undefined;
    this.#data = [];
    this.#dataCharacters = 0;
    return { type, data: data.join('\n') };
  }

  #checkSize(characters: number): void {
    if (characters > this.#charactersMax) {
      throw new LlmError('protocol', `An event has more than ${this.#charactersMax} characters`);
    }
  }
}

/** The next LF or CR; few streams have a CR, so that the second search mostly runs once over a chunk. */
function lineEnd(text: string, from: number): number {
  const lineFeed = text.indexOf('\n', from);
  const carriageReturn = text.slice(from, lineFeed === -1 ? undefined : lineFeed).indexOf('\r');
  return carriageReturn === -1 ? lineFeed : from + carriageReturn;
}
