/** What a model thought before it answered, when it writes so into the answer itself. */

const OPENING = /^\s*<(think|thinking)>/;

export interface ThoughtAnswer {
  readonly thinking: string;
  readonly answer: string;
  /** Nothing but thoughts has come yet. */
  readonly isThinking: boolean;
}

/** Only at the very beginning: elsewhere the mark is part of the text. */
export function partThinking(text: string): ThoughtAnswer {
  const opening = OPENING.exec(text);
  if (!opening) return { thinking: '', answer: text, isThinking: false };
  const begin = opening[0].length;
  const closing = `</${opening[1]}>`;
  const end = text.indexOf(closing, begin);
  if (end < 0) return { thinking: text.slice(begin), answer: '', isThinking: true };
  const answer = text.slice(end + closing.length).trimStart();
  return { thinking: text.slice(begin, end), answer, isThinking: false };
}
