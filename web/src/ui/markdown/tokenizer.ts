/**
 * Where Markdown as it is specified would lose, join or renumber what a model has written, the text counts
 * more. Each method below names what it keeps. A result of `false` leaves the decision to marked,
 * `undefined` says that nothing begins here.
 */
import { Tokenizer, type Token, type Tokens, type TokenizerObject } from 'marked';
import { addressLength } from './address.ts';

/** Quotes, lists and emphasis within each other; what is deeper is plain text. */
const DEPTH_MAX = 24;

const CJK_LETTERS = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}`;
const CJK = String.raw`${CJK_LETTERS}\u3000-\u303F\uFF00-\uFFEF`;
const IS_CJK = new RegExp(`[${CJK}]`, 'u');
/** Punctuation beside a mark of emphasis where the writing has no spaces that could tell its two sides. */
const CLOSING = new RegExp(`\\p{P}(?=\\*+[${CJK}])|[\\u3000-\\u303F\\uFF00-\\uFF0F](?=\\*)`, 'gu');
const LETTER = '\u5B57';

/** So that `含**「重点」**内容` is bold: CommonMark sees no end of emphasis between a bracket and a letter. */
export function emphasisMask(text: string): string {
  return text.replaceAll(CLOSING, (mark) => (mark.includes('*') ? mark : LETTER));
}

export function faithfulTokenizer(): TokenizerObject {
  const depth = createDepth();
  const base = Tokenizer.prototype;
  return {
    blockquote(text) {
      return depth.within(() => base.blockquote.call(this, text));
    },
    list(text) {
      return depth.within(() => base.list.call(this, text));
    },
    /** Raw HTML is text: its lines stay lines, and Markdown within it is Markdown. */
    html: () => undefined,
    /** `<br>` is the only way to break a line in a cell of a table; see the renderer. */
    tag(text) {
      const raw = /^<br ?\/?>/i.exec(text)?.[0];
      if (raw === undefined) return undefined;
      return { type: 'html', raw, text: raw, block: false, inLink: false, inRawBlock: false };
    },
    /** `\(`, `\[` and `\\` are mathematics, regular expressions or paths more often than escapes. */
    escape(text) {
      const raw = /^\\[\\()[\]]/.exec(text)?.[0];
      return raw === undefined ? false : { type: 'escape', raw, text: raw };
    },
    /** A path may end a line with a backslash. */
    br(text) {
      const raw = /^ *\n(?!\s*$)[ \t]*/.exec(text)?.[0];
      return raw === undefined ? undefined : { type: 'br', raw };
    },
    /** `2*3*4` and `__init__` are not emphasis. */
    emStrong(text, masked, before = '') {
      if (/^__[a-z\d_]+__(?!\w)/.test(text)) return undefined;
      if (/\w/.test(before) && /^\*+\w/.test(text)) return undefined;
      const previous = text.startsWith('*') && IS_CJK.test(before) ? '' : before;
      return depth.within(() => base.emStrong.call(this, text, masked, previous));
    },
    /** `3~5 days` and `100~~200` strike nothing. */
    del(text, masked, before = '') {
      if (!/^~~(?![~\s])/.test(text) || /[\p{L}\p{N}]/u.test(before)) return undefined;
      return depth.within(() => base.del.call(this, text, masked, before));
    },
    /** `https://example.com。谢谢` leads to example.com. */
    url(text) {
      if (!/^(?:(?:https?|ftp):\/\/|www\.)/i.test(text)) return false;
      return base.url.call(this, text.slice(0, addressLength(text)));
    },
    /** A row may have more cells than the head. */
    table(text) {
      const table = base.table.call(this, text);
      if (!table) return undefined;
      const lines = table.raw.split('\n').slice(2);
      for (const [index, row] of table.rows.entries()) {
        for (const cell of cellsOf(lines[index] ?? '').slice(row.length)) {
          row.push({ text: cell, tokens: this.lexer.inline(cell), header: false, align: null });
        }
      }
      return table;
    },
  };
}

/** The number of an item and the mark behind it, as they were written; undefined for a bullet. */
export function numberOfItem({ raw }: Tokens.ListItem): string | undefined {
  return /^\s*(\d+[.)])/.exec(raw)?.[1];
}

/** `<br>` in a cell breaks the line; anywhere else it is text. */
export function breakLines(tokens: readonly Token[]): Token[] {
  return tokens.map((token) => {
    if (token.type === 'html') return { type: 'br', raw: token.raw };
    return 'tokens' in token && token.tokens ? { ...token, tokens: breakLines(token.tokens) } : token;
  });
}

function cellsOf(row: string): string[] {
  const cells = row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
    .split(/(?<!\\)\|/);
  return cells.map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'));
}

/** Bounds recursion, so that no text can exhaust the stack. */
function createDepth(): { within<T>(run: () => T): T | undefined } {
  let depth = 0;
  return {
    within(run) {
      if (depth >= DEPTH_MAX) return undefined;
      depth += 1;
      try {
        return run();
      } finally {
        depth -= 1;
      }
    },
  };
}
