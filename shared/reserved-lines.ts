/**
 * On the text face a line that begins with `FAIL ` or `-- ` is the server's own. [T-3] [T-5] A line of a
 * model that begins so has a space put before it. Only for text that is safe already: a character that is
 * dropped afterwards could make such a beginning.
 */
const RESERVED_ALL = /(^|\n)(?=FAIL |-- )/g;
const RESERVED_LATER = /(\n)(?=FAIL |-- )/g;
const UNDECIDED = /(?:^|\n)(-{1,2}|F|FA|FAI|FAIL)$/;
const UNDECIDED_LATER = /\n(-{1,2}|F|FA|FAI|FAIL)$/;

/** `isAtLineStart`: whether the text begins a line. */
export function withoutReservedLines(text: string, isAtLineStart = true): string {
  return text.replaceAll(isAtLineStart ? RESERVED_ALL : RESERVED_LATER, '$1 ');
}

/** The end of the text that may become a reserved beginning with what follows; empty when there is none. */
export function undecidedEnd(text: string, isAtLineStart: boolean): string {
  return (isAtLineStart ? UNDECIDED : UNDECIDED_LATER).exec(text)?.[1] ?? '';
}
