import type { PhraseFaults } from './phrase-faults.ts';

export interface PhraseLine {
  readonly text: string;
  /** Counted from one, in the file. */
  readonly line: number;
}

/** What stands under one title: `[topics / safe / emergency]`. */
export interface PhraseSection {
  /** The parts of the title. */
  readonly title: readonly string[];
  readonly line: number;
  /** What the companion listens for, and every other line that is not said. */
  readonly heard: readonly PhraseLine[];
  /** The lines that begin with a dash: what the companion says. */
  readonly said: readonly PhraseLine[];
}

export interface PhraseFile {
  /** As faults name it: `es/danger.txt`. */
  readonly path: string;
  readonly sections: readonly PhraseSection[];
}

interface OpenSection extends PhraseSection {
  readonly heard: PhraseLine[];
  readonly said: PhraseLine[];
}

const TITLE = /^\[(?<title>[a-z][a-z\d -]*(?: \/ [a-z\d][a-z\d -]*)*)\]$/u;
const SAID = '- ';

/**
 * Reads the notation of `phrases/readme.md`: titles in brackets, a phrase on each line, a line that begins
 * with spaces goes on with the one above, `#` begins a comment.
 */
export function parsePhraseFile(path: string, text: string, faults: PhraseFaults): PhraseFile {
  const sections: OpenSection[] = [];
  for (const { text: phrase, line } of joinedLines(text)) {
    const section = sections.at(-1);
    const title = TITLE.exec(phrase)?.groups?.['title'];
    if (title !== undefined) {
      sections.push({ title: title.split(' / '), line, heard: [], said: [] });
    } else if (section === undefined) {
      faults.add(path, line, 'stands before the first title');
    } else if (phrase.startsWith(' ')) {
      faults.add(path, line, 'begins with a space, but there is no phrase above that it could go on with');
    } else if (phrase.startsWith(SAID)) {
      section.said.push({ text: phrase.slice(SAID.length).trim(), line });
    } else {
      section.heard.push({ text: phrase, line });
    }
  }
  return { path, sections };
}

/** The phrases without comments and empty lines, each with the lines that go on with it. */
function joinedLines(text: string): PhraseLine[] {
  const phrases: PhraseLine[] = [];
  let isOpen = false;
  for (const [index, raw] of text.split(/\r?\n/u).entries()) {
    const content = raw.trimEnd();
    const above = phrases.at(-1);
    if (content === '' || content.startsWith('#')) {
      isOpen = false;
    } else if (isOpen && above !== undefined && content.startsWith(' ')) {
      phrases[phrases.length - 1] = { text: joined(above.text, content.trimStart()), line: above.line };
    } else {
      phrases.push({ text: content, line: index + 1 });
      isOpen = true;
    }
  }
  return phrases;
}

/** A line may be broken between two words, or between two choices. */
function joined(above: string, next: string): string {
  return /[|(]$/u.test(above) || /^[|)]/u.test(next) ? above + next : `${above} ${next}`;
}
