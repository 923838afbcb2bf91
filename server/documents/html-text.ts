/** The readable text of a page. Nothing in it is run, and nothing that it names is fetched. */
import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { DocumentError } from './document.ts';
import { DOCUMENT_LIMITS } from './limits.ts';

const ELEMENT = 1;
const TEXT = 3;

/** After these a new paragraph begins. */
const BLOCKS = new Set(
  (
    'ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY BR CAPTION DD DETAILS DIV DL DT FIGCAPTION FIGURE FOOTER FORM ' +
    'H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN NAV OL P PRE SECTION SUMMARY TABLE TBODY TD TFOOT TH THEAD TR UL'
  ).split(' '),
);
const UNREAD = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'SVG', 'HEAD']);

export interface PageText {
  readonly title: string;
  readonly text: string;
}

/**
 * The article of the page, or all of its text when it has no article, or is nested so deeply that looking for
 * one could take very long. Throws `DocumentError`.
 */
export function readPage(html: string): PageText {
  if (beginnings(html) > DOCUMENT_LIMITS.elementsMax) throw new DocumentError('too_large', 'elements');
  const { document } = parseHTML(html);
  const { title, documentElement } = document;
  const all = textOf(documentElement);
  if (all.depth > DOCUMENT_LIMITS.depthMax) return { title, text: all.text };
  // It takes the page apart, so everything else comes before.
  const reader = new Readability<PageNode>(document, { serializer: (node) => node });
  const article = reader.parse();
  const { text } = textOf(article?.content ?? null);
  return { title: article?.title ?? title, text: text.trim() === '' ? all.text : text };
}

/** Of elements; counted before anything is made of them. */
function beginnings(html: string): number {
  let count = 0;
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at + 1)) {
    if (/[a-z]/iu.test(html[at + 1] ?? '')) count += 1;
  }
  return count;
}

/** As much of a node of the DOM as is used. */
interface PageNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly nodeValue: string | null;
  readonly firstChild: PageNode | null;
  readonly nextSibling: PageNode | null;
  readonly parentNode: PageNode | null;
}

interface Gathered {
  readonly text: string;
  readonly depth: number;
}

/** A loop, since pages may be nested deeper than the stack allows. */
function textOf(root: PageNode | null): Gathered {
  const pieces: string[] = [];
  let depth = 0;
  let depthMax = 0;
  let node = root;
  while (node !== null) {
    if (node.nodeType === TEXT) pieces.push((node.nodeValue ?? '').replaceAll(/\s+/gu, ' '));
    const isRead = node.nodeType !== ELEMENT || !UNREAD.has(node.nodeName.toUpperCase());
    if (isRead && node.firstChild) {
      node = node.firstChild;
      depth += 1;
      depthMax = Math.max(depthMax, depth);
      continue;
    }
    // Up again, to the next node behind this one; paragraphs end on the way.
    while (node !== null && node !== root) {
      if (BLOCKS.has(node.nodeName.toUpperCase())) pieces.push('\n\n');
      if (node.nextSibling) break;
      node = node.parentNode;
      depth -= 1;
    }
    node = node === root ? null : (node?.nextSibling ?? null);
  }
  return { text: pieces.join(''), depth: depthMax };
}
