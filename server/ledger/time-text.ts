/** A time as entries write it; most calls within a millisecond ask for the same one. */
export class TimeText {
  #ms = Number.NaN;
  #text = '';

  of(ms: number): string {
    if (ms !== this.#ms) this.#text = new Date(ms).toISOString();
    this.#ms = ms;
    return this.#text;
  }
}
