/**
 * Mathematics in TeX, which is shown as it was written: Markdown would take its underscores for emphasis and
 * its backslashes for escapes.
 */
import type { TokenizerAndRendererExtension } from 'marked';

const BLOCK = /^ {0,3}(?:\$\$(?:(?!\n\n)[\s\S])+?\$\$|\\\[(?:(?!\n\n)[\s\S])+?\\\])[ \t]*(?:\n+|$)/;
const INLINE = /^(?:\\\((?:(?!\n\n)[\s\S])+?\\\)|\\\[(?:(?!\n\n)[\s\S])+?\\\]|\$\$(?:(?!\n\n)[\s\S])+?\$\$)/;
/** One dollar sign opens before a sign and closes behind one, but not before a digit: "$5 or $6". */
const DOLLARS = /^\$(?![\s$])(?:\\.|[^$\\\n])*?(?<!\s)\$(?!\d)/;

export function mathExtensions(escapeHtml: (text: string) => string): TokenizerAndRendererExtension[] {
  const renderer = ({ raw }: { raw: string }) => `<span class="math">${escapeHtml(raw.trim())}</span>`;
  return [
    {
      name: 'mathBlock',
      level: 'block',
      start: (text) => /^ {0,3}(?:\$\$|\\\[)/m.exec(text)?.index,
      tokenizer: (text) => {
        const raw = BLOCK.exec(text)?.[0];
        return raw === undefined ? undefined : { type: 'mathBlock', raw };
      },
      renderer: (token) => `<p>${renderer(token)}</p>\n`,
    },
    {
      name: 'math',
      level: 'inline',
      start: (text) => /\$|\\[([]/.exec(text)?.index,
      tokenizer: (text) => {
        const raw = (INLINE.exec(text) ?? DOLLARS.exec(text))?.[0];
        return raw === undefined ? undefined : { type: 'math', raw };
      },
      renderer,
    },
  ];
}
