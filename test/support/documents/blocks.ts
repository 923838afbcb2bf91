/**
 * The fenced blocks of a page, with what the HTML comments right above them say to the runner:
 *
 *     not run: REASON     it cannot be run here
 *     exit: CODE          the exit code of the last command, 0 where nothing is said
 *     stays until: TEXT   it keeps running, and is ready once it has printed TEXT
 *     first: stop the server   what the reader has done before; otherwise the server runs
 *     typed: LINES        what somebody types in the session that is shown, line by line
 *     file: NAME          the text of a file in the folder in which the commands run
 *     file of: SETTING    the same, and the setting names it
 */
export const DIRECTIVES = ['not run', 'exit', 'first', 'stays until', 'typed', 'file', 'file of'] as const;
export type Directive = (typeof DIRECTIVES)[number];

export interface Block {
  /** The page and the line of the fence, as an editor opens it. */
  readonly place: string;
  readonly language: string;
  readonly text: string;
  readonly directives: ReadonlyMap<Directive, string>;
}

const FENCE = /^( *)```(\S*)\n([^]*?)^\1```$/gm;
const COMMENTS_ABOVE = /(?:<!--(?:(?!-->)[^])*-->\s*)+$/;
const COMMENT = /<!--\s*([a-z ]+):\s*([^]*?)\s*-->/g;

export function blocksOf(path: string, markdown: string): Block[] {
  return [...markdown.matchAll(FENCE)].map((match) => {
    const [, indent = '', language = '', text = ''] = match;
    const above = markdown.slice(0, match.index);
    return {
      place: `${path}:${above.split('\n').length}`,
      language,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      directives: directivesIn(COMMENTS_ABOVE.exec(above)?.[0] ?? '', path),
    };
  });
}

function directivesIn(comments: string, path: string): Map<Directive, string> {
  const found = new Map<Directive, string>();
  for (const [, word = '', value = ''] of comments.matchAll(COMMENT)) {
    const directive = DIRECTIVES.find((known) => known === word);
    if (directive === undefined) throw new Error(`${path}: the comment "${word}:" means nothing`);
    found.set(directive, value);
  }
  return found;
}
