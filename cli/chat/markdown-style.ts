/** Colours for the Markdown of an answer while it streams: headings, bold and code. Marks stay as written. */

const BOLD = '\x1b[1m';
const CODE = '\x1b[36m';
const PLAIN = '\x1b[0m';

/** What could still become a longer mark when more comes. */
const UNDECIDED = /(?<!\*)(?:\*\*)*(?<star>\*)$|(?<!`)(?:```)*(?<ticks>`{1,2})$/;
const MARK = /\*\*|```|`/g;
const HEADING = /^#{1,6} /;
/** The beginning of a line that could still become a heading. */
const MAYBE_HEADING = /^#{0,6}$/;

export class MarkdownStyle {
  #held = '';
  #isAtLineStart = true;
  #isBold = false;
  #isHeading = false;
  #code: '' | '`' | '```' = '';

  /** The next part of the text, as far as it is decided. */
  push(text: string): string {
    const pieces = (this.#held + text).split(/(?<=\n)/);
    const last = pieces.at(-1) ?? '';
    const isWhole = last === '' || last.endsWith('\n');
    const kept = isWhole ? '' : this.#undecided(last, pieces.length > 1);
    this.#held = kept;
    const decided = kept === '' ? pieces : [...pieces.slice(0, -1), last.slice(0, last.length - kept.length)];
    return decided.map((piece) => this.#styled(piece)).join('');
  }

  /** The rest, and the end of all colours. */
  end(): string {
    const rest = this.#styled(this.#held);
    this.#held = '';
    return rest + PLAIN;
  }

  #undecided(line: string, isNewLine: boolean): string {
    if ((isNewLine || this.#isAtLineStart) && MAYBE_HEADING.test(line)) return line;
    const { star, ticks } = UNDECIDED.exec(line)?.groups ?? {};
    return star ?? ticks ?? '';
  }

  #styled(piece: string): string {
    if (piece === '') return '';
    if (this.#isAtLineStart && this.#code === '' && HEADING.test(piece)) this.#isHeading = true;
    const before = this.#isAtLineStart && this.#isHeading ? BOLD : '';
    const styled = piece.replace(MARK, (mark) => this.#mark(mark));
    this.#isAtLineStart = piece.endsWith('\n');
    if (!this.#isAtLineStart) return before + styled;
    // Nothing but a block of code goes on in the next line.
    this.#isHeading = false;
    this.#isBold = false;
    if (this.#code === '`') this.#code = '';
    return `${before}${styled.slice(0, -1)}${PLAIN}\n${this.#code === '' ? '' : CODE}`;
  }

  #mark(mark: string): string {
    if (mark === '**') {
      if (this.#code !== '') return mark;
      this.#isBold = !this.#isBold;
      return this.#isBold ? `${BOLD}${mark}` : `${mark}${this.#colours()}`;
    }
    if (this.#code !== '' && this.#code !== mark) return mark;
    this.#code = this.#code === '' ? (mark as '`' | '```') : '';
    return this.#code === '' ? `${mark}${this.#colours()}` : `${CODE}${mark}`;
  }

  #colours(): string {
    return PLAIN + (this.#isBold || this.#isHeading ? BOLD : '');
  }
}
