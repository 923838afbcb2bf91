/** Finds the answer in what the text face writes: waiting lines, then the answer raw, then its end line. */
export type TextReplyEnd =
  | { readonly kind: 'answered'; readonly text: string; readonly trace: string }
  | { readonly kind: 'failed'; readonly key: string; readonly text: string };

export interface TextReplyEvent {
  /** The answer's first characters have been seen. */
  readonly began: boolean;
  readonly end: TextReplyEnd | undefined;
}

const END = /(?:^|\n)-- (Usuario-\d+:m\d+)[^\n]*\n/g;
const FAILURE = /(?:^|\n)FAIL \S+ (\w+): ([^\n]*)\n/g;
const WAITING = /^-- (?!Usuario-)[^\n]*\n/;
/** Longer than any end line: a match that a chunk boundary cut begins at most this far back. */
const LINE_CHARACTERS_MAX = 512;
/** While the text is a beginning of one of these, it is not known yet what the line is. */
const MARKS = ['-- ', 'FAIL '];

/** One reader for one reply. */
export class TextReplyReader {
  #text = '';
  #began = false;

  push(chunk: string): TextReplyEvent {
    const scanFrom = Math.max(this.#text.length - LINE_CHARACTERS_MAX, 0);
    this.#text += chunk;
    if (!this.#began) this.#dropWaiting();
    return { began: this.#began, end: this.#end(this.#began ? scanFrom : 0) };
  }

  #dropWaiting(): void {
    for (let match = WAITING.exec(this.#text); match; match = WAITING.exec(this.#text)) {
      this.#text = this.#text.slice(match[0].length);
    }
    const text = this.#text;
    this.#began = text !== '' && !MARKS.some((mark) => text.startsWith(mark.slice(0, text.length)));
  }

  #end(from: number): TextReplyEnd | undefined {
    const failure = matchFrom(FAILURE, this.#text, from);
    const end = matchFrom(END, this.#text, from);
    if (end && (!failure || end.index <= failure.index)) {
      return { kind: 'answered', text: this.#text.slice(0, end.index), trace: end[1] ?? '' };
    }
    return failure ? { kind: 'failed', key: failure[1] ?? '', text: failure[2] ?? '' } : undefined;
  }
}

function matchFrom(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}
