/**
 * Takes telnet negotiation (RFC 854) out of a stream of bytes; a pure machine, safe at any cut. [P-6]
 *
 * `IAC IAC` would be a data byte 255, which no UTF-8 text contains, so it is dropped as well. Hilo answers no
 * option: by RFC 854 a client then keeps its defaults, which are the ones wanted here (line mode, local
 * echo). `CR NUL`, the Enter key of a client that sends each key by itself, becomes `CR LF`.
 */
const NUL = 0;
const LF = 10;
const CR = 13;
const IAC = 255;
const SUBNEGOTIATION = 250;
const SUBNEGOTIATION_END = 240;
const WILL = 251;
const DONT = 254;
/** What a telnet client sends for Ctrl-C. */
const INTERRUPT_PROCESS = 244;

type State = 'data' | 'command' | 'option' | 'subnegotiation' | 'subnegotiation-command';

export class TelnetFilter {
  #state: State = 'data';
  #isAfterCarriageReturn = false;
  readonly #onInterrupt: () => void;

  /** `onInterrupt` is called once for each Interrupt Process that passes. */
  constructor(onInterrupt: () => void) {
    this.#onInterrupt = onInterrupt;
  }

  /** The chunk without negotiation; the very same buffer when there was none. */
  filter(chunk: Buffer): Buffer {
    if (this.#state === 'data' && !chunk.includes(IAC) && !chunk.includes(NUL)) {
      if (chunk.length > 0) this.#isAfterCarriageReturn = chunk.at(-1) === CR;
      return chunk;
    }
    const kept = Buffer.allocUnsafe(chunk.length);
    let length = 0;
    for (const byte of chunk) {
      if (this.#state === 'data' && byte !== IAC) kept[length++] = this.#data(byte);
      else this.#state = this.#after(byte);
    }
    return kept.subarray(0, length);
  }

  #data(byte: number): number {
    const isEnter = byte === NUL && this.#isAfterCarriageReturn;
    this.#isAfterCarriageReturn = byte === CR;
    return isEnter ? LF : byte;
  }

  #after(byte: number): State {
    switch (this.#state) {
      case 'data':
        return 'command';
      case 'command':
        if (byte === INTERRUPT_PROCESS) this.#onInterrupt();
        if (byte === SUBNEGOTIATION) return 'subnegotiation';
        return byte >= WILL && byte <= DONT ? 'option' : 'data';
      case 'option':
        return 'data';
      case 'subnegotiation':
        return byte === IAC ? 'subnegotiation-command' : 'subnegotiation';
      case 'subnegotiation-command':
        return byte === SUBNEGOTIATION_END ? 'data' : 'subnegotiation';
    }
  }
}
