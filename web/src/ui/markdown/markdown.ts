/**
 * Model output as a safe piece of document. Three fences, each enough alone: raw HTML is text to the parser,
 * only the tags and attributes listed below survive the purifier, and the page's Content-Security-Policy runs
 * no inline script. Nothing is fetched: an image becomes a link to it. Nobody may turn round what is written
 * after his own words: direction controls are dropped, and where a link leads is isolated from the text
 * around it (Unicode Bidirectional Algorithm, UAX #9 §3.1.2).
 */
import type { DOMPurify as Purifier, WindowLike } from 'dompurify';
import type { Token } from 'marked';
import { readableText } from '../readable-text.ts';
import { hostOf } from './address.ts';
import { createParser, type Parser } from './parser.ts';

export interface Markdown extends Parser {
  fragment(blocks: readonly Token[]): DocumentFragment;
  readonly late: LateParts;
}

/** What is added to text that stands already. */
export interface LateParts {
  /** For whatever was drawn, before or after it is shown. */
  drawn(root: ParentNode): void;
  /** For a block on the page that no longer changes. */
  settled(root: Element): void;
}

const TEXT_TAGS = 'p br em strong del code a bdi span';
const BLOCK_TAGS = 'pre blockquote ul ol li h3 h4 h5 h6 table thead tbody tr th td hr';
const TAGS = [TEXT_TAGS, BLOCK_TAGS].flatMap((names) => names.split(' '));
const TEXT_NODE = 3;
const ATTRIBUTES = ['href', 'rel', 'target', 'class', 'role', 'data-language'];
const CLASSES: ReadonlySet<string> = new Set([
  'link-host',
  'align-center',
  'align-right',
  'marker',
  'math',
  'math math-display',
  'formula',
  'math-open',
]);

export function createMarkdown(
  createPurifier: (window: WindowLike) => Purifier,
  window: WindowLike,
  late: LateParts,
): Markdown {
  const parser = createParser();
  const purifier = createPurifier(window);
  purifier.addHook('uponSanitizeAttribute', (_node, attribute) => {
    if (attribute.attrName === 'class') attribute.keepAttr = CLASSES.has(attribute.attrValue);
    if (attribute.attrName === 'role') attribute.keepAttr = attribute.attrValue === 'list';
    if (attribute.attrName === 'href') attribute.keepAttr = hostOf(attribute.attrValue) !== undefined;
  });
  // A direction control written as a character reference appears only now.
  purifier.addHook('afterSanitizeElements', (node) => {
    if (node.nodeType !== TEXT_NODE || node.textContent === null) return;
    const safe = readableText(node.textContent);
    if (safe !== node.textContent) node.textContent = safe;
  });
  const fragment = (blocks: readonly Token[]) => {
    const made = purifier.sanitize(parser.html(blocks), {
      ALLOWED_TAGS: TAGS,
      ALLOWED_ATTR: ATTRIBUTES,
      ALLOW_DATA_ATTR: false,
      ALLOW_ARIA_ATTR: false,
      RETURN_DOM_FRAGMENT: true,
    });
    // Each block reads in the direction of its own first letter; code always from left to right.
    for (const block of made.children) block.setAttribute('dir', block.tagName === 'PRE' ? 'ltr' : 'auto');
    return made;
  };
  return { ...parser, fragment, late };
}
