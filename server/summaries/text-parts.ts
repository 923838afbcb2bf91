/** Cuts a text into parts that a model can take, where a reader would pause. */
import { rawTokens } from '../support/raw-tokens.ts';

const PARAGRAPHS = /\n{2,}/u;
const SENTENCES = /(?<=[.!?…])\s+|(?<=[。！？])|\n/u;
const WORDS = /\s+/u;

/** How pieces are cut, and what joins those that stay together; the later ones cut what is too long still. */
const CUTS = [
  { between: PARAGRAPHS, joint: '\n\n' },
  { between: SENTENCES, joint: ' ' },
  { between: WORDS, joint: ' ' },
] as const;

/** What a joint may add to an estimate. */
const JOINT_TOKENS = 2;

/** In order, none empty, none with more estimated tokens than `tokensMax`. */
export function textParts(text: string, tokensMax: number): string[] {
  return [...partsBy(text, tokensMax, 0)];
}

function* partsBy(text: string, tokensMax: number, level: number): Generator<string> {
  const cut = CUTS[level];
  if (!cut) return yield* hardCuts(text, tokensMax);
  let part = '';
  let tokens = 0;
  for (const piece of text.split(cut.between)) {
    if (piece.trim() === '') continue;
    const more = rawTokens(piece);
    if (part !== '' && tokens + JOINT_TOKENS + more <= tokensMax) {
      part += cut.joint + piece;
      tokens += JOINT_TOKENS + more;
      continue;
    }
    if (part !== '') yield part;
    [part, tokens] = ['', 0];
    if (more > tokensMax) yield* partsBy(piece, tokensMax, level + 1);
    else [part, tokens] = [piece, more];
  }
  if (part !== '') yield part;
}

/** A word without end, as in data that is not text. No character is cut in two. */
function* hardCuts(text: string, tokensMax: number): Generator<string> {
  let rest = text;
  while (rest !== '') {
    const end = fittingLength(rest, tokensMax);
    yield rest.slice(0, end);
    rest = rest.slice(end);
  }
}

/** The beginning of the text with at most so many tokens. */
export function fittingStart(text: string, tokensMax: number): string {
  return rawTokens(text) <= tokensMax ? text : text.slice(0, fittingLength(text, tokensMax));
}

/** At least one character. Found by halving, since the estimate only grows with the length. */
function fittingLength(text: string, tokensMax: number): number {
  let [fits, tooLong] = [1, text.length + 1];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (rawTokens(text.slice(0, middle)) <= tokensMax) fits = middle;
    else tooLong = middle;
  }
  return isHighSurrogate(text.charCodeAt(fits - 1)) && fits < text.length ? fits + 1 : fits;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}
