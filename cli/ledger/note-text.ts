/** Finds a signed checkpoint in a text that a person or a program has kept. */

/** Origin, size and root, an empty line, and the lines of the signatures. */
const NOTE = /(?:^|\n)([^\n]+\n\d{1,16}\n[A-Za-z0-9+/]{43}=\n(?:[^\n]+\n)*\n(?:\u2014 \S+ \S+\n)+)/;

/**
 * Returns the note in a file. The file may hold the note alone, the answer of `ledger.checkpoint` as JSON, or
 * the output of `/checkpoint` in a terminal, with its key and any text around it. If there is no note,
 * returns the text itself.
 */
export function noteIn(text: string): string {
  const unix = text.replaceAll('\r\n', '\n');
  const note = noteInJson(unix) ?? unix;
  return NOTE.exec(note.endsWith('\n') ? note : `${note}\n`)?.[1] ?? text;
}

function noteInJson(text: string): string | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const { note } = JSON.parse(text) as { readonly note?: unknown };
    return typeof note === 'string' ? note : undefined;
  } catch {
    return undefined;
  }
}
