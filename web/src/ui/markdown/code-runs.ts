/**
 * Coloured code as runs: how many characters, and of which kind. The text itself stays where it is, so that
 * no highlighter can change a letter of it.
 */

/** Each is a class of the style sheet. */
export const CODE_KINDS = [
  '',
  'comment',
  'keyword',
  'string',
  'number',
  'name',
  'type',
  'added',
  'removed',
] as const;
export type CodeKind = (typeof CODE_KINDS)[number];

export interface CodeRun {
  readonly length: number;
  readonly kind: CodeKind;
}

/** Scopes of highlight.js by their first word. */
const KINDS: Readonly<Record<string, CodeKind>> = {
  comment: 'comment',
  quote: 'comment',
  doctag: 'comment',
  keyword: 'keyword',
  'selector-tag': 'keyword',
  'template-tag': 'keyword',
  tag: 'keyword',
  operator: '',
  string: 'string',
  regexp: 'string',
  char: 'string',
  code: 'string',
  link: 'string',
  symbol: 'number',
  bullet: 'number',
  number: 'number',
  literal: 'number',
  variable: 'number',
  'template-variable': 'number',
  title: 'name',
  section: 'name',
  name: 'name',
  'selector-id': 'name',
  'selector-class': 'name',
  attr: 'type',
  attribute: 'type',
  built_in: 'type',
  type: 'type',
  property: 'type',
  meta: 'type',
  'selector-attr': 'type',
  'selector-pseudo': 'type',
  addition: 'added',
  deletion: 'removed',
};

const PIECE = /<span class="(?:hljs-)?([^"]*)">|<\/span>|&(?:amp|lt|gt|quot|#x27);|[^<&]+|[<&]/g;

/** Reads what highlight.js has written; undefined unless it is `length` characters of text. */
export function runsOf(html: string, length: number): CodeRun[] | undefined {
  const kinds: CodeKind[] = [''];
  const runs: { length: number; kind: CodeKind }[] = [];
  let total = 0;
  for (const [piece, scope] of html.matchAll(PIECE)) {
    if (scope !== undefined) kinds.push(kindOf(scope, kinds.at(-1) ?? ''));
    else if (piece === '</span>') kinds.pop();
    else {
      const characters = piece.startsWith('&') ? 1 : piece.length;
      const kind = kinds.at(-1) ?? '';
      const last = runs.at(-1);
      if (last?.kind === kind) last.length += characters;
      else runs.push({ length: characters, kind });
      total += characters;
    }
  }
  return total === length ? runs : undefined;
}

/** What has no colour of its own has that of what it stands in. */
function kindOf(scope: string, outer: CodeKind): CodeKind {
  const [name = ''] = scope.split(' ');
  return KINDS[name] ?? outer;
}
