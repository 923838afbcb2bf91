/** Combining marks that `normalize('NFD')` splits off a Latin letter. */
const MARKS = /\p{M}/gu;
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const CURLY_APOSTROPHES = /[\u2018\u2019\u02bc\u00b4`]/gu;

/**
 * Lower case without accents, one UTF-16 unit for one unit: an index into the result is an index into the
 * input, so a pattern can be matched without accents and its groups still be taken from what the person
 * wrote.
 */
export function fold(text: string): string {
  let folded = '';
  for (let index = 0; index < text.length; index += 1) folded += foldUnit(text.charAt(index));
  return folded;
}

/** Composes letters, drops invisible characters and makes every apostrophe the same one. */
export function clean(text: string): string {
  return text.normalize('NFC').replace(INVISIBLE, '').replace(CURLY_APOSTROPHES, "'");
}

/** The sentences of a text, without their closing marks. */
export function sentencesOf(text: string): string[] {
  return split(text, /[.!?;:\n\r…¿¡]+/u);
}

/** Sentences cut further at commas, dashes, brackets and "but": what a decomposition pattern is tried on. */
export function clausesOf(text: string): string[] {
  return split(text, /[.!?;:\n\r…¿¡,()[\]«»“”"—–]+|\s-+\s|\s(?=(?:pero|aunque|but|although)\s)/iu);
}

export function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+(?:'[\p{L}]+)*/gu) ?? [];
}

/** A message without the marks and case that do not change what it says: for "is this the same again?". */
export function gist(text: string): string {
  return wordsOf(fold(clean(text))).join(' ');
}

/**
 * A regular expression whose source is written over several lines; the breaks and indentations are no
 * part of it.
 */
export function pattern(source: string, flags = ''): RegExp {
  return new RegExp(source.replace(/\n\s*/gu, ''), `u${flags}`);
}

function split(text: string, at: RegExp): string[] {
  return text
    .split(at)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function foldUnit(unit: string): string {
  if (unit < '\u0080') return unit.toLowerCase();
  const lower = unit.toLowerCase().normalize('NFD').replace(MARKS, '');
  return lower.length === 1 ? lower : unit;
}
