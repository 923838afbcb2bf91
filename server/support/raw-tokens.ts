/**
 * Estimates tokens without a tokenizer, for subword tokenizers: a short word is one token, a longer word is
 * one token for every five letters (English needs fewer, Spanish about as many), a Han or Kana character is
 * one token, an emoji two.
 */
const LETTERS_PER_TOKEN = 5;
const DIGITS_PER_TOKEN = 2;
const SPACES_PER_TOKEN = 8;

/** Kinds of code units that form runs, which share tokens; the others are weighed one by one. */
const LETTER = 1;
const DIGIT = 2;
const SPACE = 3;
const OTHER = 0;

const ASCII_KINDS = Uint8Array.from({ length: 128 }, (_, code) => asciiKind(code));

/** The uncorrected estimate; 0 for the empty text only. One pass, no allocation. */
export function rawTokens(text: string): number {
  let tokens = 0;
  let kind = OTHER;
  let run = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const next = code < 128 ? (ASCII_KINDS[code] ?? OTHER) : isLatin(code) ? LETTER : OTHER;
    if (next !== kind) {
      tokens += runTokens(kind, run);
      kind = next;
      run = 0;
    }
    // An accented letter usually shares its token with fewer letters than a plain one.
    if (next === OTHER) tokens += weight(code);
    else run += code < 128 ? 1 : 1.5;
  }
  return tokens + (text.length > 0 ? Math.max(runTokens(kind, run), tokens === 0 ? 1 : 0) : 0);
}

function runTokens(kind: number, run: number): number {
  if (kind === LETTER) return Math.ceil(run / LETTERS_PER_TOKEN);
  if (kind === DIGIT) return Math.ceil(run / DIGITS_PER_TOKEN);
  // One space belongs to the word after it.
  return kind === SPACE && run > 1 ? Math.ceil(run / SPACES_PER_TOKEN) : 0;
}

function asciiKind(code: number): number {
  if (code === 0x20) return SPACE;
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? LETTER : OTHER;
}

/** Latin-1 letters and Latin Extended-A and -B. */
function isLatin(code: number): boolean {
  return code >= 0xc0 && code <= 0x24f;
}

function weight(code: number): number {
  // Greek, Cyrillic, Armenian, Hebrew, Arabic: about two letters a token.
  if (code >= 0x370 && code <= 0x6ff) return 0.5;
  return 1;
}
