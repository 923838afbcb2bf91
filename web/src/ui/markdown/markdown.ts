/**
 * Model output as a safe piece of document. Three fences, each enough alone: raw HTML is text to the parser,
 * only the tags and attributes listed below survive the purifier, and the page's Content-Security-Policy runs
 * no inline script. Nothing is fetched: an image becomes a link to it. Nobody may turn round what is written
 * after his own words: direction controls are dropped, and where a link leads is isolated from the text
 * around it (Unicode Bidirectional Algorithm, UAX #9 §3.1.2).
 */
import type { DOMPurify as Purifier, WindowLike } from 'dompurify';
import { Marked, type Token, type Tokens } from 'marked';
import { safeText } from '../../../../shared/text-safety.ts';

export interface Markdown {
  /** Top-level blocks; their `raw` parts joined are the text, if it is safe already. */
  blocks(text: string): readonly Token[];
  html(blocks: readonly Token[]): string;
  fragment(blocks: readonly Token[]): DocumentFragment;
}

export function createParser(): Pick<Markdown, 'blocks' | 'html'> {
  const marked = new Marked({ gfm: true, breaks: true, async: false });
  marked.use({
    renderer: {
      html: ({ text }) => escapeHtml(text),
      image: ({ href, text }) => link(href, `▧ ${escapeHtml(text === '' ? href : text)}`, text),
      link({ href, tokens, text }) {
        return link(href, this.parser.parseInline(tokens), text);
      },
      heading({ tokens, depth }) {
        // The page has its own first and second level.
        const level = Math.min(6, depth + 2);
        return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
      },
      code: ({ text, lang }) => {
        const language = /^[\w+#.-]{1,20}/.exec(lang ?? '')?.[0] ?? '';
        return `<pre data-language="${escapeHtml(language)}"><code>${escapeHtml(text)}</code></pre>\n`;
      },
      checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
      tablecell(cell) {
        return tableCell(cell, this.parser.parseInline(cell.tokens));
      },
    },
  });
  return {
    blocks: (text) => marked.lexer(safeText(text)),
    html: (blocks) => marked.parser([...blocks]),
  };
}

const TAGS =
  'p br em strong del code pre blockquote ul ol li h3 h4 h5 h6 table thead tbody tr th td hr a bdi'.split(
    ' ',
  );
const LINK_ATTRIBUTES = 'rel="noopener noreferrer nofollow" target="_blank"';
const TEXT_NODE = 3;
const ATTRIBUTES = ['href', 'rel', 'target', 'start', 'class', 'data-language'];
const CLASSES: ReadonlySet<string> = new Set(['link-host', 'align-center', 'align-right']);

export function createMarkdown(
  createPurifier: (window: WindowLike) => Purifier,
  window: WindowLike,
): Markdown {
  const parser = createParser();
  const purifier = createPurifier(window);
  purifier.addHook('uponSanitizeAttribute', (_node, attribute) => {
    if (attribute.attrName === 'class') attribute.keepAttr = CLASSES.has(attribute.attrValue);
    if (attribute.attrName === 'href') attribute.keepAttr = hostOf(attribute.attrValue) !== undefined;
  });
  // A direction control written as a character reference is one only now.
  purifier.addHook('afterSanitizeElements', (node) => {
    if (node.nodeType !== TEXT_NODE || node.textContent === null) return;
    const safe = safeText(node.textContent);
    if (safe !== node.textContent) node.textContent = safe;
  });
  const fragment = (blocks: readonly Token[]) =>
    purifier.sanitize(parser.html(blocks), {
      ALLOWED_TAGS: TAGS,
      ALLOWED_ATTR: ATTRIBUTES,
      ALLOW_DATA_ATTR: false,
      ALLOW_ARIA_ATTR: false,
      RETURN_DOM_FRAGMENT: true,
    });
  return { ...parser, fragment };
}

/** What a link leads to, as it is shown beside it; undefined for addresses that must not be links. */
export function hostOf(href: string): string | undefined {
  if (!URL.canParse(href)) return undefined;
  const { protocol, host, pathname } = new URL(href);
  if (protocol === 'http:' || protocol === 'https:') return host;
  return protocol === 'mailto:' ? pathname : undefined;
}

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

function tableCell({ header, align }: Tokens.TableCell, inner: string): string {
  const tag = header ? 'th' : 'td';
  const place = align === 'center' || align === 'right' ? ` class="align-${align}"` : '';
  return `<${tag}${place}>${inner}</${tag}>`;
}
