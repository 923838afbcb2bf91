/** Model output as HTML that shows every word of it, in its order. */
import { Marked, type Token, type Tokens } from 'marked';
import { readableText } from '../readable-text.ts';
import { hostOf } from './address.ts';
import { mathExtensions } from './math.ts';
import { breakLines, emphasisMask, faithfulTokenizer, numberOfItem } from './tokenizer.ts';

export interface Parser {
  /** Top-level blocks; their `raw` parts joined are the text, if it is readable already. */
  blocks(text: string): readonly Token[];
  html(blocks: readonly Token[]): string;
}

export function createParser(): Parser {
  const marked = new Marked({ gfm: true, breaks: true, async: false });
  marked.use({
    hooks: { emStrongMask: emphasisMask },
    tokenizer: faithfulTokenizer(),
    extensions: mathExtensions(escapeHtml),
    renderer: {
      html: ({ text }) => escapeHtml(text),
      image: ({ href, text, title }) =>
        link(href, `▧ ${escapeHtml(text === '' ? href : text)}`, text) + titleOf(title),
      link({ href, tokens, text, title, autolink }: Tokens.Link & { autolink?: boolean }) {
        const inner = autolink ? escapeHtml(text) : this.parser.parseInline(tokens);
        return link(href, inner, text) + titleOf(title);
      },
      // A list of sources at the end of an answer is part of the answer.
      def: ({ raw }) => `<p>${escapeHtml(raw.trim()).replaceAll('\n', '<br>')}</p>\n`,
      heading({ tokens, depth }) {
        // The page has its own first and second level.
        const level = Math.min(6, depth + 2);
        return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
      },
      list({ ordered, items }) {
        const tag = ordered ? 'ol' : 'ul';
        return `<${tag} role="list">\n${items.map((item) => this.listitem(item)).join('')}</${tag}>\n`;
      },
      listitem(item) {
        const number = numberOfItem(item);
        const marker = number === undefined ? '' : `<span class="marker">${number} </span>`;
        return `<li>${marker}${this.parser.parse(item.tokens)}</li>\n`;
      },
      code: ({ text, lang }) =>
        `<pre data-language="${escapeHtml(lang?.trim() ?? '')}"><code>${escapeHtml(text)}</code></pre>\n`,
      checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
      tablecell(cell) {
        return tableCell(cell, this.parser.parseInline(breakLines(cell.tokens)));
      },
    },
  });
  return {
    blocks: (text) => marked.lexer(readableText(text)),
    html: (blocks) => marked.parser([...blocks]),
  };
}

const LINK_ATTRIBUTES = 'rel="noopener noreferrer nofollow" target="_blank"';

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The host is left out only where the shown text itself begins with the very same address. */
function link(href: string, inner: string, text: string): string {
  const host = hostOf(href);
  if (host === undefined) return `<bdi>${inner}</bdi> ${hostLabel(href)}`;
  const address = escapeHtml(new URL(href).href);
  const opened = `<a href="${address}" ${LINK_ATTRIBUTES}><bdi>${inner}</bdi></a>`;
  const shown = text.replace(/^(?:https?:\/\/|mailto:)/, '');
  if (shown === host || shown.startsWith(`${host}/`)) return opened;
  return `${opened} ${hostLabel(host)}`;
}

function hostLabel(host: string): string {
  return `<bdi class="link-host">${escapeHtml(host)}</bdi>`;
}

function titleOf(title: string | null | undefined): string {
  return title ? ` <bdi>“${escapeHtml(title)}”</bdi>` : '';
}

function tableCell({ header, align }: Tokens.TableCell, inner: string): string {
  const tag = header ? 'th' : 'td';
  const place = align === 'center' || align === 'right' ? ` class="align-${align}"` : '';
  return `<${tag}${place}>${inner}</${tag}>`;
}
