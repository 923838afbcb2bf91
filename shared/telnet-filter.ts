/**
 * Takes telnet (RFC 854) out of a stream of bytes, and answers it; a pure machine, safe at any cut. [P-6]
 *
 * Hilo has no options: DO is answered with WONT and WILL with DONT, so that a client keeps its defaults (line
 * mode, local echo) and does not wait. WONT and DONT ask for nothing, so answers cannot go back and forth.
 * The one exception: while a secret is typed, Hilo says that it echoes, and then does not (RFC 857). [T-8]
 *
 * A Synch ends with a Data Mark that is sent as urgent, and the kernel takes the urgent byte out of the
 * stream. So an IAC may stand alone before a byte that is no command. No UTF-8 text contains byte 255, so
 * `IAC IAC` is two beginnings of a command and never a data byte.
 */
const NUL = 0;
const ECHO = 1;
const LF = 10;
const CR = 13;
/** Ctrl-U, which erases the line. */
const NEGATIVE_ACKNOWLEDGE = 21;
const DELETE = 127;
/** EOF, SUSP, ABORT and EOR come before those of RFC 854. */
const FIRST_COMMAND = 236;
const SUBNEGOTIATION_END = 240;
/** What a telnet client sends for Ctrl-C. */
const INTERRUPT_PROCESS = 244;
const ERASE_CHARACTER = 247;
const ERASE_LINE = 248;
const SUBNEGOTIATION = 250;
const WILL = 251;
const WONT = 252;
const DO = 253;
const DONT = 254;
const IAC = 255;

/** A client that negotiates without end, and says nothing, gets no more answers until its line ends. */
const ANSWERS_PER_LINE_MAX = 64;

type State = 'data' | 'command' | typeof WILL | typeof WONT | typeof DO | typeof DONT | Subnegotiation;
type Subnegotiation = 'subnegotiation' | 'subnegotiation-command';

export interface TelnetEvents {
  /** Interrupt Process: Ctrl-C. */
  readonly onInterrupt: () => void;
  /** For the client, as it is. */
  readonly onAnswer: (bytes: Buffer) => void;
}

export class TelnetFilter {
  #state: State = 'data';
  #isAfterCarriageReturn = false;
  #answers = 0;
  #hasNegotiated = false;
  #hidesInput = false;
  readonly #events: TelnetEvents;

  constructor(events: TelnetEvents) {
    this.#events = events;
  }

  /** Whether the client has shown that it speaks telnet. */
  get hasNegotiated(): boolean {
    return this.#hasNegotiated;
  }

  /** The client stops showing what is typed, if it speaks telnet. */
  hideInput(): void {
    if (!this.#hasNegotiated || this.#hidesInput) return;
    this.#hidesInput = true;
    this.#events.onAnswer(Buffer.of(IAC, WILL, ECHO));
  }

  showInput(): void {
    if (!this.#hidesInput) return;
    this.#hidesInput = false;
    this.#events.onAnswer(Buffer.of(IAC, WONT, ECHO));
  }

  /** The chunk without telnet; the very same buffer when there was none. */
  filter(chunk: Buffer): Buffer {
    if (this.#state === 'data' && !chunk.includes(IAC) && !chunk.includes(NUL)) {
      if (chunk.length > 0) this.#isAfterCarriageReturn = chunk.at(-1) === CR;
      if (this.#answers > 0 && chunk.includes(LF)) this.#answers = 0;
      return chunk;
    }
    const kept = Buffer.allocUnsafe(chunk.length);
    let length = 0;
    for (const byte of chunk) {
      const data = this.#take(byte);
      if (data !== undefined) kept[length++] = data;
    }
    return kept.subarray(0, length);
  }

  /** The byte that takes its place in the text; undefined for one that is no text. */
  #take(byte: number): number | undefined {
    switch (this.#state) {
      case 'data':
        if (byte !== IAC) return this.#data(byte);
        this.#state = 'command';
        return undefined;
      case 'command':
        return this.#command(byte);
      case 'subnegotiation':
        if (byte === IAC) this.#state = 'subnegotiation-command';
        return undefined;
      case 'subnegotiation-command':
        if (byte > SUBNEGOTIATION_END && byte !== IAC) return this.#command(byte);
        this.#state = byte === SUBNEGOTIATION_END ? 'data' : 'subnegotiation';
        return undefined;
      default:
        this.#option(this.#state, byte);
        this.#state = 'data';
        return undefined;
    }
  }

  #data(byte: number): number {
    const isEnter = byte === NUL && this.#isAfterCarriageReturn;
    this.#isAfterCarriageReturn = byte === CR;
    if (isEnter || byte === LF) this.#answers = 0;
    return isEnter ? LF : byte;
  }

  #command(byte: number): number | undefined {
    this.#state = 'data';
    if (byte < FIRST_COMMAND) return this.#data(byte);
    switch (byte) {
      case IAC:
        this.#state = 'command';
        return undefined;
      case WILL:
      case WONT:
      case DO:
      case DONT:
        this.#state = byte;
        return undefined;
      case SUBNEGOTIATION:
        this.#state = 'subnegotiation';
        return undefined;
      case INTERRUPT_PROCESS:
        this.#events.onInterrupt();
        return undefined;
      case ERASE_CHARACTER:
        return this.#data(DELETE);
      case ERASE_LINE:
        return this.#data(NEGATIVE_ACKNOWLEDGE);
      default:
        return undefined;
    }
  }

  /** "No", to whatever is offered or asked for, but not to a client that agrees to what Hilo offered. */
  #option(verb: number, option: number): void {
    this.#hasNegotiated = true;
    if (verb === DO && option === ECHO && this.#hidesInput) return;
    if ((verb !== DO && verb !== WILL) || this.#answers === ANSWERS_PER_LINE_MAX) return;
    this.#answers += 1;
    this.#events.onAnswer(Buffer.of(IAC, verb === DO ? WONT : DONT, option));
  }
}
