/**
 * What a terminal without line editing of its own sends, as the line that its user meant: Backspace and DEL
 * erase a character, Ctrl-U what was written so far, and keys that send escape sequences (arrows, Home, the
 * marks of a bracketed paste) write nothing. [P-6] Pure; linear in the length of the line.
 */
const EDITING = /[\b\u0015\u001B\u007F]/;
/** CSI and SS3 sequences (ECMA-48 §5.4), and an ESC by itself. */
const ESCAPE_SEQUENCES = /\u001B(?:\[[0-?]*[ -/]*[@-~]|O[@-~])?/g;
const ERASE = /[\b\u007F]/;
const ERASE_LINE = '\u0015';
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function editedLine(line: string): string {
  if (!EDITING.test(line)) return line;
  const written = line.replaceAll(ESCAPE_SEQUENCES, '');
  return withErasures(written.slice(written.lastIndexOf(ERASE_LINE) + 1));
}

function withErasures(line: string): string {
  const [first = '', ...others] = line.split(ERASE);
  const kept = charactersOf(first);
  for (const run of others) {
    kept.pop();
    kept.push(...charactersOf(run));
  }
  return kept.join('');
}

/** A letter with its accents, or a whole emoji, is one. */
function charactersOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}
