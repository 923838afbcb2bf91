/** What may be drawn of a formula in TeX, and whether the drawing shows all of it. */
import { FORMULA_CHARACTERS_MAX } from './math.ts';

/** A formula that makes commands of its own could grow without end when it is drawn. */
const COMMANDS = '[egx]?def|(?:future)?let|global|long|char|csname|(?:re)?newcommand|providecommand';
const MAKES_COMMANDS = new RegExp(`\\\\(?:${COMMANDS}|DeclareMathOperator)(?![A-Za-z])`);

/** What is written but not shown: names of commands and surroundings, places and sizes. */
const UNSHOWN = [
  /\\(?:begin|end)\s*\{[A-Za-z]+\*?\}(?:\s*\{[clr|: ]*\})?/g,
  /\\\\(?:\s*\[[^\]]*\])?/g,
  /\\(?:color|textcolor|colorbox|hspace|mspace)\*?\s*\{[^{}]*\}/g,
  /\\[A-Za-z]+\*?/g,
];

/** The formula as it is given to the drawer; undefined where it stays text. */
export function drawableTex(tex: string): string | undefined {
  if (tex.length > FORMULA_CHARACTERS_MAX || MAKES_COMMANDS.test(tex)) return undefined;
  // In TeX, a percent sign makes the rest of a line vanish; a model means per cent.
  return tex.replaceAll(/(?<!\\)((?:\\\\)*)%/g, String.raw`$1\%`);
}

/** Whether each letter and digit of the formula is there; `\sqrt[3]{x}` may have them in another order. */
export function showsAll(tex: string, shown: string): boolean {
  const written = UNSHOWN.reduce((rest, pattern) => rest.replaceAll(pattern, ' '), tex);
  const left = countLetters(shown);
  for (const [letter, count] of countLetters(written)) if ((left.get(letter) ?? 0) < count) return false;
  return true;
}

/** Letters in bold, script or double-struck forms count as what they are (Unicode, NFKC). */
function countLetters(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const letter of text.normalize('NFKC').match(/[\p{L}\p{N}]/gu) ?? [])
    counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return counts;
}
