/**
 * Where mathematics in TeX stands in a text. It is kept as it was written: Markdown would take its
 * underscores for emphasis and its backslashes for escapes. Whether it is drawn is decided later.
 */
import type { Token, TokenizerAndRendererExtension } from 'marked';

/** Longer formulas are text. */
export const FORMULA_CHARACTERS_MAX = 2_000;

/** What stands before a closing mark, and neither contains it nor an empty line. */
const upTo = (closing: string) =>
  `(?:(?!${closing}|\\n[ \\t]*\\n)[\\s\\S]){1,${FORMULA_CHARACTERS_MAX}}${closing}`;
const DISPLAYED = String.raw`\$\$${upTo(String.raw`\$\$`)}|\\\[${upTo(String.raw`\\\]`)}`;
const BLOCK = `(?:${DISPLAYED})[ \\t]*(?:\\n+|(?![\\s\\S]))`;
/** One that is still being written: nothing but its first mark says so. */
const OPEN_BLOCK = String.raw`(?:\$\$|\\\[)[ \t]*\n(?:(?!\n[ \t]*\n)[\s\S])*(?![\s\S])`;
const BLOCK_HERE = new RegExp(`^ {0,3}(?:(${BLOCK})|${OPEN_BLOCK})`);
const NEXT_BLOCK = new RegExp(`^ {0,3}(?:${BLOCK}|${OPEN_BLOCK})`, 'm');
const MARKED = new RegExp(String.raw`^(?:${DISPLAYED}|\\\(${upTo(String.raw`\\\)`)})`);
/** On one line, with nothing between the signs and what they enclose. */
const DOLLARS = /^\$(?![\s$])(?:\\.|[^$\\\n]){1,400}?(?<!\s)\$(?![\p{Script=Latin}\p{N}_$({])/u;
/** What ends a sentence or a part of it stays on the line of the formula before it. */
const BEHIND = /^[.,;:?)。，、；：？）]+/;
/** Behind these a dollar sign ends a price ("5$", "US$") or is part of a name. */
const NO_OPENING = /[\p{Script=Latin}\p{N}_$\\]$/u;

/** `\text{if }` is prose within a formula; it does not say that the formula is prose. */
const NAMED_TEXT = /\\(?:text\w*|math\w+|operatorname\*?|begin|end)\s*\{[^{}]*\}/g;
const COMMAND = /\\(?:[A-Za-z]|[{},;!|])/;
/** A word between spaces, as "5 and 6" has one; the letters of a formula stand alone or beside signs. */
const WORD = /(?<![^\s,;:.!?])\p{L}{2,}(?![^\s,;:.!?])/u;
/** Beside signs, "bx" and "xy" are products; these are words also there. */
const SHORT_WORDS = 'al|an|as|at|by|de|el|en|es|if|in|is|la|lo|no|of|on|or|se|si|to|un|ya|yo';
const PLAIN_WORD = new RegExp(`(?<![^\\s,;:.!?])(?:\\p{L}{3,}|${SHORT_WORDS})(?![^\\s,;:.!?])`, 'iu');
const STRONG_SIGNS = /[\^_=<>≤≥≠≈∈]/;
/** `$HOME`, `$?` and `$"x"` begin so, and so does the text between two of them. */
const SHELL = /^(?:[A-Z][A-Z\d_]{3,}|[?!@#_*%"'`.,;:)\]}/\\-]*(?:[^\p{L}\p{N}]|$)(?=[^\\(\p{L}\p{N}]|$))/u;
/** "5k–10k" and "5,50" are what a price is made of. */
const PRICES = /^\d[\d.,]*\s?[kmb]?(?:\s?[-–—~,;:]\s?\d[\d.,]*\s?[kmb]?)+$/i;
const BARE_NUMBER = /^\d[\d.,]*\p{L}?$/u;
const SIGNS = /[\^_=<>+*±×·÷≤≥≠≈∈/]|\d\p{L}|\p{L}\s?[-−]\s?\d/u;

/**
 * Whether what stands between two dollar signs can be mathematics. What may as well be two prices or two
 * variables of a shell is text.
 */
export function isMathematics(content: string): boolean {
  const bare = content.replaceAll(NAMED_TEXT, String.raw`\q`).trim();
  if (!/[\p{L}\p{N}]/u.test(bare)) return false;
  if (COMMAND.test(bare)) return true;
  const word = STRONG_SIGNS.test(bare) ? PLAIN_WORD : WORD;
  if (word.test(bare) && !/^\p{L}+$/u.test(bare)) return false;
  if (SHELL.test(bare) || PRICES.test(bare)) return false;
  if (/^\d/.test(bare)) return BARE_NUMBER.test(bare) || SIGNS.test(bare);
  return true;
}

/** The TeX of a formula and whether it stands on a line of its own; undefined where the marks are missing. */
export function partFormula(source: string): { tex: string; display: boolean } | undefined {
  const match = /^(\$\$|\\\[|\\\(|\$)([\s\S]*?)(\$\$|\\\]|\\\)|\$)$/.exec(source.trim());
  if (!match) return undefined;
  const [, opening = '', tex = ''] = match;
  return { tex: tex.trim(), display: opening === '$$' || opening === String.raw`\[` };
}

export function mathExtensions(escapeHtml: (text: string) => string): TokenizerAndRendererExtension[] {
  const html = (raw: string, kind: string) => `<span class="${kind}">${escapeHtml(raw.trim())}</span>`;
  return [
    {
      name: 'mathBlock',
      level: 'block',
      start: (text) => NEXT_BLOCK.exec(text)?.index,
      tokenizer: (text) => {
        const [raw, closed] = BLOCK_HERE.exec(text) ?? [];
        if (raw === undefined || (closed !== undefined && !isFormula(closed))) return undefined;
        return { type: 'mathBlock', raw, drawn: closed !== undefined };
      },
      renderer: ({ raw, drawn }) => `<p>${html(raw, drawn ? 'math math-display' : 'math-open')}</p>\n`,
    },
    {
      name: 'math',
      level: 'inline',
      start: (text) => /\$|\\[([]/.exec(text)?.index,
      tokenizer: (text, before) => {
        const raw = (MARKED.exec(text) ?? (opensHere(before) ? DOLLARS.exec(text) : null))?.[0];
        if (raw === undefined || !isFormula(raw)) return undefined;
        const behind = BEHIND.exec(text.slice(raw.length))?.[0] ?? '';
        return { type: 'math', raw: raw + behind, formula: raw, behind };
      },
      renderer: ({ formula, behind }) => {
        if (partFormula(formula)?.display) return html(formula, 'math math-display') + escapeHtml(behind);
        const inner = html(formula, 'math');
        return behind === '' ? inner : `<span class="formula">${inner}${escapeHtml(behind)}</span>`;
      },
    },
  ];
}

function isFormula(raw: string): boolean {
  const tex = partFormula(raw)?.tex ?? '';
  return raw.trim().startsWith('$') ? isMathematics(tex) : /[\p{L}\p{N}]/u.test(tex);
}

function opensHere(before: readonly Token[]): boolean {
  // The last letter may take two units of the text.
  return !NO_OPENING.test((before.at(-1)?.raw ?? '').slice(-2));
}
