/**
 * The numbering of a resumable session, seen from the client: each message carries the number after the last
 * one, also across a resume. A hole is a lost message; a number that came before is one delivered twice.
 */
export type SequenceFault = 'gap' | 'duplicate';

export class SequenceChecker {
  #last: number;

  constructor(last = 0) {
    this.#last = last;
  }

  /** The last number that arrived. */
  get last(): number {
    return this.#last;
  }

  /** Takes a message's number; says what is wrong with it. After a gap it counts on from there. */
  accept(seq: number): SequenceFault | undefined {
    if (seq <= this.#last) return 'duplicate';
    const fault = seq === this.#last + 1 ? undefined : 'gap';
    this.#last = seq;
    return fault;
  }
}
