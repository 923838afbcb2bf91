/** Combining marks that `normalize('NFD')` splits off a Latin letter. */
const MARKS = /\p{M}/gu;
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const APOSTROPHES = /[\u2018\u2019\u02bc\u00b4`]/gu;
const BEYOND_ASCII = /[^\0-\x7f]/u;
/** Below U+0250, everything but the soft hyphen is visible and composed already. */
const NOT_PLAINLY_COMPOSED = /[^\0-\x7f\u00a1-\u00ac\u00ae-\u024f]/u;
/** By character code. */
const FOLDED = Array.from({ length: 0x250 }, (_, code) => foldUnit(String.fromCharCode(code)));

/**
 * Lower case without accents, one UTF-16 unit for one unit: an index into the result is an index into the
 * input, so a pattern can be matched without accents and its groups still be taken from what the person
 * wrote.
 */
export function fold(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text.toLowerCase();
  let folded = '';
  for (let index = 0; index < text.length; index += 1) {
    folded += FOLDED[text.charCodeAt(index)] ?? foldUnit(text.charAt(index));
  }
  return folded;
}

/** Composes letters, drops invisible characters and makes every apostrophe the same one. */
export function clean(text: string): string {
  const isComposed = !NOT_PLAINLY_COMPOSED.test(text);
  const composed = isComposed ? text : text.normalize('NFC').replace(INVISIBLE, '');
  return composed.replace(APOSTROPHES, "'");
}

export function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+(?:'[\p{L}]+)*/gu) ?? [];
}

/** A message without the marks and case that do not change what it says: for "is this the same again?". */
export function gist(text: string): string {
  return wordsOf(fold(clean(text))).join(' ');
}

function foldUnit(unit: string): string {
  if (unit < '\u0080') return unit.toLowerCase();
  const lower = unit.toLowerCase().normalize('NFD').replace(MARKS, '');
  return lower.length === 1 ? lower : unit;
}
