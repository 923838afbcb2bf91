/** Marks each message, and knows by the mark whether an answer is its own. */
import type { Answer } from '../client/chat-client.ts';
import type { Expectation } from './options.ts';

/** Beyond ASCII on purpose: an answer cut inside a character must show. */
const FILLER = '¿qué hilo seguimos hoy? a thread of words 🧵 ';

export interface Asked {
  readonly client: number;
  /** Of this client, from 1. */
  readonly message: number;
  readonly text: string;
}

export class AnswerChecker {
  readonly #run: string;
  readonly #expect: Expectation;
  readonly #violation: (text: string) => void;
  /** The number of the last message that each session answered. */
  readonly #lastMessage = new Map<number, number>();

  /** `run`: letters and digits that no other run has. */
  constructor(run: string, expect: Expectation, violation: (text: string) => void) {
    this.#run = run;
    this.#expect = expect;
    this.#violation = violation;
  }

  ask(client: number, message: number, bytes: number): Asked {
    const mark = this.#mark(client, message);
    const filler = textOfBytes(bytes - mark.length - ' '.length - ' end'.length);
    return { client, message, text: `${mark} ${filler}end` };
  }

  /** Call it for the answers of a client in the order in which its messages were sent. */
  check(asked: Asked, session: string, answer: Answer): void {
    const who = `client ${asked.client} (${session}), message ${asked.message}`;
    this.#checkTrace(asked, session, answer.trace, who);
    if (answer.text === '') this.#violation(`${who}: the answer is empty`);
    const foreign = this.#foreignMark(asked.client, answer.text);
    if (foreign) return this.#violation(`${who}: got what belongs to ${foreign}`);
    if (this.#expect === 'echo' && !isEcho(answer.text, asked.text)) {
      this.#violation(`${who}: the answer is not the echo of the message: "${answer.text.slice(0, 160)}"`);
    }
    return undefined;
  }

  /** A new session counts its messages from 1 again. */
  forget(client: number): void {
    this.#lastMessage.delete(client);
  }

  /**
   * Refused messages may use numbers up; going back or standing still means an answer came twice or too late.
   */
  #checkTrace(asked: Asked, session: string, trace: string, who: string): void {
    const match = /^(Usuario-\d+):m(\d+)$/.exec(trace);
    const number = Number(match?.[2]);
    if (match?.[1] !== session) this.#violation(`${who}: the trace ${trace} is another's`);
    else if (number <= (this.#lastMessage.get(asked.client) ?? 0)) {
      this.#violation(`${who}: the trace ${trace} is not newer than the last one`);
    }
    if (Number.isInteger(number)) this.#lastMessage.set(asked.client, number);
  }

  #foreignMark(client: number, text: string): string | undefined {
    for (const match of text.matchAll(/lt(\w+)-c(\d+)-m\d+/g)) {
      if (match[1] === this.#run && Number(match[2]) !== client) return match[0];
    }
    return undefined;
  }

  #mark(client: number, message: number): string {
    return `lt${this.#run}-c${client}-m${message}`;
  }
}

/** The stub may add words of its own after the echo. */
function isEcho(answer: string, asked: string): boolean {
  const echo = `echo: ${asked}`;
  return answer === echo || answer.startsWith(`${echo} `);
}

/**
 * The filler over and over, whole characters only, up to so many bytes; ends with a space unless it is empty.
 */
function textOfBytes(bytes: number): string {
  let text = '';
  let used = 1;
  for (const character of FILLER.repeat(Math.ceil(Math.max(bytes, 0) / FILLER.length))) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    text += character;
  }
  return text === '' ? '' : `${text.trimEnd()} `;
}
